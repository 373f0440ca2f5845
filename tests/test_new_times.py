"""An interview that is to move: who only asks moves nothing, until it is agreed or the calendar says so."""

from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

import pytest

from afterword.eventlog.events import (
    InterviewRescheduled,
    InterviewScheduled,
    InterviewTime,
    NewTimeProposed,
    Recorded,
)
from afterword.recognition.mail import read_mail
from afterword.recognition.reading import User
from daemon.cli.pages import show_status
from projections.catalogue import ReadModel
from projections.overview import derive_overview, status_of
from projections.status import Status
from tests.telling import BERLIN, application, at, given, ledger, recorded, wrote

JANE = User(name="Jane Doe", addresses=("jane@home.example",), zone=BERLIN)
SENT = datetime(2026, 3, 4, 10, tzinfo=BERLIN)
FRIDAY = "2026-03-06 10:00"


def changes(text: str, subject: str = "Your interview") -> list[tuple[str, datetime | None]]:
    """What a mail of the employer's says of the interview that is set: the event, and the new time."""
    mail = EmailMessage()
    mail["From"], mail["To"] = "Carla Rossi <carla@acme.example>", "jane@home.example"
    mail["Subject"], mail["Date"] = subject, format_datetime(SENT)
    mail.set_content(f"Hello Jane,\n\n{text}\n\nCarla Rossi\n")
    read = read_mail(mail.as_bytes(), user=JANE, received_at=None, now=SENT)
    events = [each.event for each in read.findings]
    return [(type(each).__name__, each.start) for each in events if isinstance(each, InterviewTime)]


def scheduled(start: str, said: str, uid: str = "") -> Recorded:
    return recorded(InterviewScheduled(company="Acme", start=at(start), uid=uid, message_id=f"{start}@s"), at(said))


TUESDAY = scheduled("2026-03-10 14:00", "2026-03-02 09:00")
ASKED = recorded(
    NewTimeProposed(company="Acme", start=at("2026-03-12 15:00"), message_id="q@acme"), at("2026-03-04 10:00")
)


def starts(*facts: Recorded) -> list[datetime]:
    return [each.start for each in application(*facts).interviews if each.stands]


def status_at(now: str, *facts: Recorded) -> Status:
    return status_of(derive_overview(ReadModel(applications=ledger(*facts)), given(now)), {})


@pytest.mark.parametrize(
    "question",
    [
        "Could we move your interview to Friday at 10:00?",
        "Tom is ill. Would it be possible to push our interview to Friday 10am?",
        "I'm afraid something has come up. Can we do the interview on Friday at 10 instead?",
        "Könnten wir Ihr Vorstellungsgespräch auf Freitag um 10 Uhr verschieben?",
        "Pourrait-on décaler votre entretien à vendredi à 10h ?",
        "¿Podríamos cambiar la entrevista al viernes a las 10:00?",
        "Kunnen we het sollicitatiegesprek verplaatsen naar vrijdag om 10.00 uur?",
        "Podemos mudar a entrevista para sexta-feira às 10h?",
        "Potremmo spostare il colloquio a venerdì alle 10?",
    ],
)
def test_who_asks_whether_it_may_move_proposes_a_time(question: str) -> None:
    assert changes(question) == [("NewTimeProposed", at(FRIDAY))]


def test_several_new_times_or_none_leave_it_open() -> None:
    two = "Could we move your interview to Thursday at 10:00 or Friday at 11:00?"
    assert changes(two) == changes("Could we move our interview to another day?") == [("NewTimeProposed", None)]


def test_who_says_that_it_must_move_and_asks_about_a_time_calls_off_the_old_one() -> None:
    both = "Unfortunately we have to move your interview. Would Friday at 10:00 work for you?"
    assert changes(both) == [("NewTimeProposed", at(FRIDAY)), ("InterviewRescheduled", None)]


def test_who_says_the_new_time_moves_it() -> None:
    moved = [("InterviewRescheduled", at(FRIDAY))]
    assert changes("We have to move your interview to Friday at 10:00. Does that work for you?") == moved
    assert changes("Your interview has been rescheduled to Friday, 6 March at 10:00.") == moved


def test_a_proposed_time_stands_to_be_answered_and_the_old_one_stands_meanwhile(
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked, answered = (
        status_at("2026-03-05 10:00", TUESDAY, ASKED, *more) for more in ((), (wrote("2026-03-04 17:00"),))
    )

    assert [len(each.new_times) for each in (asked, answered)] == [1, 0]
    assert [each.start for each in asked.coming] == [at("2026-03-10 14:00")]
    show_status(asked)
    assert "a new time        Acme\n                  new time proposed yesterday" in capsys.readouterr().out


@pytest.mark.parametrize(
    "agreed",
    [
        InterviewRescheduled(company="Acme", start=at("2026-03-12 15:00")),
        InterviewScheduled(company="Acme", start=at("2026-03-12 15:00")),
        InterviewScheduled(company="Acme", start=at("2026-03-12 15:00"), uid="new@acme.example"),
    ],
)
def test_a_yes_or_an_entry_at_the_proposed_time_moves_it_there(
    agreed: InterviewScheduled | InterviewRescheduled,
) -> None:
    moved = (TUESDAY, ASKED, recorded(agreed, at("2026-03-05 09:00")))

    assert starts(*moved) == [at("2026-03-12 15:00")]
    assert status_at("2026-03-06 10:00", *moved).new_times == ()


def test_an_entry_at_another_time_is_another_interview() -> None:
    other = scheduled("2026-03-13 09:00", "2026-03-05 09:00", uid="other@acme.example")
    assert starts(TUESDAY, ASKED, other) == [at("2026-03-10 14:00"), at("2026-03-13 09:00")]
