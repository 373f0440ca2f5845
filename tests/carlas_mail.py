"""Mails between Carla, who hires, and Jane: what recognition finds in one."""

from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from zoneinfo import ZoneInfo

from afterword.recognition.mail import read_mail
from afterword.recognition.reading import Finding, User

BERLIN = ZoneInfo("Europe/Berlin")
JANE = User(name="Jane Doe", addresses=("jane@home.example",), zone=BERLIN, authserv_ids=("mx.home.example",))
SENT = datetime(2026, 3, 4, 10, tzinfo=BERLIN)


def findings(
    text: str,
    subject: str = "Your application as Data Analyst",
    authenticated: str = "",
    answers: str = "",
    copies: str = "",
    *,
    by_the_user: bool = False,
) -> list[Finding]:
    mail = EmailMessage()
    if copies:
        mail["Cc"] = copies
    if authenticated:
        mail["Authentication-Results"] = f"mx.home.example; {authenticated}"
    if answers:
        mail["In-Reply-To"] = f"<{answers}>"
    carla, jane = "Carla Rossi <carla@acme.example>", "jane@home.example"
    mail["From"], mail["To"] = (jane, carla) if by_the_user else (carla, jane)
    mail["Subject"], mail["Date"] = subject, format_datetime(SENT)
    mail.set_content(text)
    return list(read_mail(mail.as_bytes(), user=JANE, received_at=None, now=SENT.astimezone(UTC)).findings)


def told(text: str, subject: str = "Your application as Data Analyst") -> list[str]:
    return [type(finding.event).__name__ for finding in findings(text, subject)]
