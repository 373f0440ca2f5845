"""What counts as a no or an offer, and what only sounds like one."""

from datetime import UTC, datetime

import pytest

from afterword.eventlog.events import (
    ApplicationAcknowledged,
    Fact,
    InterviewScheduled,
    OfferReceived,
    RejectionReceived,
)
from afterword.recognition.mail import read_mail

from .carlas_mail import JANE, SENT, findings, told


def test_who_asks_to_confirm_that_one_will_come_offers_nothing() -> None:
    text = (
        "Dear Jane,\n\nyou are invited to attend for interview on Tuesday 10th March 2026 at 10.20 a.m.\n"
        "Please confirm attendance by return email no later than Friday.\n\nCarla Rossi\n"
    )
    assert told(text) == ["InterviewScheduled"]


def test_a_rejection_promises_nothing() -> None:
    text = (
        "Dear Jane,\n\nunfortunately we have decided not to move forward with your application. "
        "We will send you our feedback by Friday.\n\nCarla\n"
    )
    assert told(text) == ["RejectionReceived"]


@pytest.mark.parametrize(
    "text",
    [
        "Hereby I confirm our interview of Thursday, 5 March, at 10:00.",
        "Hiermit bestätige ich unser Vorstellungsgespräch vom 5. März um 10 Uhr.",
        "Je vous confirme notre entretien du jeudi 5 mars à 10h dans nos locaux.",
        "Hierbij bevestig ik ons sollicitatiegesprek van donderdag 5 maart om 10 uur.",
        "Le confermo il colloquio del 5 marzo alle 10.",
    ],
)
def test_a_word_for_an_old_time_sets_it_where_no_other_takes_its_place(text: str) -> None:
    (found,) = findings(text)

    assert isinstance(found.event, InterviewScheduled)
    assert found.event.start == datetime(2026, 3, 5, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "receipt",
    [
        "Herzlichen Glückwunsch! Deine Bewerbung als Buchhalter bei Acme wurde versendet.",
        "Bravo Jane, votre candidature au poste de comptable est envoyée !",
        "Votre candidature au poste de comptable a bien été envoyée. Notre équipe va l'étudier.\n\nÀ très vite,\nL'équipe Acme",
        "¡Enhorabuena! Tu candidatura para Contable en Acme se ha enviado correctamente.",
        "Complimenti! La tua candidatura per Contabile presso Acme è stata inviata.",
        "Parabéns! Sua candidatura para Contador na Acme foi enviada.",
        "Gefeliciteerd! Je sollicitatie als Boekhouder bij Acme is verstuurd.",
    ],
)
def test_who_is_congratulated_on_having_applied_has_a_receipt(receipt: str) -> None:
    assert told(receipt, "Acme") == ["ApplicationAcknowledged"]


def test_a_plain_receipt_raises_no_question_whether_it_refuses() -> None:
    text = "Bedankt voor je sollicitatie naar de functie van medewerker klantenservice bij De Witt."
    (found,) = findings(text, subject="Sollicitatie")

    assert isinstance(found.event, ApplicationAcknowledged)


def test_a_no_about_a_flat_in_the_words_of_hiring_counts_for_a_known_application_only() -> None:
    (found,) = findings(
        "Thank you for your application for the room in our flat share. We have decided to go with another candidate, "
        "but will keep your application on file.",
        subject="Your application",
    )
    assert isinstance(found.event, RejectionReceived)
    assert found.tentative


@pytest.mark.parametrize("job", ["nurse at our surgery", "trainer at the sports club", "loan officer"])
def test_another_matter_in_a_job_or_where_it_is_takes_nothing_from_a_no(job: str) -> None:
    (found,) = findings(f"Thank you for your application as a {job}. We have decided to go with another candidate.")

    assert isinstance(found.event, RejectionReceived)
    assert not found.tentative


def test_a_mail_without_a_word_from_a_desk_says_nothing() -> None:
    raw = b"From: Acme <hr@acme.example>\r\nTo: jane@home.example\r\nSubject: Interview with Acme\r\n\r\n> quoted\r\n"
    reading = read_mail(raw, user=JANE, received_at=SENT, now=SENT.astimezone(UTC))
    assert reading.findings == ()


