"""Of several interviews to come, a mail that cancels or moves one takes the one that it names; where it names none, that is a question."""

from datetime import UTC, date, datetime

import pytest

from afterword.eventlog.events import (
    Evidence,
    InterviewCancelled,
    InterviewChange,
    InterviewRescheduled,
    InterviewScheduled,
    NewTimeProposed,
    Person,
    RecognitionConfirmed,
    Recorded,
)
from afterword.recognition.parties.rounds import rounds_in
from projections.applications import Application
from projections.catalogue import ReadModel
from projections.overview import derive_overview, status_of
from tests.telling import ANNA, CARLA, DEV, application, at, given, ledger, recorded

TUESDAY, THURSDAY = "2026-03-10 14:00", "2026-03-12 10:00"
SAID = "2026-03-06 09:00"
ZONE = "Europe/Berlin"


def entry(start: str, title: str, *people: Person) -> Recorded:
    return recorded(
        InterviewScheduled(
            company="Acme",
            start=at(start),
            uid=f"{title}@acme.example",
            message_id=f"{title.split(':', maxsplit=1)[0].lower()}@acme.example",
            title=title,
            people=people,
        ),
        at("2026-03-02 09:00"),
    )


SCREEN = entry(TUESDAY, "Phone screen: Jane Doe", CARLA)
ONSITE = entry(THURSDAY, "Onsite: Jane Doe", DEV)


def told(event: InterviewCancelled | InterviewRescheduled, quote: str = "said so", when: str = SAID) -> Recorded:
    return recorded(event, at(when), Evidence(quote=quote, confidence=0.9))


def standing(*facts: Recorded) -> list[datetime]:
    return starts(application(SCREEN, ONSITE, *facts))


def starts(known: Application) -> list[datetime]:
    return [each.start for each in known.interviews if each.stands]


BOTH = [at(TUESDAY), at(THURSDAY)]
NAMED = [
    (InterviewCancelled(start=at(THURSDAY)), "your interview was cancelled"),
    (InterviewCancelled(old_start=at(THURSDAY)), "your interview was cancelled"),
    (InterviewCancelled(old_day=date(2026, 3, 12), zone=ZONE), "we have to cancel our interview on Thursday"),
    (InterviewCancelled(), "we have to cancel the onsite"),
    (InterviewCancelled(), "Wir müssen das Gespräch vor Ort leider absagen"),
    (InterviewCancelled(people=(ANNA, DEV), sender=ANNA), "your interview with Dev was cancelled"),
    (InterviewCancelled(references=("onsite@acme.example",)), "that was cancelled"),
]


def moved_to(start: datetime | None, which: InterviewChange) -> InterviewRescheduled:
    return InterviewRescheduled(
        start=start,
        old_start=which.old_start or which.start,
        old_day=which.old_day,
        zone=which.zone,
        people=which.people,
        sender=which.sender,
        references=which.references,
    )


@pytest.mark.parametrize(("which", "quote"), NAMED)
def test_a_mail_cancels_or_moves_the_interview_that_it_names(which: InterviewCancelled, quote: str) -> None:
    elsewhere = moved_to(at("2026-03-13 11:00"), which)

    assert standing(told(which, quote)) == standing(told(moved_to(None, which), quote)) == [at(TUESDAY)]
    assert standing(told(elsewhere, quote)) == [at(TUESDAY), at("2026-03-13 11:00")]


@pytest.mark.parametrize("which", [InterviewCancelled(), InterviewCancelled(old_day=date(2026, 3, 18), zone=ZONE)])
def test_one_that_names_none_of_them_is_a_question_and_the_next_is_meant_if_the_user_says_so(
    which: InterviewCancelled,
) -> None:
    unclear = told(which, "we have to cancel our interview")
    confirmed = recorded(RecognitionConfirmed(fact=unclear.source_key), at("2026-03-06 10:00"))
    known = application(SCREEN, ONSITE, unclear)

    assert starts(known) == BOTH
    assert [each.source_key for each in known.doubtful] == [unclear.source_key]
    assert standing(unclear, confirmed) == [at(THURSDAY)]
    (question,) = questions(SCREEN, ONSITE, unclear)
    assert question == "which interview it means is open: the next, if you confirm it"
    assert questions(SCREEN, ONSITE, unclear, confirmed) == []


def questions(*facts: Recorded) -> list[str]:
    overview = derive_overview(ReadModel(applications=ledger(*facts)), given("2026-03-06 12:00"))
    return [each.reason for each in status_of(overview, {}).unsure]


def test_of_one_interview_there_is_no_question() -> None:
    cancelled = told(InterviewCancelled(old_day=date(2026, 3, 18), zone=ZONE))
    assert starts(application(SCREEN, cancelled)) == []


def test_what_the_calendar_says_later_answers_it() -> None:
    unclear = told(InterviewCancelled(), "we have to cancel our interview")
    entry_gone = InterviewCancelled(uid="Onsite: Jane Doe@acme.example", stamp=at("2026-03-06 09:10"))
    known = application(SCREEN, ONSITE, unclear, recorded(entry_gone, at("2026-03-06 09:10")))

    assert (starts(known), known.doubtful) == ([at(TUESDAY)], ())


