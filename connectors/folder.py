"""A folder of .ics files as a channel: one file for each invite, named by its UID."""

import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from msgspec import Struct

from afterword.atomic_files import write_atomically
from afterword.ports import Invite, NeedsUser, PlacedInvite, Unavailable, UserAction

from .icalendar_text import file_name, invite_to_ical
from .placed_entry import is_shared, merge_properties, parse_entry
from .user_actions import UserActions
from .user_files import translate_read_errors

OWNER_ONLY = 0o700
"""The mode of a folder that we make: drafts of letters lie in it. Whoever lets others in finds it so later."""


class FolderSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`path` is the folder; it is created if missing."""

    path: str


class FolderChannel:
    """Writes files atomically, and preserves the user's changes."""

    Settings: ClassVar[type[FolderSettings]] = FolderSettings

    def __init__(self, settings: FolderSettings) -> None:
        self._path = Path(settings.path).expanduser()
        self._actions = UserActions()

    def place(self, invite: Invite) -> None:
        """Write the invite's file, with the text and time that the user chose (see `UserActions`).

        An invite with other attendees is left alone: a program that syncs the folder to a server would send them updates.
        """
        path = self._path_of(invite.uid)
        current = _read_bytes(path) or b""
        entry = parse_entry(current)
        if is_shared(entry) or (invite.done and not path.exists()):
            return
        merged = self._actions.with_user_changes(invite, entry)
        try:
            self._path.mkdir(mode=OWNER_ONLY, parents=True, exist_ok=True)
            write_atomically(path, merge_properties(invite_to_ical(merged, original=invite), current), 0o644)
        except OSError as error:
            raise _to_connector_error(error, self._path) from error

    def withdraw(self, placed: PlacedInvite, at: datetime) -> None:
        """Remove the invite's file, unless it has other attendees, as in `place`."""
        _ = at
        path = self._path_of(placed.uid)
        if is_shared(parse_entry(_read_bytes(path) or b"")):
            return
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise _to_connector_error(error, self._path) from error

    def observe(self, placed: Sequence[PlacedInvite]) -> Iterator[UserAction]:
        """Yield a deletion for each missing file, and what `UserActions` detects in the others."""
        if placed and not self._exists():
            raise Unavailable(
                f"The folder {self._path} is gone: bring it back, or make it anew, and all that stood in it counts as dismissed."
            )
        for each in placed:
            text = _read_bytes(self._path_of(each.uid))
            if text is None:
                yield UserAction(uid=each.uid, answer="deleted")
            else:
                yield from self._actions.detect(each, parse_entry(text))

    def check(self) -> str:
        """Return how many invites are in the folder."""
        if not self._exists():
            return f"{self._path} (made with the first invite)"
        if not os.access(self._path, os.W_OK):
            raise NeedsUser(f"{self._path} can't be written to: give yourself the right to.")
        count = len(list(self._path.glob("*.ics")))
        return f"{count} file{'s' if count != 1 else ''} in {self._path}"

    def _exists(self) -> bool:
        with translate_read_errors(self._path):
            return self._path.exists()

    def _path_of(self, uid: str) -> Path:
        return self._path / file_name(uid)


def _read_bytes(path: Path) -> bytes | None:
    """The content; None if there is no file. A file that can't be read raises: it may have the user's changes."""
    with translate_read_errors(path):
        try:
            return path.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None


def _to_connector_error(error: OSError, path: Path) -> Unavailable | NeedsUser:
    if isinstance(error, PermissionError | NotADirectoryError | FileExistsError):
        return NeedsUser(
            f"{path} can't be written to ({error.strerror}): name another folder, or give yourself the right."
        )
    return Unavailable(f"{path} can't be written to ({error.strerror}).")
