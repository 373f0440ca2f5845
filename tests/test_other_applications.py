"""Noes to whatever application: for a job, or for a flat, a grant, a place in a course."""

from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime

import pytest

from afterword.eventlog.events import (
    AssessmentRequested,
    DecisionPromised,
    InterviewInvited,
    InterviewScheduled,
    RejectionReceived,
)
from afterword.recognition.mail import read_mail
from afterword.recognition.reading import UNSURE_BELOW, Finding, User

JANE = User(name="Jane Doe", addresses=("jane@home.example",))
SENT = datetime(2026, 3, 4, 10, tzinfo=UTC)


def findings(text: str, subject: str, sender: str = "Acme <info@acme.example>") -> list[Finding]:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"], mail["Date"] = (
        sender,
        "jane@home.example",
        subject,
        format_datetime(SENT),
    )
    mail.set_content(text)
    return list(read_mail(mail.as_bytes(), user=JANE, received_at=None, now=SENT).findings)


TO_WHATEVER_APPLICATION = [
    (
        "Your application",
        "Thank you for applying. After careful review we have decided not to go ahead with your application.",
    ),
    ("Deine Bewerbung", "Vielen Dank für deine Bewerbung. Aktuell können wir dir leider keinen Platz anbieten."),
    ("La sua candidatura", "Dopo un'attenta valutazione, abbiamo deciso di non procedere con la sua candidatura."),
    ("Tu solicitud", "Gracias por tu solicitud. Lamentamos informarte de que tu candidatura no ha sido seleccionada."),
]


@pytest.mark.parametrize(("subject", "text"), TO_WHATEVER_APPLICATION)
def test_a_no_to_whatever_application_is_asked_about_until_the_application_is_known(subject: str, text: str) -> None:
    [no] = findings(text, subject)
    assert isinstance(no.event, RejectionReceived)
    assert no.evidence.doubt == "confidence"
    assert not no.tentative
    assert no.confidence_if_matched >= UNSURE_BELOW


@pytest.mark.parametrize(("subject", "text"), TO_WHATEVER_APPLICATION)
def test_it_is_sure_where_a_job_is_named_or_those_write_who_hire(subject: str, text: str) -> None:
    for of_a_job in (
        findings(text, f"{subject}: Data Analyst"),
        findings(text, subject, sender="Acme <careers@acme.example>"),
        findings(text, subject, sender="Carla Rossi <c.rossi@acme.example>"),
        findings(text, subject, sender="Acme Recruiting <no-reply@acme.example>"),
    ):
        assert [type(each.event) for each in of_a_job if each.evidence.doubt is None] == [RejectionReceived]


@pytest.mark.parametrize("job", ["Koch im Sportverein", "Köchin im Sportverein", "Ärztin im Wohnheim"])
def test_where_the_job_is_takes_nothing_from_a_no_whatever_letters_its_title_has(job: str) -> None:
    [no] = findings(f"Leider können wir Ihre Bewerbung als {job} nicht berücksichtigen.", "Ihre Bewerbung")
    assert isinstance(no.event, RejectionReceived)
    assert not no.tentative


def test_a_word_of_job_titles_names_none_where_neither_the_no_nor_the_application_is_spoken_of() -> None:
    text = "Vielen Dank für deine Bewerbung. Aktuell können wir dir leider keinen Platz anbieten. Der Hausmeister hat noch dein Rad."
    [no] = findings(text, "Deine Bewerbung")
    assert isinstance(no.event, RejectionReceived)
    assert no.evidence.doubt == "confidence"


def test_a_job_is_named_by_a_title_with_an_umlaut_too() -> None:
    text = "Vielen Dank für Ihre Bewerbung. Wir haben uns für eine andere Bewerberin entschieden."
    [no] = findings(text, "Ihre Bewerbung als Verkäuferin", sender="Modehaus <info@modehaus.example>")
    assert isinstance(no.event, RejectionReceived)
    assert no.evidence.doubt is None


@pytest.mark.parametrize(
    "text",
    [
        "Leider können wir deine Anmeldung nicht berücksichtigen. Wir wünschen dir alles Gute für deinen Weg.",
        "Helaas hebben wij op de gewenste datum geen plek meer. Veel succes met de voorbereidingen.",
    ],
)
def test_what_only_wishes_luck_is_sure_for_a_known_application_only(text: str) -> None:
    assert all(each.tentative or each.evidence.doubt for each in findings(text, "Re: 12 June"))


@pytest.mark.parametrize(
    "job",
    ["Customer Service Advisor", "Claims Handler", "Order Picker", "Estate Agent", "the Ticket Office Assistant post"],
)
def test_a_machine_that_names_the_job_applied_for_writes_about_it(job: str) -> None:
    text = (
        f"Thank you for applying for {job}. Please complete the online assessment within 5 days using the link below."
    )
    [test] = findings(text, "Your online assessment", sender="Acme <noreply@acme.example>")
    assert isinstance(test.event, AssessmentRequested)
    assert test.evidence.doubt is None


@pytest.mark.parametrize("thing", ["a loan with your adviser", "a library card", "a refund through our agent"])
def test_one_that_names_another_thing_does_not(thing: str) -> None:
    text = f"Thank you for applying for {thing}. Please complete the online questionnaire within 5 days."
    assert findings(text, "Your questionnaire", sender="Acme <noreply@acme.example>") == []


