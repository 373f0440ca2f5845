"""Invites as mails (iMIP, RFC 6047) to the user themselves, for whoever's calendar takes them from the mailbox.

There is no recipient to be chosen: whatever is sent goes to the user's own address, which is computed from the configuration.
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

from .icalendar_text import DONE, announced, plain, revoked
from .secrets import Secret
from .submission import SubmissionServer, session
from .tls import Tls, check_tls

TAG = "+afterword"
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*/=?^_`{|}~.+-]{1,64}@[A-Za-z0-9.-]{1,253}")


class ImipSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"sender": "from"}):
    """`port` 0 is the usual one for submission; without a user nobody signs in. `from` is which of the user's addresses sends,
    and is sent to; left out: the first. `organizer` is another of them, for answers; left out: `from` with a tag. `addresses`
    and `name` are the user's, and come from the configuration's [user].
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
        if not _ADDRESS.fullmatch(self.answered_at):
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
        """Who sends, and the only one who is ever sent to."""
        return self.sender.lower() or self.addresses[0]

    @property
    def answered_at(self) -> str:
        """The organizer, to whom answers come back: the user's own address with a tag, or another of theirs."""
        local, _, domain = self.own_address.rpartition("@")
        return self.organizer.lower() or f"{local}{TAG}@{domain}"


class ImipChannel:
    """Sends a mail for each change. It can't look into the calendar: what the user did there comes back as a mail."""

    Settings: ClassVar[type[ImipSettings]] = ImipSettings

    def __init__(self, settings: ImipSettings) -> None:
        self._settings = settings

    def place(self, invite: Invite) -> None:
        """Send a REQUEST; one with a higher SEQUENCE changes what the calendar took from the last."""
        text = announced(invite, organizer=self._settings.answered_at, attendee=self._settings.own_address)
        summary = (DONE if invite.done else "") + _line(invite.summary)
        words = f"{_when(invite)}\n\n{plain(invite.description)}\n"
        self._send(_Word("REQUEST", invite.uid, invite.sequence, summary, words, text, invite.stamp))

    def withdraw(self, placed: PlacedInvite, at: datetime) -> None:
        """Send a CANCEL (RFC 5546, 3.2.5)."""
        text = revoked(placed, at, organizer=self._settings.answered_at, attendee=self._settings.own_address)
        words = "There is nothing left to do here: this entry can go.\n"
        self._send(_Word("CANCEL", placed.uid, placed.sequence + 1, "No longer needed", words, text, at))

    def observe(self, placed: Sequence[PlacedInvite]) -> Iterator[UserAction]:
        """Nothing: answers are read from the mailbox."""
        _ = placed
        yield from ()

    def check(self) -> str:
        """Sign in, and send nothing."""
        with session(self._settings.server):
            return f"to {self._settings.own_address} by {self._settings.host}"

    def _send(self, word: "_Word") -> None:
        message = _message(word, self._settings)
        with session(self._settings.server) as line:
            line.send_message(message, from_addr=self._settings.own_address, to_addrs=[self._settings.own_address])


class _Word(Struct, frozen=True):
    """One mail: what it asks a calendar to do, and what it says to a person."""

    method: Literal["REQUEST", "CANCEL"]
    uid: str
    sequence: int
    summary: str
    words: str
    calendar: bytes
    stamp: datetime


def _message(word: _Word, settings: ImipSettings) -> EmailMessage:
    """The calendar part is given as bytes: as text its line ends would be lost.

    It does not say that it was generated (RFC 3834): there are calendar servers that take no such invitation.
    """
    domain = settings.own_address.rpartition("@")[2]
    name = re.sub(r"[^A-Za-z0-9.-]", "-", word.uid.removesuffix("@afterword"))[:100]
    message = EmailMessage()
    message["From"] = formataddr((_line(settings.name), settings.own_address))
    message["To"] = settings.own_address
    message["Subject"] = word.summary
    message["Date"] = format_datetime(word.stamp)
    message["Message-ID"] = f"<afterword.{name}.{word.sequence}.{word.method.lower()}@{domain}>"
    if word.sequence:
        message["References"] = f"<afterword.{name}.0.request@{domain}>"
    message.set_content(word.words, cte="quoted-printable")
    message.add_alternative(
        word.calendar,
        maintype="text",
        subtype="calendar",
        cte="base64",
        params={"method": word.method, "charset": "UTF-8"},
    )
    return message


def _when(invite: Invite) -> str:
    zone = ZoneInfo(invite.zone)
    return f"{invite.start.astimezone(zone):%Y-%m-%d %H:%M}-{invite.end.astimezone(zone):%H:%M} ({invite.zone})"


def _line(text: str) -> str:
    return " ".join(plain(text).split())
