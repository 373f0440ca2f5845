"""A folder of .ics files as the calendar that our invites stand in: one file for each, named by its UID."""

import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from msgspec import Struct

from afterword.ports import Invite, NeedsUser, PlacedInvite, Unavailable, UserAction

from .icalendar_text import file_name, written
from .placed_entry import keeping, read_entry
from .user_acts import UserActs
from .user_files import read_errors_told
from .whole_files import write_whole


class FolderSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`path` is the folder; it is made if it is not there."""

    path: str


class FolderChannel:
    """Writes a file whole or not at all, and overwrites no time that the user chose."""

    Settings: ClassVar[type[FolderSettings]] = FolderSettings

    def __init__(self, settings: FolderSettings) -> None:
        self._path = Path(settings.path).expanduser()
        self._acts = UserActs()

    def place(self, invite: Invite) -> None:
        """Write the invite's file. Words of the user's stay, and so does a time that they chose, until `observe` was told it as ours.

        One that the user has invited others to is theirs: what brings the folder to a server would have it tell those.
        """
        path = self._file(invite.uid)
        there = _bytes(path) or b""
        entry = read_entry(there)
        if (entry is not None and entry.shared) or (invite.done and not path.exists()):
            return
        shown = self._acts.respected(invite, entry)
        try:
            self._path.mkdir(parents=True, exist_ok=True)
            write_whole(path, keeping(written(shown, ours=invite), there), 0o644)
        except OSError as error:
            raise _told(error, self._path) from error

    def withdraw(self, placed: PlacedInvite, at: datetime) -> None:
        """Remove the invite's file, unless the user has invited others to it, as in `place`."""
        _ = at
        path = self._file(placed.uid)
        entry = read_entry(_bytes(path) or b"")
        if entry is not None and entry.shared:
            return
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise _told(error, self._path) from error

    def observe(self, placed: Sequence[PlacedInvite]) -> Iterator[UserAction]:
        """A file that is gone was deleted; another start is a move; a PARTSTAT or a mark of done counts as said."""
        if placed and not self._is_there():
            raise Unavailable(
                f"The folder {self._path} is gone: bring it back, or make it anew, and all that stood in it counts as dismissed."
            )
        for each in placed:
            text = _bytes(self._file(each.uid))
            if text is None:
                yield UserAction(uid=each.uid, answer="deleted")
            else:
                yield from self._acts.seen(each, read_entry(text))

    def check(self) -> str:
        """How many invites stand in the folder."""
        if not self._is_there():
            return f"{self._path} (made with the first invite)"
        if not os.access(self._path, os.W_OK):
            raise NeedsUser(f"{self._path} can't be written to: give yourself the right to.")
        return f"{len(list(self._path.glob('*.ics')))} files in {self._path}"

    def _is_there(self) -> bool:
        with read_errors_told(self._path):
            return self._path.exists()

    def _file(self, uid: str) -> Path:
        return self._path / file_name(uid)


def _bytes(path: Path) -> bytes | None:
    """What stands in the file; None where there is none. What can't be read is the user's all the same, so it is no empty one."""
    with read_errors_told(path):
        try:
            return path.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None


def _told(error: OSError, path: Path) -> Unavailable | NeedsUser:
    if isinstance(error, PermissionError | NotADirectoryError | FileExistsError):
        return NeedsUser(
            f"{path} can't be written to ({error.strerror}): name another folder, or give yourself the right."
        )
    return Unavailable(f"{path} can't be written to ({error.strerror}).")