def test_what_the_calendar_has_said_just_before_is_what_a_mail_tells_of() -> None:
    uid = "Phone screen: Jane Doe@acme.example"
    gone = recorded(InterviewCancelled(uid=uid), at("2026-03-06 08:50"))
    elsewhere = recorded(InterviewRescheduled(uid=uid, start=at("2026-03-11 09:00")), at("2026-03-06 08:50"))
    cancelled, moved = (told(each, "of our interview") for each in (InterviewCancelled(), InterviewRescheduled()))

    assert standing(gone, cancelled) == [at(THURSDAY)]
    assert standing(elsewhere, moved) == [at("2026-03-11 09:00"), at(THURSDAY)]


def test_a_yes_to_a_new_time_moves_the_interview_that_the_question_named() -> None:
    at_eleven = at("2026-03-13 11:00")
    asked = recorded(NewTimeProposed(start=at_eleven, old_day=date(2026, 3, 12), zone=ZONE), at(SAID))
    agreed = recorded(InterviewRescheduled(start=at_eleven), at("2026-03-06 15:00"))

    assert standing(asked, agreed) == [at(TUESDAY), at_eleven]


def test_what_the_calendar_has_said_of_all_of_them_is_no_question() -> None:
    gone = [
        recorded(InterviewCancelled(uid=f"{title}: Jane Doe@acme.example"), at("2026-03-06 08:50"))
        for title in ("Phone screen", "Onsite")
    ]
    known = application(SCREEN, ONSITE, *gone, told(InterviewCancelled(), "we have to cancel your interviews"))
    assert (starts(known), known.doubtful) == ([], ())


def test_a_yes_is_to_the_question_whatever_that_named() -> None:
    at_eleven = at("2026-03-13 11:00")
    asked = recorded(NewTimeProposed(start=at_eleven), at(SAID), Evidence(quote="Could we move the onsite?"))
    agreed = recorded(InterviewRescheduled(start=at_eleven), at("2026-03-06 15:00"), Evidence(quote="Yes, perfect."))

    assert standing(asked, agreed) == [at(TUESDAY), at_eleven]


def test_a_new_time_is_that_of_the_interview_that_waits_for_one() -> None:
    away = told(InterviewRescheduled(), "we have to move the onsite")
    new_time = told(InterviewRescheduled(start=at("2026-03-13 11:00")), "it is rescheduled", "2026-03-06 11:00")

    assert standing(away) == [at(TUESDAY)]
    assert standing(away, new_time) == [at(TUESDAY), at("2026-03-13 11:00")]


def test_what_was_moved_away_is_not_what_is_cancelled() -> None:
    away = told(InterviewRescheduled(), "we have to move the onsite")
    assert standing(away, told(InterviewCancelled(), "we have to cancel your interview", "2026-03-06 11:00")) == []


def test_a_yes_to_the_same_hour_on_another_day_moves_the_interview_that_the_question_named() -> None:
    friday = date(2026, 3, 13)
    asked = recorded(NewTimeProposed(same_hour_on=friday, old_day=date(2026, 3, 12), zone=ZONE), at(SAID))
    agreed = recorded(InterviewRescheduled(same_hour_on=friday, zone=ZONE), at("2026-03-06 15:00"))
    entered = recorded(InterviewScheduled(start=at("2026-03-13 10:00"), uid="1@acme"), at("2026-03-06 15:00"))

    assert standing(asked) == BOTH
    assert standing(asked, agreed) == standing(asked, entered) == [at(TUESDAY), at("2026-03-13 10:00")]


@pytest.mark.parametrize(
    ("day", "moved"), [(date(2026, 3, 13), "2026-03-13 14:00"), (date(2026, 3, 31), "2026-03-31 14:00")]
)
def test_one_that_keeps_its_hour_on_another_day_keeps_it_by_the_clock(day: date, moved: str) -> None:
    known = application(SCREEN, told(InterviewRescheduled(same_hour_on=day, zone=ZONE)))
    assert starts(known) == [at(moved)]


@pytest.mark.parametrize("zone", ["UTC+10:00", "+10:00"])
def test_an_offset_is_a_zone_too(zone: str) -> None:
    morning = InterviewScheduled(start=datetime(2026, 3, 9, 23, tzinfo=UTC), uid="1@acme.example")
    moved = told(InterviewRescheduled(same_hour_on=date(2026, 3, 13), zone=zone))
    known = application(recorded(morning, at("2026-03-02 09:00")), moved)
    assert starts(known) == [datetime(2026, 3, 12, 23, tzinfo=UTC)]


def test_a_zone_that_is_none_is_taken_for_utc() -> None:
    known = application(SCREEN, told(InterviewRescheduled(same_hour_on=date(2026, 3, 31), zone="Nowhere/None")))
    assert starts(known) == [datetime(2026, 3, 31, 13, tzinfo=UTC)]


def test_rounds_are_named_in_each_language() -> None:
    texts = {
        "onsite": (
            "the on-site interview",
            "das Gespräch vor Ort",
            "sur place",
            "en persona",
            "op kantoor",
            "in sede",
            "presencial",
        ),
        "technical": ("coding interview", "das technische Gespräch", "entretien technique", "entrevista técnica"),
    }
    for name, all_texts in texts.items():
        assert all(name in rounds_in(each) for each in all_texts)
    assert rounds_in("our interview") == frozenset()
