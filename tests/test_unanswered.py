"""What the employer asks, and nobody has answered yet: it is shown, and nobody takes it for nothing to do."""

import re

import pytest
from msgspec.structs import replace

from afterword.eventlog.events import (
    ApplicationAcknowledged,
    AssessmentRequested,
    Evidence,
    InterviewCancelled,
    InterviewInvited,
    InterviewScheduled,
    OfferReceived,
    PositionPaused,
    Recorded,
)
from daemon.cli.pages import show_status
from projections.catalogue import ReadModel
from projections.overview import derive_overview, status_of
from projections.status import Status
from tests.telling import at, employer_wrote, given, interview, ledger, promised, recorded, rejected, wrote

MONDAY = "2026-03-02 10:00"
INVITED = recorded(InterviewInvited(company="Acme"), at(MONDAY))
ASSESSED = recorded(AssessmentRequested(company="Acme"), at(MONDAY))


def status_at(now: str, *facts: Recorded | list[Recorded]) -> Status:
    return status_of(derive_overview(ReadModel(applications=ledger(*facts)), given(now)), {})


def asked(now: str, *facts: Recorded | list[Recorded]) -> list[str]:
    """What is shown as something to answer."""
    status = status_at(now, *facts)
    rows = {"invitation": status.invitations, "assessment": status.assessments}
    return [name for name, each in rows.items() for _ in each]


def set_for(start: str, said: str, uid: str = "") -> Recorded:
    return recorded(
        InterviewScheduled(company="Acme", start=at(start), uid=uid, message_id="set@acme.example"), at(said)
    )


def test_an_invitation_and_an_assessment_stand_until_they_are_answered() -> None:
    both = (INVITED, ASSESSED)

    assert asked("2026-03-04 10:00", *both) == ["invitation", "assessment"]
    assert asked("2026-03-04 10:00", *both, wrote("2026-03-03 09:00")) == []
    assert asked("2026-03-04 10:00", wrote("2026-02-27 09:00"), *both) == ["invitation", "assessment"]
    assert asked("2026-03-04 10:00", *both, employer_wrote("2026-03-03 09:00")) == ["invitation", "assessment"]


def test_who_promises_an_answer_has_the_assessment_and_no_answer_to_an_invitation() -> None:
    both = (INVITED, ASSESSED)

    assert asked("2026-03-04 10:00", *both, promised("2026-03-03 09:00", "2026-03-13")) == ["invitation"]
    assert asked("2026-03-04 10:00", *both, promised(MONDAY, "2026-03-13")) == ["invitation", "assessment"]


def test_whether_one_is_invited_is_no_question_where_an_interview_is_set() -> None:
    doubted = recorded(InterviewInvited(company="Acme"), at(MONDAY), Evidence(doubt="confidence"))
    is_set = set_for("2026-03-05 14:00", "2026-03-01 09:00")

    assert len(status_at("2026-03-03 10:00", doubted).unsure) == 1
    assert status_at("2026-03-03 10:00", is_set, doubted).unsure == ()


def test_what_was_asked_of_the_user_is_no_question_once_it_is_all_over() -> None:
    doubts = [
        recorded(event, at(MONDAY), Evidence(doubt="confidence"))
        for event in (
            AssessmentRequested(company="Acme", message_id="a"),
            InterviewInvited(company="Acme", message_id="i"),
        )
    ]
    known = (set_for("2026-03-01 09:00", "2026-02-20 09:00"), *doubts)

    assert len(status_at("2026-03-03 10:00", *known).unsure) == 2
    for end in (wrote("2026-03-03 09:00", "withdrawal"), rejected("2026-03-03 09:00")):
        assert status_at("2026-03-10 10:00", *known, end).unsure == ()
    assert len(status_at("2026-03-10 10:00", *known, rejected("2026-02-28 09:00")).unsure) == 2


def test_whether_it_is_a_receipt_is_no_question_where_more_is_known() -> None:
    doubted = recorded(ApplicationAcknowledged(company="Acme"), at(MONDAY), Evidence(doubt="confidence"))

    assert len(status_at("2026-03-03 10:00", doubted).unsure) == 1
    assert status_at("2026-03-03 10:00", doubted, wrote("2026-03-02 11:00")).unsure == ()


