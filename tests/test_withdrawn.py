"""What an employer writes of the user's own withdrawal closes the application; what only names one doesn't."""

import pytest

from afterword.recognition.meaning.classify import classify
from afterword.recognition.reading import UNSURE_BELOW


@pytest.mark.parametrize(
    "said",
    [
        "ti confermiamo che hai ritirato la tua candidatura per la posizione di Frontend Developer.",
        "La informiamo che la Sua candidatura è stata ritirata come da Sua richiesta.",
        "Abbiamo ricevuto la tua rinuncia alla selezione e chiudiamo la candidatura.",
        "Je hebt je sollicitatie voor de functie van Frontend Developer ingetrokken.",
        "Hiermit bestätigen wir, dass Sie Ihre Bewerbung als Frontend Developer zurückgezogen haben.",
        "Wir bestätigen, dass deine Bewerbung erfolgreich zurückgezogen wurde und nicht weiter berücksichtigt wird.",
        "We confirm that your application for the developer role has been withdrawn.",
        "Nous confirmons que votre candidature a bien été retirée.",
        "Le confirmamos que su candidatura ha sido retirada.",
        "Confirmamos que a sua candidatura foi retirada.",
    ],
)
def test_a_portals_word_that_the_user_withdrew_is_heard(said: str) -> None:
    told = classify("Frontend Developer", f"Jane,\n\n{said}\n\nAnna", personal=False)

    assert told.says("withdrawn") is not None
    assert told.says("rejection") is None


@pytest.mark.parametrize(
    "said",
    [
        "If you have accepted another offer in the meantime, please let us know.",
        "You can withdraw your application at any time in your profile.",
        "Should you decide to withdraw, a short note is enough.",
        "Another candidate has withdrawn, so we would like to talk to you after all.",
        "We had to withdraw the position, and will not be moving forward with your application.",
        "Please tell us if you have decided not to continue.",
        "Falls Sie Ihre Bewerbung zurückziehen möchten, genügt eine kurze Nachricht.",
        "Leider haben wir uns für eine andere Bewerberin entschieden.",
        "Wir bitten um Nachricht, wenn Sie ein anderes Angebot angenommen haben.",
        "Si vous souhaitez retirer votre candidature, il suffit de nous écrire.",
        "Puedes retirar tu candidatura cuando quieras desde tu perfil.",
        "Als je je sollicitatie wilt intrekken, laat het ons dan weten.",
        "Caso queira retirar a sua candidatura, basta responder a este e-mail.",
        "Se desidera ritirare la Sua candidatura, può rispondere a questa email.",
    ],
)
def test_what_is_possible_is_not_done(said: str) -> None:
    told = classify("Your application", f"Dear Jane,\n\nthank you for your application. {said}\n\nAnna Berg")

    assert told.says("withdrawn") is None


@pytest.mark.parametrize(
    "said",
    [
        "You have withdrawn your application.",
        "You withdrew your application for Data Analyst.",
        "As requested we have withdrawn your application.",
    ],
)
def test_one_plain_sentence_is_enough(said: str) -> None:
    told = classify("Your application", f"Dear Jane,\n\n{said}\n\nAcme").says("withdrawn")

    assert told is not None
    assert told.confidence >= UNSURE_BELOW


def test_a_rejection_stays_one_beside_what_the_user_may_do() -> None:
    told = classify(
        "Your application",
        "Dear Jane,\n\nunfortunately we have chosen another candidate. You may withdraw your data at any time.\n\nAnna",
    )

    assert told.says("withdrawn") is None
    assert told.says("rejection") is not None
