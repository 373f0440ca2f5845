"""Invites as iMIP mails (RFC 6047) to the user's own address, for calendars that import them from the mailbox.

The recipient can't be chosen: it is always the user's own address, computed from the configuration.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from typing import Annotated, ClassVar, Literal
from zoneinfo import ZoneInfo

from msgspec import Meta, Struct

from afterword.ports import Invite, PlacedInvite, UserAction

from .icalendar_text import DONE, itip_cancel, itip_request, strip_controls
from .secrets import Secret
from .submission import SubmissionServer, session
from .tls import Tls, check_tls

TAG = "+afterword"
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*/=?^_`{|}~.+-]{1,64}@[A-Za-z0-9.-]{1,253}")


class ImipSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"sender": "from"}):
    """`port` 0 is the standard submission port; without `user` there is no authentication. `from` is the user's address that is
    sender and recipient (default: the first). `organizer` is another of their addresses, for replies (default: `from` with a tag).
    `addresses` and `name` come from the configuration's [user].
    """

    host: Annotated[str, Meta(min_length=1)]
    addresses: Annotated[tuple[str, ...], Meta(min_length=1)]
    name: str = ""
    user: str = ""
    password: Secret | None = None
    port: Annotated[int, Meta(ge=0, le=65535)] = 0
    tls: Tls = "implicit"
    ca_file: str = ""
    sender: str = ""
    organizer: str = ""

    def __post_init__(self) -> None:
        check_tls(self.tls, self.host)
        if bool(self.user) != (self.password is not None):
            raise ValueError("name both user and password, or neither")
        if self.sender and self.sender.lower() not in self.addresses:
            raise ValueError("from must be one of user.addresses")
        if not _ADDRESS.fullmatch(self.own_address):
            raise ValueError("the first of user.addresses can't be written to: name another as from")
        if self.organizer and self.organizer.lower() not in set(self.addresses) - {self.own_address}:
            raise ValueError(
                "organizer must be one of user.addresses, and another than from: nobody answers themselves"
            )
        if not _ADDRESS.fullmatch(self.organizer_address):
            raise ValueError("organizer can't be written to: name another of user.addresses")

    @property
    def server(self) -> SubmissionServer:
        return SubmissionServer(
            host=self.host,
            port=self.port,
            tls=self.tls,
            ca_file=self.ca_file,
            user=self.user,
            password=self.password,
        )

    @property
    def own_address(self) -> str:
        """The sender, and the only recipient ever."""
        return self.sender.lower() or self.addresses[0]

    @property
    def organizer_address(self) -> str:
        """The ORGANIZER, which receives the replies: the user's own address with a tag, or another of theirs."""
        local, _, domain = self.own_address.rpartition("@")
        return self.organizer.lower() or f"{local}{TAG}@{domain}"


class ImipChannel:
    """Sends a mail for each change. The calendar can't be read: what the user did there comes back as a REPLY by mail."""

    Settings: ClassVar[type[ImipSettings]] = ImipSettings

    def __init__(self, settings: ImipSettings) -> None:
        self._settings = settings

    def place(self, invite: Invite) -> None:
        """Send a REQUEST (RFC 5546, 3.2.2); a higher SEQUENCE updates the calendar's copy."""
        calendar = itip_request(invite, organizer=self._settings.organizer_address, attendee=self._settings.own_address)
        summary = (DONE if invite.done else "") + _single_line(invite.summary)
        text = f"{_format_time_range(invite)}\n\n{strip_controls(invite.description)}\n"
        self._send(_OutgoingMail("REQUEST", invite.uid, invite.sequence, summary, text, calendar, invite.stamp))

    def withdraw(self, placed: PlacedInvite, at: datetime) -> None:
        """Send a CANCEL (RFC 5546, 3.2.5)."""
        calendar = itip_cancel(
            placed, at, organizer=self._settings.organizer_address, attendee=self._settings.own_address
        )
        text = "There is nothing left to do here: this entry can go.\n"
        self._send(_OutgoingMail("CANCEL", placed.uid, placed.sequence + 1, "No longer needed", text, calendar, at))

    def observe(self, placed: Sequence[PlacedInvite]) -> Iterator[UserAction]:
        """Yield nothing: replies are read from the mailbox."""
        _ = placed
        yield from ()

    def check(self) -> str:
        """Sign in without sending anything."""
        with session(self._settings.server):
            return f"to {self._settings.own_address} by {self._settings.host}"

    def _send(self, mail: "_OutgoingMail") -> None:
        message = _to_email(mail, self._settings)
        with session(self._settings.server) as smtp:
            smtp.send_message(message, from_addr=self._settings.own_address, to_addrs=[self._settings.own_address])


class _OutgoingMail(Struct, frozen=True):
    """A mail to send: the iTIP `method`, subject and text for people, and the VCALENDAR."""

    method: Literal["REQUEST", "CANCEL"]
    uid: str
    sequence: int
    summary: str
    text: str
    calendar: bytes
    stamp: datetime


def _to_email(mail: _OutgoingMail, settings: ImipSettings) -> EmailMessage:
    """The mail as RFC 5322 message. The calendar part is added as bytes, because text would lose its CRLF line ends.

    There is no Auto-Submitted header (RFC 3834): some calendar servers ignore invitations that have one.
    """
    domain = settings.own_address.rpartition("@")[2]
    name = re.sub(r"[^A-Za-z0-9.-]", "-", mail.uid.removesuffix("@afterword"))[:100]
    message = EmailMessage()
    message["From"] = formataddr((_single_line(settings.name), settings.own_address))
    message["To"] = settings.own_address
    message["Subject"] = mail.summary
    message["Date"] = format_datetime(mail.stamp)
    message["Message-ID"] = f"<afterword.{name}.{mail.sequence}.{mail.method.lower()}@{domain}>"
    if mail.sequence:
        message["References"] = f"<afterword.{name}.0.request@{domain}>"
    message.set_content(mail.text, cte="quoted-printable")
    message.add_alternative(
        mail.calendar,
        maintype="text",
        subtype="calendar",
        cte="base64",
        params={"method": mail.method, "charset": "UTF-8"},
    )
    return message


def _format_time_range(invite: Invite) -> str:
    zone = ZoneInfo(invite.zone)
    return f"{invite.start.astimezone(zone):%Y-%m-%d %H:%M}-{invite.end.astimezone(zone):%H:%M} ({invite.zone})"


def _single_line(text: str) -> str:
    return " ".join(strip_controls(text).split())
