"""Mails at which a server closes the connection, as Dovecot does for a damaged one, or falls silent: found by bisection, or one by one."""

from datetime import datetime

from afterword.ports import Unavailable

from .cursor import FolderCursor

CHUNK_SIZE = 50
"""Mails in one FETCH: few enough to arrive in time over a slow connection."""

MAX_DISCONNECTS = 20
MAX_TIMEOUTS = 3
"""Losses in one read, of all kinds and by a timeout, after which it ends: each timeout takes a minute or two, in which others wait."""


class Disconnected(Unavailable):
    """The connection was lost during a FETCH of these UIDs of a folder; with `timed_out`, because no answer came in time."""

    def __init__(self, host: str, folder: str, uids: list[int], *, timed_out: bool = False) -> None:
        super().__init__(f"{host} did not answer in time." if timed_out else f"{host} ended the connection.")
        self.folder = folder
        self.uids = uids
        self.timed_out = timed_out


class DisconnectTracker:
    """Where the connection was lost during one read, across its sessions. `yielded` counts the items of all sessions."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        self.yielded = 0
        self._count = self._timeouts = 0
        self._chunk_sizes: dict[str, tuple[int, int]] = {}
        self._broken: dict[str, set[int]] = {}

    def record(self, error: Disconnected) -> None:
        """Halve the chunk size up to the last of the UIDs, or, after a timeout, fetch them one by one; a single UID counts as broken.

        Raises the error after MAX_DISCONNECTS, and after MAX_TIMEOUTS.
        """
        self._count += 1
        self._timeouts += error.timed_out
        if self._count > MAX_DISCONNECTS or self._timeouts > MAX_TIMEOUTS:
            raise error
        size = 1 if error.timed_out else max(1, len(error.uids) // 2)
        self._chunk_sizes[error.folder] = size, error.uids[-1]
        if len(error.uids) == 1:
            self._broken.setdefault(error.folder, set()).update(error.uids)

    def chunk_size(self, folder: str, uid: int) -> int:
        """Return how many mails to fetch at once, starting at this UID."""
        size, last = self._chunk_sizes.get(folder, (CHUNK_SIZE, 0))
        return size if uid <= last else CHUNK_SIZE

    def defer_broken(self, folder: str, cursor: FolderCursor) -> None:
        """Add the broken mails of the folder to the cursor's deferred ones."""
        for uid in self._broken.get(folder, ()):
            cursor.failing.setdefault(uid, self.until)
            cursor.deferred = sorted({*cursor.deferred, uid})

    def is_broken(self, folder: str, uid: int) -> bool:
        """Whether fetching this mail alone lost the connection."""
        return uid in self._broken.get(folder, ())
