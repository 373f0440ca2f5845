"""Telling systemd how the service is (sd_notify(3)); where nobody listens, nothing is sent."""

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta

HEARTBEAT_INTERVAL = 10.0
"""In seconds; far shorter than the unit's WatchdogSec."""


def ready() -> None:
    """The service has started."""
    _send("READY=1")


def stopping() -> None:
    """The service ends."""
    _send("STOPPING=1")


def watchdog() -> None:
    """The service is alive."""
    _send("WATCHDOG=1")


@contextmanager
def heartbeat(limit: timedelta) -> Iterator[None]:
    """Keep the watchdog quiet while the block runs, for `limit` at most: what it waits for may be slow, or never come."""
    ended, until = threading.Event(), time.monotonic() + limit.total_seconds()

    def beat() -> None:
        while not ended.wait(HEARTBEAT_INTERVAL) and time.monotonic() < until:
            watchdog()

    threading.Thread(target=beat, daemon=True).start()
    try:
        yield
    finally:
        ended.set()


def status(text: str) -> None:
    """One line for `systemctl status`."""
    _send("STATUS=" + " ".join(each for each in text.split() if each.isprintable()))


def _send(state: str) -> None:
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    path = "\0" + address[1:] if address.startswith("@") else address
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel, suppress(OSError):
        channel.sendto(state.encode(), path)  # whoever listened may be gone: that is no reason to end
