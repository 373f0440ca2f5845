"""A process of its own for hostile input: it is killed after 2 s of work, or refused more than 512 MB."""

import os
import pickle
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn, TypeVar

SECONDS = 2
BYTES = 512 * 1024 * 1024
Value = TypeVar("Value")


def bounded(function: Callable[[], Value]) -> Value:
    """What the function gives, or raises, in a fork of this process; fails where it does neither within the limits."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        _answer(function, write)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        told = pipe.read()
    _, status = os.waitpid(child, 0)
    assert os.WIFEXITED(status), f"no answer within {SECONDS} s and {BYTES >> 20} MB (signal {os.WTERMSIG(status)})"
    value, error = pickle.loads(told)
    if error is not None:
        raise error
    return value  # type: ignore[no-any-return]


def _answer(function: Callable[[], object], write: int) -> NoReturn:
    """CPU time is what counts: how busy the machine is besides, or that coverage is measured, says nothing of us."""
    sys.settrace(None)
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (_mapped() + BYTES, resource.RLIM_INFINITY))
    try:
        told: tuple[object, BaseException | None] = (function(), None)
    except BaseException as error:  # noqa: BLE001 - whatever it is, the test is to see it
        told = (None, error)
    with os.fdopen(write, "wb") as pipe:
        pipe.write(pickle.dumps(told))
    os._exit(0)


def _mapped() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
