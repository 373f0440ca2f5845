"""Interviews that move, and meetings that are known twice: what is owed for them."""

from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from afterword.eventlog.events import (
    InterviewRescheduled,
    InterviewScheduled,
)
from tests.telling import (
    CARLA,
    DEV,
    application,
    at,
    interview,
    live,
    recorded,
    status_at,
)


def test_an_entry_that_moves_leaves_the_interviews_of_other_entries_where_they_are() -> None:
    """It was ruled out by the user, say: then no interview is known that it could be of."""
    first = InterviewScheduled(company="Acme", start=at("2026-03-10 10:00"), uid="first@acme.example")
    other = InterviewRescheduled(company="Acme", start=at("2026-03-12 15:00"), uid="other@acme.example", sequence=1)

    known = application(recorded(first, at("2026-03-05 10:00")), recorded(other, at("2026-03-06 10:00")))

    assert [(each.start, each.uid) for each in known.interviews] == [
        (at("2026-03-10 10:00"), "first@acme.example"),
        (at("2026-03-12 15:00"), "other@acme.example"),
    ]


def test_a_meeting_that_moves_by_a_mail_lasts_as_long_as_it_was_said_to() -> None:
    long = InterviewScheduled(company="Acme", start=at("2026-03-10 10:00"), end=at("2026-03-10 11:30"), message_id="a")
    moved = InterviewRescheduled(
        company="Acme", start=at("2026-03-12 14:00"), end=at("2026-03-12 15:00"), message_id="b"
    )

    (known,) = application(recorded(long, at("2026-03-05 10:00")), recorded(moved, at("2026-03-06 10:00"))).interviews

    assert (known.start, known.end) == (at("2026-03-12 14:00"), at("2026-03-12 15:30"))


@pytest.mark.parametrize(
    ("zone", "held", "noon"),
    [
        ("Europe/Berlin", "2026-03-05T16:00+01:00", "2026-03-05T12:00+01:00"),
        ("America/Los_Angeles", "2026-03-05T16:30-08:00", "2026-03-05T12:00-08:00"),
        ("Pacific/Auckland", "2026-03-05T15:00+13:00", "2026-03-05T12:00+13:00"),
    ],
)
def test_thanks_after_a_meeting_tell_of_the_one_that_is_known_on_that_day(zone: str, held: str, noon: str) -> None:
    start, told_start = datetime.fromisoformat(held), datetime.fromisoformat(noon)
    known = InterviewScheduled(company="Acme", start=start, end=start + timedelta(hours=1), uid="a@acme.example")
    told = InterviewScheduled(company="Acme", start=told_start, message_id="b", zone=zone)
    entry, thanks = recorded(known, at("2026-03-01 10:00")), recorded(told, at("2026-03-06 19:00"))

    for order in ((entry, thanks), (thanks, replace(entry, occurred_at=at("2026-03-07 09:00")))):
        (only,) = application(*order).interviews
        assert only.start == start


def test_an_interview_that_moved_away_after_it_was_held_is_not_thanked_for() -> None:
    moved = InterviewScheduled(
        uid="2026-03-05 14:00@acme.example", start=at("2026-03-12 14:00"), end=at("2026-03-12 15:00")
    )

    assert (
        live(
            status_at(
                "2026-03-05 18:00", interview("2026-03-05 14:00", (CARLA, DEV)), recorded(moved, at("2026-03-05 17:00"))
            )
        )
        == {}
    )
