"""A Google account as a source: mail and calendars."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from afterword.ports import Batch, BusyTime, Draft, NeedsUser, Prompt

from ..parts import CALENDARS, MAIL, Part, check_parts, read_parts
from .settings import PURPOSES, READ_BY_IMAP, READ_MAIL, GoogleSettings

if TYPE_CHECKING:
    from .calendar_source import GoogleCalendar
    from .gmail import Gmail


class GoogleSource:
    """Reads the parts of an account that the settings name, with one sign-in."""

    Settings: ClassVar[type[GoogleSettings]] = GoogleSettings
    holds_mail: ClassVar[bool] = True

    def __init__(self, settings: GoogleSettings) -> None:
        self._settings = settings

    def read(self, cursor: bytes | None, until: datetime) -> Iterator[Batch]:
        """See `Source`. A part without permission raises at the end, after the others are read."""
        yield from read_parts(self._parts(), cursor, until)

    def check(self) -> str:
        """Describe each part, or what else the account is used for."""
        parts = self._parts()
        if parts:
            return check_parts(parts)
        return "signs in for IMAP" if self._settings.imap else "takes the invites"

    def sign_in(self, prompt: Prompt) -> str:
        """See `SignInSource`."""
        from .sign_in import sign_in  # google-auth, which `status` doesn't need

        self._parts()
        wanted = self._settings.scopes()
        granted = sign_in(self._settings, wanted, prompt)
        for scope in wanted:
            if scope not in granted:
                prompt.say(f"You did not allow Afterword to {PURPOSES[scope]}: it goes without that.")
        if READ_MAIL in granted:
            return self._gmail.address()
        return "your mail by IMAP" if READ_BY_IMAP in granted else "your calendars"

    def access_token(self, refused: str = "") -> str:
        """See `SignInSource`."""
        from .credentials import StoredCredentials  # see sign_in

        return StoredCredentials(self._settings).valid_token(refused)

    def busy(self, start: datetime, end: datetime) -> Iterable[BusyTime]:
        """See `FreeBusySource`; empty if the calendars are not read."""
        return self._calendars().busy(start, end) if self._settings.calendar else ()

    def place_draft(self, key: str, draft: Draft, *, sender: str, at: datetime) -> None:
        """See `DraftBox`."""
        self._gmail.place_draft(key, draft, sender=sender, at=at)

    def withdraw_draft(self, key: str) -> None:
        """See `DraftBox`."""
        self._gmail.withdraw_draft(key)

    def _parts(self) -> dict[str, Part]:
        parts: dict[str, Part] = {}
        if self._settings.mail:
            parts[MAIL] = self._gmail
        if self._settings.calendar:
            parts[CALENDARS] = self._calendars()
        if not parts and not self._settings.scopes():
            raise NeedsUser("The account is used for nothing: set mail = true or calendar = true.")
        return parts

    def _calendars(self) -> "GoogleCalendar":
        from .calendar_source import GoogleCalendar  # recognition's reading of calendars, which `status` doesn't need

        return GoogleCalendar(self._settings)

    @cached_property
    def _gmail(self) -> "Gmail":
        """One instance for all requests, because it has the quota."""
        from .gmail import Gmail  # see sign_in

        return Gmail(self._settings)
