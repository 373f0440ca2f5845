"""Whom one owes thanks after an interview, and until when."""

from datetime import UTC, timedelta, timezone, tzinfo

import pytest
from msgspec.structs import replace

from afterword.eventlog.events import (
    HighlightNoted,
    InterviewInvited,
    InterviewRescheduled,
    InterviewScheduled,
    Person,
    Recorded,
    UserWrote,
)
from projections.author import Author
from projections.drafts import Writer
from projections.followups import derive_status
from tests.telling import (
    ANNA,
    BERLIN,
    CARLA,
    DEV,
    application,
    at,
    closed,
    employer_wrote,
    given,
    interview,
    live,
    recorded,
    status_at,
    wrote,
)

THURSDAY = interview("2026-03-05 14:00", (CARLA, DEV))


def test_a_thank_you_is_due_a_day_after_the_real_end() -> None:
    thanks = live(status_at("2026-03-05 16:00", THURSDAY))["thank_you"]

    assert thanks.not_before == at("2026-03-05 15:00")
    assert thanks.due == at("2026-03-06 15:00")
    assert thanks.lapses == at("2026-03-10 15:00")
    assert {each.address for each in thanks.to} == {CARLA.address, DEV.address}


@pytest.mark.parametrize("zone", [UTC, BERLIN, timezone(timedelta(hours=-5))])
def test_an_item_has_the_same_name_whatever_zone_its_interview_was_told_in(zone: tzinfo) -> None:
    """A log gives back the zone that was told, a read model that is kept does not."""
    known, held = interview("2026-03-05 14:00")
    assert isinstance(known.event, InterviewScheduled)
    told = replace(known.event, start=at("2026-03-05 14:00").astimezone(zone), end=None)
    items = live(status_at("2026-03-05 16:00", replace(known, event=told), held))
    assert {each.id for each in items.values()} == {
        each.id for each in live(status_at("2026-03-05 16:00", known, held)).values()
    }


def test_a_colleague_may_be_thanked_in_the_place_of_who_only_wrote_of_the_interview() -> None:
    ricardo = Person("ricardo@acme.example", "Ricardo Tanaka")
    lucia, friend = Person("lucia@acme.example", "Lúcia Meireles"), Person("tom@home.example", "Tom")
    met = interview("2026-03-05 14:00", (ricardo,))

    def owed(thanked: Person, *told: list[Recorded]) -> bool:
        note = wrote("2026-03-05 19:00", "thank_you", to=[thanked])
        return "thank_you" in live(status_at("2026-03-05 20:00", *told, note))

    assert not owed(lucia, met)
    assert owed(friend, met)
    assert owed(lucia, THURSDAY)


def test_whom_a_note_to_the_recruiter_asks_to_thank_is_struck_off() -> None:
    note = wrote("2026-03-05 19:00", "thank_you", to=[ANNA])
    assert isinstance(note.event, UserWrote)

    def left(*named: str) -> list[str]:
        passed_on = replace(note, event=replace(note.event, people=tuple(Person(name=each) for each in named)))
        thanks = live(status_at("2026-03-05 20:00", THURSDAY, passed_on)).get("thank_you")
        return [each.name for each in thanks.to] if thanks is not None else []

    assert left() == left("Tom") == ["Carla Rossi", "Dev Patel"]
    assert left("Mr Patel") == ["Carla Rossi"]
    assert left("Carla", "Dev Patel") == []


def test_whoever_was_thanked_is_struck_off() -> None:
    thanks = live(status_at("2026-03-05 20:00", THURSDAY, wrote("2026-03-05 19:00", "thank_you", to=[CARLA])))[
        "thank_you"
    ]

    assert [each.address for each in thanks.to] == [DEV.address]


def test_a_thank_you_closes_when_nobody_is_left() -> None:
    both = status_at("2026-03-05 20:00", THURSDAY, wrote("2026-03-05 19:00", "thank_you", to=[CARLA, DEV]))

    assert closed(both)["thank_you"] == "seen_sent"
    assert "connect" in live(both)