def test_whether_it_is_an_offer_is_no_question_behind_one_that_is_known() -> None:
    doubted = recorded(OfferReceived(company="Acme"), at(MONDAY), Evidence(doubt="confidence"))
    before, after = (
        recorded(OfferReceived(company="Acme", message_id=when), at(when))
        for when in ("2026-02-27 09:00", "2026-03-03 09:00")
    )

    assert len(status_at("2026-03-04 10:00", doubted).unsure) == 1
    assert len(status_at("2026-03-04 10:00", doubted, after).unsure) == 1
    assert status_at("2026-03-04 10:00", before, doubted).unsure == ()


def test_what_an_entry_is_is_no_question_where_a_later_revision_of_it_is_sure() -> None:
    doubted = replace(set_for("2026-03-05 14:00", MONDAY, uid="u@acme.example"), evidence=Evidence(doubt="application"))
    later = set_for("2026-03-06 14:00", "2026-03-03 09:00", uid="u@acme.example")
    another = set_for("2026-03-06 14:00", "2026-03-03 09:00", uid="another@acme.example")

    assert len(status_at("2026-03-04 10:00", doubted, another).unsure) == 1
    assert status_at("2026-03-04 10:00", doubted, later).unsure == ()


def test_they_stand_for_fifteen_business_days() -> None:
    assert asked("2026-03-23 09:59", INVITED, ASSESSED) == ["invitation", "assessment"]
    assert asked("2026-03-23 10:00", INVITED, ASSESSED) == []


def test_they_go_once_an_interview_is_set_and_do_not_come_back_when_it_is_called_off() -> None:
    moment, interview_set = "2026-03-05 12:00", set_for("2026-03-10 14:00", "2026-03-03 09:00")
    called_off = recorded(InterviewCancelled(company="Acme"), at("2026-03-04 09:00"))

    assert asked(moment, INVITED, ASSESSED, interview_set) == []
    assert asked(moment, INVITED, ASSESSED, interview_set, called_off) == []
    assert asked(moment, INVITED, ASSESSED, called_off) == []


def test_an_entry_that_was_made_before_the_mail_came_sets_what_the_mail_invites_to_and_no_assessment() -> None:
    entry = set_for("2026-03-10 14:00", "2026-03-02 09:55", uid="1@acme.example")

    assert asked("2026-03-04 10:00", entry, INVITED, ASSESSED) == ["assessment"]


def test_an_interview_of_before_is_no_answer() -> None:
    assert asked("2026-03-04 10:00", interview("2026-02-26 14:00"), INVITED, ASSESSED) == ["invitation", "assessment"]


@pytest.mark.parametrize("decided", [PositionPaused, OfferReceived])
def test_they_go_with_a_decision(decided: type[PositionPaused | OfferReceived]) -> None:
    decision = recorded(decided(company="Acme"), at("2026-03-03 09:00"))

    assert asked("2026-03-04 10:00", INVITED, ASSESSED, decision) == []
    assert asked("2026-03-04 10:00", INVITED, ASSESSED, rejected("2026-03-03 09:00")) == []


def test_who_is_reminded_sees_one_invitation_the_last() -> None:
    again = recorded(InterviewInvited(company="Acme"), at("2026-03-04 10:00"))

    (shown,) = status_at("2026-03-05 10:00", INVITED, again).invitations

    assert shown.because[0].occurred_at == at("2026-03-04 10:00")


def test_nobody_takes_them_for_nothing_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    show_status(status_at("2026-03-02 12:00", INVITED, ASSESSED))

    page = capsys.readouterr().out
    shown = re.search(r"Yours to answer\nan invitation +Acme *\n +(.*)\nan assessment +Acme *\n +(.*)\n", page)
    assert shown is not None
    assert shown.groups() == ("invited to an interview today: “said so”", "assessment requested today: “said so”")
    assert "Nothing to do" not in page
