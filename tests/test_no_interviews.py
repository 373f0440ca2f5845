"""Talks and appointments of everyday life that are told in the words of interviews."""

import pytest

from .carlas_mail import findings, told


@pytest.mark.parametrize(
    "text",
    [
        "Please choose an interview time with your child's teacher for Thursday 12 March, 5:00 pm to 8:00 pm.",
        "Your parent-teacher interview is confirmed for Thursday 12 March at 5:10 pm.",
        "Bitte buchen Sie Ihren Gesprächstermin zum Elternsprechtag am Donnerstag, 12. März, um 17 Uhr.",
        "Votre entretien parents-professeurs est confirmé jeudi 12 mars à 17h10.",
        "Il colloquio con gli insegnanti di suo figlio è fissato per giovedì 12 marzo alle 17.10.",
        "La entrevista con los padres será el jueves 12 de marzo a las 17:10.",
        "Uw oudergesprek is donderdag 12 maart om 17.10 uur.",
        "A reunião com a professora do seu filho está marcada para quinta, 12 de março, às 17h10.",
    ],
)
def test_a_talk_with_a_childs_teacher_is_no_interview(text: str) -> None:
    assert all(each.tentative for each in findings(text, subject="Thursday"))


@pytest.mark.parametrize(
    "text",
    [
        "An appointment has been made for you with Occupational Health on Thursday 12 March at 9am. Please bring your vaccination records.",
        "Ihr Termin beim Betriebsarzt ist am Donnerstag, 12. März, um 9 Uhr. Bitte bringen Sie Ihren Impfausweis mit.",
        "Votre visite médicale d'embauche aura lieu jeudi 12 mars à 9h. Merci d'apporter votre carnet de vaccination.",
        "La visita medica preassuntiva è giovedì 12 marzo alle 9 dal medico competente.",
        "El reconocimiento médico será el jueves 12 de marzo a las 9.",
        "De aanstellingskeuring bij de bedrijfsarts is donderdag 12 maart om 9 uur.",
        "O exame admissional será na quinta, 12 de março, às 9h.",
    ],
)
def test_to_see_the_doctor_of_ones_new_employer_is_no_interview(text: str) -> None:
    assert told(text) == ["EmployerWrote"]


@pytest.mark.parametrize(
    "text",
    [
        "We would like to invite you to an interview for the post of Occupational Health Nurse on Thursday 12 March at 9am.",
        "We invite you to an interview for the position of Teacher on Thursday 12 March at 9am, with the head and a parent.",
    ],
)
def test_with_those_who_teach_or_heal_for_a_living_it_is(text: str) -> None:
    assert told(text) == ["InterviewScheduled"]


@pytest.mark.parametrize(
    "text",
    [
        "Thank you for creating a candidate account. Click the link below to verify your email address. This link expires in 24 hours.",
        "Your employer has partnered with Acme to complete your background check. Please complete your application within 5 days.",
        "Danke für dein Bewerberkonto. Bitte bestätige deine E-Mail-Adresse. Der Link ist 24 Stunden gültig.",
        "Merci pour votre inscription. Veuillez confirmer votre adresse e-mail. Ce lien expire dans 24 heures.",
        "Gracias por crear tu cuenta de candidato. Confirma tu correo electrónico. El enlace caduca en 24 horas.",
        "Grazie per la registrazione. Conferma il tuo indirizzo e-mail. Il link scade tra 24 ore.",
    ],
)
def test_to_verify_an_address_or_ones_past_is_no_assessment(text: str) -> None:
    assert "AssessmentRequested" not in told(text)