TALKS_ABOUT_THE_SEARCH = [
    (
        "Einladung",
        "Bitte kommen Sie am 12.03.2026 um 10:30 Uhr in das Jobcenter. Ich möchte mit Ihnen über Ihre berufliche Situation sprechen.",
    ),
    ("Ihr Termin", "Wir sehen uns am 12.3. um 10:30 Uhr zum Bewerbungscoaching und üben das Vorstellungsgespräch."),
    (
        "Convocation",
        "Vous êtes invitée à un entretien avec votre conseiller le jeudi 12 mars à 10h30. Munissez-vous de votre CV.",
    ),
    ("Gesprek", "Ik verwacht je voor een gesprek op 12 maart om 10u30 in de werkwinkel. We bespreken je zoektocht."),
    ("Your appointment", "You must come to the jobcentre on 12 March at 10:30 for an interview with your work coach."),
    ("Citación", "Le convocamos a una entrevista de orientación el 12 de marzo a las 10:30 en la oficina de empleo."),
    ("Convocatória", "Convocamo-la para uma entrevista no centro de emprego no dia 12 de março às 10h30."),
    ("Convocazione", "È convocata per un colloquio il 12 marzo alle 10:30 presso il Centro per l'impiego."),
]


@pytest.mark.parametrize(("subject", "text"), TALKS_ABOUT_THE_SEARCH)
def test_a_talk_about_the_search_for_work_is_no_interview(subject: str, text: str) -> None:
    met = [each for each in findings(text, subject) if isinstance(each.event, InterviewScheduled | InterviewInvited)]
    assert all(each.tentative for each in met)


def test_an_employment_office_invites_to_an_interview_only_where_it_names_the_job() -> None:
    office = "Team 114 <team114@arbeitsagentur.de>"
    talk = "Ich lade Sie zu einem Gespräch am 12.03.2026 um 10:30 Uhr ein. Bitte bringen Sie Ihren Lebenslauf mit."
    job = "Wir laden Sie zum Vorstellungsgespräch am 12.03.2026 um 10:30 Uhr ein."

    assert findings(talk, "Einladung zum Gespräch", office) == []
    assert [type(each.event) for each in findings(job, "Ihre Bewerbung als Sachbearbeiterin", office)] == [
        InterviewScheduled
    ]


def test_a_job_at_an_employment_office_is_one() -> None:
    text = "Wir laden Sie zum Vorstellungsgespräch am 12.03.2026 um 10:30 Uhr ein."
    (found,) = findings(text, "Ihre Bewerbung als Sachbearbeiterin im Jobcenter")
    assert isinstance(found.event, InterviewScheduled)
    assert not found.tentative


def test_a_machine_of_those_who_hire_promises_for_them() -> None:
    text = "We've received your video interview. We aim to let everyone know the outcome within 10 working days."
    [promise] = findings(text, "Video interview received", sender="Acme Careers <noreply@acme.example>")
    assert isinstance(promise.event, DecisionPromised)
    assert not promise.tentative
    assert findings(text, "Video interview received", sender="Acme News <noreply@acme.example>") == []
    assert findings("We aim to answer you within 10 working days.", "Hello", sender="jobs@acme.example")[0].tentative


@pytest.mark.parametrize(
    "text",
    [
        "Hiermit kündigen wir das Arbeitsverhältnis als Sachbearbeiterin zum 31. März. Leider ist Ihre Stelle weggefallen. Alles Gute für Ihre Zukunft!",
        "Lamentamos comunicarle la extinción de su contrato de trabajo como analista con efectos de 31 de marzo.",
        "Le comunicamos que no ha superado el periodo de prueba y su contrato finaliza hoy. Le deseamos suerte.",
        "Your probation period has not been successful and we have decided not to continue your employment as an analyst.",
    ],
)
def test_a_letter_that_ends_an_employment_counts_for_a_known_application_at_most(text: str) -> None:
    assert all(each.tentative for each in findings(text, "Your contract", sender="Carla Rossi <c.rossi@acme.example>"))


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("Helaas moeten wij u teleurstellen.", RejectionReceived),
        ("Seriez-vous disponible mardi ou mercredi pour un échange en visio ?", InterviewInvited),
        ("¿Tendrías disponibilidad el martes para una videollamada?", InterviewInvited),
        ("La preghiamo di svolgere il test online al seguente link.", AssessmentRequested),
    ],
)
def test_a_title_of_several_words_for_a_subject_names_the_job_that_the_mail_is_about(text: str, event: type) -> None:
    carla = "Carla Rossi <c.rossi@acme.example>"
    assert [type(each.event) for each in findings(text, "Data Analyst", carla) if not each.tentative] == [event]
    assert all(each.tentative for each in findings(text, "Hello", carla))


def test_a_title_of_one_word_may_be_of_whoever_one_has_an_appointment_with() -> None:
    reminder = "Your appointment is tomorrow at 10:00. Please arrive ten minutes early."
    assert all(each.tentative for each in findings(reminder, "Dentist", "Carla Rossi <c.rossi@acme.example>"))
