"""An interview that is to move: who only asks moves nothing, until it is agreed or the calendar says so."""

import time
from datetime import date, datetime, timedelta
from datetime import time as clock
from email.message import EmailMessage
from email.utils import format_datetime

import pytest

from afterword.eventlog.events import (
    AnyEvent,
    InterviewCancelled,
    InterviewChange,
    InterviewHeld,
    InterviewMove,
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
from tests.telling import BERLIN, application, at, given, ledger, promised, recorded, wrote

JANE = User(name="Jane Doe", addresses=("jane@home.example",), zone=BERLIN)
SENT = datetime(2026, 3, 4, 10, tzinfo=BERLIN)
FRIDAY = "2026-03-06 10:00"


def changes(text: str) -> list[tuple[str, datetime | None]]:
    """What a mail of the employer's says of the interview that is set: the event, and the new time."""
    return [(type(each).__name__, each.start) for each in meetings(text)]


def meetings(text: str) -> list[InterviewTime]:
    mail = EmailMessage()
    mail["From"], mail["To"] = "Carla Rossi <carla@acme.example>", "jane@home.example"
    mail["Subject"], mail["Date"] = "Your interview", format_datetime(SENT)
    mail.set_content(f"Hello Jane,\n\n{text}\n\nCarla Rossi\n")
    read = read_mail(mail.as_bytes(), user=JANE, received_at=None, now=SENT)
    return [each.event for each in read.findings if isinstance(each.event, InterviewTime)]


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


@pytest.mark.parametrize(
    "said",
    [
        "I'm afraid I have to cancel our interview on Tuesday. Would Friday at 10:00 work for you?",
        "Leider muss ich unser Vorstellungsgespräch am Dienstag absagen. Ginge Freitag um 10 Uhr?",
        "Lamentablemente tengo que cancelar la entrevista del martes. ¿Le parece bien el viernes a las 10?",
        "Terei de desmarcar a entrevista de terça. Poderia na sexta às 10h?",
        "Ons gesprek van dinsdag kan niet doorgaan. Kun je vrijdag om 10 uur?",
        "Je ne pourrai pas vous recevoir mardi pour l'entretien. Vendredi à 10h vous irait ?",
    ],
)
def test_who_calls_it_off_and_asks_about_a_time_moves_it(said: str) -> None:
    assert ("NewTimeProposed", at(FRIDAY)) in changes(said)
    assert "InterviewCancelled" not in {name for name, _ in changes(said)}


def test_who_says_the_new_time_moves_it() -> None:
    moved = [("InterviewRescheduled", at(FRIDAY))]
    assert changes("We have to move your interview to Friday at 10:00. Does that work for you?") == moved
    assert changes("Your interview has been rescheduled to Friday, 6 March at 10:00.") == moved


@pytest.mark.parametrize(
    "said",
    [
        "We have to reschedule your interview at the same hour, on Thursday.",
        "Your interview on Tuesday is moved to Thursday, same time.",
        "Leider müssen wir Ihr Vorstellungsgespräch am Dienstag auf Donnerstag verschieben, zur gleichen Uhrzeit.",
        "Nous devons reporter votre entretien à jeudi, à la même heure.",
        "Tenemos que cambiar la entrevista al jueves, a la misma hora.",
        "We moeten het sollicitatiegesprek verplaatsen naar donderdag, zelfde tijd.",
        "Temos de remarcar a entrevista para quinta-feira, à mesma hora.",
        "Dobbiamo spostare il colloquio a giovedì, alla stessa ora.",
    ],
)
def test_who_moves_it_to_another_day_at_the_same_hour_says_the_day(said: str) -> None:
    (moved,) = meetings(said)
    assert isinstance(moved, InterviewRescheduled)
    assert (moved.start, moved.same_hour_on, moved.zone) == (None, date(2026, 3, 5), "Europe/Berlin")


@pytest.mark.parametrize(
    "said",
    [
        "We have to move our call on Tuesday to Friday at 10:00.",
        "Your interview moves from Tuesday to Friday at 10:00.",
        "Unfortunately we have to cancel our interview on Tuesday.",
        "Could we move our interview on Tuesday to Friday at 10:00?",
        "Leider müssen wir das Gespräch vom Dienstag auf Freitag um 10 Uhr verschieben.",
        "Wir müssen das Vorstellungsgespräch am Dienstag leider absagen.",
        "Nous devons annuler l'entretien de mardi.",
        "Lamentablemente debemos cancelar la entrevista del martes.",
        "Helaas moeten we het sollicitatiegesprek van dinsdag annuleren.",
        "Infelizmente temos de cancelar a entrevista de terça-feira.",
        "Purtroppo dobbiamo annullare il colloquio di martedì.",
    ],
)
def test_a_mail_names_the_day_on_which_the_interview_was_to_be(said: str) -> None:
    (change,) = meetings(said)
    assert isinstance(change, InterviewChange)
    assert (change.old_day, change.zone) == (date(2026, 3, 10), "Europe/Berlin")


ANOTHER_HOUR = [
    "Can we do the interview at 2 instead of 11?",
    "Could we move your interview from 11 to 2?",
    "Could we push our interview to 2pm?",
    "Könnten wir Ihr Vorstellungsgespräch von 11 Uhr auf 14 Uhr verschieben?",
    "Pourrait-on décaler votre entretien de 11h à 14h ?",
    "¿Podríamos cambiar la entrevista a las 14:00 en lugar de las 11:00?",
    "Kunnen we het sollicitatiegesprek verplaatsen naar 14 uur in plaats van 11 uur?",
    "Podemos mudar a entrevista para as 14h em vez das 11h?",
    "Potremmo spostare il colloquio alle 14 invece delle 11?",
]
LATER = [
    ("Any chance of moving your interview half an hour later?", timedelta(minutes=30)),
    ("Could we push your interview back a day?", timedelta(days=1)),
    ("Something has come up. Can we make your interview a week later, same time?", timedelta(weeks=1)),
    ("Could we move your interview two hours earlier?", timedelta(hours=-2)),
    ("Könnten wir Ihr Vorstellungsgespräch um eine Stunde verschieben?", timedelta(hours=1)),
    ("Pourrait-on décaler votre entretien d'une demi-heure ?", timedelta(minutes=30)),
    ("¿Podríamos aplazar la entrevista una semana?", timedelta(weeks=1)),
    ("Kunnen we het sollicitatiegesprek een uur later doen?", timedelta(hours=1)),
    ("Podemos adiar a entrevista uma hora?", timedelta(hours=1)),
    ("Potremmo posticipare il colloquio di un giorno?", timedelta(days=1)),
    ("Could we move your interview to the next day, same time?", timedelta(days=1)),
    ("Could we move your interview to the day before, at the same time?", timedelta(days=-1)),
    ("Könnten wir Ihr Vorstellungsgespräch auf den nächsten Tag verschieben, gleiche Uhrzeit?", timedelta(days=1)),
    ("Pourrait-on décaler votre entretien au lendemain, même heure ?", timedelta(days=1)),
    ("¿Podríamos cambiar la entrevista al día siguiente a la misma hora?", timedelta(days=1)),
    ("Kunnen we het sollicitatiegesprek naar de volgende dag verplaatsen?", timedelta(days=1)),
    ("Podemos mudar a entrevista para o dia seguinte à mesma hora?", timedelta(days=1)),
    ("Potremmo spostare il colloquio al giorno dopo, stessa ora?", timedelta(days=1)),
]


@pytest.mark.parametrize("asked", ANOTHER_HOUR)
def test_who_asks_for_another_hour_means_that_of_the_same_day(asked: str) -> None:
    (proposed,) = meetings(asked)
    assert isinstance(proposed, NewTimeProposed)
    assert (proposed.start, proposed.same_day_at, proposed.zone) == (None, clock(14), "Europe/Berlin")


@pytest.mark.parametrize(("asked", "later_by"), LATER)
def test_who_asks_for_a_later_time_says_how_much_later(asked: str, later_by: timedelta) -> None:
    (proposed,) = meetings(asked)
    assert isinstance(proposed, NewTimeProposed)
    assert (proposed.start, proposed.later_by) == (None, later_by)


@pytest.mark.parametrize(
    "asked",
    [
        "Tom can't make the interview on Friday. Could we move your interview on Friday to the next day, same time?",
        "Tom a un empêchement vendredi, pourrait-on décaler votre entretien au lendemain même heure ?",
        "Tom venerdì ha un impegno, potremmo spostare il colloquio al giorno dopo alla stessa ora?",
    ],
)
def test_the_next_day_is_the_one_after_the_day_that_the_sentence_names(asked: str) -> None:
    (proposed,) = meetings(asked)
    assert isinstance(proposed, NewTimeProposed)
    assert (proposed.same_hour_on, proposed.later_by) == (date(2026, 3, 7), None)


def test_who_says_when_one_is_received_in_the_end_moves_it() -> None:
    said = "Petit changement pour votre entretien, Mme Roussel vous reçoit finalement vendredi à 10h. Ok pour vous ?"
    assert changes(said) == [("InterviewRescheduled", at(FRIDAY))]


def test_an_hour_beside_the_day_on_which_it_was_to_be_is_that_of_this_day() -> None:
    (moved,) = meetings("I am running late for our interview on Tuesday, make it 11.30 instead of 11 please.")
    assert isinstance(moved, InterviewRescheduled)
    assert (moved.old_day, moved.same_day_at) == (date(2026, 3, 10), clock(11, 30))


@pytest.mark.parametrize(
    "said",
    [
        "Could we move your interview to Thursday instead of Tuesday?",
        "Could we move your interview from 2 to 3 March?",
        "We have to reschedule your interview. I will be back in the office at 3.",
    ],
)
def test_what_is_no_other_hour_of_the_interview_moves_it_to_none(said: str) -> None:
    assert [each.same_day_at for each in meetings(said) if isinstance(each, InterviewMove)] == [None]


def test_a_sentence_of_its_own_says_that_the_hour_stays() -> None:
    (proposed,) = meetings("Can we move your interview to the 26th? Same time.")
    assert isinstance(proposed, NewTimeProposed)
    assert proposed.same_hour_on == date(2026, 3, 26)


@pytest.mark.parametrize(
    "said",
    [
        "Can we make your interview the Tuesday after, same time?",
        "Können wir Ihr Vorstellungsgespräch auf den Dienstag darauf verschieben, zur gleichen Uhrzeit?",
    ],
)
def test_the_weekday_after_is_not_the_next_one(said: str) -> None:
    (proposed,) = meetings(said)
    assert isinstance(proposed, NewTimeProposed)
    assert proposed.same_hour_on == date(2026, 3, 17)


@pytest.mark.parametrize(
    ("moved", "new"),
    [
        (InterviewRescheduled(company="Acme", same_day_at=clock(16, 30), zone="Europe/Berlin"), "2026-03-10 16:30"),
        (
            InterviewRescheduled(company="Acme", later_by=timedelta(minutes=30), zone="Europe/Berlin"),
            "2026-03-10 14:30",
        ),
        (InterviewRescheduled(company="Acme", later_by=timedelta(weeks=3), zone="Europe/Berlin"), "2026-03-31 14:00"),
    ],
)
def test_an_interview_moves_from_where_it_was(moved: InterviewRescheduled, new: str) -> None:
    assert starts(TUESDAY, recorded(moved, at("2026-03-05 09:00"))) == [at(new)]


def half_an_hour_later(told: type[InterviewRescheduled | NewTimeProposed], when: str) -> Recorded:
    return recorded(told(company="Acme", later_by=timedelta(minutes=30), zone="Europe/Berlin"), at(when))


@pytest.mark.parametrize("told", [NewTimeProposed, InterviewRescheduled])
def test_a_yes_to_a_later_time_moves_no_interview_that_it_moved_already(
    told: type[InterviewRescheduled | NewTimeProposed],
) -> None:
    asked = half_an_hour_later(told, "2026-03-05 09:00")
    yes = [half_an_hour_later(InterviewRescheduled, f"2026-03-05 {hour}:00") for hour in (10, 11)]
    assert starts(TUESDAY, asked, *yes) == [at("2026-03-10 14:30")]


def test_who_puts_it_off_again_some_days_later_moves_it_once_more() -> None:
    twice = [half_an_hour_later(InterviewRescheduled, f"2026-03-{day} 09:00") for day in ("03", "09")]
    assert starts(TUESDAY, *twice) == [at("2026-03-10 15:00")]


def test_a_weekday_that_is_todays_is_that_of_the_next_week() -> None:
    (moved,) = meetings("We have to reschedule your interview at the same hour, on Wednesday.")
    assert isinstance(moved, InterviewRescheduled)
    assert moved.same_hour_on == date(2026, 3, 11)


@pytest.mark.parametrize("day", ["1 January 2030", "31.12.2099"])
def test_no_interview_moves_to_a_day_that_is_years_away(day: str) -> None:
    (moved,) = meetings(f"We have to reschedule your interview at the same hour, on {day}.")
    assert isinstance(moved, InterviewRescheduled)
    assert moved.same_hour_on is None


def test_a_sentence_of_thousands_of_days_is_read_in_time() -> None:
    begun = time.process_time()
    changes(f"We have to move our interview from {'Monday ' * 20_000}to Friday at the same time.")
    assert time.process_time() - begun < 5


def test_a_mail_names_the_time_at_which_the_interview_was_to_be() -> None:
    cancelled = meetings(
        "Your interview on Tuesday, 10 March at 14:00 has been cancelled. Could you do Friday at 10:00?"
    )
    moved = meetings("We'd like to move your interview to Friday at 10:00 instead of Tuesday at 14:00.")

    assert [each.start for each in cancelled] == [at("2026-03-10 14:00")]
    assert [each.old_start for each in moved if isinstance(each, InterviewChange)] == [at("2026-03-10 14:00")]


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


def test_an_entry_at_another_time_is_another_interview_and_no_answer() -> None:
    other = scheduled("2026-03-13 09:00", "2026-03-05 09:00", uid="other@acme.example")
    assert starts(TUESDAY, ASKED, other) == [at("2026-03-10 14:00"), at("2026-03-13 09:00")]
    assert len(status_at("2026-03-06 10:00", TUESDAY, ASKED, other).new_times) == 1


def test_a_new_time_of_an_interview_that_nobody_knew_is_answered_where_it_is_set() -> None:
    unknown = status_at("2026-03-06 10:00", ASKED, scheduled("2026-03-12 15:00", "2026-03-05 09:00"))
    assert unknown.new_times == ()


MISSED = recorded(InterviewHeld(start=at("2026-03-10 14:00"), end=at("2026-03-10 15:00")), at("2026-03-10 15:00"))
ELSEWHEN = InterviewRescheduled(company="Acme", start=at("2026-03-13 09:00"), zone="Europe/Berlin")


@pytest.mark.parametrize("before", [(), (MISSED,)])
@pytest.mark.parametrize(
    "said",
    [
        [ELSEWHEN],
        [
            InterviewRescheduled(
                company="Acme", start=at("2026-03-13 09:00"), old_day=date(2026, 3, 10), zone="Europe/Berlin"
            )
        ],
        [NewTimeProposed(company="Acme", start=at("2026-03-13 09:00")), ELSEWHEN],
        [InterviewRescheduled(company="Acme"), InterviewScheduled(company="Acme", start=at("2026-03-13 09:00"))],
    ],
)
def test_one_that_somebody_missed_is_moved_though_its_time_is_over(
    said: list[AnyEvent], before: tuple[Recorded, ...]
) -> None:
    later = [recorded(each, at(f"2026-03-10 {18 + hour}:50")) for hour, each in enumerate(said)]
    assert starts(TUESDAY, *before, *later) == [at("2026-03-13 09:00")]
    assert status_at("2026-03-10 21:00", TUESDAY, *before, *later).owed == ()


def test_one_that_somebody_missed_may_be_called_off_though_its_time_is_over() -> None:
    assert starts(TUESDAY, MISSED, recorded(InterviewCancelled(company="Acme"), at("2026-03-10 18:50"))) == []


@pytest.mark.parametrize(
    "held",
    [
        wrote("2026-03-10 17:00", "thank_you"),
        promised("2026-03-10 17:00", "2026-03-20"),
        recorded(
            InterviewScheduled(company="Acme", start=at("2026-03-10 18:49"), zone="Europe/Berlin", message_id="m@s"),
            at("2026-03-10 18:50"),
        ),
    ],
)
def test_one_that_was_held_stays_so_whatever_moves_after_it(held: Recorded) -> None:
    moved = recorded(ELSEWHEN, at("2026-03-10 18:50"))
    assert starts(TUESDAY, MISSED, held, moved) == [at("2026-03-10 14:00"), at("2026-03-13 09:00")]


@pytest.mark.parametrize(
    ("what", "when"),
    [
        (ELSEWHEN, "2026-03-11 18:00"),
        (
            InterviewRescheduled(
                company="Acme", start=at("2026-03-13 09:00"), old_day=date(2026, 3, 12), zone="Europe/Berlin"
            ),
            "2026-03-10 18:50",
        ),
        (InterviewScheduled(company="Acme", start=at("2026-03-13 09:00")), "2026-03-10 18:50"),
    ],
)
def test_what_moves_days_after_it_or_from_another_day_or_is_set_anew_is_another_interview(
    what: AnyEvent, when: str
) -> None:
    assert starts(TUESDAY, MISSED, recorded(what, at(when))) == [at("2026-03-10 14:00"), at("2026-03-13 09:00")]
