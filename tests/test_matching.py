"""Which application a reading belongs to."""

from collections.abc import Sequence
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from afterword.eventlog.events import (
    DecisionPromised,
    EmployerWrote,
    Evidence,
    InterviewInvited,
    InterviewScheduled,
    OfferReceived,
    Person,
    Recorded,
    RejectionReceived,
    UserWrote,
)
from afterword.recognition.matching import Directory, Placement, application_id
from afterword.recognition.parties.names import company_key, role_key
from afterword.recognition.parties.requisitions import requisitions_in
from afterword.recognition.reading import Reading
from tests.placing import ANALYST, ANNA, BACKEND, MONDAY, acknowledged, applications_of, cancel, entry, reading, settle


def test_an_application_is_named_by_its_company_and_role() -> None:
    [first] = applications_of(reading(acknowledged()))
    assert first == application_id(company_key("ACME GmbH"), role_key("Backend Engineer (m/w/d)"))
    assert first.startswith("app-")
    assert len(first) == 14


def test_a_reply_belongs_to_its_thread_whatever_it_says() -> None:
    first, second = applications_of(
        reading(acknowledged(message_id="1@acme.example")),
        reading(EmployerWrote(message_id="2@gmail.com", references=("1@acme.example",)), day=1, tentative=True),
    )
    assert first == second


def test_two_mails_that_answer_the_same_unseen_mail_are_of_one_thread() -> None:
    first, second = applications_of(
        reading(acknowledged(message_id="2@acme.example", references=("1@example.org",))),
        reading(RejectionReceived(message_id="3@acme.example", references=("1@example.org",)), day=1),
    )
    assert first == second


def test_the_mail_that_is_answered_counts_more_than_older_ones_of_the_thread() -> None:
    first, second, third = applications_of(
        reading(acknowledged("Acme", message_id="a@acme.example")),
        reading(acknowledged("Globex", message_id="g@globex.example")),
        reading(EmployerWrote(references=("a@acme.example", "g@globex.example")), day=1),
    )
    assert first != second == third


def test_a_person_who_is_known_from_one_application_is_writing_about_that_one() -> None:
    first, second = applications_of(
        reading(acknowledged(people=(Person(address="anna@agency.example"),))),
        reading(RejectionReceived(sender=Person(address="anna@agency.example")), day=3),
    )
    assert first == second


def test_the_users_mail_belongs_to_those_whom_it_went_to() -> None:
    first, second = applications_of(
        reading(acknowledged(sender=ANNA)),
        reading(UserWrote(to=("anna@acme.example",), purposes=("thank_you",)), day=2, tentative=True),
    )
    assert first == second


def test_an_application_that_was_spoken_of_lately_is_found_among_many_older_ones() -> None:
    desk = Person(address="jobs@agency.example")
    early = reading(acknowledged("Acme", sender=desk))
    clients = map(
        "".join, product(("Al", "Bo", "Ce", "Du", "El", "Fo", "Ga", "Ho"), ("ra", "ta", "na", "ma", "pa", "sa", "va"))
    )
    others = [reading(acknowledged(each, sender=desk), day=0.5) for each in clients]
    again = reading(acknowledged("Acme", sender=desk), day=1)
    word = reading(EmployerWrote(sender=desk), day=2, tentative=True)

    first, *_, later = applications_of(early, *others, again, word)

    assert later == first


def test_a_mail_of_the_users_to_a_colleague_of_those_who_wrote_belongs_there_if_it_has_a_purpose() -> None:
    desk = Person(address="jobs@acme.example", name="Acme Jobs")
    invited, thanks, plain = applications_of(
        reading(acknowledged(sender=desk)),
        reading(UserWrote(company="Acme", to=("tom@acme.example",), purposes=("thank_you",)), day=2, tentative=True),
        reading(UserWrote(company="Acme", to=("shop@acme.example",)), day=3, tentative=True),
    )
    assert invited == thanks
    assert plain == ""


def test_a_machines_address_makes_nobody_known() -> None:
    robot = Person(address="no-reply@greenhouse.io")
    first, second = applications_of(
        reading(acknowledged("Acme", sender=robot)), reading(acknowledged("Globex", "", sender=robot), day=1)
    )
    assert first != second


