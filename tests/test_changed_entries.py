"""What becomes of a calendar entry that is read again: as it was, changed, or cancelled."""

from datetime import timedelta

from msgspec.structs import replace

from afterword.eventlog.events import (
    AnyEvent,
    Evidence,
    InterviewCancelled,
    InterviewRescheduled,
    InterviewScheduled,
    Person,
)
from tests.placing import ANNA, MONDAY, applications_of, cancel, entry, reading, settle


def test_an_entry_without_a_company_is_the_interview_that_a_mail_put_at_that_time() -> None:
    first, second = applications_of(
        reading(InterviewScheduled(company="Acme", start=MONDAY)),
        reading(InterviewScheduled(start=MONDAY, uid="u1", title="Interview"), day=1),
    )
    assert first == second


def news(*events: AnyEvent) -> list[AnyEvent]:
    """What the last of these says anew."""
    placements = settle(reading(each, day=number) for number, each in enumerate(events))[1]
    return [each.event for each in placements[-1].findings]


def test_an_entry_that_is_read_again_says_nothing_new() -> None:
    assert news(entry(), entry(stamp=MONDAY)) == []


def test_an_entry_with_another_time_has_moved() -> None:
    moved = entry(MONDAY + timedelta(days=1), sequence=1)
    [event] = news(entry(), moved)
    assert isinstance(event, InterviewRescheduled)
    assert (event.start, event.uid, event.end) == (moved.start, "u1", moved.end)


def test_f62_an_older_revision_of_an_entry_is_passed_over() -> None:
    assert news(entry(sequence=2), entry(MONDAY + timedelta(days=1), sequence=1)) == []
    assert news(entry(stamp=MONDAY), entry(MONDAY + timedelta(days=1), stamp=MONDAY - timedelta(days=1))) == []
    assert news(entry(sequence=2), cancel(sequence=1)) == []


def test_f62_an_entry_that_nobody_knows_is_not_cancelled() -> None:
    assert news(entry(), cancel(uid="u2")) == []
    assert applications_of(reading(cancel(uid="u2"))) == [""]


def test_a_cancelled_entry_is_cancelled_once() -> None:
    assert news(entry(), cancel()) == [cancel()]
    assert news(entry(), cancel(), cancel(sequence=2)) == []


def test_an_entry_without_its_instance_cancels_each_that_stands() -> None:
    first, second = entry(recurrence_id="20260302"), entry(MONDAY + timedelta(days=1), recurrence_id="20260303")
    cancelled = news(first, second, cancel())
    assert [each.recurrence_id for each in cancelled if isinstance(each, InterviewCancelled)] == [
        "20260302",
        "20260303",
    ]


def test_a_cancelled_entry_stands_again_only_by_a_newer_revision() -> None:
    assert news(entry(), cancel(message_id="c@acme.example"), entry(sequence=1, stamp=MONDAY)) == []
    assert news(entry(), cancel(message_id="c@acme.example"), entry(sequence=2)) == [entry(sequence=2)]


def mailed_by(address: str, event: AnyEvent, *known: AnyEvent) -> list[str | None]:
    """The doubts about what an event says anew that this address mails, behind those that are known."""
    mailed = replace(event, message_id="m@mail.example", sender=Person(address=address))
    placements = settle(reading(each, day=number) for number, each in enumerate((*known, mailed)))[1]
    return [each.evidence.doubt for each in placements[-1].findings]


def test_f62_who_is_at_no_company_of_a_known_entry_changes_it_only_by_a_question() -> None:
    """Whoever they say organizes it."""
    moved = entry(MONDAY + timedelta(days=1), sequence=1, people=(Person(address="eve@evil.example"),))
    kept = entry(people=(ANNA,))
    for change in (cancel(), moved):
        assert mailed_by("eve@evil.example", change, kept) == ["sender"]
        assert mailed_by("anna@acme.example.evil.example", change, kept) == ["sender"]
        assert mailed_by("tom@acme.example", change, kept) == [None]
        assert mailed_by("no-reply@greenhouse.io", change, kept) == [None]


def test_f62_an_entry_that_came_by_mail_is_its_senders() -> None:
    mailed = entry(message_id="1@acme.example", sender=ANNA)
    assert mailed_by("eve@evil.example", cancel(), mailed) == ["sender"]
    assert mailed_by("anna@acme.example", cancel(), mailed) == [None]


def test_an_entry_that_names_nobody_is_changed_by_whoever_knows_it() -> None:
    by_a_machine = entry(message_id="1@acme.example", sender=Person(address="no-reply@greenhouse.io"))
    for known in (entry(), by_a_machine):
        assert mailed_by("anna@acme.example", cancel(), known) == [None]


def test_the_users_calendar_moves_an_entry_whoever_takes_part_then() -> None:
    moved = entry(MONDAY + timedelta(days=1), sequence=1, people=(Person(address="bo@borealis.example"),))
    placements = settle([reading(entry(people=(ANNA,))), reading(moved, day=1)])[1]
    assert [each.evidence.doubt for each in placements[-1].findings] == [None]


def test_a_removed_entry_is_gone_whatever_its_revision() -> None:
    gone = reading(cancel(sequence=0, stamp=MONDAY), day=1, evidence=Evidence(cues=("vanished",)))
    _, placements = settle([reading(entry(sequence=3)), gone])
    assert [type(each.event) for each in placements[1].findings] == [InterviewCancelled]


def test_an_interview_known_by_mail_only_is_cancelled_by_its_entry() -> None:
    [event] = news(InterviewScheduled(company="Acme", start=MONDAY), cancel(start=MONDAY))
    assert isinstance(event, InterviewCancelled)
    assert event.uid == ""


def test_a_doubtful_cancellation_does_not_hide_the_next_one() -> None:
    spoofed = reading(cancel(), day=1, evidence=Evidence(doubt="sender"))
    _, placements = settle([reading(entry()), spoofed, reading(cancel(), day=2)])
    assert [len(each.findings) for each in placements] == [1, 1, 1]