@pytest.mark.parametrize(
    "text",
    [
        "Hallo Jane,\n\nalso ich würd dich nehmen. 20 Stunden die Woche, 16 Euro die Stunde ab 1.4.\n\nCarla",
        "Hallo Jane,\n\nich nehm dich! 15 Euro die Stunde, drei Tage die Woche.\n\nCarla",
        "Dag Jane,\n\ngoed nieuws! Je mag starten bij Acme op maandag 16/3, eerst met weekcontracten.\n\nCarla",
        "Dag Jane,\n\ngoed nieuws: je mag beginnen op 16 maart.\n\nCarla",
        "Bonjour Jane,\n\nje vous prends. 24 heures par semaine dès le 1er avril.\n\nCarla",
        "Hi Jane,\n\nI'd take you on. 24 hours a week.\n\nCarla",
        "Olá Jane,\n\nboa notícia: podes começar dia 16 de março.\n\nCarla",
        "Ciao Jane,\n\nbuone notizie: puoi iniziare lunedì da noi, 24 ore a settimana.\n\nCarla",
    ],
)
def test_who_is_taken_on_in_plain_words_has_an_offer(text: str) -> None:
    offers = [each for each in findings(text) if isinstance(each.event, OfferReceived)]
    assert [each.evidence.doubt for each in offers] == [None]


@pytest.mark.parametrize(
    "text",
    [
        "Ich würde Sie gern nehmen, aber wir haben leider keine Stelle frei.",
        "Wir nehmen Sie gern in unseren Bewerberpool auf.",
        "Je kan maandag starten met de online test.",
        "Vous pouvez commencer le test le 12 mars.",
        "We'd take you on a tour of the workshop if you like.",
        "De volgende stap is een online assessment van 40 minuten. Via de link hieronder kun je direct starten.",
        "Can you start the test today?",
    ],
)
def test_who_is_taken_elsewhere_or_may_begin_a_test_has_none(text: str) -> None:
    assert "OfferReceived" not in told(f"Hi Jane,\n\n{text}\n\nCarla")


@pytest.mark.parametrize(
    "text",
    [
        "Désolée, c'est la folie ici. Finalement j'ai pris ma nièce pour les soirs, je suis désolée ma belle.",
        "Sorry, ich hab jetzt doch meine Nichte für das Büro genommen.",
        "Sorry, we hebben uiteindelijk mijn nichtje genomen voor de avonden.",
        "Sorry, I've taken on my niece for the evenings.",
        "Not heard owt so ive given it to our Helens lass. No hard feelings",
    ],
)
def test_who_took_somebody_of_the_family_refuses_a_known_applicant(text: str) -> None:
    (refused,) = findings(text, "Re: Essai", answers="one@home.example")
    assert isinstance(refused.event, RejectionReceived)
    assert refused.confidence_if_matched >= 0.8


@pytest.mark.parametrize(
    "text",
    [
        "J'ai pris ma fille à l'école, désolée du retard !",
        "Ich habe meine Tochter heute mit zur Arbeit genommen.",
        "We took my son on a trip, back on Monday.",
        "Ma nièce m'a dit que le poste était pourvu, c'est vrai ?",
    ],
)
def test_a_word_about_the_family_refuses_nobody(text: str) -> None:
    assert "RejectionReceived" not in [
        type(each.event).__name__ for each in findings(text, "Re: Essai", answers="one@home.example")
    ]


@pytest.mark.parametrize(
    "text",
    [
        "nous venons d'apprendre que le poste d'analyste est supprimé et nous devons annuler l'entretien de demain.",
        "die Stelle als Analystin wird leider gestrichen, daher müssen wir das Gespräch morgen absagen.",
        "the analyst position has been eliminated, so we have to cancel tomorrow's interview. We wish you all the best.",
        "de functie van analist is geschrapt en we moeten het gesprek van morgen annuleren.",
        "el puesto de analista se ha suprimido y tenemos que cancelar la entrevista de mañana. Mucha suerte.",
        "il posto di analista è stato soppresso e dobbiamo annullare il colloquio di domani.",
        "a vaga de analista foi extinta e temos de cancelar a entrevista de amanhã.",
    ],
)
def test_an_interview_that_is_off_because_the_job_is_gone_is_a_no_as_well(text: str) -> None:
    assert set(told(f"Dear Jane,\n\n{text}\n\nCarla")) == {"RejectionReceived", "InterviewCancelled"}


