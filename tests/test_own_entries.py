"""Entries of the user's own at the time of an interview that a mail set: what they may call it."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from afterword.eventlog.events import Evidence, InterviewInvited, InterviewScheduled, Person
from tests.placing import MONDAY, applications_of, reading, settle

ANA = Person(address="ana@bodegaselalta.example", name="Ana Pardo")


def by_mail(company: str = "Bodegas El Alta", sender: Person = ANA, **fields: object) -> InterviewScheduled:
    return InterviewScheduled(company=company, sender=sender, start=MONDAY, message_id="i@mail.example", **fields)  # type: ignore[arg-type]


def own_entry(company: str, **fields: object) -> InterviewScheduled:
    known = {"start": MONDAY, "uid": "u1", "title": f"Interview {company}", **fields}
    return InterviewScheduled(company=company, **known)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "name", ["Bodegas", "Alta", "Bodegas El Alta Group", "Ana Pardo", "Ana", "Pastificio Doni", "Doni"]
)
def test_an_entry_of_the_users_is_called_after_any_part_of_the_interview_at_its_time(name: str) -> None:
    said = Evidence(quote="our client, il Pastificio Doni, would like to see you on Monday at 9")
    mail, noted = reading(by_mail(), evidence=said), own_entry(name)
    assert len(set(applications_of(mail, reading(noted, day=1)))) == 1
    _, [_, late] = settle([reading(noted), replace(mail, occurred_at=MONDAY + timedelta(days=1))])
    assert late.application == applications_of(reading(noted))[0]


@pytest.mark.parametrize(
    "title", ["st elta interview ana pardo", "Leeds - Bodegas interview", "Train, then Interview: Alta"]
)
def test_an_entry_may_name_the_place_first_and_then_the_company_or_a_person(title: str) -> None:
    noted = own_entry("Leeds", title=title)
    assert len(set(applications_of(reading(by_mail()), reading(noted, day=1)))) == 1


@pytest.mark.parametrize("title", ["Initech interview ana pardini", "Leeds - Initech interview", "Interview Ana"])
def test_another_name_or_a_part_of_one_is_of_another_interview(title: str) -> None:
    noted = own_entry("Leeds", title=title)
    assert len(set(applications_of(reading(by_mail()), reading(noted, day=1)))) == 2


def test_a_company_known_by_its_domain_may_be_noted_by_a_part_of_it() -> None:
    first, second = applications_of(reading(by_mail("Bodegaselalta")), reading(own_entry("Alta"), day=1))
    assert first == second


@pytest.mark.parametrize("name", ["Avra", "Alt", "Initech", "Bodegas Alta", "Anna"])
def test_two_interviews_at_one_time_are_two_where_nothing_has_the_name(name: str) -> None:
    first, second = applications_of(reading(by_mail()), reading(own_entry(name), day=1))
    assert first != second


def test_only_at_the_interviews_time_does_a_part_of_a_name_count() -> None:
    later = own_entry("Alta", start=MONDAY + timedelta(hours=1))
    first, second = applications_of(reading(by_mail()), reading(later, day=1))
    assert first != second


def test_two_companies_that_both_wrote_are_two_though_one_is_named_within_the_other() -> None:
    robotics = by_mail("Alta", Person(address="tom@alta.example", name="Tom Ford"))
    invited = own_entry("Alta", people=(Person(address="tom@alta.example"),))
    assert len(set(applications_of(reading(by_mail()), reading(replace(robotics, message_id="r"), day=1)))) == 2
    assert len(set(applications_of(reading(by_mail()), reading(invited, day=1)))) == 2


def test_a_yes_in_a_thread_finds_the_entry_that_was_noted_before() -> None:
    asked = InterviewInvited(company="Bodegas El Alta", sender=ANA, message_id="i@mail.example")
    yes = InterviewScheduled(company="Bodegaselalta", start=MONDAY, references=("i@mail.example",))
    _, placements = settle([reading(asked), reading(own_entry("Alta"), day=1), reading(yes, day=2, tentative=True)])
    assert placements[2].application == placements[0].application
    assert placements[2].merged == (placements[1].application,)