def test_another_role_at_the_same_company_is_another_application() -> None:
    first, second = applications_of(reading(acknowledged(role=BACKEND)), reading(acknowledged(role=ANALYST), day=1))
    assert first != second


def test_a_role_in_other_words_is_the_same_application() -> None:
    first, *others = applications_of(
        reading(acknowledged(role="Senior Backend Engineer")),
        reading(acknowledged(role="Backend Engineer (m/w/d)"), day=1),
        reading(acknowledged(role="Backend Developer"), day=2),
    )
    assert set(others) == {first}


def test_a_mail_that_names_no_role_belongs_to_the_only_application_there() -> None:
    first, second = applications_of(reading(acknowledged()), reading(RejectionReceived(company="ACME GmbH"), day=1))
    assert first == second


def test_of_two_applications_the_person_tells_which_is_meant() -> None:
    first, _, third = applications_of(
        reading(acknowledged(role=BACKEND, sender=ANNA)),
        reading(acknowledged(role=ANALYST), day=1),
        reading(RejectionReceived(company="Acme", sender=ANNA), day=2),
    )
    assert third == first


def test_of_two_applications_the_one_that_is_not_over_is_meant() -> None:
    first, _, _, fourth = applications_of(
        reading(acknowledged(role=BACKEND)),
        reading(acknowledged(role=ANALYST), day=1),
        reading(RejectionReceived(company="Acme", role=ANALYST), day=2),
        reading(DecisionPromised(company="Acme", until=MONDAY.date()), day=3),
    )
    assert fourth == first


def test_where_two_applications_fit_alike_the_user_is_asked() -> None:
    _, placements = settle(
        [
            reading(acknowledged(role=BACKEND)),
            reading(acknowledged(role=ANALYST), day=1),
            reading(RejectionReceived(company="Acme"), day=2),
        ]
    )
    assert placements[2].application == placements[1].application
    assert placements[2].findings[0].evidence.doubt == "application"


@pytest.mark.parametrize(
    ("role", "shortened", "is_same"),
    [
        ("Occupational Health Nurse Advisor", "OH Nurse Advisor", True),
        ("Site Reliability Engineer", "SRE", True),
        ("Clinical Nurse Manager 1", "CNM1", True),
        ("CNM1", "Clinical Nurse Manager 1", True),
        ("Senior Site Reliability Engineer (Payments)", "Senior SRE", True),
        ("Clinical Nurse Manager 1", "CNM2", False),
        ("Product Manager", "PA", False),
        ("Senior Data Engineer", "Senior SRE", False),
    ],
)
def test_a_job_may_be_called_by_the_initials_of_its_title(role: str, shortened: str, is_same: bool) -> None:
    first, second = applications_of(reading(acknowledged(role=role)), reading(acknowledged(role=shortened), day=1))
    assert (first == second) is is_same


NURSE, WARD = "372-AM-0105 Staff Nurse", "372-CC-0091 Staff Nurse"


def test_two_jobs_that_the_employer_numbers_are_two_though_they_are_called_alike() -> None:
    first, second, no, booked = applications_of(
        reading(acknowledged(role="Critical Care Staff Nurse", subject=f"Application received: {WARD}")),
        reading(acknowledged(role="Staff Nurse", subject=f"Application received: {NURSE}"), day=1),
        reading(RejectionReceived(company="Acme", subject=f"Your application for {WARD}"), day=2),
        reading(InterviewInvited(company="Acme", subject="Interview booked: 372-AM-0105"), day=3),
    )
    assert (no, booked) == (first, second)
    assert first != second


def test_a_second_job_of_the_same_name_is_told_by_its_number() -> None:
    first, second, later = applications_of(
        reading(acknowledged(role="Staff Nurse", subject=f"Application received: {WARD}")),
        reading(acknowledged(role="Staff Nurse", subject=f"Application received: {NURSE}"), day=1),
        reading(OfferReceived(company="Acme", role="Staff Nurse", subject=f"Offer: {NURSE}"), day=2),
    )
    assert first != second == later


def test_a_number_of_another_kind_is_of_no_other_job() -> None:
    first, second = applications_of(
        reading(acknowledged(role="Staff Nurse", subject="Application R-0048213")),
        reading(OfferReceived(company="Acme", role="Staff Nurse", subject="Candidate 20419987: offer"), day=1),
    )
    assert first == second


