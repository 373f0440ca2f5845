"""What a mail store takes for one conversation, where the mails themselves name no other."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from afterword.recognition.mail import read_mail
from afterword.recognition.matching import Directory
from afterword.recognition.reading import Reading, User

USER = User(name="Jane Doe", addresses=("jane@example.org",), zone=ZoneInfo("Europe/Berlin"))
NOW = datetime(2026, 3, 20, tzinfo=UTC)


def read(sender: str, text: str, number: int, thread: str) -> Reading:
    sent = datetime(2026, 3, 2, 9, tzinfo=UTC) + timedelta(days=number)
    raw = (
        f"From: {sender}\r\nTo: jane@example.org\r\nSubject: Interview\r\nMessage-ID: <{number}@example.org>\r\n"
        f"Date: {sent:%a, %d %b %Y %H:%M:%S +0000}\r\n\r\n{text}\r\n"
    )
    return read_mail(raw.encode(), user=USER, received_at=None, now=NOW, thread=thread)


def placed(*readings: Reading) -> list[str]:
    directory, found = Directory(), []
    for each in readings:
        placement = directory.place(each)
        found.append(placement.application)
        for finding in placement.findings if placement.application else ():
            directory.add(placement.application, finding.event, each.occurred_at, finding.evidence)
    return found


INVITATION = "Hi Jane,\n\nwe would like to invite you to an interview for the role of Data Analyst at Acme.\n\nAnna"
WORD = "Hi Jane, Anna is on leave, so I am the one to talk to from now on. Tom"


def test_a_persons_mail_belongs_where_its_conversation_does() -> None:
    first = read("Anna <anna@acme.example>", INVITATION, 1, "17f@gmail")
    assert placed(first, read("Tom <tom@freelance.example>", WORD, 2, "17f@gmail"))[1] == placed(first)[0]
    assert placed(first, read("Tom <tom@freelance.example>", WORD, 2, "18a@gmail"))[1] == ""


def test_what_machines_write_lies_in_one_conversation_for_being_alike() -> None:
    receipt = read("no-reply@us.greenhouse-mail.io", "Thank you for applying to Acme as Data Analyst.", 1, "17f@gmail")
    assert all("17f@gmail" not in finding.event.references for finding in receipt.findings)  # type: ignore[union-attr]
