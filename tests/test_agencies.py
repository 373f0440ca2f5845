"""Who belongs to an application though their company is another one, or no mail of theirs is known: agencies, clients, friends."""

from datetime import datetime

import pytest

from afterword.eventlog.events import (
    AnyEvent,
    EmployerWrote,
    InterviewScheduled,
    Person,
    PositionPaused,
    RejectionReceived,
    UserWrote,
)
from afterword.recognition.reading import Reading
from tests.carlas_mail import BERLIN, findings
from tests.placing import ANALYST, ANNA, BACKEND, MONDAY, acknowledged, applications_of, reading
from tests.telling import application, recorded


def test_a_person_at_the_company_is_heard_after_a_machines_receipt() -> None:
    machine, desk = Person("no-reply@us.greenhouse-mail.io", "Acme"), Person("support@acme.example", "Acme Support")
    receipt = reading(acknowledged(sender=machine, automatic=True))

    def wrote(sender: Person) -> Reading:
        return reading(EmployerWrote(company="Acme", sender=sender), day=1, tentative=True)

    application, word = applications_of(receipt, wrote(ANNA))

    assert word == application
    assert applications_of(receipt, wrote(desk))[1] == ""
    assert applications_of(receipt, reading(RejectionReceived(company="Acme"), day=0.5), wrote(ANNA))[2] == ""


def test_a_small_employer_is_known_by_what_its_address_at_anybodys_domain_is_called() -> None:
    board = Person("indeedapply@indeed.com", "Indeed")
    receipt = reading(acknowledged("Bakkerij van Dam", sender=board, automatic=True))

    def wrote(address: str, day: float = 1) -> Reading:
        return reading(EmployerWrote(sender=Person(address, "Jan")), day=day, tentative=True)

    (application,) = applications_of(receipt)
    called = ("bakkerijvandam@hotmail.com", "info.bakkerij-van-dam@gmail.com", "j.bakkerijvandam@t-online.de")
    assert [applications_of(receipt, wrote(each))[1] for each in called] == [application] * 3
    others = ("jan@gmail.com", "vandam@gmail.com", "bakkerijvandam@acme.example")
    assert [applications_of(receipt, wrote(each))[1] for each in others] == ["", "", ""]
    no = reading(RejectionReceived(company="Bakkerij van Dam"), day=1)
    assert applications_of(receipt, no, wrote("bakkerijvandam@hotmail.com", day=2))[2] == ""


def test_a_person_who_shares_a_domain_with_others_is_of_the_company_that_stands_beside_the_name() -> None:
    portal = Person("no-reply@us.greenhouse-mail.io", "Acme")
    receipt = reading(acknowledged(sender=portal, automatic=True))

    def wrote(name: str) -> Reading:
        sender = Person("mia.lang7@nhs.net", name)
        return reading(EmployerWrote(company="ACME", sender=sender), day=1, tentative=True)

    assert len(set(applications_of(receipt, wrote("LANG, Mia (ACME)")))) == 1
    assert applications_of(receipt, wrote("LANG, Mia (INITECH)"))[1] == ""
    assert applications_of(receipt, wrote("Mia Lang"))[1] == ""


def test_a_vendor_that_goes_by_its_own_name_later_goes_on_about_the_same_application() -> None:
    vendor = Person("acme@clipview-app.example", "Acme Careers")
    invited = reading(acknowledged(sender=vendor, automatic=True))
    done = reading(acknowledged("Clipview", sender=vendor, automatic=True), day=1)

    assert len(set(applications_of(invited, done))) == 1


def test_a_friend_who_is_shown_a_mail_is_nobody_of_the_employers() -> None:
    paul = Person(address="paul@family.example", name="Paul Doe")
    asked = reading(acknowledged(sender=ANNA, message_id="a@acme.example"))

    def answered(event: AnyEvent) -> str:
        return applications_of(asked, reading(event, day=1, tentative=True))[1]

    shown = UserWrote(company="Family", to=(paul.address,), subject="Fwd: Interview", references=("a@acme.example",))
    friends = EmployerWrote(company="Family", sender=paul, subject="Re: Fwd: Interview", references=("a@acme.example",))
    theirs = EmployerWrote(company="Acme", sender=ANNA, subject="Re: Fwd: Interview", references=("a@acme.example",))

    assert (answered(shown), answered(friends)) == ("", "")
    assert answered(theirs) != ""


def test_an_interview_that_is_set_with_an_agency_for_another_role_is_another_application() -> None:
    gemma = Person(address="gemma@brightlane.example", name="Gemma Hale")
    told = reading(acknowledged("Brightlane", sender=gemma))

    def agreed(people: tuple[Person, ...]) -> str:
        event = InterviewScheduled(company="Brightlane", role=ANALYST, people=people, start=MONDAY)
        return applications_of(told, reading(event, day=1, tentative=True))[1]

    assert agreed((gemma,)) not in ("", applications_of(told)[0])
    assert agreed((ANNA,)) == ""


