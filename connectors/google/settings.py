"""The settings of an account, and the scopes that they need."""

from typing import Annotated

from msgspec import Meta, Struct

from ..tls import is_loopback_url
from ..tokens import TokenStorage

READ_MAIL = "https://www.googleapis.com/auth/gmail.readonly"
WRITE_DRAFTS = "https://www.googleapis.com/auth/gmail.compose"
READ_BY_IMAP = "https://mail.google.com/"
READ_CALENDARS = "https://www.googleapis.com/auth/calendar.readonly"
LIST_CALENDARS = "https://www.googleapis.com/auth/calendar.calendarlist.readonly"
WRITE_OUR_CALENDAR = "https://www.googleapis.com/auth/calendar.app.created"

PURPOSES = {
    READ_MAIL: "read your mail, to see what happened",
    WRITE_DRAFTS: "put drafts into your mailbox (Google grants this only together with sending, which Afterword never does)",
    READ_BY_IMAP: "read your mail by IMAP (Google grants this only together with every right to it; Afterword never sends)",
    READ_CALENDARS: "read your calendars, to see interviews and free times",
    LIST_CALENDARS: "see which calendars you have, to find its own among them",
    WRITE_OUR_CALENDAR: 'make a calendar named "Afterword" and write to that one alone',
}
"""Each scope (https://developers.google.com/identity/protocols/oauth2/scopes), and what it is for."""


class Access(Struct, frozen=True, kw_only=True):
    """How to access an account: `client_secrets` is the file of the OAuth client, `token_file` that of the tokens, `endpoint` another
    server, for tests.
    """

    client_secrets: Annotated[str, Meta(min_length=1)]
    token_file: Annotated[str, Meta(min_length=1)]
    tokens: TokenStorage = "file"
    endpoint: str = ""

    def __post_init__(self) -> None:
        if self.endpoint and not is_loopback_url(self.endpoint):
            raise ValueError("endpoint is for tests: it must be on this machine")


class GoogleSettings(Access, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`mail`, `calendar` and `drafts` are what the account is used for, `calendars` the names or ids of those to read (empty: all that
    are shown). The initial read goes back `first_days`. `delivers`: invites go into a calendar of this account; `imap`: an IMAP
    account uses this one's sign-in.
    """

    mail: bool = True
    calendar: bool = True
    drafts: bool = False
    calendars: tuple[str, ...] = ()
    first_days: Annotated[int, Meta(ge=1, le=3650)] = 90
    delivers: bool = False
    imap: bool = False

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.drafts and not self.mail:
            raise ValueError("drafts = true needs mail = true: a draft is put into the thread that it answers")

    def scopes(self) -> list[str]:
        """Return the OAuth scopes that these settings need."""
        needed = {
            READ_MAIL: self.mail,
            WRITE_DRAFTS: self.drafts,
            READ_BY_IMAP: self.imap,
            READ_CALENDARS: self.calendar,
            LIST_CALENDARS: self.delivers and not self.calendar,
            WRITE_OUR_CALENDAR: self.delivers,
        }
        return [scope for scope, is_needed in needed.items() if is_needed]


class GoogleChannelSettings(Access, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`calendar` is the name of our calendar; in settings taken over from an account it is that account's boolean `calendar`."""

    calendar: str | bool = "Afterword"

    @property
    def calendar_name(self) -> str:
        return self.calendar if isinstance(self.calendar, str) and self.calendar else "Afterword"
