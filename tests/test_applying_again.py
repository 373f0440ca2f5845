"""Applying to the same company again: what the receipt opens, and what is left of before."""

import pytest

from afterword.eventlog.events import Recorded
from tests.telling import (
    ANNA,
    CARLA,
    acknowledged,
    closed,
    employer_wrote,
    interview,
    live,
    promised,
    rejected,
    status_at,
    wrote,
)

BEFORE = [acknowledged("2025-03-01 10:00"), *interview("2025-03-11 14:00", (CARLA,)), rejected("2025-03-20 10:00")]
AGAIN = acknowledged("2026-03-02 10:00")


def test_a_receipt_long_after_a_rejection_is_that_of_a_new_application() -> None:
    status = status_at("2026-03-03 10:00", BEFORE, AGAIN)

    assert (status.stage, live(status)) == ("applied", {})
    assert closed(status)["rejection_reply"] == "lapsed"
    assert "nudge" not in closed(status)


def test_a_receipt_soon_after_a_rejection_opens_nothing_again() -> None:
    """A machine answers whatever is sent to its address."""
    status = status_at("2025-03-22 10:00", BEFORE, acknowledged("2025-03-21 10:00"))

    assert status.stage == "rejected"
    assert {"rejection_reply", "feedback_request"} <= live(status).keys()


def test_who_is_rejected_again_owes_a_reply_and_asks_for_no_feedback_on_an_interview_of_before() -> None:
    status = status_at("2026-03-21 10:00", BEFORE, AGAIN, rejected("2026-03-20 10:00"))

    assert (status.stage, set(live(status))) == ("rejected", {"rejection_reply"})
    assert live(status)["rejection_reply"].interview_at is None


def test_a_machine_that_rejects_again_is_answered_by_nobody_whom_one_met_before() -> None:
    assert live(status_at("2026-03-21 10:00", BEFORE, AGAIN, rejected("2026-03-20 10:00", by=None))) == {}


def test_a_receipt_is_nudged_no_more_than_the_first_one_was() -> None:
    status = status_at("2026-06-01 10:00", BEFORE, AGAIN, employer_wrote("2026-03-04 10:00"))

    assert (status.stage, status.waiting, live(status)) == ("applied", None, {})


def test_a_promise_in_the_receipt_is_waited_for_and_not_asked_about() -> None:
    facts = (BEFORE, AGAIN, promised("2026-03-02 10:00", "2026-03-13"))
    waits, lapsed = status_at("2026-03-03 10:00", *facts), status_at("2026-04-01 10:00", *facts)

    assert waits.stage == "applied"
    assert waits.waiting is not None
    assert waits.waiting.until == "2026-03-13"
    assert (lapsed.stage, lapsed.waiting, live(lapsed)) == ("applied", None, {})


def test_after_a_new_interview_all_is_as_after_the_first() -> None:
    facts = (BEFORE, AGAIN, interview("2026-03-10 14:00", (CARLA,)))

    assert live(status_at("2026-03-10 16:00", *facts)).keys() == {"thank_you", "review"}
    assert "nudge" in live(status_at("2026-03-20 16:00", *facts))
    again = live(status_at("2026-03-13 10:00", *facts, rejected("2026-03-12 10:00")))
    assert {"rejection_reply", "feedback_request"} <= again.keys()


@pytest.mark.parametrize(
    "end", [wrote("2025-03-20 10:00", "withdrawal", to=[ANNA]), employer_wrote("2025-03-20 10:00")]
)
def test_what_the_user_withdrew_or_silence_closed_is_applied_for_anew_too(end: Recorded) -> None:
    status = status_at("2026-03-03 10:00", BEFORE[:-1], end, AGAIN)

    assert (status.stage, live(status)) == ("applied", {})


def test_a_nudge_of_before_stays_in_sight() -> None:
    asked = wrote("2025-03-25 10:00", "nudge", to=[CARLA])

    assert closed(status_at("2026-03-03 10:00", BEFORE[:-1], asked, AGAIN))["nudge"] == "seen_sent"
