"""Gmail as the mail of an account, and as a draft box."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from afterword.ports import Batch, Draft

from .drafts import GmailDrafts
from .gmail_api import UNITS_PER_MINUTE, GmailApi
from .mailbox_sync import MailboxSync, decode_state
from .quota import Quota
from .service import open_client
from .settings import GoogleSettings


class Gmail:
    """Reads mail without changing it, except for our drafts, where the settings allow them."""

    def __init__(self, settings: GoogleSettings) -> None:
        self._settings = settings
        self._quota = Quota(UNITS_PER_MINUTE)
        self._drafts = GmailDrafts()

    def read(self, cursor: bytes | None, until: datetime) -> Iterator[Batch]:
        """See `Source`; without drafts, spam and trash."""
        with self._connect() as api:
            profile = api.profile()
            state = decode_state(cursor, profile)
            before = min(state.read_until or until, until).astimezone(UTC)
            since = before - timedelta(days=self._settings.first_days)
            yield from MailboxSync(api, state, until, since).batches()

    def check(self) -> str:
        """Return how many mails there are, and the address."""
        with self._connect() as api:
            profile = api.profile()
        number = profile.messages_total
        return f"{number} mail{'s' if number != 1 else ''} of {profile.email_address}"

    def address(self) -> str:
        """Return the address of the signed-in user."""
        with self._connect() as api:
            return api.profile().email_address

    def place_draft(self, key: str, draft: Draft, *, sender: str, at: datetime) -> None:
        """See `DraftBox`."""
        with self._connect("your drafts") as api:
            self._drafts.place(api, key, draft, sender=sender, at=at)

    def withdraw_draft(self, key: str) -> None:
        """See `DraftBox`."""
        with self._connect("your drafts") as api:
            self._drafts.withdraw(api, key)

    @contextmanager
    def _connect(self, what: str = "your mail") -> Iterator[GmailApi]:
        with open_client("gmail", self._settings, what) as client:
            yield GmailApi(client, self._quota)