@pytest.mark.parametrize(
    "text",
    [
        "the position of Backend Engineer has been filled by another candidate. For the Data Analyst position, we would like to invite you to an interview.",
        "a vaga de Backend Engineer foi preenchida por outro candidato. Já para Data Analyst, gostaríamos de convidá-la para uma entrevista.",
    ],
)
def test_a_no_to_one_job_and_a_yes_to_another_have_each_their_own(text: str) -> None:
    found = findings(f"Hi Jane,\n\n{text}\n\nCarla Rossi\n", subject="Acme")
    roles = {type(each.event).__name__: each.event.role for each in found if isinstance(each.event, Fact)}
    assert roles == {"RejectionReceived": "Backend Engineer", "InterviewInvited": "Data Analyst"}


@pytest.mark.parametrize(
    "text",
    [
        "le poste est gelé pour le moment, nous devons annuler l'entretien de demain et reviendrons vers vous.",
        "le rendez-vous pour le poste est annulé, je dois annuler car je suis malade.",
        "we have to cancel tomorrow's interview for the position, the meeting room was double-booked.",
    ],
)
def test_an_interview_that_is_off_for_another_reason_is_none(text: str) -> None:
    assert "RejectionReceived" not in told(f"Dear Jane,\n\n{text}\n\nCarla")


@pytest.mark.parametrize(
    "text",
    [
        """I refer to your interview for the post of Data Analyst. I am pleased to inform you that you have been successful and have been
        placed 4th in order of merit on the panel. Should a vacancy arise we will contact you. Please note that placement on a panel does
        not constitute an offer of employment.""",
        "Thank you for coming to the interview. You were placed on the panel, and will hear from us should a post become vacant.",
        """Thank you for attending for interview on 24 February. I am writing to advise that you were deemed appointable and have been
        placed on a waiting list. Posts are allocated in order of merit and you will be contacted should one become available.""",
    ],
)
def test_a_place_on_a_panel_is_neither_an_offer_nor_a_no(text: str) -> None:
    assert not {"OfferReceived", "RejectionReceived"} & set(told(text))


def test_who_offers_a_post_from_the_panel_offers_it() -> None:
    text = "Further to your placement on the panel, I am delighted to offer you the permanent post of Data Analyst."

    assert told(text) == ["OfferReceived"]


@pytest.mark.parametrize(
    "text",
    [
        "Congratulations! You have been selected for the position of Nurse. No interview is required. Send your passport to get your offer letter.",
        "We are pleased to offer you the job as Clerk. Kindly pay the refundable visa processing fee of 350 euros to secure your offer.",
        "Wir bieten Ihnen die Stelle als Koch an. Ein Gespräch ist unnötig, bitte zahlen Sie nur die Bearbeitungsgebühr von 90 Euro.",
        "¡Enhorabuena! Le ofrecemos el puesto de cocinero. No se requiere entrevista, solo la tasa de visado.",
        "Parabéns! Oferecemos-lhe a vaga de cozinheiro. Não é necessária entrevista, só a taxa de visto.",
    ],
)
def test_who_wants_money_for_a_job_offers_none(text: str) -> None:
    assert all(each.tentative or each.evidence.doubt for each in findings(text, subject="Good news"))


@pytest.mark.parametrize(
    "text",
    [
        "We are pleased to offer you the job as Nurse. We pay the fee for your registration, and no further interview is planned.",
        "We are delighted to offer you the position of Clerk. Your visa is our affair: Carla will write to you about it.",
    ],
)
def test_who_pays_for_what_a_job_takes_offers_it(text: str) -> None:
    assert told(text, subject="Good news") == ["OfferReceived"]


def test_who_says_what_to_work_on_gives_feedback() -> None:
    text = (
        "You interviewed well. The successful candidate had more experience of audits, so I would suggest getting some "
        "exposure to those. Best of luck."
    )
    assert "FeedbackReceived" in told(text, subject="Interview feedback")


def test_who_recommends_to_read_something_before_an_interview_gives_none() -> None:
    text = "We would recommend reading the brochure before your interview on Monday, 9 March, at 10:00."

    assert "FeedbackReceived" not in told(text)
