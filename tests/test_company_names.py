"""Whether two names are of one company, as far as the applications tell: in full, and as its own domain shortens it."""

import pytest

from afterword.eventlog.events import EmployerWrote, InterviewScheduled, Person
from afterword.recognition.messages.addresses import company_of_domain
from afterword.recognition.parties.names import shortened_keys
from tests.placing import ANALYST, BACKEND, acknowledged, applications_of, reading

MACHINE = Person(address="noreply@m.personio.de")
TOM = Person(address="tom.winter@lindquist.example", name="Tom Winter")


@pytest.mark.parametrize(
    ("name", "shortened"),
    [
        ("Lindquist Systems GmbH", {"lindquist"}),
        ("Montessori-Schule Tettenau e.V.", {"montessori", "montessorischule", "montessoritettenau"}),
        ("Hotel Flora Ulm", {"flora", "floraulm", "hotelflora"}),
        ("Klinikum Argental", {"argental"}),
        ("Bank of Ireland", {"bank", "bankof", "bankireland"}),
        ("Acme Careers", set()),
    ],
)
def test_a_domain_keeps_the_first_word_of_a_name_that_does_not_say_what_it_is(name: str, shortened: set[str]) -> None:
    assert shortened_keys(name) == shortened


def test_who_writes_from_a_companys_own_domain_goes_on_with_what_a_service_began_for_it() -> None:
    receipt = reading(acknowledged("Lindquist Systems", BACKEND, sender=MACHINE))
    invitation = InterviewScheduled(company="Lindquist", sender=TOM)
    line = EmployerWrote(company="Lindquist", sender=TOM)
    other = acknowledged("Lindquist", ANALYST, sender=TOM)

    assert len(set(applications_of(receipt, reading(invitation, day=1)))) == 1
    assert len(set(applications_of(receipt, reading(line, day=1, tentative=True)))) == 1
    assert len(set(applications_of(receipt, reading(other, day=1)))) == 2


def test_a_company_that_has_written_from_its_own_domain_is_another_ones_by_a_role_only() -> None:
    receipt = reading(
        acknowledged("Lindquist Systems", BACKEND, sender=Person(address="jobs@lindquist-systems.example"))
    )
    same, unnamed = (reading(acknowledged("Lindquist", role, sender=TOM), day=1) for role in (BACKEND, ""))
    assert len(set(applications_of(receipt, same))) == 1
    assert len(set(applications_of(receipt, unnamed))) == 2


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("Groupe Ardan", "ardan"),
        ("Cabinet Delorme & Associés", "delorme-associes"),
        ("SARL Menuiserie Valois", "menuiserie-valois"),
        ("Association Les Tilleuls", "lestilleuls-asso"),
        ("Clinique du Parc", "clinique-parc"),
        ("Hôtel Bellevue Lyon", "hotelbellevue"),
        ("Gruppo Ferrero S.p.A.", "ferrero"),
        ("Fundación Alba", "alba"),
        ("Studio Rinaldi", "studiorinaldi"),
    ],
)
def test_a_domain_may_leave_out_what_kind_of_house_it_is(name: str, label: str) -> None:
    tom = Person(address=f"tom@{label}.example", name="Tom Winter")
    of_domain = company_of_domain(f"{label}.example")
    receipt = reading(acknowledged(name, BACKEND))

    assert len(set(applications_of(receipt, reading(acknowledged(of_domain, BACKEND, sender=tom), day=1)))) == 1
    assert len(set(applications_of(receipt, reading(acknowledged(of_domain, ANALYST, sender=tom), day=1)))) == 2


@pytest.mark.parametrize(
    ("name", "other"), [("Groupe Ardan", "Arden"), ("Hôtel Bellevue Lyon", "Lyon"), ("Clinique du Parc", "Clinique")]
)
def test_another_house_of_the_kind_is_another_company(name: str, other: str) -> None:
    tom = Person(address=f"tom@{other.lower()}.example", name="Tom Winter")
    receipt = reading(acknowledged(name, BACKEND))
    assert len(set(applications_of(receipt, reading(acknowledged(other, BACKEND, sender=tom), day=1)))) == 2
