"""Mails at which a server breaks off, as Dovecot does at a damaged one: they are found by asking for fewer at a time."""

from datetime import datetime

from afterword.ports import Unavailable

from .cursor import FolderCursor

CHUNK = 50
"""So many mails are asked for at once: on a slow line that is still answered in time."""

MOST_CUTS = 20


class Cut(Unavailable):
    """The line broke while these mails of a folder were asked for."""

    def __init__(self, host: str, folder: str, uids: list[int]) -> None:
        super().__init__(f"{host} ended the connection.")
        self.folder = folder
        self.uids = uids


class Care:
    """What was learnt of the folders in a reading up to that moment, by however many sessions: where the line broke, and how
    far to go carefully. `given` counts the items that were yielded.
    """

    def __init__(self, until: datetime) -> None:
        self.until = until
        self.given = 0
        self._cuts = 0
        self._sizes: dict[str, tuple[int, int]] = {}
        self._breaking: dict[str, set[int]] = {}

    def learn(self, cut: Cut) -> None:
        """Ask for half as many from now on, up to the last of these; one alone is asked for no more. Raises a cut too many."""
        self._cuts += 1
        if self._cuts > MOST_CUTS:
            raise cut
        self._sizes[cut.folder] = max(1, len(cut.uids) // 2), cut.uids[-1]
        if len(cut.uids) == 1:
            self._breaking.setdefault(cut.folder, set()).update(cut.uids)

    def size(self, folder: str, uid: int) -> int:
        """How many mails to ask for at once, from that one on."""
        size, last = self._sizes.get(folder, (CHUNK, 0))
        return size if uid <= last else CHUNK

    def put_off(self, folder: str, here: FolderCursor) -> None:
        """Keep which mails are to be asked for last."""
        for uid in self._breaking.get(folder, ()):
            here.failing.setdefault(uid, self.until)
            here.waiting = sorted({*here.waiting, uid})

    def is_breaking(self, folder: str, uid: int) -> bool:
        """Whether the line broke at that mail alone."""
        return uid in self._breaking.get(folder, ())
