"""Noes in few words, as they stand in the thread of an application."""

import pytest

from afterword.eventlog.events import RejectionReceived
from afterword.recognition.reading import UNSURE_BELOW

from .carlas_mail import findings, told


@pytest.mark.parametrize(
    "subject", ["Hello", "Re: Receptionist", "Re: Receptionist vacancy", "Re: Your job application"]
)
def test_a_no_to_a_known_application_is_heard_however_much_its_subject_speaks_of_hiring(subject: str) -> None:
    (no,) = findings(
        "Hi Jane,\n\nEverybody was very taken with you, but the feeling was that the step up to running the desk would be a big one "
        "right now. I'm sorry, I know how much you hoped for it.\n\nCarla",
        subject=subject,
    )

    assert isinstance(no.event, RejectionReceived)
    assert no.confidence_if_matched >= UNSURE_BELOW


@pytest.mark.parametrize(
    "text",
    [
        "The owner is set on someone full time, so it's not going to work out, sorry.",
        "I spoke to the owner on Friday and it's not going to work out, sorry.",
        "The owner has his heart set on one of the others, sorry.",
        "I wont be taking it any further, sorry.",
        "Sorry, but we havent chosen you this time.",
    ],
)
def test_a_no_in_half_a_sentence_is_heard_whatever_day_or_time_stands_beside_it(text: str) -> None:
    assert told(f"Hi Jane,\n\n{text}\n\nCarla") == ["RejectionReceived"]


@pytest.mark.parametrize(
    "text",
    [
        "Thanks for sending your CV in. We haven't got anything at the minute I'm afraid but will keep it on file.",
        "Danke für deine Bewerbung. Zurzeit haben wir leider nichts frei, behalten deine Unterlagen aber gern hier.",
        "Merci pour votre candidature. Nous n'avons rien pour le moment mais gardons votre CV.",
        "Gracias por tu currículum. Ahora mismo no tenemos nada, pero lo guardamos.",
        "Grazie per il curriculum. Al momento non abbiamo nulla, purtroppo, ma lo teniamo da parte.",
        "Bedankt voor je cv. We hebben op dit moment helaas niets, maar bewaren het graag.",
        "Obrigado pelo currículo. De momento não temos nada, mas fica guardado.",
        "Danke für deine Bewerbung, momentan sind wir voll. Ev. im Herbst wieder.",
        "Thanks for your CV, we're fully staffed at the moment. Try again in the autumn.",
        "We zitten momenteel vol, helaas.",
        "Merci pour votre CV, nous sommes au complet pour le moment.",
        "Gracias por tu currículum, ahora mismo estamos completos.",
        "Grazie per il curriculum, al momento siamo al completo.",
        "Obrigado pelo currículo, neste momento estamos completos.",
    ],
)
def test_who_has_no_job_at_present_says_no(text: str) -> None:
    (no,) = findings(f"Hi Jane,\n\n{text}\n\nCarla", subject="Re: Work")
    assert isinstance(no.event, RejectionReceived)
    assert no.confidence_if_matched >= UNSURE_BELOW


@pytest.mark.parametrize(
    "text",
    [
        "Thanks for your CV. We haven't got anything back from the panel at the minute, and will write once we have.",
        "Gracias por tu currículum. De momento no tenemos nada decidido.",
        "Grazie per il curriculum. Al momento non abbiamo nulla di nuovo.",
    ],
)
def test_who_has_no_news_at_present_does_not(text: str) -> None:
    assert "RejectionReceived" not in told(f"Hi Jane,\n\n{text}\n\nCarla", subject="Re: Work")


@pytest.mark.parametrize(
    "text",
    [
        "Sorry, Tuesday is not going to work out, can we do Wednesday at 10?",
        "Thursday isn't going to work out for Sami, would Friday at 10 do?",
        "It didnt come through, could you send your CV again?",
    ],
)
def test_a_day_that_does_not_suit_is_no_no(text: str) -> None:
    assert "RejectionReceived" not in told(f"Hi Jane,\n\n{text}\n\nCarla")
