"""A draft for tests, and the mails that have one written."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from afterword.ports import Draft

AT = datetime(2026, 3, 5, 18, tzinfo=UTC)
NOW = datetime(2026, 3, 5, 12, tzinfo=UTC)
DRAFT = Draft(
    to=("anna@acme.example",),
    subject="Re: Ihr Gespräch\r\nBcc: everybody@example.com",
    body="Dear Anna,\n\nthank you for the good talk about Größe 🙂.\n\nJane\n",
    in_reply_to="1@acme.example",
)


def rejected(now: datetime) -> tuple[bytes, bytes]:
    """An interview that was held, and the rejection after it."""
    head = "From: Anna Rossi <anna@acme.example>\r\nTo: jane@example.org\r\n"
    start = now - timedelta(days=3)
    invited = (
        f"{head}Subject: Interview at Acme\r\nMessage-ID: <1@acme.example>\r\n"
        f"Date: {format_datetime(now - timedelta(days=6))}\r\n\r\nDear Jane,\r\n"
        f"we would like to invite you to an interview on {start:%d %B %Y} at {start:%H:%M}.\r\nAnna Rossi\r\n"
    )
    declined = (
        f"{head}Subject: Your application at Acme\r\nMessage-ID: <2@acme.example>\r\n"
        f"Date: {format_datetime(now - timedelta(hours=2))}\r\n\r\nDear Jane,\r\n"
        "unfortunately we have decided to move forward with other candidates for the position.\r\nAnna Rossi\r\n"
    )
    return invited.encode(), declined.encode()
