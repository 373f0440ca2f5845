"""What a mail answers, by what stands quoted in it."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from afterword.recognition.mail_context import MailContext
from afterword.recognition.messages.message import parse_message
from afterword.recognition.messages.visible import written_now
from afterword.recognition.reading import User

NOW = datetime(2026, 3, 4, 10, tzinfo=UTC)
NO = "Unfortunately we have decided not to move forward with your application as Data Analyst."


def kinds_quoted_in(text: str) -> set[str]:
    head = "From: Anna <anna@acme.example>\r\nTo: jane@home.example\r\nSubject: Re: Your application\r\nIn-Reply-To: <1@home.example>"
    message = parse_message(f"{head}\r\n\r\n{text}\r\n".encode())
    user = User(name="Jane Doe", addresses=("jane@home.example",), zone=ZoneInfo("Europe/Berlin"))
    written = written_now(message.text)
    context = MailContext(
        message=message, user=user, text=written, nature="person", occurred_at=NOW, zone="Europe/Berlin", now=NOW
    )
    return set(context.quoted_kinds)


@pytest.mark.parametrize(
    "written",
    [
        NO,
        f"Thank you for your time.  {NO}",
        f"Dear Jane,\n\n\n\nthank you.\u00a0\u00a0{NO}",
        f"> Could you tell me more?\n\nGladly.  {NO}",
    ],
)
def test_what_the_sender_writes_is_not_quoted_however_it_is_spaced(written: str) -> None:
    assert kinds_quoted_in(f"{written}\n\nAnna") == set()


@pytest.mark.parametrize("written", ["Thank you.", "Thank you.  It is a pity.", "Thank you.\n\n\n\nIt is a pity."])
def test_what_stands_below_or_between_the_senders_words_is_quoted(written: str) -> None:
    assert kinds_quoted_in(f"{written}\n\nOn Mon, 2 Mar 2026, Jane Doe wrote:\n> {NO}") == {"rejection"}
    assert kinds_quoted_in(f"Hello Jane,\n\n> {NO}\n\n{written}") == {"rejection"}
