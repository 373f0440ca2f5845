"""Mails at which a server closes the connection, as Dovecot does for a damaged one: found by bisection."""

from datetime import datetime

from afterword.ports import Unavailable

from .cursor import FolderCursor

CHUNK_SIZE = 50
"""Mails in one FETCH: few enough to arrive in time over a slow connection."""

MAX_DISCONNECTS = 20


class Disconnected(Unavailable):
    """The connection was lost during a FETCH of these UIDs of a folder."""

    def __init__(self, host: str, folder: str, uids: list[int]) -> None:
        super().__init__(f"{host} ended the connection.")
        self.folder = folder
        self.uids = uids


class DisconnectTracker:
    """Where the connection was lost during one read, across its sessions. `yielded` counts the items of all sessions."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        self.yielded = 0
        self._count = 0
        self._chunk_sizes: dict[str, tuple[int, int]] = {}
        self._broken: dict[str, set[int]] = {}

    def record(self, error: Disconnected) -> None:
        """Halve the chunk size up to the last of the UIDs; a single UID counts as broken. Raises the error after MAX_DISCONNECTS."""
        self._count += 1
        if self._count > MAX_DISCONNECTS:
            raise error
        self._chunk_sizes[error.folder] = max(1, len(error.uids) // 2), error.uids[-1]
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
