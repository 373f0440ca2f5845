"""That no test speaks to another machine: each address that Python is asked to reach, or to look up, is one of this machine's.

The calls themselves are listened to, not Python's audit events: a hook for those runs in the midst of installing a trace function,
too, and where it gives way to a thread that installs its own, CPython 3.11 refuses that one.
"""

import _socket
import socket
from collections.abc import Callable
from functools import partial, wraps
from types import ModuleType
from typing import Any

HERE = {"127.0.0.1", "::1", "localhost", "", socket.gethostname()}
REACHING = {"connect": 1, "connect_ex": 1, "sendto": 2, "sendmsg": 4}
"""Of what a socket does, what names an address: as its last argument, that or a later one."""

LOOKING_UP = ((_socket, "getaddrinfo"), (socket, "gethostbyname"), (socket, "gethostbyname_ex"))

asked_for: list[str] = []
"""The hosts that were asked for, in their order."""


class Elsewhere(AssertionError):
    """Somebody wanted to speak to another machine."""


def begin() -> None:
    """Watch from now on, as long as the process lives."""
    for name, earliest in REACHING.items():
        _listen(socket.socket, name, partial(_host_behind, earliest))
    for module, name in LOOKING_UP:
        _listen(module, name, lambda given: given[0])


def elsewhere(since: int = 0) -> set[str]:
    """The hosts that are on another machine, among those that were asked for after so many."""
    return set(asked_for[since:]) - HERE


def _listen(place: type | ModuleType, name: str, host_in: Callable[[tuple[Any, ...]], Any]) -> None:
    call = getattr(place, name)

    @wraps(call)
    def heard(*given: Any, **named: Any) -> Any:
        _take(host_in(given))
        return call(*given, **named)

    setattr(place, name, heard)


def _host_behind(earliest: int, given: tuple[Any, ...]) -> Any:
    """The host that a socket is to reach; this machine where it is a path, or none is named."""
    return given[-1][0] if len(given) > earliest and isinstance(given[-1], tuple) else ""


def _take(host: str | bytes | None) -> None:
    name = host.decode() if isinstance(host, bytes) else host or ""
    asked_for.append(name)
    if name not in HERE:
        raise Elsewhere(name)
