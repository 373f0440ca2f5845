"""Whether two names are of one company, as far as the applications tell: in full, and as its own domain shortens it."""

import pytest

from afterword.eventlog.events import EmployerWrote, InterviewScheduled, Person
from afterword.recognition.parties.names import shortened_keys
from tests.placing import ANALYST, BACKEND, acknowledged, applications_of, reading

MACHINE = Person(address="noreply@m.personio.de")
TOM = Person(address="tom.winter@lindquist.example", name="Tom Winter")


@pytest.mark.parametrize(
    ("name", "shortened"),
    [
        ("Lindquist Systems GmbH", {"lindquist"}),
        ("Montessori-Schule Tettenau e.V.", {"montessori", "montessorischule", "montessoritettenau"}),
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
