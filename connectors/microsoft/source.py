"""A Microsoft account as a source: mail and calendars."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from afterword.ports import Batch, BusyTime, Draft, NeedsUser, Prompt

from ..parts import CALENDARS, MAIL, Part, check_parts, read_parts
from .settings import READ_BY_IMAP, MicrosoftSettings

if TYPE_CHECKING:
    from .calendar_source import GraphCalendar
    from .graph import Graph


class MicrosoftSource:
    """Reads the parts of an account that the settings name, with one sign-in."""

    Settings: ClassVar[type[MicrosoftSettings]] = MicrosoftSettings
    holds_mail: ClassVar[bool] = True

    def __init__(self, settings: MicrosoftSettings) -> None:
        self._settings = settings

    def read(self, cursor: bytes | None, until: datetime) -> Iterator[Batch]:
        """See `Source`. A part without permission raises at the end, after the others are read."""
        yield from self.read_headers_first(cursor, until, lambda _: True)

    def read_headers_first(
        self, cursor: bytes | None, until: datetime, is_wanted: Callable[[bytes], bool]
    ) -> Iterator[Batch]:
        """See `HeadersFirstSource`. Sent mail, and everything after the initial read, is always read."""
        yield from read_parts(self._parts(is_wanted), cursor, until)

    def check(self) -> str:
        """Describe each part."""
        return check_parts(self._parts()) or "signs in for IMAP"

    def sign_in(self, prompt: Prompt) -> str:
        """See `SignInSource`."""
        from .sign_in import sign_in  # msal, which `status` doesn't need

        return sign_in(self._settings, self._settings.grants(), self._settings.flow, prompt)

    def access_token(self, refused: str = "") -> str:
        """See `SignInSource`: for IMAP."""
        from .sign_in import access_token  # as above

        return access_token(self._settings, [READ_BY_IMAP], refused)

    def busy(self, start: datetime, end: datetime) -> Iterable[BusyTime]:
        """See `FreeBusySource`; empty if the calendars are not read."""
        return self._calendars().busy(start, end) if self._settings.calendar else ()

    def place_draft(self, key: str, draft: Draft, *, sender: str, at: datetime) -> None:
        """See `DraftBox`. Outlook sets sender and date itself."""
        _ = sender, at
        from .drafts import place  # see sign_in

        with self._drafts() as graph:
            place(graph, key, draft)

    def withdraw_draft(self, key: str) -> None:
        """See `DraftBox`. A draft that the user changed is kept."""
        from .drafts import withdraw  # see sign_in

        with self._drafts() as graph:
            withdraw(graph, key)

    def _parts(self, is_wanted: Callable[[bytes], bool] | None = None) -> dict[str, Part]:
        from .mail import GraphMail

        parts: dict[str, Part] = {}
        if self._settings.mail:
            parts[MAIL] = GraphMail(self._mail, self._settings.first_days, is_wanted)
        if self._settings.calendar:
            parts[CALENDARS] = self._calendars()
        if not parts and not self._settings.imap:
            raise NeedsUser("The account is used for nothing: set mail = true or calendar = true.")
        return parts

    def _calendars(self) -> "GraphCalendar":
        from .calendar_source import GraphCalendar  # icalendar, which `status` doesn't need

        return GraphCalendar(self._calendar, self._settings.calendars)

    def _mail(self) -> "AbstractContextManager[Graph]":
        return self._connect(self._settings.mail_scopes(), "your mail")

    def _drafts(self) -> "AbstractContextManager[Graph]":
        return self._connect(self._settings.mail_scopes(), "your drafts")

    def _calendar(self) -> "AbstractContextManager[Graph]":
        return self._connect(self._settings.calendar_scopes(), "your calendars")

    def _connect(self, scopes: list[str], what: str) -> "AbstractContextManager[Graph]":
        from .graph import connect  # requests and msal, which `status` doesn't need

        return connect(self._settings, scopes, what)
