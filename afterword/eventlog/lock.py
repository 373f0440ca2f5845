"""One service for each log: a lock that the kernel takes back when its holder dies, however it dies."""

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self


class AnotherIsRunning(Exception):
    """Another process holds the lock. `pid` is its process id, 0 where it is not known."""

    def __init__(self, pid: int) -> None:
        super().__init__(f"Afterword is running already{f' (process {pid})' if pid else ''}.")
        self.pid = pid


class ServiceLock:
    """The lock on a file, made where there is none; the file stays, and holds the process id of its last holder.

    `acquire` raises AnotherIsRunning, and OSError where the file can't be made. As a context manager it acquires and releases.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    def acquire(self) -> None:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            holder = _pid_in(file)
            os.close(file)
            if isinstance(error, BlockingIOError):
                raise AnotherIsRunning(holder) from None
            raise
        os.ftruncate(file, 0)
        os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
        self._file = file

    def release(self) -> None:
        """Give it back; doing so twice does no harm."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def _pid_in(file: int) -> int:
    text = os.pread(file, 20, 0).strip()
    return int(text) if text.isdigit() else 0