def test_an_employer_goes_on_by_another_name_about_the_job_that_a_service_numbered() -> None:
    portal = Person(address="noreply@trac.jobs", name="Acme and Sons Trust")
    laura = Person(address="laura@acmesons.example", name="Laura Moss")
    first, second, other = applications_of(
        reading(acknowledged("Acme and Sons Trust", "Staff Nurse", subject="Application 73126044", sender=portal)),
        reading(RejectionReceived(company="Acmesons", subject="73126044 - outcome", sender=laura), day=1),
        reading(RejectionReceived(company="Initech", subject="73126045 - outcome", sender=laura), day=2),
    )
    assert first == second != other


@pytest.mark.parametrize(
    ("subject", "numbers"),
    [
        ("Thank you for applying to R-0048213 Data Analyst", {"R-0048213"}),
        ("GCH26041 - Update", {"GCH26041"}),
        ("Your application: 2026-1187 Team Lead (Ref: 4711234)", {"2026-1187", "4711234"}),
        ("Interview on 2026-03-12, 12/03/2026, 20260312, in Q1-2026", set()),
        ("[Ticket#2026031110001234] Your application, 10115 Berlin, March 2026", set()),
    ],
)
def test_the_numbers_of_jobs_are_told_from_days_and_from_those_of_mails(subject: str, numbers: set[str]) -> None:
    assert requisitions_in(subject) == numbers


def test_a_domain_may_begin_with_the_article_that_a_name_has() -> None:
    by_domain, by_name = applications_of(
        reading(acknowledged("Thehive", sender=Person(address="jobs@thehive.example"))),
        reading(acknowledged("Hive"), day=1),
    )
    assert by_domain == by_name


def test_near_names_are_kept_apart() -> None:
    first, second = applications_of(reading(acknowledged("Avail", "")), reading(acknowledged("Avra", ""), day=1))
    third, fourth = applications_of(
        reading(acknowledged("Acme", "")), reading(acknowledged("Acme Robotics", ""), day=1)
    )
    assert first != second
    assert third != fourth


def test_near_names_within_one_domain_are_one_company() -> None:
    first, second = applications_of(
        reading(acknowledged("Acme", "", sender=ANNA)),
        reading(acknowledged("Acme Robotics", "", sender=Person(address="jobs@acme.example")), day=1),
    )
    assert first == second


def test_a_domain_may_leave_out_what_the_company_does() -> None:
    tom = Person(address="tom@lindquist.example", name="Tom Winter")
    receipt = reading(acknowledged("Lindquist Systems", BACKEND))

    same, shorter, other, elsewhere = (
        reading(acknowledged("Lindquist", BACKEND, sender=tom), day=1),
        reading(acknowledged("Lindquist", "Engineer", sender=tom), day=1),
        reading(acknowledged("Lindquist", ANALYST, sender=tom), day=1),
        reading(acknowledged("Lindquist Robotics", BACKEND), day=1),
    )
    assert len(set(applications_of(receipt, same))) == 1
    assert len(set(applications_of(receipt, shorter))) == 1
    assert len(set(applications_of(receipt, other))) == 2
    assert len(set(applications_of(receipt, elsewhere))) == 2


def test_a_tentative_finding_founds_nothing() -> None:
    directory, [placed] = settle([reading(EmployerWrote(company="Acme", sender=ANNA), tentative=True)])
    assert placed == Placement()
    assert directory.place(reading(EmployerWrote(sender=ANNA), tentative=True)) == Placement()


def test_what_is_sure_in_a_known_application_is_asked_about_elsewhere() -> None:
    no = reading(
        RejectionReceived(company="Acme", sender=ANNA), day=1, evidence=Evidence(confidence=0.7, doubt="confidence")
    )
    no = replace(no, findings=tuple(replace(each, confidence_if_matched=0.9) for each in no.findings))
    _, [unknown] = settle([no])
    _, [_, known] = settle([reading(acknowledged(sender=ANNA)), no])

    assert [(each.evidence.doubt, each.evidence.confidence) for each in unknown.findings] == [("confidence", 0.7)]
    assert [(each.evidence.doubt, each.evidence.confidence) for each in known.findings] == [(None, 0.9)]


