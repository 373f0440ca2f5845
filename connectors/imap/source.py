"""A mail account as a source: its folders are examined, never selected, and bodies are peeked at, so that nothing changes there.

What was read is known by UID (RFC 3501, 2.3.1.1). Short marks of the mails tell those that were moved, or renumbered, from new ones.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from afterword.ports import Batch, Draft, NeedsUser

from ..seen import decode_cursor
from .cursor import Cursor
from .folders import opened
from .settings import ImapSettings

if TYPE_CHECKING:
    from .session import Client, SignIn


class ImapSource:
    """Reads an account by IMAP, and changes nothing in it; where it is asked to, it keeps drafts there."""

    Settings: ClassVar[type[ImapSettings]] = ImapSettings
    holds_mail: ClassVar[bool] = True

    def __init__(self, settings: ImapSettings) -> None:
        self._settings = settings
        self._access_token: Callable[[str], str] | None = None

    @property
    def sign_in_account(self) -> str:
        """See `DelegatedSignInSource`."""
        return self._settings.sign_in

    def use_access_token(self, access_token: Callable[[str], str]) -> None:
        """See `DelegatedSignInSource`."""
        self._access_token = access_token

    def read(self, cursor: bytes | None, until: datetime) -> Iterator[Batch]:
        """The mails with UIDs that the cursor doesn't know, and that it has no mark of."""
        yield from self.read_headers_first(cursor, until, lambda _: True)

    def read_headers_first(
        self, cursor: bytes | None, until: datetime, is_wanted: Callable[[bytes], bool]
    ) -> Iterator[Batch]:
        """See `HeadersFirstSource`: what was sent is always read, and so is all that comes after the first reading."""
        from .care import Care, Cut  # see _session
        from .reading import Reading  # see _session

        care = Care(until)
        while True:
            try:
                with self._session() as client:
                    known = decode_cursor(cursor, Cursor, Cursor())
                    for batch in Reading(client, known, care, self._settings, is_wanted).batches():
                        cursor = batch.cursor
                        yield batch
                    return
            except Cut as cut:
                care.learn(cut)

    def check(self) -> str:
        """How many mails there are, in which folders."""
        with self._session() as client:
            there = list(opened(client, self._settings.folders))
        mails, names = sum(now.mails for _, now in there), ", ".join(folder.name for folder, _ in there)
        return f"{mails} mail{'s' if mails != 1 else ''} in {names}"

    def watch(self, notify: Callable[[], None], is_stopping: Callable[[], bool]) -> None:
        """See `WatchableSource`: by IDLE in the inbox. Returns at once where the server doesn't offer it."""
        from .watching import watch  # see _session

        with self._session() as client:
            watch(client, notify, is_stopping)

    def place_draft(self, key: str, draft: Draft, *, sender: str, at: datetime) -> None:
        """See `DraftBox`."""
        from .drafts import place

        with self._session() as client:
            place(client, key, draft, sender=sender, at=at)

    def withdraw_draft(self, key: str) -> None:
        """See `DraftBox`. One that the user changed is theirs, and stays."""
        from .drafts import withdraw

        with self._session() as client:
            withdraw(client, key)

    def _session(self) -> "AbstractContextManager[Client]":
        from .session import session  # imapclient, which `status` doesn't need

        return session(self._settings.server, self._sign_in())

    def _sign_in(self) -> "SignIn":
        from .session import by_password, by_token  # see _session

        user, password = self._settings.user, self._settings.password
        if password is not None:
            return by_password(user, password.reveal)
        if self._access_token is None:
            raise NeedsUser(f"There is no account {self.sign_in_account!r} to sign in to {self._settings.host} by.")
        return by_token(user, self._access_token, f"`afterword connect {self.sign_in_account}`")
