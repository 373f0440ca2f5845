"""Invites as mails (iMIP, RFC 6047) to the user themselves, for whoever's calendar takes them from the mailbox.

There is no recipient to be chosen: whatever is sent goes to the user's own address, which is computed from the configuration.
"""

import re
import smtplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from ipaddress import ip_address
from typing import Annotated, ClassVar, Literal
from zoneinfo import ZoneInfo

from msgspec import Meta, Struct

from afterword.ports import ConnectorError, Invite, NeedsUser, Standing, Unavailable, UserAct

from .icalendar_text import DONE, announced, plain, revoked
from .secrets import Secret

PATIENCE = 60.0
PORTS = {"implicit": 465, "starttls": 587, "none": 25}
TAG = "+afterword"
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*/=?^_`{|}~.+-]{1,64}@[A-Za-z0-9.-]{1,253}")


class ImipSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"sender": "from"}):
    """`port` 0 is the usual one for submission; without a user nobody signs in. `from` is which of the user's addresses sends,
    and is sent to; left out: the first. `addresses` and `name` are the user's, and come from the configuration's [user].
    """

    host: Annotated[str, Meta(min_length=1)]
    addresses: Annotated[tuple[str, ...], Meta(min_length=1)]
    name: str = ""
    user: str = ""
    password: Secret | None = None
    port: Annotated[int, Meta(ge=0, le=65535)] = 0
    tls: Literal["implicit", "starttls", "none"] = "implicit"
    ca_file: str = ""
    sender: str = ""

    def __post_init__(self) -> None:
        if self.tls == "none" and not _is_loopback(self.host):
            raise ValueError('tls = "none" is for this machine only: use "implicit" or "starttls"')
        if bool(self.user) != (self.password is not None):
            raise ValueError("name both user and password, or neither")
        if self.sender and self.sender.lower() not in self.addresses:
            raise ValueError("from must be one of user.addresses")
        if not _ADDRESS.fullmatch(self.own_address):
            raise ValueError("the first of user.addresses can't be written to: name another as from")

    @property
    def own_address(self) -> str:
        """Who sends, and the only one who is ever sent to."""
        return self.sender.lower() or self.addresses[0]

    @property
    def organizer(self) -> str:
        """The address that answers come back to: the user's own, with a tag."""
        local, _, domain = self.own_address.rpartition("@")
        return f"{local}{TAG}@{domain}"


class ImipChannel:
    """Sends a mail for each change. It can't look into the calendar: what the user did there comes back as a mail."""

    Settings: ClassVar[type[ImipSettings]] = ImipSettings

    def __init__(self, settings: ImipSettings) -> None:
        self._settings = settings
        self._told: dict[str, Standing] = {}

    def place(self, invite: Invite) -> None:
        """Send a REQUEST; one with a higher SEQUENCE changes what the calendar took from the last."""
        text = announced(invite, organizer=self._settings.organizer, attendee=self._settings.own_address)
        summary = (DONE if invite.done else "") + _line(invite.summary)
        words = f"{_when(invite)}\n\n{plain(invite.description)}\n"
        self._send(_Word("REQUEST", invite.uid, invite.sequence, summary, words, text, invite.stamp))
        self._told[invite.uid] = _standing(invite)

    def cancel(self, standing: Standing, at: datetime) -> None:
        """Send a CANCEL (RFC 5546, 3.2.5)."""
        text = revoked(standing, at, organizer=self._settings.organizer, attendee=self._settings.own_address)
        words = "There is nothing left to do here: this entry can go.\n"
        self._send(_Word("CANCEL", standing.uid, standing.sequence + 1, "No longer needed", words, text, at))
        self._told.pop(standing.uid, None)

    def withdraw(self, uid: str) -> None:
        """Cancel an invite that was placed or observed by this same channel."""
        known = self._told.get(uid)
        if known is not None:
            self.cancel(known, datetime.now(tz=known.start.tzinfo))

    def observe(self, standing: Sequence[Standing]) -> Iterator[UserAct]:
        """Nothing: answers are read from the mailbox."""
        self._told |= {each.uid: each for each in standing}
        yield from ()

    def check(self) -> str:
        """Sign in, and send nothing."""
        with self._session():
            return f"to {self._settings.own_address} by {self._settings.host}"

    def _send(self, word: "_Word") -> None:
        message = _message(word, self._settings)
        with self._session() as server:
            server.send_message(message, from_addr=self._settings.own_address, to_addrs=[self._settings.own_address])

    @contextmanager
    def _session(self) -> Iterator[smtplib.SMTP]:
        settings = self._settings
        with _told(settings.host), _connected(settings) as server:
            if settings.tls == "starttls":
                server.starttls(context=_context(settings.ca_file))
            if settings.password is not None:
                server.login(settings.user, settings.password.reveal(settings.user))
            yield server


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


def _standing(invite: Invite) -> Standing:
    return Standing(uid=invite.uid, sequence=invite.sequence, start=invite.start, end=invite.end)


def _line(text: str) -> str:
    return " ".join(plain(text).split())


def _connected(settings: ImipSettings) -> smtplib.SMTP:
    port = settings.port or PORTS[settings.tls]
    if settings.tls == "implicit":
        return smtplib.SMTP_SSL(settings.host, port, timeout=PATIENCE, context=_context(settings.ca_file))
    return smtplib.SMTP(settings.host, port, timeout=PATIENCE)


def _context(ca_file: str) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=ca_file or None)
    except OSError as error:
        raise NeedsUser(f"The certificates in {ca_file} can't be read: mend the delivery's ca_file.") from error


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@contextmanager
def _told(host: str) -> Iterator[None]:
    try:
        yield
    except ConnectorError:
        raise
    except smtplib.SMTPAuthenticationError as error:
        if 400 <= error.smtp_code < 500:  # noqa: PLR2004 - RFC 5321, 4.2.1: it may go well later
            raise Unavailable(f"{host} can't sign anybody in at the moment.") from error
        hint = "check both; some providers want an app password"
        raise NeedsUser(f"{host} refused the user name or the password: {hint}.") from None
    except smtplib.SMTPNotSupportedError as error:
        raise NeedsUser(f"{host} does not offer what is needed here: check the delivery's port and tls.") from error
    except ssl.SSLCertVerificationError as error:
        hint = "check the delivery's host, or name the authority's certificate as ca_file"
        raise NeedsUser(f"The certificate of {host} can't be trusted ({error.verify_message}): {hint}.") from error
    except smtplib.SMTPException as error:
        raise Unavailable(f"{host} did not take the mail ({type(error).__name__}).") from error
    except (OSError, ValueError) as error:
        raise Unavailable(f"{host} can't be reached ({type(error).__name__}).") from error
