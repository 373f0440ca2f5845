"""A user's mail server: what is submitted to it goes into their mailbox and to their calendar, whose own mails it takes too."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime
from imaplib import IMAP4
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from icalendar import Calendar
from msgspec import Struct, field

from connectors.imip import TAG
from tests.servers.dovecot import Account, free_port
from tests.servers.smtp import USER, Given, Submission, to_lmtp


class Route(Struct):
    """Where mails are handed on to, and those that wait for it to come back."""

    hand: Callable[[Given], None]
    waiting: list[Given] = field(default_factory=list)

    def run(self) -> None:
        with suppress(OSError, IMAP4.error):
            while self.waiting:
                self.hand(self.waiting[0])
                self.waiting.pop(0)


class MailServers:
    """Listens for submissions, and at `reply_port` for the calendar's mails; it hands to the calendar at `lmtp_port`.

    Mails without a date get that of `now` (RFC 6409, 8.1).
    """

    def __init__(self, base: Path) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)
        self.lmtp_port, self.reply_port = free_port(), free_port()
        self.submission = Submission(base)
        self.submission.carry = self._submitted
        self._replies = Controller(self, hostname="127.0.0.1", port=self.reply_port)
        self._box: Account | None = None
        self._to_mailbox, self._to_calendar = Route(self._put), Route(to_lmtp(self.lmtp_port))

    def start(self) -> None:
        self.submission.start()
        self._replies.start()

    def stop(self) -> None:
        self.submission.stop()
        self._replies.stop()

    @contextmanager
    def to(self, box: Account) -> Iterator[None]:
        """With that mailbox as the user's."""
        self._box = box
        yield
        self._box = None
        self._to_mailbox.waiting.clear()
        self._to_calendar.waiting.clear()
        assert {each for given in self.submission.given for each in given.recipients} <= {USER}
        self.submission.given.clear()

    def send(self, answer: Calendar) -> None:
        """What the user's own mail program sends to the organizer of an invitation."""
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = USER, organizer(), "Answered"
        message.set_content(answer.to_ical().decode(), subtype="calendar", params={"method": str(answer["METHOD"])})
        self._taken(Given(sender=USER, recipients=(organizer(),), raw=bytes(message)))

    def hand_on(self) -> None:
        """Try what waits again."""
        self._to_mailbox.run()
        self._to_calendar.run()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        _ = server, session
        raw = envelope.content if isinstance(envelope.content, bytes) else b""
        self._taken(Given(sender=envelope.mail_from or "", recipients=tuple(envelope.rcpt_tos), raw=raw))
        return "250 OK"

    def _submitted(self, given: Given) -> None:
        self._to_calendar.waiting.append(given)
        self._taken(given)

    def _taken(self, given: Given) -> None:
        assert set(given.recipients) <= {USER, organizer()}
        self._to_mailbox.waiting.append(given)
        self.hand_on()

    def _put(self, given: Given) -> None:
        message = message_from_bytes(given.raw, policy=policy.SMTP)
        if "Date" not in message:
            message["Date"] = format_datetime(self.now)
        if self._box is not None:
            self._box.put(bytes(message), stored=self.now)


def organizer() -> str:
    """The user's address that answers come to."""
    local, _, domain = USER.partition("@")
    return f"{local}{TAG}@{domain}"
