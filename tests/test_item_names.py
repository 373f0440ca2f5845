"""What the user did to an item counts, though more is known by now of the interview that it comes from."""

from datetime import timedelta

from afterword.eventlog.events import (
    ApplicationsMerged,
    InterviewHeld,
    InterviewRescheduled,
    InterviewScheduled,
    Recorded,
)
from projections.applications import applications
from projections.followups import Act, Acts, ApplicationStatus, Given, derive_status
from tests.telling import CARLA, DEV, at, given, ledger, recorded

MORNING, TWO = "2026-03-05 10:00", "2026-03-05 14:00"
NOW = "2026-03-05 18:00"
KINDS = ("thank_you", "review")


def met(
    start: str, company: str = "Acme", stream: str = "acme", uid: str = "", said: str = "2026-03-02 09:00"
) -> list[Recorded]:
    """An interview of an hour, and that it was held."""
    begins, person = at(start), DEV if uid else CARLA
    known = InterviewScheduled(company=company, start=begins, uid=uid, message_id=f"{said}@{stream}", people=(person,))
    held = InterviewHeld(start=begins, end=begins + timedelta(hours=1))
    return [recorded(known, at(said), stream=stream), recorded(held, begins + timedelta(hours=1), stream=stream)]


def derived(
    *facts: Recorded | list[Recorded], acts: Acts | None = None, placed: tuple[str, ...] = (), now: str = NOW
) -> ApplicationStatus:
    """The status of the one application that they are of."""
    (known,) = applications(ledger(*facts))
    told = given(now, acts)
    return derive_status(known, Given(rules=told.rules, acts=told.acts, now=told.now, placed=placed))


def ids(status: ApplicationStatus) -> dict[str, str]:
    return {each.kind: each.id for each in status.items if each.kind in KINDS}


def dismissed(names: dict[str, str]) -> Acts:
    return {each: (Act(how="dismissed", at=at("2026-03-05 16:00")),) for each in names.values()}


def how(status: ApplicationStatus) -> set[str | None]:
    return {each.how for each in status.items if each.kind in KINDS}


def test_an_earlier_interview_of_the_day_that_is_found_later_takes_nothing_back() -> None:
    before = ids(derived(met(TWO)))
    after = derived(met(TWO), met(MORNING, uid="1@acme"), acts=dismissed(before))

    assert how(after) == {"dismissed"}
    assert ids(after) == before


def test_an_interview_of_another_day_is_asked_for() -> None:
    before = ids(derived(met("2026-03-04 14:00")))
    after = derived(met("2026-03-04 14:00"), met(MORNING), acts=dismissed(before))
    assert sorted(str(each.how) for each in after.items if each.kind == "thank_you") == ["None", "dismissed"]


def test_two_applications_that_are_one_keep_what_was_done_in_either() -> None:
    first, other = met(TWO, said="2026-03-01 09:00"), met(TWO, "Acme Robotics", "robotics", "1@acme")
    merger = recorded(ApplicationsMerged(other="robotics"), at("2026-03-05 17:00"))
    for named in (first, other):
        before = ids(derived(named))
        after = derived(first, other, merger, acts=dismissed(before))
        assert how(after) == {"dismissed"}
        assert ids(after) == before


def test_two_applications_that_are_one_are_not_asked_about_again_where_one_is_enough() -> None:
    first, other = met(TWO, said="2026-03-01 09:00"), met(TWO, "Acme Robotics", "robotics", "1@acme")
    merger = recorded(ApplicationsMerged(other="robotics"), at("2026-03-17 17:00"))
    for named in (first, other):
        (nudge,) = (each.id for each in derived(named, now="2026-03-17 12:00").items if each.kind == "nudge")
        acts = {nudge: (Act(how="dismissed", at=at("2026-03-17 16:00")),)}
        after = derived(first, other, merger, acts=acts, now="2026-03-17 18:00")
        assert [(each.id, each.how) for each in after.items if each.kind == "nudge"] == [(nudge, "dismissed")]


def test_a_company_that_is_told_later_takes_nothing_back() -> None:
    before = ids(derived(met(TWO, company="")))
    after = derived(met(TWO, company=""), met(TWO, said="2026-03-05 17:00")[0], acts=dismissed(before))
    assert how(after) == {"dismissed"}


def test_a_time_that_is_put_right_by_hours_on_that_day_takes_nothing_back() -> None:
    known = met(TWO, uid="1@acme")
    moved = InterviewRescheduled(company="Acme", start=at("2026-03-05 09:00"), uid="1@acme")
    held = InterviewHeld(start=moved.start or at(TWO), end=at("2026-03-05 10:00"))
    right = [recorded(moved, at("2026-03-05 17:00")), recorded(held, at("2026-03-05 17:00"))]
    before = ids(derived(known))
    after = derived(known, right, acts=dismissed(before))

    assert how(after) == {"dismissed"}
    assert ids(after) == before


def test_what_an_interview_that_moved_to_another_day_left_behind_is_not_done_for_that() -> None:
    known = met("2026-03-04 14:00", uid="1@acme")
    moved = InterviewRescheduled(company="Acme", start=at(MORNING), uid="1@acme")
    held = InterviewHeld(start=at(MORNING), end=at("2026-03-05 11:00"))
    after = derived(
        known,
        [recorded(moved, at("2026-03-04 15:00")), recorded(held, at("2026-03-05 11:00"))],
        acts=dismissed(ids(derived(known))),
    )
    assert how(after) == {None}


def test_an_invite_that_stands_is_that_of_the_item_whatever_was_found_since() -> None:
    before = ids(derived(met(TWO)))
    after = derived(met(TWO), met(MORNING, uid="1@acme"), placed=tuple(before.values()))

    assert ids(after) == before != ids(derived(met(TWO), met(MORNING, uid="1@acme")))
    assert how(after) == {None}
