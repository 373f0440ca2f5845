"""A Maildir as a source: its own scanner, for what else may lie in the folders (links, pipes, folders) is no mail.

Maildir++ subfolders (".Sent"), and plain ones in which a program keeps a Maildir each ("Sent/cur"), are read too.
"""

import errno
import os
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

from msgspec import Struct

from afterword.ports import Batch, Item, Mail, Mailbox, NeedsUser
from afterword.recognition.message import has_arrived
from afterword.recognition.mime import LARGEST_MAIL

from .large_mails import too_large
from .mailboxes import role_of
from .seen import Seen, is_full, mark
from .user_files import read_errors_told

HEAD = 64 * 1024
DEEPEST = 4
NO_MAIL = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENXIO})
"""What the system says of a file that is gone, or in whose place there is a link, or a socket."""


class MaildirSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`path` is the Maildir's folder."""

    path: str


class Found(Struct, frozen=True):
    """A file that may be a mail. `key` is of the part of its name that stays when flags change or it moves from new/ to cur/."""

    path: Path
    key: bytes
    role: Mailbox


class MaildirSource:
    """Reads a Maildir, and changes nothing in it."""

    Settings: ClassVar[type[MaildirSettings]] = MaildirSettings
    holds_mail: ClassVar[bool] = True

    def __init__(self, settings: MaildirSettings) -> None:
        self._path = Path(settings.path).expanduser()

    def read(self, cursor: bytes | None, until: datetime) -> Iterator[Batch]:
        """The mails whose names the cursor doesn't hold. One that can't be read is told once all others were."""
        seen = Seen(cursor or b"")
        fresh = {each.key: each for each in self._files() if each.key not in seen}
        items: list[Item] = []
        unread: list[tuple[Path, OSError]] = []
        for each in fresh.values():
            try:
                item = _item(each, until)
            except OSError as error:
                unread.append((each.path, error))
                continue
            if item is not None:
                items.append(item)
                seen.add(each.key)
            if is_full(items):
                yield Batch(items=tuple(items), cursor=seen.packed(), total=len(fresh))
                items = []
        yield Batch(items=tuple(items), cursor=seen.packed(), total=len(fresh))
        for path, refused in unread[:1]:
            with read_errors_told(path):
                raise refused

    def check(self) -> str:
        """How many mails there are, in how many folders."""
        files = list(self._files())
        return f"{len(files)} mails in {len({each.path.parent.parent for each in files})} folders"

    def _files(self) -> Iterator[Found]:
        with read_errors_told(self._path):
            if not self._path.is_dir():
                raise NeedsUser(f"There is no Maildir at {self._path}: mend the account's path.")
            for folder, role in _folders(self._path, "", DEEPEST):
                for place in ("new", "cur"):
                    yield from _files_in(folder / place, role)


def _folders(path: Path, name: str, depth: int) -> Iterator[tuple[Path, Mailbox]]:
    role = role_of(name)
    if role is None:
        return
    if (path / "cur").is_dir() or (path / "new").is_dir():
        yield path, role
    if depth:
        for each in sorted(os.scandir(path), key=lambda entry: entry.name):
            if each.name not in {"cur", "new", "tmp"} and each.is_dir(follow_symlinks=False):
                yield from _folders(Path(each.path), f"{name}/{each.name}", depth - 1)


def _files_in(place: Path, role: Mailbox) -> Iterator[Found]:
    if not place.is_dir() or place.is_symlink():
        return
    for each in sorted(os.scandir(place), key=lambda entry: entry.name):
        unique, _, flags = each.name.partition(":")
        drafted_or_trashed = set(flags.partition(",")[2]) & set("DT")
        if not each.name.startswith(".") and not drafted_or_trashed and each.is_file(follow_symlinks=False):
            yield Found(Path(each.path), mark(unique.encode("utf-8", "surrogateescape")), role)


def _item(found: Found, until: datetime) -> Item | None:
    """The mail; None for one that has not arrived by then, or that went away meanwhile. Raises OSError for one that can't be read."""
    try:
        file = os.open(found.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        if error.errno in NO_MAIL:
            return None
        raise
    with os.fdopen(file, "rb") as stream:
        status = os.fstat(file)
        if not stat.S_ISREG(status.st_mode):
            return None
        stored_at = datetime.fromtimestamp(max(0.0, status.st_mtime), UTC)
        large = status.st_size > LARGEST_MAIL
        raw = stream.read(HEAD if large else LARGEST_MAIL)
    if not has_arrived(raw[:HEAD], until):
        return None
    ref = found.path.name
    if large:
        return too_large(raw, ref)
    return Mail(raw=raw, ref=ref, mailbox=found.role, received_at=stored_at)
