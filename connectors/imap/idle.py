"""Waiting for new mail by IDLE (RFC 2177), renewed regularly to detect a dead connection."""

import time
from collections.abc import Callable

from afterword.ports import Unavailable

from .session import Client

IDLE_RENEWAL = 9 * 60.0
"""Seconds after which IDLE is renewed: servers end it after 29 minutes, and routers drop idle connections after ten."""

POLL_INTERVAL = 1.0
NOTIFY_INTERVAL = 1.0
"""Seconds between two checks of `is_stopping`, and the minimum between two notifications."""


def watch(client: Client, notify: Callable[[], None], is_stopping: Callable[[], bool]) -> None:
    """Call `notify` at the start and for new mail in the inbox, until stopping. Raises Unavailable if the connection is lost."""
    if not client.has_capability("IDLE"):
        return
    client.select_folder("INBOX", readonly=True)
    has_new = True
    while not is_stopping():
        client.start_idle()
        _idle(client, notify, is_stopping, has_new=has_new)
        if is_stopping():
            return
        _, responses = client.idle_done()
        has_new = bool(responses)


def _idle(client: Client, notify: Callable[[], None], is_stopping: Callable[[], bool], *, has_new: bool) -> None:
    """Wait in IDLE until it is time to renew or stop."""
    renew_at, quiet_until = time.monotonic() + IDLE_RENEWAL, 0.0
    while not is_stopping() and time.monotonic() < renew_at:
        if has_new and time.monotonic() >= quiet_until:
            notify()
            has_new, quiet_until = False, time.monotonic() + NOTIFY_INTERVAL
        if client.connection.has_line(POLL_INTERVAL / 5 if has_new else POLL_INTERVAL):
            line = client.connection.readline()
            if line.startswith(b"* BYE"):
                raise Unavailable(f"{client.host} ended the connection.")
            has_new = has_new or b" EXISTS" in line