def test_whom_an_agency_names_in_a_subject_is_its_client() -> None:
    gemma = Person(address="gemma@brightlane.example", name="Gemma Hale")
    dana = Person(address="dana@kestrelvane.example", name="Dana Roth")
    told = reading(acknowledged("Brightlane", "", sender=gemma, subject="Re: Kestrel & Vane - next step"))
    word = reading(EmployerWrote(company="Kestrelvane", sender=dana), day=1, tentative=True)
    other = reading(EmployerWrote(company="Kestrel", sender=Person("tim@kestrel.example")), day=1, tentative=True)
    outcome = reading(RejectionReceived(company="Kestrelvane", sender=dana), day=2)

    agency, *tied = applications_of(told, word, outcome)

    assert tied == [agency, agency]
    assert applications_of(told, other)[1] == ""


def test_the_talk_with_an_agencys_client_is_the_agencys_application() -> None:
    gemma = Person(address="gemma@brightlane.example", name="Gemma Hale")
    client = Person(address="ines@orbit.example", name="Ines Roth")
    told = reading(acknowledged("Brightlane", BACKEND, sender=gemma))
    talk = reading(InterviewScheduled(company="Orbit", people=(client, gemma), uid="orbit-1", start=MONDAY), day=1)

    assert len(set(applications_of(told, talk))) == 1


GEMMA = Person(address="gemma@brightlane.example", name="Gemma Hale")
STOCK, RECEPTION = "Stock Administrator - Norlog", "Receptionist - Kestrel & Vane"


def by_gemma(event: type[PositionPaused | InterviewScheduled | EmployerWrote], subject: str, day: float = 1) -> Reading:
    return reading(event(company="Brightlane", sender=GEMMA, subject=subject), day=day)


def test_a_subject_that_names_another_role_for_another_client_is_of_another_application() -> None:
    paused, other, answer = applications_of(
        by_gemma(PositionPaused, STOCK),
        by_gemma(InterviewScheduled, RECEPTION, day=2),
        by_gemma(EmployerWrote, f"Re: {RECEPTION}", day=3),
    )
    assert paused != other == answer


def test_such_an_application_goes_by_the_role_in_its_subjects() -> None:
    known = application(*(recorded(each.event, MONDAY) for each in by_gemma(PositionPaused, STOCK).findings))
    assert (known.company, known.role) == ("Brightlane", "Stock Administrator")


def test_a_role_that_a_subject_names_is_the_one_that_a_text_named() -> None:
    told = reading(acknowledged("Brightlane", "Stock Administrator", sender=GEMMA))
    first, paused, other = applications_of(
        told, by_gemma(PositionPaused, STOCK), by_gemma(InterviewScheduled, RECEPTION, day=2)
    )
    assert first == paused != other


@pytest.mark.parametrize(
    "subject",
    [
        "Hiring Manager - Interview",
        "Team Lead - Brightlane",
        "Gemma Hale - Recruiter",
        "Engineering Manager: your interview",
        "Receptionist",
        "Kestrel & Vane - next step",
    ],
)
def test_a_title_beside_no_clients_name_is_of_the_known_application(subject: str) -> None:
    told = reading(acknowledged("Brightlane", BACKEND, sender=GEMMA))
    assert len(set(applications_of(told, by_gemma(InterviewScheduled, subject)))) == 1


BELOW = "Please see below.\n\n{head}\n\nAnna, please invite Jane to an interview for the role of Data Analyst on Thursday 12 March at 3 pm."
GMAILS = "---------- Forwarded message ---------\nFrom: Tom Hill <{by}>\nDate: Wed, 4 Mar 2026 at 09:00\nSubject: Jane\nTo: Anna Berg <anna@acme.example>"
OUTLOOKS = "De: Tom Hill <{by}>\nEnviado el: miércoles, 4 de marzo de 2026 9:00\nPara: Anna Berg <anna@acme.example>\nAsunto: Jane"


@pytest.mark.parametrize("head", [GMAILS, OUTLOOKS])
def test_what_a_client_wrote_is_heard_where_the_agency_passes_it_on(head: str) -> None:
    (found,) = findings(BELOW.format(head=head.format(by="tom@client.example")), subject="Fwd: Jane")

    assert isinstance(found.event, InterviewScheduled)
    assert found.event.start == datetime(2026, 3, 12, 15, tzinfo=BERLIN)
    assert found.event.role == "Data Analyst"
    assert "tom@client.example" in {each.address for each in found.event.people}
    assert found.tentative


@pytest.mark.parametrize("by", ["jane@home.example", "carla@acme.example"])
def test_what_the_user_or_the_sender_wrote_earlier_is_not_passed_on(by: str) -> None:
    (found,) = findings(BELOW.format(head=GMAILS.format(by=by)), subject="Fwd: Jane")

    assert isinstance(found.event, EmployerWrote)


def test_a_friends_letter_that_is_passed_on_is_none_of_the_users_applications() -> None:
    head = GMAILS.format(by="tom@client.example")
    text = f"look what they wrote\n\n{head}\n\nUnfortunately we have chosen another candidate for the role of Data Analyst."

    assert all(each.tentative for each in findings(text, subject="Fwd: Your application"))