def test_a_mail_of_another_purpose_thanks_nobody() -> None:
    assert (
        len(live(status_at("2026-03-05 20:00", THURSDAY, wrote("2026-03-05 19:00", to=[CARLA])))["thank_you"].to) == 2
    )


def test_names_without_addresses_are_thanked_by_way_of_the_recruiter() -> None:
    named = interview("2026-03-05 14:00", (Person(name="Carla Rossi", part="interviewer"), ANNA))

    thanks = live(status_at("2026-03-05 16:00", named))["thank_you"]

    assert [each.address for each in thanks.to] == [ANNA.address]
    assert thanks.via_recruiter


def test_an_interviewer_known_by_name_is_thanked_at_the_address_that_they_write_from_later() -> None:
    """They were thanked already where the note went to whoever was asked to pass it on."""
    named = interview("2026-03-05 14:00", (Person(name="Carla Rossi", part="interviewer"), ANNA))
    passed_on = wrote("2026-03-05 16:00", "thank_you", to=[ANNA])
    writes = employer_wrote("2026-03-05 18:00", CARLA)

    thanks = live(status_at("2026-03-05 19:00", named, writes))["thank_you"]

    assert [each.address for each in thanks.to] == [CARLA.address]
    assert not thanks.via_recruiter
    assert closed(status_at("2026-03-05 19:00", named, passed_on, writes))["thank_you"] == "seen_sent"


@pytest.mark.parametrize("listed", ["", "carla@acme.example"])
def test_a_guest_whom_the_calendar_lists_by_an_address_alone_is_greeted_by_the_name_in_their_mails(listed: str) -> None:
    guest = Person(CARLA.address, listed, "interviewer")
    before, after = employer_wrote("2026-03-02 10:00", CARLA), employer_wrote("2026-03-05 15:30", CARLA)

    for facts in (
        [before, *interview("2026-03-05 14:00", (guest,))],
        [*interview("2026-03-05 14:00", (guest,)), after],
    ):
        assert live(status_at("2026-03-05 16:00", *facts))["thank_you"].to == (CARLA,)


@pytest.mark.parametrize(
    ("guest", "title"),
    [
        (Person("y@acme.example", "Aydin, Yasemin"), "Thank Yasemin Aydin (Acme)"),
        (Person("y@acme.example", "AYDIN Yasemin"), "Thank Yasemin Aydin (Acme)"),
        (Person("carla.rossi@acme.example"), "Thank Carla Rossi (Acme)"),
        (Person("crossi@acme.example"), "Thank crossi@acme.example (Acme)"),
        (Person("jobs@acme.example", "Acme Talent Team"), "Thank Acme Talent Team (Acme)"),
        (Person("pd@acme.example", "Frau Dr."), "Thank pd@acme.example (Acme)"),
        (Person("", "Frau Dr"), "Thank the interviewers (Acme)"),
    ],
)
def test_a_title_names_people_as_they_are_called(guest: Person, title: str) -> None:
    known = application(*interview("2026-03-05 14:00", (replace(guest, part="interviewer"),)))
    thanks = live(derive_status(known, given("2026-03-05 16:00")))["thank_you"]

    assert Author(Writer(), "Jane Doe", BERLIN).title(thanks, known) == title


def test_a_title_names_a_few_of_many() -> None:
    people = tuple(
        Person(f"p{number}@acme.example", f"Pat {name}", "interviewer") for number, name in enumerate("ABCDE")
    )
    known = application(*interview("2026-03-05 14:00", people))
    thanks = live(derive_status(known, given("2026-03-05 16:00")))["thank_you"]
    author = Author(Writer(), "Jane Doe", BERLIN)

    assert author.title(thanks, known) == "Thank Pat A, Pat B, Pat C and 2 others (Acme)"
    assert author.title(replace(thanks, to=people[:4]), known) == "Thank Pat A, Pat B, Pat C and Pat D (Acme)"


