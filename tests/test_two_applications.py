"""Two applications at one company: which of them a mail, or a sentence of it, is about."""

from datetime import date, timedelta

from msgspec.structs import replace

from afterword.eventlog.events import (
    AnyEvent,
    DecisionPromised,
    EmployerWrote,
    Evidence,
    InterviewInvited,
    InterviewScheduled,
    RejectionReceived,
)
from afterword.recognition.reading import Reading
from tests.placing import ANALYST, ANNA, BACKEND, MONDAY, acknowledged, applications_of, reading, settle

BOTH = [
    reading(acknowledged(role=BACKEND, message_id="1@acme.example", sender=ANNA)),
    reading(acknowledged(role=ANALYST), day=1),
]
IN_THE_THREAD = ("1@acme.example",)


def said(event: AnyEvent, quote: str, day: float = 2) -> Reading:
    return reading(event, day=day, evidence=Evidence(quote=quote))


def test_a_sentence_that_names_the_other_role_is_about_that_in_any_thread() -> None:
    rejection = RejectionReceived(company="Acme", role=BACKEND, references=IN_THE_THREAD)
    _, analyst, rejected = applications_of(*BOTH, said(rejection, "We have filled the position of data analyst."))
    assert rejected == analyst


def test_each_of_a_mails_sentences_is_about_the_role_that_it_names() -> None:
    rejection = said(
        RejectionReceived(company="Acme", references=IN_THE_THREAD), "The Data Analyst will be somebody else."
    )
    promise = said(
        DecisionPromised(company="Acme", until=date(2026, 3, 6), references=IN_THE_THREAD),
        "As to the Backend Engineer, by Friday.",
    )
    mail = replace(rejection, findings=rejection.findings + promise.findings)
    _, (backend, analyst, first, second) = settle([*BOTH, mail])
    assert [first.application, second.application] == [analyst.application, backend.application]
    assert [len(each.findings) for each in (first, second)] == [1, 1]


def test_a_sentence_that_names_both_roles_is_about_the_thread() -> None:
    both = said(
        EmployerWrote(company="Acme", references=IN_THE_THREAD), "You applied as Data Analyst and Backend Engineer."
    )
    backend, _, wrote = applications_of(*BOTH, both)
    assert wrote == backend


def test_a_title_that_says_only_what_kind_of_work_it_is_is_no_other_job() -> None:
    known, same, other = applications_of(
        reading(acknowledged(role="Data Analyst")),
        reading(acknowledged(role="Internship"), day=1),
        reading(acknowledged(role="Marketing Internship"), day=2),
    )
    assert known == same
    assert known != other


def two_jobs(thread: tuple[str, ...] = (), message_id: str = "2@acme.example") -> Reading:
    """A mail that says no to one job, and invites for another."""
    known = {"company": "Acme", "sender": ANNA, "message_id": message_id, "references": thread}
    no = said(RejectionReceived(role=BACKEND, **known), "The Backend Engineer is filled.")  # type: ignore[arg-type]
    yes = said(InterviewInvited(role=ANALYST, **known), "As to the Data Analyst, we would like to meet you.")  # type: ignore[arg-type]
    return replace(no, findings=no.findings + yes.findings)


def test_a_mail_about_two_jobs_that_nobody_knew_is_about_two_applications() -> None:
    _, (invited, rejected) = settle([two_jobs()])
    assert [type(each.event) for each in invited.findings] == [InterviewInvited]
    assert [type(each.event) for each in rejected.findings] == [RejectionReceived]
    assert invited.application != rejected.application


def test_of_two_jobs_the_one_that_is_known_is_its_application_in_whatever_thread() -> None:
    _, (known, rejected, invited) = settle([BOTH[0], two_jobs(IN_THE_THREAD)])
    assert rejected.application == known.application
    assert invited.application != known.application


def test_of_two_jobs_in_a_thread_that_named_none_the_one_that_goes_on_keeps_it() -> None:
    receipt = reading(acknowledged(role="", message_id="1@acme.example", sender=ANNA))
    later = reading(EmployerWrote(sender=ANNA, references=("2@acme.example",)), day=3)
    _, (known, invited, rejected, wrote) = settle([receipt, two_jobs(IN_THE_THREAD), later])
    assert known.application == invited.application == wrote.application
    assert rejected.application != known.application


def test_a_no_in_doubt_is_apart_from_the_job_that_goes_on_too() -> None:
    mail = two_jobs()
    no, yes = mail.findings
    doubted = replace(no, evidence=replace(no.evidence, doubt="confidence"))
    answered = reading(EmployerWrote(sender=ANNA, references=("2@acme.example",)), day=3)
    _, (invited, rejected, wrote) = settle([replace(mail, findings=(doubted, yes)), answered])
    assert wrote.application == invited.application != rejected.application
    assert wrote.merged == ()


def test_one_job_in_two_wordings_is_one_application() -> None:
    no = reading(RejectionReceived(company="Acme", role="Senior Data Analyst"), day=1)
    word = reading(DecisionPromised(company="Acme", role=ANALYST, until=date(2026, 3, 6)), day=1)
    assert len(settle([replace(no, findings=no.findings + word.findings)])[1]) == 1


def test_the_role_in_an_entrys_title_tells_which_is_meant() -> None:
    entry = said(InterviewScheduled(company="Acme", uid="u@acme.example"), "Interview Jane Doe, Data Analyst")
    _, (_, analyst, placed) = settle([*BOTH, entry])
    assert placed.application == analyst.application
    assert placed.findings[0].evidence.doubt is None


def test_the_thread_is_right_where_the_company_has_no_application_for_the_role_that_is_named() -> None:
    backend, wrote = applications_of(
        BOTH[0], reading(RejectionReceived(company="Acme", role="Nurse", references=IN_THE_THREAD), day=2)
    )
    assert wrote == backend


def test_a_no_that_names_a_job_is_asked_about_where_an_interview_is_ahead_for_an_unnamed_one() -> None:
    friday = MONDAY + timedelta(days=4)
    talk = reading(InterviewScheduled(company="Acme", sender=ANNA, message_id="1@acme.example", start=friday))
    no = RejectionReceived(company="Acme", sender=ANNA, role=ANALYST)
    answer = RejectionReceived(company="Acme", sender=ANNA, role=ANALYST, references=IN_THE_THREAD)

    assert doubts_of(talk, reading(no, day=1)) == ["application"]
    assert doubts_of(talk, reading(answer, day=1)) == [None]
    assert doubts_of(talk, reading(no, day=5)) == [None]


def doubts_of(first: Reading, second: Reading) -> list[str | None]:
    """What is doubted of the second reading, which belongs to the application of the first."""
    _, (known, placed) = settle([first, second])
    assert placed.application == known.application
    return [each.evidence.doubt for each in placed.findings]