def test_a_colleague_of_the_recruiters_is_the_employers_word_too() -> None:
    first, second = applications_of(
        reading(acknowledged(sender=ANNA)),
        reading(EmployerWrote(company="Acme", sender=Person(address="ben@acme.example")), day=1, tentative=True),
    )
    assert first == second


def test_a_machine_of_the_company_is_not() -> None:
    news = EmployerWrote(company="Acme", sender=Person(address="news@acme.example"), automatic=True)
    _, second = applications_of(reading(acknowledged(sender=ANNA)), reading(news, day=1, tentative=True))
    assert second == ""


def test_a_mail_that_ties_two_applications_merges_them_into_the_older() -> None:
    _, placements = settle(
        [
            reading(acknowledged(message_id="1@ats.example")),
            reading(
                InterviewScheduled(start=MONDAY, sender=Person(address="anna@agency.example"), message_id="2"), day=1
            ),
            reading(EmployerWrote(references=("1@ats.example", "2")), day=2),
        ]
    )
    first, second, third = placements
    assert third.application == first.application
    assert third.merged == (second.application,)


def test_what_speaks_against_being_one_is_not_merged() -> None:
    _, placements = settle(
        [
            reading(acknowledged("Acme", message_id="1@acme.example")),
            reading(acknowledged("Globex", message_id="2@globex.example")),
            reading(EmployerWrote(references=("1@acme.example", "2@globex.example")), day=1),
        ]
    )
    assert placements[2].merged == ()


def test_what_was_merged_stays_one_for_the_rest_of_the_round() -> None:
    person = Person(address="anna@agency.example")
    _, placements = settle(
        [
            reading(acknowledged(message_id="1@ats.example")),
            reading(InterviewScheduled(start=MONDAY, sender=person, message_id="2"), day=1),
            reading(EmployerWrote(references=("1@ats.example", "2")), day=2),
            reading(RejectionReceived(sender=person), day=3),
        ]
    )
    assert placements[3].application == placements[0].application


def test_what_is_in_doubt_ties_no_people_and_no_company() -> None:
    spoofed = Evidence(doubt="sender")
    directory, _ = settle(
        [
            reading(acknowledged(message_id="1@acme.example")),
            reading(
                RejectionReceived(sender=Person(address="x@evil.example"), references=("1@acme.example",)),
                evidence=spoofed,
            ),
        ]
    )
    later = reading(EmployerWrote(sender=Person(address="x@evil.example")), day=1, tentative=True)
    assert directory.place(later) == Placement()


def test_what_is_in_doubt_merges_nothing() -> None:
    _, placements = settle(
        [
            reading(acknowledged(message_id="1@ats.example")),
            reading(InterviewScheduled(start=MONDAY, message_id="2"), day=1),
            reading(EmployerWrote(references=("1@ats.example", "2")), day=2, evidence=Evidence(doubt="sender")),
        ]
    )
    assert placements[2].merged == ()


def test_a_directory_from_the_log_places_as_the_one_that_wrote_it() -> None:
    readings = [reading(acknowledged(sender=ANNA)), reading(acknowledged(role=ANALYST), day=1), reading(entry(), day=2)]
    live, placements = settle(readings)
    again = Directory.of(recorded(readings, placements))
    for event in (EmployerWrote(sender=ANNA), RejectionReceived(company="Acme", role=ANALYST), entry(), cancel()):
        assert again.place(reading(event, day=5)) == live.place(reading(event, day=5))


def recorded(readings: Sequence[Reading], placements: Sequence[Placement]) -> dict[str, list[Recorded]]:
    """What intake keeps of these, merges applied."""
    streams: dict[str, list[Recorded]] = {}
    for number, (each, placed) in enumerate(zip(readings, placements, strict=True)):
        for other in placed.merged:
            streams.setdefault(placed.application, []).extend(streams.pop(other, []))
        streams.setdefault(placed.application, []).extend(
            Recorded(
                position=number + 1,
                stream=placed.application,
                version=1,
                source_key=each.identity,
                occurred_at=each.occurred_at,
                recorded_at=each.occurred_at,
                event=finding.event,
                evidence=finding.evidence,
            )
            for finding in placed.findings
        )
    return streams


