"""That no test speaks to another machine: each address that Python is asked to reach, or to look up, is one of this machine's."""

import socket
import sys
from typing import Any

HERE = {"127.0.0.1", "::1", "localhost", "", socket.gethostname()}
LOOKING_UP = {"socket.getaddrinfo", "socket.gethostbyname"}
REACHING = {"socket.connect", "socket.sendto", "socket.sendmsg"}

asked_for: list[str] = []
"""The hosts that were asked for, in their order."""


class Elsewhere(AssertionError):
    """Somebody wanted to speak to another machine."""


def begin() -> None:
    """Watch from now on, as long as the process lives."""
    sys.addaudithook(_heard)


def elsewhere(since: int = 0) -> set[str]:
    """The hosts that are on another machine, among those that were asked for after so many."""
    return set(asked_for[since:]) - HERE


def _heard(event: str, given: tuple[Any, ...]) -> None:
    if event in REACHING and isinstance(given[1], tuple):
        _take(given[1][0])
    elif event in LOOKING_UP:
        _take(given[0])


def _take(host: str | bytes | None) -> None:
    name = host.decode() if isinstance(host, bytes) else host or ""
    asked_for.append(name)
    if name not in HERE:
        raise Elsewhere(name)
