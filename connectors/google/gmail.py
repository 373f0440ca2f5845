"""Gmail as the mail of an account, and as a box for drafts."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from afterword.ports import Batch, Draft

from .asking import Quota
from .drafts import Drafts
from .mail_reading import Reading, known_of
from .messages import UNITS_A_MINUTE, Messages
from .service import opened
from .settings import GoogleSettings


class Gmail:
    """Reads mail, and changes nothing in it but drafts of ours, where the user allows them."""

    def __init__(self, settings: GoogleSettings) -> None:
        self._settings = settings
        self._quota = Quota(UNITS_A_MINUTE)
        self._drafts = Drafts()

    def read(self, cursor: bytes | None, until: datetime) -> Iterator[Batch]:
        """The mails that the cursor doesn't know, without drafts, spam and what was thrown away."""
        with self._opened() as messages:
            profile = messages.profile()
            known = known_of(cursor, profile)
            before = min(known.read_until or until, until).astimezone(UTC)
            since = before - timedelta(days=self._settings.first_days)
            yield from Reading(messages, known, until, since).batches()

    def check(self) -> str:
        """Whose mailbox it is, and how many mails are in it."""
        with self._opened() as messages:
            profile = messages.profile()
        number = profile.messages_total
        return f"{number} mail{'s' if number != 1 else ''} of {profile.email_address}"

    def address(self) -> str:
        """The address that was signed in with."""
        with self._opened() as messages:
            return messages.profile().email_address

    def place_draft(self, key: str, draft: Draft, *, sender: str, at: datetime) -> None:
        """See `DraftBox`."""
        with self._opened("your drafts") as messages:
            self._drafts.place(messages, key, draft, sender=sender, at=at)

    def withdraw_draft(self, key: str) -> None:
        """See `DraftBox`."""
        with self._opened("your drafts") as messages:
            self._drafts.withdraw(messages, key)

    @contextmanager
    def _opened(self, what: str = "your mail") -> Iterator[Messages]:
        with opened("gmail", self._settings, what) as client:
            yield Messages(client, self._quota)
