"""Telling systemd how the service is (sd_notify(3)); where nobody listens, nothing is sent."""

import os
import socket


def ready() -> None:
    """The service has started."""
    _send("READY=1")


def stopping() -> None:
    """The service ends."""
    _send("STOPPING=1")


def watchdog() -> None:
    """The service is alive."""
    _send("WATCHDOG=1")


def status(text: str) -> None:
    """One line for `systemctl status`."""
    _send("STATUS=" + " ".join(each for each in text.split() if each.isprintable()))


def _send(state: str) -> None:
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    path = "\0" + address[1:] if address.startswith("@") else address
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
        channel.sendto(state.encode(), path)
