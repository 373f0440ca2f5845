"""A Maildir as a source. It has its own scanner, which skips links, pipes and other files that are no mails.

Maildir++ subfolders (".Sent") and nested Maildirs ("Sent/cur") are read too.
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
from afterword.recognition.messages.message import has_arrived
from afterword.recognition.messages.mime import LARGEST_MAIL

from .large_mails import too_large
from .mailboxes import role_of
from .seen import SeenDigests, is_batch_full, short_digest
from .user_files import translate_read_errors

HEADER_LIMIT = 64 * 1024
MAX_DEPTH = 4
NOT_A_MAIL_ERRNOS = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENXIO})
"""Errors of open(2) for a file that was removed, or replaced by a link or a socket."""


class MaildirSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`path` is the Maildir's root folder."""

    path: str


class MessageFile(Struct, frozen=True):
    """A file that may be a mail. `key` is a digest of the unique part of its name, which flags and moves don't change."""

    path: Path
    key: bytes
    role: Mailbox


class MaildirSource:
    """Reads a Maildir without changing it."""

    Settings: ClassVar[type[MaildirSettings]] = MaildirSettings
    holds_mail: ClassVar[bool] = True

    def __init__(self, settings: MaildirSettings) -> None:
        self._path = Path(settings.path).expanduser()

    def read(self, cursor: bytes | None, until: datetime) -> Iterator[Batch]:
        """See `Source`. The cursor holds the digests of the names; an unreadable file raises after all others are read."""
        seen = SeenDigests(cursor or b"")
        new_files = {each.key: each for each in self._files() if each.key not in seen}
        items: list[Item] = []
        failed: list[tuple[Path, OSError]] = []
        for each in new_files.values():
            try:
                item = _item(each, until)
            except OSError as error:
                failed.append((each.path, error))
                continue
            if item is not None:
                items.append(item)
                seen.add(each.key)
            if is_batch_full(items):
                yield Batch(items=tuple(items), cursor=seen.to_bytes(), total=len(new_files))
                items = []
        yield Batch(items=tuple(items), cursor=seen.to_bytes(), total=len(new_files))
        for path, failure in failed[:1]:
            with translate_read_errors(path):
                raise failure

    def check(self) -> str:
        """Return how many mails there are, in how many folders."""
        files = list(self._files())
        mails, folders = len(files), len({each.path.parent.parent for each in files})
        return f"{mails} mail{'s' if mails != 1 else ''} in {folders} folder{'s' if folders != 1 else ''}"

    def _files(self) -> Iterator[MessageFile]:
        with translate_read_errors(self._path):
            if not self._path.is_dir():
                raise NeedsUser(f"There is no Maildir at {self._path}: correct the account's path.")
            for folder, role in _folders(self._path, "", MAX_DEPTH):
                for subfolder in ("new", "cur"):
                    yield from _files_in(folder / subfolder, role)


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


def _files_in(folder: Path, role: Mailbox) -> Iterator[MessageFile]:
    if not folder.is_dir() or folder.is_symlink():
        return
    for each in sorted(os.scandir(folder), key=lambda entry: entry.name):
        unique, _, flags = each.name.partition(":")
        drafted_or_trashed = set(flags.partition(",")[2]) & set("DT")
        if not each.name.startswith(".") and not drafted_or_trashed and each.is_file(follow_symlinks=False):
            yield MessageFile(Path(each.path), short_digest(unique.encode("utf-8", "surrogateescape")), role)


def _item(file_info: MessageFile, until: datetime) -> Item | None:
    """The mail; None if it arrived after `until`, or was removed meanwhile. Raises OSError if it can't be read."""
    try:
        descriptor = os.open(file_info.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        if error.errno in NOT_A_MAIL_ERRNOS:
            return None
        raise
    with os.fdopen(descriptor, "rb") as stream:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            return None
        stored_at = datetime.fromtimestamp(max(0.0, status.st_mtime), UTC)
        large = status.st_size > LARGEST_MAIL
        raw = stream.read(HEADER_LIMIT if large else LARGEST_MAIL)
    if not has_arrived(raw[:HEADER_LIMIT], until):
        return None
    ref = file_info.path.name
    if large:
        return too_large(raw, ref)
    return Mail(raw=raw, ref=ref, mailbox=file_info.role, received_at=stored_at)
