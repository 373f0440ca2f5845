"""The rules for what is owed, on facts told directly; whole stories stand in tests/scenarios."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Literal

import pytest
from hypothesis import assume
from hypothesis import given as for_all
from hypothesis import strategies as st
from msgspec.structs import replace

from afterword.eventlog.events import (
    DecisionPromised,
    EmployerWrote,
    Evidence,
    InterviewCancelled,
    InterviewInvited,
    InterviewRescheduled,
    InterviewScheduled,
    ItemKind,
    OfferReceived,
    Person,
    PositionPaused,
    Recorded,
    RejectionReceived,
    WaitAnnounced,
)
from projections.applications import applications
from projections.author import Author
from projections.drafts import Writer
from projections.followups import Act, derive_status
from projections.status import Mailbox
from tests.telling import (
    ANNA,
    BERLIN,
    CARLA,
    DEV,
    WORK,
    acknowledged,
    application,
    at,
    closed,
    employer_wrote,
    given,
    interview,
    ledger,
    live,
    promised,
    recorded,
    rejected,
    status_at,
    wrote,
)

THURSDAY = interview("2026-03-05 14:00", (CARLA, DEV))


def test_a_company_is_called_what_it_calls_itself_rather_than_what_its_domain_makes_of_it() -> None:
    anna = Person("anna@kollektiv-muenster.example", "Anna Berg")
    words = [
        recorded(EmployerWrote(company=name, sender=anna), at(f"2026-03-0{day} 10:00"))
        for day, name in enumerate(["Kollektiv Münster", "Kollektiv Muenster", "Kollektiv Muenster", "Kollektiv"], 1)
    ]

    assert application(*words).company == "Kollektiv Münster"
    assert application(*words[1:]).company == "Kollektiv Muenster"


def test_a_domain_that_shortens_the_name_gives_way_to_it() -> None:
    thiago = Person(address="thiago@trilhopag.example", name="Thiago Ramalho")
    words = [
        recorded(EmployerWrote(company=name, sender=thiago, message_id=f"{day}"), at(f"2026-03-0{day} 10:00"))
        for day, name in enumerate(["Trilho Pagamentos", "Trilhopag", "Trilhopag"], 1)
    ]

    assert application(*words).company == "Trilho Pagamentos"
    assert application(*words[1:]).company == "Trilhopag"


def test_before_the_promise_has_lapsed_there_is_nothing_to_do() -> None:
    facts = [*THURSDAY, promised("2026-03-05 17:00", "2026-03-13")]

    waits = status_at("2026-03-13 20:00", facts)

    assert "nudge" not in live(waits)
    assert waits.waiting is not None
    assert waits.waiting.until == "2026-03-13"


@pytest.mark.parametrize(
    ("kind", "opens", "due", "lapses"),
    [
        ("thank_you", "03-03 15:00", "03-04 15:00", "03-08 15:00"),
        ("review", "03-03 15:00", "03-03 23:59:59", "03-06 15:00"),
        ("connect", "03-03 16:00", "03-06 16:00", "03-17 16:00"),
        ("nudge", "03-12 16:00", "03-13 16:00", "04-02 16:00"),
        ("rejection_reply", "03-16 10:00", "03-18 10:00", "03-23 10:00"),
        ("feedback_request", "03-16 10:00", "03-23 12:00", "03-30 10:00"),
    ],
)
def test_each_kind_has_its_time(kind: ItemKind, opens: str, due: str, lapses: str) -> None:
    """Of an interview on a Tuesday, thanks an hour after it, and a rejection on a Monday; five days after that is a Saturday."""
    facts = [
        *interview("2026-03-03 14:00"),
        wrote("2026-03-03 16:00", "thank_you", to=[CARLA]),
        rejected("2026-03-16 10:00"),
    ]
    known = {each.kind: each for each in status_at("2026-03-17 10:00", facts).items}
    known |= {"nudge": live(status_at("2026-03-13 10:00", facts[:-1]))["nudge"]}

    item = known[kind]
    assert (item.not_before, item.due, item.lapses) == (at(f"2026-{opens}"), at(f"2026-{due}"), at(f"2026-{lapses}"))


def test_a_wait_that_they_announced_is_why_one_waits_and_why_one_asks_then() -> None:
    said = recorded(WaitAnnounced(until=date(2026, 4, 30), message_id="1@acme"), at("2026-03-06 10:00"))
    facts = [*THURSDAY, said, employer_wrote("2026-03-09 10:00")]

    waits = status_at("2026-03-10 10:00", facts).waiting

    assert waits is not None
    assert [each.event for each in waits.because] == ["WaitAnnounced"]
    assert live(status_at("2026-05-06 10:00", facts))["nudge"].because == (said,)


def test_a_deadline_that_nobody_could_check_is_told_but_not_acted_on() -> None:
    waits = status_at("2026-03-18 10:00", THURSDAY, promised("2026-03-05 17:00", "2026-03-13"))

    assert "nudge" not in live(waits)
    assert waits.waiting is not None
    assert "mailbox" in waits.waiting.note


def test_silence_without_a_promise_counts_only_as_far_as_every_mailbox_was_read() -> None:
    unread = (Mailbox(account="work", read_until=at("2026-03-10 10:00")),)

    assert "nudge" in live(status_at("2026-03-17 10:00", THURSDAY))
    assert "nudge" not in live(status_at("2026-03-17 10:00", THURSDAY, mailboxes=unread))


def test_a_word_of_the_employers_before_the_deadline_starts_the_wait_again() -> None:
    facts = [*THURSDAY, promised("2026-03-05 17:00", "2026-03-13"), employer_wrote("2026-03-12 10:00")]

    assert "nudge" not in live(status_at("2026-03-18 10:00", facts))
    assert "nudge" in live(status_at("2026-03-23 11:00", facts))


def test_the_wait_without_a_promise_counts_from_the_last_word_though_one_of_a_weekend_would_end_it_earlier() -> None:
    held = interview("2026-03-07 19:00")
    words = [wrote("2026-03-08 06:00"), wrote("2026-03-17 12:00")]

    status = status_at("2026-03-17 13:00", held, words)

    assert status.waiting is not None
    assert status.waiting.until == "2026-03-26"
    assert "nudge" not in {*live(status), *closed(status)}


def test_at_most_two_nudges_come_one_after_the_other() -> None:
    first = status_at("2026-03-17 10:00", THURSDAY, at_most=2)
    sent = wrote("2026-03-17 11:00", "nudge")

    assert len([each for each in first.items if each.kind == "nudge"]) == 1
    assert "nudge" not in live(status_at("2026-03-24 11:00", THURSDAY, sent, at_most=2))
    assert "nudge" in live(status_at("2026-03-26 12:00", THURSDAY, sent, at_most=2))


def test_once_the_time_is_over_any_word_that_is_for_nothing_else_asks() -> None:
    """What is heard as nothing in particular ("any movement?") is a word all the same: who has just written is not told to write."""
    assert closed(status_at("2026-03-17 12:00", THURSDAY, wrote("2026-03-17 11:00")))["nudge"] == "seen_sent"
    assert "nudge" in live(status_at("2026-03-17 12:00", THURSDAY, wrote("2026-03-17 11:00", "feedback_request")))


def test_a_word_that_may_have_asked_is_waited_for_as_long_as_a_nudge() -> None:
    word = wrote("2026-03-30 11:00")

    assert status_at("2026-04-16 10:00", THURSDAY, word).stage == "waiting"
    assert status_at("2026-04-22 10:00", THURSDAY, word).stage == "closed"


def test_a_nudge_that_the_user_calls_done_is_why_one_waits_on() -> None:
    nudge = live(status_at("2026-03-17 10:00", THURSDAY))["nudge"]
    done = {nudge.id: (Act(how="done", at=at("2026-03-17 11:00")),)}

    waits = derive_status(application(*THURSDAY), given("2026-03-18 10:00", done)).waiting

    assert waits is not None
    assert [(each.event, each.occurred_at) for each in waits.because] == [
        ("InterviewHeld", at("2026-03-05 15:00")),
        ("TaskDone", at("2026-03-17 11:00")),
    ]


def test_an_unverified_word_breaks_no_silence() -> None:
    forged = recorded(RejectionReceived(message_id="x@y"), at("2026-03-10 09:00"), Evidence(doubt="sender"))

    status = status_at("2026-03-17 10:00", THURSDAY, forged)

    assert "nudge" in live(status)
    assert "rejection_reply" not in live(status)


def test_what_may_be_a_rejection_holds_the_nudge_until_the_user_says() -> None:
    perhaps = recorded(RejectionReceived(message_id="x@y"), at("2026-03-16 09:00"), Evidence(doubt="confidence"))

    assert "nudge" not in live(status_at("2026-03-17 10:00", THURSDAY, perhaps))


def test_a_rejection_leaves_the_review_and_makes_the_rest_moot() -> None:
    after = status_at("2026-03-06 10:00", THURSDAY, rejected("2026-03-06 09:00"))

    assert set(live(after)) == {"rejection_reply", "feedback_request", "review"}
    assert closed(after)["thank_you"] == "moot"
    assert live(after)["rejection_reply"].asks_feedback


def test_a_rejection_from_a_machine_before_any_interview_asks_for_nothing() -> None:
    assert (
        live(status_at("2026-03-06 10:00", acknowledged("2026-02-18 09:00"), rejected("2026-03-06 09:00", by=None)))
        == {}
    )


def test_a_reply_to_a_machines_rejection_goes_into_the_thread_of_whoever_gets_it() -> None:
    word, by_machine = employer_wrote("2026-03-05 17:00"), rejected("2026-03-06 09:00", by=None)

    reply = live(status_at("2026-03-06 10:00", interview("2026-03-05 14:00", (ANNA,)), word, by_machine))[
        "rejection_reply"
    ]

    assert [each.address for each in reply.to] == [ANNA.address]
    assert reply.answers is not None
    assert reply.answers.source_key == word.source_key


def test_thanks_to_whoever_gets_the_reply_are_one_in_any_thread() -> None:
    facts = [*interview("2026-03-05 14:00", (ANNA,)), rejected("2026-03-06 09:00", by=None)]

    assert (
        closed(status_at("2026-03-06 13:00", facts, wrote("2026-03-06 12:00", "thank_you")))["rejection_reply"]
        == "seen_sent"
    )
    assert "rejection_reply" in live(status_at("2026-03-06 13:00", facts, wrote("2026-03-06 12:00", to=[DEV])))


def test_an_interview_that_is_put_off_is_still_to_come() -> None:
    put_off = InterviewRescheduled(company="Acme", message_id="put-off@acme.example")

    status = status_at("2026-03-05 16:00", THURSDAY[0], recorded(put_off, at("2026-03-05 12:00")))

    assert status.stage == "interviewing"


def test_a_yes_after_a_no_of_ones_own_takes_what_they_came_back_with() -> None:
    offered = recorded(OfferReceived(company="Acme", message_id="o@acme.example"), at("2026-03-10 10:00"))
    no = wrote("2026-03-11 10:00", "withdrawal")
    better, yes = employer_wrote("2026-03-12 10:00"), wrote("2026-03-13 10:00", "acceptance")

    assert status_at("2026-03-12 12:00", THURSDAY, offered, no, better).stage == "withdrawn"
    assert status_at("2026-03-14 12:00", THURSDAY, offered, no, better, yes).stage == "closed"


def test_a_yes_before_anybody_met_ends_nothing() -> None:
    facts = [acknowledged("2026-03-02 10:00"), employer_wrote("2026-03-03 10:00")]

    assert status_at("2026-03-05 16:00", *facts, wrote("2026-03-04 12:00", "acceptance")).stage == "applied"


def test_a_yes_before_an_interview_is_to_that_and_ends_nothing() -> None:
    yes = wrote("2026-03-04 12:00", "acceptance")

    assert "thank_you" in live(status_at("2026-03-05 16:00", THURSDAY, yes))
    assert status_at("2026-03-06 16:00", THURSDAY, wrote("2026-03-06 12:00", "acceptance")).stage == "closed"


def test_any_answer_in_the_rejections_thread_is_a_reply() -> None:
    facts = [
        *THURSDAY,
        rejected("2026-03-06 09:00"),
        wrote("2026-03-06 12:00", "thank_you", answers="2026-03-06 09:00@r"),
    ]

    assert closed(status_at("2026-03-06 13:00", facts))["rejection_reply"] == "seen_sent"


def test_feedback_after_an_offer_is_asked_for_only_where_the_setting_says_so() -> None:
    offered = recorded(OfferReceived(reply_to=ANNA.address, sender=ANNA), at("2026-03-09 09:00"))

    assert "feedback_request" not in live(status_at("2026-03-09 10:00", THURSDAY, offered))
    assert "feedback_request" in live(status_at("2026-03-09 10:00", THURSDAY, offered, feedback_after_offer=True))


@pytest.mark.parametrize("how", ["done", "dismissed"])
def test_what_the_user_said_of_an_item_stands(how: Literal["done", "dismissed"]) -> None:
    review = live(status_at("2026-03-05 16:00", THURSDAY))["review"]
    said = {review.id: (Act(how=how, at=at("2026-03-05 17:00")),)}

    assert closed(derive_status(application(THURSDAY), given("2026-03-05 18:00", said)))["review"] == how


@pytest.mark.parametrize("sequence", [1, 0])
def test_of_two_revisions_of_one_stamp_the_one_that_changes_the_entry_holds(sequence: int) -> None:
    stamped = at("2026-03-01 09:00")
    for uid in "abcdefgh":
        known, held = interview("2026-03-05 14:00", uid=f"{uid}@acme.example")
        assert isinstance(known.event, InterviewScheduled)
        gone = InterviewCancelled(uid=known.event.uid, start=known.event.start, sequence=sequence)

        assert not status_at(
            "2026-03-05 16:00", replace(known, occurred_at=stamped), held, [recorded(gone, stamped)]
        ).items


def test_the_review_of_an_interview_that_a_rejection_came_before_is_not_asked_for() -> None:
    assert "review" not in live(status_at("2026-03-05 16:00", THURSDAY, rejected("2026-03-04 10:00")))
    assert "review" in live(status_at("2026-03-05 18:00", THURSDAY, rejected("2026-03-05 17:00")))


def test_the_reply_to_a_rejection_comes_before_the_request_for_feedback() -> None:
    asked = status_at("2026-03-09 12:00", THURSDAY, rejected("2026-03-09 11:00"))

    assert [each.kind for each in asked.items if each.live] == ["rejection_reply", "feedback_request"]


@pytest.mark.parametrize("decided", [PositionPaused, OfferReceived, InterviewInvited])
def test_no_nudge_is_said_to_have_been_while_there_was_nothing_to_ask(
    decided: type[PositionPaused | OfferReceived | InterviewInvited],
) -> None:
    said = recorded(decided(company="Acme", sender=ANNA, message_id="p@acme.example"), at("2026-03-09 10:00"))
    before = status_at("2026-04-20 10:00", THURSDAY, said)
    after = status_at("2026-04-20 12:00", THURSDAY, said, employer_wrote("2026-04-20 11:00"))

    assert [each for each in (*before.items, *after.items) if each.kind == "nudge"] == []


def test_a_mail_that_pauses_and_calls_off_the_interview_to_come_leaves_it_paused() -> None:
    said_in = {"company": "Acme", "sender": ANNA, "message_id": "p@acme.example"}
    known, _ = interview("2026-03-12 14:00")
    facts = [
        replace(known, occurred_at=at("2026-03-06 10:00")),
        recorded(PositionPaused(**said_in), at("2026-03-09 10:00")),  # type: ignore[arg-type]
        recorded(InterviewCancelled(**said_in), at("2026-03-09 10:00")),  # type: ignore[arg-type]
    ]

    assert status_at("2026-03-10 10:00", facts).stage == "paused"
    assert status_at("2026-03-10 10:00", facts, employer_wrote("2026-03-10 09:00")).stage != "paused"


def test_no_nudge_is_said_to_have_been_while_the_next_interview_was_to_come() -> None:
    known, held = interview("2026-04-10 14:00")
    early = replace(known, occurred_at=at("2026-03-06 10:00"))
    before = status_at("2026-04-09 10:00", THURSDAY, [early])
    after = status_at("2026-04-10 15:30", THURSDAY, [early, held])

    assert [each for each in (*before.items, *after.items) if each.kind == "nudge"] == []


def test_a_nudge_that_there_was_before_the_next_interview_was_set_up_stays_in_sight() -> None:
    known, held = interview("2026-04-10 14:00")
    late = replace(known, occurred_at=at("2026-03-20 10:00"))

    assert "nudge" in live(status_at("2026-03-19 10:00", THURSDAY))
    assert closed(status_at("2026-04-10 15:30", THURSDAY, [late, held]))["nudge"] == "moot"


def test_a_snoozed_item_outlives_its_lapse() -> None:
    review = live(status_at("2026-03-05 16:00", THURSDAY))["review"]
    said = {review.id: (Act(how="snoozed", at=at("2026-03-05 17:00"), until=at("2026-03-14 10:00")),)}

    assert live(derive_status(application(THURSDAY), given("2026-03-13 18:00", said)))["review"].state == "snoozed"
    assert live(derive_status(application(THURSDAY), given("2026-03-14 12:00", said)))["review"].state == "open"


DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
PAUSES = st.integers(0, 24 * 60)


@for_all(DAYS, st.integers(0, 30), st.integers(0, 24 * 60), st.sampled_from(["+14:00", "-11:00", "+01:00", ""]))
def test_no_nudge_before_the_promise_in_any_zone(day: date, wait: int, hours: int, zone: str) -> None:
    held = interview(f"{day} 14:00")
    until = day + timedelta(days=wait)
    promise = promised(f"{day} 16:00", str(until))
    in_zone = recorded(DecisionPromised(until=until, zone=zone, message_id="p"), promise.occurred_at)
    now = at(f"{day} 16:00") + timedelta(hours=hours)
    assume(now.astimezone(WORK.zone).date() <= until)

    assert "nudge" not in live(
        derive_status(application(held, in_zone), given(now.astimezone(WORK.zone).strftime("%Y-%m-%d %H:%M")))
    )


FACTS = st.lists(
    st.sampled_from(
        [
            *interview("2026-03-05 14:00", (CARLA, DEV)),
            *interview("2026-03-12 10:00", (DEV,)),
            acknowledged("2026-02-18 09:00"),
            promised("2026-03-05 17:00", "2026-03-13"),
            employer_wrote("2026-03-09 09:00"),
            rejected("2026-03-16 09:00"),
            wrote("2026-03-05 19:00", "thank_you", to=[CARLA]),
            wrote("2026-03-10 19:00", "nudge"),
            wrote("2026-03-17 19:00", "rejection_reply", "feedback_request"),
            wrote("2026-03-20 19:00", "withdrawal"),
        ]
    ),
    unique_by=lambda each: each.source_key,
)
MOMENTS = st.datetimes(datetime(2026, 2, 1), datetime(2026, 6, 1), timezones=st.just(UTC))


@for_all(FACTS, st.randoms(use_true_random=False), MOMENTS)
def test_the_order_of_arrival_does_not_matter(facts: list[Recorded], shuffle: Random, now: datetime) -> None:
    other = [*facts]
    shuffle.shuffle(other)
    moment = given(now.strftime("%Y-%m-%d %H:%M"))

    here, there = ([derive_status(each, moment) for each in applications(ledger(one))] for one in (facts, other))

    assert here == there


@for_all(FACTS, MOMENTS)
def test_after_a_withdrawal_nothing_is_asked_for(facts: list[Recorded], now: datetime) -> None:
    withdrawn = wrote("2026-03-20 19:00", "withdrawal")
    assume(now > withdrawn.occurred_at)
    rest = [
        each
        for each in facts
        if each.occurred_at < withdrawn.occurred_at and not isinstance(each.event, RejectionReceived)
    ]

    assert live(derive_status(application(*rest, withdrawn), given(now.strftime("%Y-%m-%d %H:%M")))) == {}


@for_all(FACTS, MOMENTS)
def test_every_item_opens_before_it_is_due_and_is_due_before_it_lapses(facts: list[Recorded], now: datetime) -> None:
    for each in applications(ledger(*facts)):
        for item in derive_status(each, given(now.strftime("%Y-%m-%d %H:%M"))).items:
            assert item.not_before <= item.due <= item.lapses
            assert not item.live or item.not_before <= at(now.strftime("%Y-%m-%d %H:%M"))


def test_a_nudge_that_is_put_off_keeps_the_application_open() -> None:
    asleep = status_at("2026-03-17 10:00", THURSDAY)
    nudge = live(asleep)["nudge"].id
    until = Act(how="snoozed", at=at("2026-03-17 10:00"), until=at("2026-04-20 10:00"))

    later = derive_status(application(*THURSDAY), given("2026-04-17 10:00", {nudge: (until,)}))
    over = derive_status(application(*THURSDAY), given("2026-04-22 10:00", {nudge: (until,)}))

    assert (live(later)["nudge"].state, later.stage) == ("snoozed", "waiting")
    assert (live(over), over.stage) == ({}, "closed")


def test_an_end_that_came_while_the_clock_was_ahead_counts_when_it_is_set_right() -> None:
    back = status_at("2026-03-06 10:00", THURSDAY, rejected("2026-03-06 18:00"))

    assert back.stage == "rejected"
    assert "thank_you" not in live(back)


@pytest.mark.parametrize(
    ("company", "title"),
    [("Acme", "Reply to Acme's rejection"), ("Denholm Carpets", "Reply to Denholm Carpets' rejection")],
)
def test_a_rejection_is_that_of_a_company_whatever_its_name_ends_in(company: str, title: str) -> None:
    no = RejectionReceived(company=company, sender=ANNA, reply_to=ANNA.address)
    known = application(recorded(no, at("2026-03-05 10:00")))
    (reply,) = derive_status(known, given("2026-03-05 12:00")).items

    assert Author(Writer(), "Jane Doe", BERLIN).title(reply, known) == title
