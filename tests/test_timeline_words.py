"""What a timeline says of each thing that happened."""

from datetime import date, time, timedelta

import pytest

from afterword.eventlog.events import (
    AnyEvent,
    ApplicationAcknowledged,
    DeadlinePassed,
    DecisionPromised,
    EmployerWrote,
    HighlightNoted,
    InterviewCancelled,
    InterviewHeld,
    InterviewInvited,
    InterviewRescheduled,
    InterviewScheduled,
    InviteAnswered,
    NewTimeProposed,
    OfferReceived,
    RejectionReceived,
    TaskDismissed,
    TaskDone,
    TaskSnoozed,
    UserWrote,
)
from daemon.words import happened
from tests.telling import BERLIN, at, recorded

MONDAY = at("2026-11-09 10:00")
NUDGE = "nudge-abcdefghij"


def said(event: AnyEvent) -> str:
    return happened(recorded(event, MONDAY), BERLIN)


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (
            TaskSnoozed(item=NUDGE, until=at("2026-12-04 09:00")),
            "you put off: ask for news, until Fri 4 Dec 2026, 09:00",
        ),
        (TaskDone(item="thank_you-abcdefghij"), "you marked as done: say thanks"),
        (TaskDismissed(item=NUDGE), "you dismissed: ask for news"),
        (InviteAnswered(item=NUDGE, uid="1", answer="deleted"), "you deleted the invite: ask for news"),
        (InviteAnswered(item=NUDGE, uid="1", answer="completed"), "you marked as done: ask for news"),
        (
            InviteAnswered(item=NUDGE, uid="1", answer="moved", start=at("2026-12-04 09:00")),
            "you moved the invite: ask for news, to Fri 4 Dec 2026, 09:00",
        ),
        (HighlightNoted(text="the move of the database"), "you noted: the move of the database"),
    ],
)
def test_what_the_user_did_names_the_item_and_the_time(event: AnyEvent, words: str) -> None:
    assert said(event) == words


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (InterviewInvited(subject="Your application"), "invitation to an interview: Your application"),
        (ApplicationAcknowledged(), "receipt for your application"),
        (EmployerWrote(subject="said so"), "message from the employer"),
        (RejectionReceived(subject="Re: Thanks"), "rejection: Re: Thanks"),
        (OfferReceived(subject="Our offer"), "offer: Our offer"),
        (OfferReceived(reply_by=date(2026, 11, 13)), "offer, to be answered by Fri 13 Nov 2026"),
        (EmployerWrote(reply_by=date(2026, 11, 13)), "more time to answer, until Fri 13 Nov 2026"),
        (InterviewRescheduled(start=at("2026-11-13 15:00")), "moved interview: Fri 13 Nov 2026, 15:00"),
        (InterviewRescheduled(same_hour_on=date(2026, 11, 13)), "moved interview: Fri 13 Nov 2026, at the same hour"),
        (NewTimeProposed(same_hour_on=date(2026, 11, 13)), "proposal of a new time: Fri 13 Nov 2026, at the same hour"),
        (InterviewRescheduled(same_day_at=time(14)), "moved interview: 14:00, on the same day"),
        (InterviewRescheduled(later_by=timedelta(minutes=30)), "moved interview: 30 minutes later"),
        (NewTimeProposed(later_by=timedelta(days=-1)), "proposal of a new time: 1 day earlier"),
        (InterviewCancelled(), "cancelled interview"),
        (InterviewCancelled(declined=True), "you declined the interview"),
        (InterviewCancelled(declined=True, start=MONDAY), "you declined the interview: Mon 9 Nov 2026, 10:00"),
        (DecisionPromised(until=date(2026, 11, 13)), "decision promised by Fri 13 Nov 2026"),
        (DeadlinePassed(until=date(2026, 11, 13), promise="1"), "promised day passed: Fri 13 Nov 2026"),
        (UserWrote(purposes=("thank_you",)), "you wrote: thank you"),
        (InterviewHeld(start=MONDAY, end=MONDAY), "interview held"),
    ],
)
def test_what_was_recognised_is_called_by_the_words_of_correct_and_explain(event: AnyEvent, words: str) -> None:
    assert said(event) == words


def test_an_interview_that_only_a_later_mail_tells_of_has_a_day_and_no_hour() -> None:
    before, after = at("2026-11-06 12:00"), at("2026-11-13 12:00")

    assert said(InterviewScheduled(start=before, message_id="1")) == "a mail tells of an interview on Fri 6 Nov 2026"
    assert said(InterviewScheduled(start=after, message_id="1")) == "interview: Fri 13 Nov 2026, 12:00"
    assert said(InterviewScheduled(start=before, uid="1", message_id="1")) == "interview: Fri 6 Nov 2026, 12:00"
