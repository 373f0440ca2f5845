"""Meetings that are known from a mail after them: on which day they were, and what is none."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from afterword.recognition.meaning.classify import classify
from afterword.recognition.times.meetings_held import meeting_held, tells_of_an_interview

BERLIN = ZoneInfo("Europe/Berlin")
SENT = datetime(2026, 11, 19, 10, tzinfo=BERLIN)  # a Thursday

HELD = [
    ("thank you for interviewing with us yesterday.", "18 12:00"),
    ("thanks again for meeting Omar yesterday.", "18 12:00"),
    ("thank you for your time today.", "19 09:00"),
    ("it was a pleasure to meet you on Tuesday!", "17 12:00"),
    ("great talking to you this morning.", "19 09:00"),
    ("thanks for coming in last Friday.", "13 12:00"),
    ("thank you for taking the time to interview for the Backend role the day before yesterday.", "17 12:00"),
    ("vielen Dank für das gestrige Gespräch.", "18 12:00"),
    ("es hat uns sehr gefreut, dich am Dienstag kennenzulernen.", "17 12:00"),
    ("vielen Dank, dass Sie gestern bei uns waren.", "18 12:00"),
    ("merci pour votre temps hier.", "18 12:00"),
    ("gracias por la entrevista de ayer.", "18 12:00"),
    ("bedankt voor het leuke gesprek gisteren.", "18 12:00"),
    ("obrigado pela conversa de ontem.", "18 12:00"),
    ("grazie per il colloquio di ieri.", "18 12:00"),
    ("è stato un piacere conoscerla martedì scorso.", "17 12:00"),
]

NONE = [
    "thank you for joining our webinar yesterday.",
    "thank you for sending me your phone number yesterday.",
    "thank you for your time on the coding challenge yesterday.",
    "thank you for your call yesterday and your question about the visa.",
    "it was nice meeting you at the job fair yesterday.",
    "vielen Dank für Ihre Zeit für die Testaufgabe und den Test gestern.",
    "es hat mich gefreut, Sie gestern auf der Jobmesse kennenzulernen.",
    "merci pour votre temps consacré au test hier.",
    "gracias por tu tiempo con la prueba de ayer.",
    "bedankt voor je tijd voor de opdracht gisteren.",
    "obrigado pelo seu tempo no teste de ontem.",
    "grazie per il tempo dedicato al test di ieri.",
    "thank you for taking the time to complete the assessment yesterday.",
    "thank you for your application, which we received yesterday.",
    "thank you for agreeing to meet with us on Friday.",
    "looking forward to meeting you on Friday.",
    "thank you for your interest in our company.",
    "thanks for your call with our sales team, we will ring you on Friday.",
    "vielen Dank für Ihre Bewerbung, die uns gestern erreicht hat.",
]


def held_on(text: str) -> str | None:
    mail = classify("Backend Engineer at Zeta", f"Hi Jane,\n\n{text}\n\nOmar")
    found = meeting_held(mail.meeting_hits, mail.sentences, sent=SENT, zone=BERLIN)
    return f"{found.start.astimezone(BERLIN):%d %H:%M}" if found else None


@pytest.mark.parametrize(("text", "when"), HELD)
def test_thanks_for_a_meeting_tell_its_day(text: str, when: str) -> None:
    assert held_on(text) == when


@pytest.mark.parametrize("text", NONE)
def test_thanks_for_anything_else_tell_of_no_meeting(text: str) -> None:
    assert held_on(text) is None


def test_a_meeting_is_over_when_they_thank_for_it() -> None:
    mail = classify("Backend Engineer at Zeta", "Hi Jane,\n\nthank you for your time today.\n\nOmar")
    early = datetime(2026, 11, 19, 0, 20, tzinfo=BERLIN)
    found = meeting_held(mail.meeting_hits, mail.sentences, sent=early, zone=BERLIN)
    assert found is not None
    assert found.end == early.astimezone(UTC)


@pytest.mark.parametrize(
    ("text", "interviewed"),
    [
        ("Thank you for taking the time to interview with us.", True),
        ("Following your interview we have decided to move forward with another candidate.", True),
        ("It was a pleasure to meet you.", True),
        ("We enjoyed speaking with you.", True),
        ("Vielen Dank für das nette Gespräch.", True),
        ("Es war schön, dich kennenzulernen.", True),
        ("À l'issue de votre entretien, nous avons retenu une autre candidature.", True),
        ("Tras la entrevista hemos elegido a otra persona.", True),
        ("Bedankt voor het prettige gesprek.", True),
        ("Após a entrevista, decidimos avançar com outro candidato.", True),
        ("A seguito del nostro colloquio abbiamo scelto un altro candidato.", True),
        ("Thank you for your time and interest.", False),
        ("Thank you for taking the time to apply.", False),
        ("We will not be able to invite you to an interview.", False),
        ("Vielen Dank für Ihre Bewerbung und Ihr Interesse an einem Gespräch.", False),
        ("Merci pour votre candidature.", False),
        ("Bedankt voor je sollicitatie.", False),
    ],
)
def test_a_rejection_tells_of_an_interview_by_its_thanks(text: str, interviewed: bool) -> None:
    told = classify("Your application as Backend Engineer", text)
    assert tells_of_an_interview(told.meeting_hits) is interviewed
