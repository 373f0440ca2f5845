"""What the user tells: of the application that they mean, or of a new one."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from icalendar import Calendar

from afterword.eventlog.events import (
    ApplicationsMerged,
    DecisionPromised,
    InterviewScheduled,
    OfferReceived,
    Person,
    RejectionReceived,
    UserWrote,
)
from afterword.recognition.matching import application_id
from afterword.recognition.parties.names import role_key
from daemon import commands, queries
from daemon.cli import main
from daemon.lookup import Refused
from projections.applications import applications
from tests.homes import Home
from tests.telling import ledger, recorded

NOW = datetime(2026, 3, 5, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("known", "new"),
    [("Яндекс", "Сбер"), ("株式会社サンプル", "合同会社テスト"), ("Meta", "Metafold"), ("Research", "Arc")],
)
def test_a_new_name_makes_an_application_whatever_it_is_part_of_and_however_it_is_written(
    known: str, new: str, tmp_path: Path
) -> None:
    home = Home(tmp_path)
    commands.tell(home.config, known, OfferReceived(), NOW)

    assert commands.tell(home.config, new, RejectionReceived(), NOW) == f"{new}, a new application: a rejection."
    stages = {each.company: each.stage for each in home.status(NOW).applications}
    assert stages == {known: "offered", new: "rejected"}


@pytest.mark.parametrize("said", ["nordsee", "Nord", "Stahl"])
def test_the_beginning_of_a_known_name_is_asked_about(said: str, tmp_path: Path) -> None:
    home = Home(tmp_path)
    commands.tell(home.config, "Nordseewerke Stahlbau", OfferReceived(), NOW)

    with pytest.raises(Refused) as refused:
        commands.tell(home.config, said, RejectionReceived(), NOW)

    company = "Nordseewerke Stahlbau"
    assert str(refused.value) == (
        f"{said} is not known, but {company} is. Say {company}, or add --new if {said} is another company."
    )
    assert {each.company: each.stage for each in home.status(NOW).applications} == {"Nordseewerke Stahlbau": "offered"}


def test_the_beginning_of_several_known_names_is_asked_about_with_all_of_them(tmp_path: Path) -> None:
    home = Home(tmp_path)
    for name in ("Metafold", "Metaworks", "Metalab"):
        commands.tell(home.config, name, OfferReceived(), NOW)

    known = "Metafold, Metalab and Metaworks are. Say the one that you mean, or add --new if Meta is another company"
    with pytest.raises(Refused, match=f"^Meta is not known, but {known}\\.$"):
        commands.tell(home.config, "Meta", RejectionReceived(), NOW)


@pytest.mark.parametrize(("known", "new"), [("Metafold", "Meta"), ("Acme Robotics", "Robotics")])
def test_a_new_name_that_is_part_of_a_known_one_is_new_if_the_user_says_so(
    known: str, new: str, tmp_path: Path
) -> None:
    home = Home(tmp_path)
    commands.tell(home.config, known, OfferReceived(), NOW)

    told = commands.tell(home.config, new, RejectionReceived(), NOW, is_new=True)
    again = commands.tell(home.config, new, DecisionPromised(until=date(2026, 3, 20)), NOW, is_new=True)

    assert told == f"{new}, a new application: a rejection."
    assert again.startswith(f"{new}: decision promised by ")
    assert {each.company for each in home.status(NOW).applications} == {known, new}


@pytest.mark.parametrize("said", ["acme robotics", "Acme", "ACME Robotics GmbH", "robotics", "engineer"])
def test_a_known_name_is_found_by_its_words(said: str, tmp_path: Path) -> None:
    home = Home(tmp_path)
    commands.tell(home.config, "Acme Robotics", OfferReceived(role="Data Engineer"), NOW)

    assert commands.tell(home.config, said, RejectionReceived(), NOW) == "Acme Robotics – Data Engineer: a rejection."


def test_another_role_at_a_known_company_is_another_application_if_the_user_says_so(tmp_path: Path) -> None:
    home = Home(tmp_path)
    commands.tell(home.config, "Acme", OfferReceived(role="Data Engineer"), NOW)

    with pytest.raises(Refused) as refused:
        commands.tell(home.config, "Acme", RejectionReceived(role="Product Analyst"), NOW)
    assert str(refused.value) == (
        "What is known is Acme – Data Engineer. Leave out --role, or add --new if Product Analyst is another application."
    )
    commands.tell(home.config, "Acme", RejectionReceived(role="Product Analyst"), NOW, is_new=True)
    told = commands.tell(
        home.config, "Acme", RejectionReceived(role="Senior Data Engineer"), NOW + timedelta(minutes=1)
    )

    assert told == "Acme – Data Engineer: a rejection."
    roles = {each.role: each.stage for each in home.status(NOW + timedelta(minutes=2)).applications}
    assert roles == {"Data Engineer": "rejected", "Product Analyst": "rejected"}


def test_a_name_is_kept_without_the_blanks_around_it(tmp_path: Path) -> None:
    home = Home(tmp_path)

    assert commands.tell(home.config, " Acme  Labs ", OfferReceived(), NOW) == "Acme Labs, a new application: an offer."
    assert [each.company for each in home.status(NOW).applications] == ["Acme Labs"]


def test_who_was_there_is_told_of_the_last_interview_though_another_is_to_come(tmp_path: Path) -> None:
    home = Home(tmp_path)
    anna = Person("anna@acme.example", "Anna Berg", "interviewer")
    for days in (-1, 4, 9):
        commands.tell(home.config, "Acme", InterviewScheduled(start=NOW + timedelta(days=days)), NOW)
    thanks = home.owed(NOW, "thank_you")
    assert thanks is not None
    assert thanks.to == ()

    commands.tell(home.config, "Acme", InterviewScheduled(people=(anna,)), NOW)

    thanks = home.owed(NOW, "thank_you")
    assert thanks is not None
    assert thanks.to == ("anna@acme.example",)


def test_who_will_be_there_is_told_of_the_next_interview_where_none_has_begun(tmp_path: Path) -> None:
    home = Home(tmp_path)
    for days in (4, 9):
        commands.tell(home.config, "Acme", InterviewScheduled(start=NOW + timedelta(days=days)), NOW)

    told = commands.tell(home.config, "Acme", InterviewScheduled(people=(Person(name="Anna Berg"),)), NOW)

    assert f"{(NOW + timedelta(days=4)).day} " in told


def test_a_role_at_a_company_where_none_is_known_is_another_application_if_the_user_says_so(tmp_path: Path) -> None:
    home = Home(tmp_path)
    commands.tell(home.config, "Acme", OfferReceived(), NOW)

    told = commands.tell(home.config, "Acme", RejectionReceived(role="Cook"), NOW, is_new=True)

    assert told == "Acme, a new application: a rejection."
    assert {each.role: each.stage for each in home.status(NOW).applications} == {"": "offered", "Cook": "rejected"}


@pytest.mark.parametrize(
    "end", [RejectionReceived(), UserWrote(purposes=("withdrawal",))], ids=lambda each: type(each).__name__
)
def test_an_interview_that_the_end_came_before_is_neither_coming_nor_looked_back_at(
    end: RejectionReceived | UserWrote, tmp_path: Path
) -> None:
    home, starts = Home(tmp_path), NOW + timedelta(days=2)
    commands.tell(home.config, "Acme", InterviewScheduled(start=starts), NOW)
    assert [each.start for each in home.status(NOW).coming] == [starts]

    commands.tell(home.config, "Acme", end, NOW + timedelta(hours=1))

    assert home.status(NOW + timedelta(hours=2)).coming == ()
    home.sync(starts + timedelta(hours=2))
    assert home.owed(starts + timedelta(hours=2), "review") is None


def test_an_interview_that_is_told_of_two_applications_is_owed_once(tmp_path: Path) -> None:
    home = Home(tmp_path)
    for name, role in (("Acme", "Data Engineer"), ("Acme ML", "ML Engineer")):
        commands.tell(home.config, name, OfferReceived(company="Acme", role=role), NOW)
    for number, application in enumerate(home.status(NOW).applications, start=1):
        held = InterviewScheduled(company="Acme", start=NOW - timedelta(hours=3))
        commands.tell(home.config, application.id, held, NOW + timedelta(minutes=number))

    later = NOW + timedelta(hours=1)
    owed = [each.kind for each in home.status(later).owed]
    commands.dismiss(home.config, "review", later)

    assert owed == ["review", "thank_you"]
    assert home.owed(later, "review") is None


@pytest.fixture
def merged(tmp_path: Path) -> Home:
    """Dune, of which more was said, was merged into Ember."""
    home = Home(tmp_path)
    commands.tell(home.config, "Dune", OfferReceived(role="Site Reliability Engineer"), NOW)
    for minutes in (1, 2):
        commands.tell(home.config, "Dune", OfferReceived(company="Dune"), NOW + timedelta(minutes=minutes))
    commands.tell(home.config, "Ember", OfferReceived(role="QA Engineer"), NOW + timedelta(minutes=3))
    commands.merge(home.config, "Ember", "Dune", NOW + timedelta(minutes=4))
    return home


def test_what_two_were_merged_into_keeps_its_name(merged: Home) -> None:
    (only,) = merged.status(NOW + timedelta(hours=1)).applications

    assert (only.company, only.role) == ("Ember", "QA Engineer")


def test_a_name_that_the_user_chose_stays_when_a_mail_ties_yet_another_to_it() -> None:
    offers = [recorded(OfferReceived(company=name), NOW, stream=name) for name in ("Acme", "Acme", "Dune", "Ember")]
    by_user = ApplicationsMerged(other="Dune", company="Ember")
    by_mail = ApplicationsMerged(other="Ember")

    (only,) = applications(
        ledger(*offers, recorded(by_user, NOW, stream="Ember"), recorded(by_mail, NOW, stream="Acme"))
    )

    assert only.company == "Ember"


def test_a_merged_application_is_found_by_what_it_was_called_before(merged: Home) -> None:
    later = NOW + timedelta(hours=1)
    (only,) = merged.status(later).applications
    former = application_id("dune", role_key("Site Reliability Engineer"))

    for name in ("Ember", "dune", "Dune GmbH", "dun", former):
        assert queries.timeline(merged.config, name, later).id == only.id
    assert commands.tell(merged.config, "Dune", RejectionReceived(), later).startswith("Ember – ")


def test_a_name_that_one_bears_now_is_not_the_one_that_another_bore(merged: Home) -> None:
    later = NOW + timedelta(hours=1)
    commands.tell(merged.config, "Dune Labs", OfferReceived(company="Dune Labs"), later)
    found = {
        name: queries.timeline(merged.config, name, later).company for name in ("Dune", "Dune Labs", "labs", "une")
    }

    assert found == {"Dune": "Ember", "Dune Labs": "Dune Labs", "labs": "Dune Labs", "une": "Dune Labs"}


def test_what_was_forgotten_begins_anew_without_the_name_that_it_was_given(merged: Home) -> None:
    commands.forget(merged.config, "Ember", NOW + timedelta(hours=1))
    commands.tell(merged.config, "Dune", OfferReceived(), NOW + timedelta(hours=2))

    assert [each.company for each in merged.status(NOW + timedelta(hours=2)).applications] == ["Dune"]


def test_whom_one_met_can_be_told_without_the_time_of_the_interview(tmp_path: Path) -> None:
    home = Home(tmp_path)
    held = InterviewScheduled(start=NOW - timedelta(hours=3), people=(Person(name="Anna Berg", part="interviewer"),))
    commands.tell(home.config, "Zeta", held, NOW)
    later = NOW + timedelta(hours=1)
    before = home.owed(later, "thank_you")
    anna = Person("anna@zeta.example", "Anna Berg", "interviewer")

    commands.tell(home.config, "Zeta", InterviewScheduled(people=(anna,)), later)

    after = home.owed(later, "thank_you")
    assert before is not None
    assert after is not None
    assert (before.id, before.to, before.drafts[0].to) == (after.id, (), "")
    assert after.to == ("anna@zeta.example",)
    assert before.drafts[0].body.startswith("Hi Anna,\n\nThank you for taking the time to talk with me today.\n")
    assert after.drafts[0].body == before.drafts[0].body


def test_whom_one_met_is_told_of_an_interview_that_is_known(tmp_path: Path) -> None:
    home = Home(tmp_path)
    commands.tell(home.config, "Zeta", OfferReceived(), NOW)
    anna = InterviewScheduled(people=(Person("anna@zeta.example"),))

    with pytest.raises(Refused, match="No interview with Zeta is known yet"):
        commands.tell(home.config, "Zeta", anna, NOW)
    with pytest.raises(Refused, match="There is no application Eta"):
        commands.tell(home.config, "Eta", anna, NOW)


def test_a_letter_to_nobody_says_how_to_tell_the_address(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = Home(tmp_path)
    commands.tell(home.config, "Bär & Söhne", InterviewScheduled(start=NOW - timedelta(hours=3)), NOW)
    how = "To: no address is known; add it: afterword tell 'Bär & Söhne' interview --with \"NAME <ADDRESS>\""

    with pytest.raises(SystemExit):
        main(["show", "Bär & Söhne", "--now", NOW.isoformat(), "--config", str(home.path)])

    assert how in " ".join(capsys.readouterr().out.split())
    home.sync(NOW)
    (thanks,) = (each for each in home.status(NOW).owed if each.kind == "thank_you")
    (invite,) = Calendar.from_ical(home.invite(thanks.id).read_bytes()).walk("VEVENT")
    assert how in str(invite["DESCRIPTION"])


BEGIN = datetime(2026, 3, 4, 13, 0, tzinfo=UTC)
ANNA = Person(name="Anna Berg", address="anna@acme.example")


@pytest.mark.parametrize(
    ("fact", "told"),
    [
        (DecisionPromised(until=date(2026, 3, 13)), "decision promised by Friday, 13 March"),
        (DecisionPromised(until=date(2027, 1, 8)), "decision promised by Friday, 8 January 2027"),
        (
            InterviewScheduled(start=BEGIN, people=(ANNA,)),
            "interview held on Wednesday, 4 March, 14:00 to 15:00 with Anna Berg",
        ),
        (
            InterviewScheduled(start=BEGIN + timedelta(days=2), end=BEGIN + timedelta(days=2, minutes=45)),
            "interview on Friday, 6 March, 14:00 to 14:45",
        ),
        (
            InterviewScheduled(start=datetime(2025, 12, 19, 13, tzinfo=UTC)),
            "interview held on Friday, 19 December 2025, 14:00 to 15:00",
        ),
        (RejectionReceived(), "a rejection"),
        (OfferReceived(), "an offer"),
        (UserWrote(purposes=("withdrawal",)), "you withdrew"),
    ],
)
def test_it_is_said_what_was_understood_and_kept_once(fact: commands.Tellable, told: str, tmp_path: Path) -> None:
    home = Home(tmp_path)
    answers = [commands.tell(home.config, "Acme", fact, NOW + timedelta(minutes=each)) for each in range(2)]

    assert answers == [f"Acme, a new application: {told}.", f"That was known already: Acme, {told}."]
    assert sum(each.evidence == commands.TOLD_BY_USER for each in home.events()) == 1


def test_what_a_later_word_has_undone_is_told_anew(tmp_path: Path) -> None:
    home = Home(tmp_path)
    first, other = (DecisionPromised(until=date(2026, 3, day)) for day in (13, 20))
    said: list[commands.Tellable]
    said = [RejectionReceived(), OfferReceived(), RejectionReceived(), first, other, first]
    for minutes, each in enumerate(said):
        commands.tell(home.config, "Acme", each, NOW + timedelta(minutes=minutes))

    assert sum(each.evidence == commands.TOLD_BY_USER for each in home.events()) == len(said)
    assert [each.until for each in home.status(NOW + timedelta(hours=1)).waiting] == ["2026-03-13"]


def test_what_was_called_nothing_or_forgotten_is_told_anew(tmp_path: Path) -> None:
    home = Home(tmp_path)
    commands.tell(home.config, "Acme", OfferReceived(), NOW)
    (offer,) = home.events()
    commands.correct(home.config, offer.source_key, "nothing", "", NOW + timedelta(minutes=1))

    assert commands.tell(home.config, "Acme", OfferReceived(), NOW + timedelta(minutes=2)).endswith(": an offer.")
    commands.forget(home.config, "Acme", NOW + timedelta(minutes=3))
    assert commands.tell(home.config, "Acme", OfferReceived(), NOW + timedelta(minutes=4)).endswith(": an offer.")
    assert [each.stage for each in home.status(NOW + timedelta(hours=1)).applications] == ["offered"]
