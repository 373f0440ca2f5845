"""The settings of an account, and the scopes that they need."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from ..tls import is_loopback_url
from ..tokens import TokenStorage
from .calendar_selection import DEFAULT_CALENDAR_NAME

GRAPH = "https://graph.microsoft.com/v1.0"
AUTHORITY = "https://login.microsoftonline.com/common"

READ_MAIL, WRITE_DRAFTS = "Mail.Read", "Mail.ReadWrite"
READ_CALENDARS, WRITE_CALENDARS = "Calendars.Read", "Calendars.ReadWrite"
READ_BY_IMAP = "https://outlook.office.com/IMAP.AccessAsUser.All"

PURPOSES = {
    READ_MAIL: "read your mail, to see what happened",
    WRITE_DRAFTS: "read your mail, and put drafts into your mailbox (it cannot send)",
    READ_CALENDARS: "read your calendars, to see interviews and free times",
    WRITE_CALENDARS: 'read your calendars, and write to one of its own, named "Afterword"',
    READ_BY_IMAP: "read your mail by IMAP",
}
"""Each permission (https://learn.microsoft.com/graph/permissions-reference), and what it is for."""


class Access(Struct, frozen=True, kw_only=True):
    """How to access an account: `client_id` is the app registration's, `token_file` that of the tokens. `endpoint` and `ca_file` are for
    tests on this machine.
    """

    client_id: Annotated[str, Meta(min_length=1)]
    token_file: Annotated[str, Meta(min_length=1)]
    tokens: TokenStorage = "file"
    authority: str = AUTHORITY
    endpoint: str = GRAPH
    ca_file: str = ""

    def __post_init__(self) -> None:
        if self.endpoint != GRAPH and not is_loopback_url(self.endpoint):
            raise ValueError("endpoint is for tests: it must be on this machine")
        if not self.authority.startswith("https://"):
            raise ValueError(f"authority must begin with https://, as {AUTHORITY} does")
        if self.ca_file and not is_loopback_url(self.authority):
            raise ValueError("ca_file is for tests: the authority must be on this machine")


class MicrosoftSettings(Access, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`mail`, `calendar` and `drafts` are what the account is used for, `calendars` the names of those to read (empty: all). The initial
    read goes back `first_days`. `delivers`: invites go into a calendar of this account; `imap`: an IMAP account uses this one's
    sign-in.
    """

    flow: Literal["device", "browser"] = "device"
    mail: bool = True
    calendar: bool = True
    drafts: bool = False
    calendars: tuple[str, ...] = ()
    first_days: Annotated[int, Meta(ge=1, le=3650)] = 90
    delivers: bool = False
    imap: bool = False

    def mail_scopes(self) -> list[str]:
        """Return Graph's scopes for reading mail and storing drafts."""
        return [WRITE_DRAFTS if self.drafts else READ_MAIL] if self.mail or self.drafts else []

    def calendar_scopes(self) -> list[str]:
        """Return Graph's scopes for reading calendars and storing invites."""
        return [WRITE_CALENDARS if self.delivers else READ_CALENDARS] if self.calendar or self.delivers else []

    def grants(self) -> list[list[str]]:
        """Return the groups of scopes to request: a token is either for Graph or for IMAP."""
        return [
            each for each in (self.mail_scopes() + self.calendar_scopes(), [READ_BY_IMAP] if self.imap else []) if each
        ]


class MicrosoftChannelSettings(Access, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`calendar` is the name of our calendar; in settings taken over from an account it is that account's boolean `calendar`."""

    calendar: str | bool = DEFAULT_CALENDAR_NAME

    @property
    def calendar_name(self) -> str:
        return self.calendar if isinstance(self.calendar, str) and self.calendar else DEFAULT_CALENDAR_NAME