def test_a_desk_bears_the_name_of_nobody_who_signed_once() -> None:
    desk = Person("careers@acme.example", "", "interviewer")
    signed = employer_wrote("2026-03-02 10:00", replace(desk, name="Anna Berg"))

    thanks = live(status_at("2026-03-05 16:00", signed, interview("2026-03-05 14:00", (desk,))))["thank_you"]

    assert thanks.to == (desk,)


def test_thanks_to_somebody_who_only_wrote_are_passed_on_to_those_known_by_name() -> None:
    tom = Person("tom@agency.example", "Tom Okafor")
    dana = Person(name="Dana Whitlock", part="interviewer")

    thanks = live(status_at("2026-03-05 16:00", interview("2026-03-05 14:00", (dana, tom))))["thank_you"]

    assert [each.address for each in thanks.to] == [tom.address]
    assert thanks.via_recruiter
    assert dana in thanks.meant_for


def test_a_recruiter_who_takes_part_by_the_calendar_is_thanked_only_where_nobody_else_does() -> None:
    """Google lists who organises an entry among those who take part in it."""
    invited = recorded(
        InterviewInvited(company="Acme", message_id="i@acme.example", people=(ANNA,)), at("2026-03-01 10:00")
    )
    listed = replace(ANNA, part="interviewer")

    def thanked(*people: Person) -> list[str]:
        status = status_at("2026-03-05 16:00", invited, interview("2026-03-05 14:00", people))
        return [each.address for each in live(status)["thank_you"].to]

    assert thanked(listed, CARLA) == [CARLA.address]
    assert thanked(listed) == [ANNA.address]


def test_a_highlight_goes_into_the_thanks_for_the_interview_that_it_was_noted_of() -> None:
    noted = [
        recorded(HighlightNoted(text=text), at(when))
        for text, when in [("the parser", "2026-03-05 16:00"), ("the budget", "2026-03-12 15:30")]
    ]
    rounds = [interview("2026-03-05 14:00", (CARLA,)), interview("2026-03-12 14:00", (DEV,))]
    known = application(*rounds, *noted)
    author = Author(Writer(), "Jane Doe", BERLIN)
    first, second = (
        author.drafts(each, known, at("2026-03-12 16:00"))[0].body
        for each in derive_status(known, given("2026-03-12 16:00")).items
        if each.kind == "thank_you"
    )

    assert "the parser" in first
    assert "the budget" not in first
    assert "the budget" in second
    assert "the parser" not in second


def test_only_who_the_newest_revision_of_an_entry_names_is_thanked() -> None:
    """One that names organisers only may hide its guests; a mail before it may have named who does not come now."""
    invited, held = interview("2026-03-05 14:00", (CARLA, ANNA))
    assert isinstance(invited.event, InterviewScheduled)
    dev_instead = InterviewRescheduled(
        uid=invited.event.uid, start=at("2026-03-05 14:00"), sequence=1, people=(DEV, ANNA)
    )
    hidden = replace(dev_instead, sequence=2, people=(ANNA,))
    by_name = (Person(name=CARLA.name, part="interviewer"), ANNA)
    told = recorded(replace(invited.event, uid="", message_id="m@acme.example", people=by_name), at("2026-03-01 10:00"))

    for revisions in ((dev_instead,), (dev_instead, hidden)):
        facts = [recorded(each, at(f"2026-03-04 1{each.sequence}:00")) for each in revisions]
        thanks = live(status_at("2026-03-05 16:00", told, invited, *facts, held))["thank_you"]
        assert [each.address for each in thanks.to] == [DEV.address]


def test_a_second_round_with_the_same_people_asks_for_no_second_connect() -> None:
    rounds = [*THURSDAY, *interview("2026-03-12 14:00", (CARLA, DEV))]
    notes = [wrote(f"2026-03-{day} 19:00", "thank_you", to=[CARLA, DEV]) for day in ("05", "12")]

    items = [each for each in status_at("2026-03-12 20:00", rounds, notes).items if each.kind == "connect"]

    assert len(items) == 1
