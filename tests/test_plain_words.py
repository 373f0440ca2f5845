"""What a mail comes to in the plain words of small employers and agencies, in Spanish, Portuguese and Italian."""

from datetime import date, datetime

import pytest

from afterword.eventlog.events import DecisionPromised, InterviewScheduled

from .carlas_mail import BERLIN, findings, told


@pytest.mark.parametrize(
    "text",
    [
        "Vamos fechar essa rodada e te dou um feedback até dia 13/03, combinado?",
        "Vou conversar com meu sócio e te dou um retorno até dia 13/03.",
        "Falo com a minha sócia e aviso até 13 de março.",
    ],
)
def test_a_partner_who_is_asked_and_a_round_that_ends_are_no_other_matter(text: str) -> None:
    (found,) = findings(text, subject="Entrevista")

    assert isinstance(found.event, DecisionPromised)
    assert found.event.until == date(2026, 3, 13)


def test_a_club_that_takes_no_new_member_turns_down_no_job() -> None:
    text = (
        "Lamentamos informar que o pedido para ser sócio do clube não foi aceite. O clube tem as inscrições fechadas."
    )

    assert all(finding.tentative for finding in findings(text, subject="Pedido"))


@pytest.mark.parametrize(
    "text",
    [
        "He visto tu curriculum en un portal y me gustaria conocerte. te va bien pasarte mañana jueves a las 5 y media de la tarde?",
        "Vi seu currículo num site e gostaria de te conhecer. Consegue passar aqui amanhã às 17h30?",
        "Ho visto il tuo curriculum su un portale e mi piacerebbe conoscerti. Riesci a passare domani alle 17.30?",
    ],
)
def test_who_saw_a_curriculum_and_would_like_to_meet_invites(text: str) -> None:
    assert told(text, subject="curriculum") == ["InterviewInvited"]


def test_an_hour_may_stand_behind_an_h() -> None:
    text = "abbiamo visto il tuo cv su un portale per il ruolo di receptionist. Ti aspettiamo per un colloquio giovedì 12 marzo h 17."
    (found,) = findings(text, subject="Colloquio")

    assert isinstance(found.event, InterviewScheduled)
    assert found.event.start == datetime(2026, 3, 12, 17, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Você consegue vir amanhã às 15h para um dia de teste na loja?", "AssessmentRequested"),
        ("Riesci a venire giovedì mattina alle 6 e mezza x una prova al bar?", "AssessmentRequested"),
        ("oggi non riusciamo più per il colloquio, annulliamo", "InterviewCancelled"),
        ("Hemos recibido tus candidaturas para auxiliar y recepcionista.", "ApplicationAcknowledged"),
        ("Recebemos suas candidaturas para auxiliar e recepcionista.", "ApplicationAcknowledged"),
    ],
)
def test_small_employers_are_heard_in_their_own_words(text: str, said: str) -> None:
    assert told(text, subject="Candidatura") == [said]


@pytest.mark.parametrize(
    "text",
    [
        "Para recepcionista de noche al final hemos cogido a un compañero. Pero para auxiliar de administración sí nos gustaría verte: ¿podrías venir el jueves 12 de marzo a las 9:30?",
        "Per la posizione di operatrice abbiamo purtroppo già completato l'organico. Per il nido, invece, vorremmo incontrarLa giovedì 12 marzo alle 9.30.",
        "Para a vaga de auxiliar seguimos com outro candidato. Já para Assistente Administrativo, gostaríamos de conversar com você na quinta, 12 de março, às 9h30.",
    ],
)
def test_a_no_to_one_job_and_an_invitation_for_another_are_both_heard(text: str) -> None:
    said = told(text, subject="Candidatura")

    assert said[0] == "RejectionReceived"
    assert said[1:] in (["InterviewInvited"], ["InterviewScheduled"])


def test_a_condition_in_spanish_still_invites_nobody() -> None:
    assert "InterviewInvited" not in told(
        "Si te seleccionamos, nos gustaría verte en la oficina.", subject="Candidatura"
    )
