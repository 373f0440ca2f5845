"""Waiting for new mail by IDLE (RFC 2177): the server tells at once, and is asked now and then whether it still lives."""

import time
from collections.abc import Callable

from afterword.ports import Unavailable

from .session import Client

RENEWED = 9 * 60.0
"""Seconds until IDLE is begun anew: servers end it after 29 minutes, and routers forget a quiet connection after ten."""

LOOK = 1.0
QUIET = 1.0
"""Seconds between two looks at whether to stop, and between two notices."""


def watch(client: Client, notify: Callable[[], None], is_stopping: Callable[[], bool]) -> None:
    """Call `notify` at the beginning and at each news in the inbox, until stopping. Raises Unavailable when the line is dead."""
    if not client.has_capability("IDLE"):
        return
    client.select_folder("INBOX", readonly=True)
    has_news = True
    while not is_stopping():
        client.begin_idling()
        _idle(client, notify, is_stopping, has_news=has_news)
        if is_stopping():
            return
        _, told = client.idle_done()
        has_news = bool(told)


def _idle(client: Client, notify: Callable[[], None], is_stopping: Callable[[], bool], *, has_news: bool) -> None:
    """Until it is time to renew, or to stop."""
    ends, quiet_until = time.monotonic() + RENEWED, 0.0
    while not is_stopping() and time.monotonic() < ends:
        if has_news and time.monotonic() >= quiet_until:
            notify()
            has_news, quiet_until = False, time.monotonic() + QUIET
        if client.wire.is_spoken_to(LOOK / 5 if has_news else LOOK):
            line = client.wire.readline()
            if line.startswith(b"* BYE"):
                raise Unavailable(f"{client.host} ended the connection.")
            has_news = has_news or b" EXISTS" in line
