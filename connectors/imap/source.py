"""A mail account as a source. Folders are opened by EXAMINE and bodies fetched by BODY.PEEK, so that nothing changes.

Mails are tracked by UID (RFC 3501, 2.3.1.1); digests distinguish new mails from those that were moved or renumbered.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from afterword.ports import Batch, Draft, NeedsUser, Unavailable

from ..seen import decode_cursor
from ..tokens import connect_command
from .cursor import Cursor
from .examining import examine_all
from .settings import ImapSettings

if TYPE_CHECKING:
    from .session import Authenticator, Client


NO_SENT = (
    "none of them holds sent mail, so what you send is not seen: name yours among the account's folders, if it has one"
)


class ImapSource:
    """Reads an account by IMAP without changing it, except for drafts, where the settings allow them."""

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
        """See `Source`: mails whose UIDs and digests are not in the cursor."""
        yield from self.read_headers_first(cursor, until, lambda _: True)

    def read_headers_first(
        self, cursor: bytes | None, until: datetime, is_wanted: Callable[[bytes], bool]
    ) -> Iterator[Batch]:
        """See `HeadersFirstSource`. Sent mail, and everything after the initial read, is always read."""
        from .disconnects import Disconnected, DisconnectTracker  # see _session
        from .mailbox_sync import MailboxSync  # see _session

        tracker = DisconnectTracker(until)
        while True:
            try:
                with self._session() as client:
                    state = decode_cursor(cursor, Cursor, Cursor())
                    for batch in MailboxSync(client, state, tracker, self._settings, is_wanted).batches():
                        cursor = batch.cursor
                        yield batch
                    return
            except Disconnected as error:
                tracker.record(error)

    def check(self) -> str:
        """Return how many mails there are, in which folders, and whether sent mail is missing among them."""
        failed: dict[str, Unavailable] = {}
        with self._session() as client:
            folders = list(examine_all(client, self._settings.folders, failed))
        for each in failed.values():
            raise each
        mails, names = sum(status.exists for _, status in folders), ", ".join(folder.name for folder, _ in folders)
        description = f"{mails} mail{'s' if mails != 1 else ''} in {names}"
        may_have_sent = any(folder.role in {"sent", "other"} for folder, _ in folders)
        return description if may_have_sent else f"{description}; {NO_SENT}"

    def watch(self, notify: Callable[[], None], is_stopping: Callable[[], bool]) -> None:
        """See `WatchableSource`: by IDLE in the inbox. Returns at once if the server does not support it."""
        from .idle import watch  # see _session

        with self._session() as client:
            watch(client, notify, is_stopping)

    def place_draft(self, key: str, draft: Draft, *, sender: str, at: datetime) -> None:
        """See `DraftBox`."""
        from .drafts import place

        with self._session() as client:
            place(client, key, draft, sender=sender, at=at)

    def withdraw_draft(self, key: str) -> None:
        """See `DraftBox`. A draft that the user changed is kept."""
        from .drafts import withdraw

        with self._session() as client:
            withdraw(client, key)

    def _session(self) -> "AbstractContextManager[Client]":
        from .session import session  # imapclient, which `status` doesn't need

        return session(self._settings.server, self._sign_in())

    def _sign_in(self) -> "Authenticator":
        from .session import password_authenticator, token_authenticator  # see _session

        user, password = self._settings.user, self._settings.password
        if password is not None:
            return password_authenticator(user, password.reveal)
        if self._access_token is None:
            raise NeedsUser(f"There is no account {self.sign_in_account!r} to sign in to {self._settings.host} by.")
        return token_authenticator(user, self._access_token, connect_command(self.sign_in_account))
