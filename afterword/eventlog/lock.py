"""The lock of the service on one machine: flock(2) on a file, which the kernel releases when the process ends."""

import fcntl
import os
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

_LISTENS = "listens"


class AnotherIsRunning(Exception):
    """Another process holds the lock. `pid` is its process id, 0 where that is not known here; `listens` says that it heeds SIGHUP."""

    def __init__(self, pid: int, *, listens: bool = False) -> None:
        super().__init__(f"Afterword is running already{f' (process {pid})' if pid else ''}.")
        self.pid = pid
        self.listens = listens


class ServiceLock:
    """The lock on a file, made where there is none; the file stays, and says which process of which machine holds it.

    With `listens` the holder says that it heeds SIGHUP; whoever doesn't say so would die of it.
    `acquire` raises AnotherIsRunning, and OSError where the file can't be made. As a context manager it acquires and releases.
    """

    def __init__(self, path: Path, *, listens: bool = False) -> None:
        self._path = path
        self._listens = listens
        self._file: int | None = None

    def acquire(self) -> None:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            pid, listens = _holder_in(file)
            os.close(file)
            if isinstance(error, BlockingIOError):
                raise AnotherIsRunning(pid, listens=listens) from None
            raise
        self._file = file
        with suppress(OSError):  # on a full disk it is held all the same, by somebody who is not known
            os.ftruncate(file, 0)
            os.pwrite(file, f"{os.getpid()} {_machine()} {_LISTENS if self._listens else ''}\n".encode(), 0)

    def release(self) -> None:
        """Give it back; doing so twice does no harm."""
        if self._file is not None:
            os.ftruncate(self._file, 0)
            os.close(self._file)
            self._file = None

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def _holder_in(file: int) -> tuple[int, bool]:
    """Its process id, and whether it listens; 0 for one that has not said it yet, or is another machine's, such as a container's."""
    match os.pread(file, 400, 0).decode("utf-8", "replace").split():
        case [pid, machine, *listens] if pid.isdecimal() and machine == _machine():
            return int(pid), listens == [_LISTENS]
    return 0, False


def _machine() -> str:
    return os.uname().nodename