COMPANIES = ("Acme", "Globex", "Initech")


@st.composite
def mails(draw: st.DrawFn) -> list[Reading]:
    """Mails about one application at each of three companies; each names its company, its person, or an older mail."""
    made: list[Reading] = []
    threads: dict[str, list[str]] = {each: [] for each in COMPANIES}
    for number in range(draw(st.integers(1, 12))):
        company = draw(st.sampled_from(COMPANIES))
        ways = draw(st.sets(st.sampled_from(["company", "person", "thread"]), min_size=1))
        name = f"{number}@mail.example"
        older = threads[company]
        event = RejectionReceived(
            company=company if "company" in ways else "",
            role=draw(st.sampled_from(["", BACKEND])) if "company" in ways else "",
            sender=Person(address=f"anna@{company.lower()}-agency.example") if "person" in ways else None,
            message_id=name,
            references=(draw(st.sampled_from(older)),) if older and "thread" in ways else (),
        )
        older.append(name)
        made.append(reading(event, day=number / 10))
    return made


def partition(readings: Sequence[Reading], rounds: Sequence[int]) -> set[frozenset[str]]:
    """Which readings end in one application, if they were read in these rounds, each in the order of its time."""
    directory = Directory()
    home: dict[str, str] = {}
    merged: dict[str, str] = {}
    for this in sorted(set(rounds)):
        ours = [each for each, number in zip(readings, rounds, strict=True) if number == this]
        _, placements = settle(ours, directory)
        for each, placed in zip(ours, placements, strict=True):
            home[each.identity] = placed.application
            merged |= dict.fromkeys(placed.merged, placed.application)
    groups: dict[str, set[str]] = {}
    for identity, name in home.items():
        root = name
        while root in merged:
            root = merged[root]
        groups.setdefault(root, set()).add(identity)
    return {frozenset(each) for each in groups.values()}


@settings(max_examples=150, deadline=None)
@given(mails(), st.data())
def test_where_mails_end_does_not_depend_on_the_account_that_is_read_first(
    made: list[Reading], data: st.DataObject
) -> None:
    rounds = data.draw(st.lists(st.integers(0, 2), min_size=len(made), max_size=len(made)))
    assert partition(made, rounds) == partition(made, [0] * len(made))


def test_a_domain_with_the_beginning_of_the_name_is_of_the_same_company_for_the_same_job() -> None:
    thiago = Person(address="thiago@trilhopag.example", name="Thiago Ramalho")
    by_thiago = {"company": "Trilhopag", "sender": thiago, "people": (thiago,)}
    applied, invited, other, begun_too_short = applications_of(
        reading(acknowledged("Trilho Pagamentos", "Data Analyst Jr", automatic=True)),
        reading(InterviewInvited(role="Data Analyst", **by_thiago), day=2, tentative=True),  # type: ignore[arg-type]
        reading(acknowledged("Trilho Turismo", "Guide"), day=3),
        reading(acknowledged("Trilh", "Data Analyst"), day=3),
    )
    assert invited == applied
    assert len({applied, other, begun_too_short}) == 3


def test_a_domain_with_the_beginning_of_the_name_may_be_anothers_for_another_job() -> None:
    thiago = Person(address="thiago@trilhopag.example", name="Thiago Ramalho")
    applied, invited = applications_of(
        reading(acknowledged("Trilho Pagamentos", "Data Analyst Jr")),
        reading(InterviewInvited(company="Trilhopag", role="Driver", sender=thiago, people=(thiago,)), day=2),
    )
    assert invited != applied


def test_a_domain_with_the_end_of_the_name_is_of_the_same_company_for_the_same_job() -> None:
    martha = Person(address="martha@elcondorsas.example", name="Martha Vanegas")
    by_martha = {"company": "El Cóndor S.A.S.", "sender": martha, "people": (martha,)}
    invited, offered, other = applications_of(
        reading(acknowledged("Ferretería El Cóndor SAS", "Auxiliar administrativa")),
        reading(OfferReceived(role="Auxiliar Administrativa", **by_martha), day=2),  # type: ignore[arg-type]
        reading(acknowledged("Librería Aurora", "Auxiliar administrativa"), day=3),
    )
    assert offered == invited != other
