"""What a mail comes to in the plain words of small employers and agencies, in Spanish, Portuguese and Italian."""

from datetime import date, datetime

import pytest

from afterword.eventlog.events import DecisionPromised, Fact, InterviewScheduled, NewTimeProposed, UserWrote
from afterword.recognition.parties.roles import find_role
from afterword.recognition.words.sentences import sentences_of

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
        (
            "wir freuen uns über Ihre Bewerbung als Optikerin (m/w/d) bei Acme. Sie erhalten schnellstmöglich eine Rückmeldung von uns.",
            "ApplicationAcknowledged",
        ),
        ("Wij zijn blij met je sollicitatie en laten zo snel mogelijk van ons horen.", "ApplicationAcknowledged"),
        (
            "Deine Bewerbung als Konstrukteur wurde an Acme Hydraulik GmbH & Co. KG verschickt.",
            "ApplicationAcknowledged",
        ),
        (
            "je had gereageerd bij ons voor de expeditie. kan je zaterdag ff langskomen 11 uur in de winkel?",
            "InterviewInvited",
        ),
        ("vi a tua candidatura para a cozinha. podes passar cá no sábado às 11h?", "InterviewInvited"),
        ("puedes venir de prueba el miércoles de 4 a 10?", "AssessmentRequested"),
        ("kan je woensdag proefdraaien in de bakkerij? vanaf 4 uur", "AssessmentRequested"),
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


@pytest.mark.parametrize(
    "text",
    [
        "Wir freuen uns auf Ihre Bewerbung als Koch!",
        "Wir freuen uns über Ihre Bewerbung als PDF an jobs@acme.example.",
    ],
)
def test_who_would_like_to_get_an_application_has_not_got_one(text: str) -> None:
    assert "ApplicationAcknowledged" not in told(text, subject="Stellenangebot")


def test_a_condition_in_spanish_still_invites_nobody() -> None:
    assert "InterviewInvited" not in told(
        "Si te seleccionamos, nos gustaría verte en la oficina.", subject="Candidatura"
    )


@pytest.mark.parametrize(
    "text",
    [
        "Congratulations on your new contract, sis! Send me a picture of the office.",
        "Glückwunsch zum neuen Job! Freu mich so für dich.",
        "félicitations pour ton contrat ma belle!!",
        "felicitaciones por el contrato hermana!!! mandame foto de la oficina",
        "amiga parabéns pelo contrato, sabia que ia dar certo!!",
        "complimenti per il contratto! festeggiamo sabato?",
        "gefeliciteerd met je contract lieverd!",
    ],
)
def test_friends_who_are_glad_of_a_contract_offer_none(text: str) -> None:
    assert all(finding.tentative for finding in findings(text, subject="!!!"))


@pytest.mark.parametrize(
    "text",
    [
        "Parabéns! Você foi aprovada para a vaga de Analista de Dados.",
        "¡Enhorabuena! Queremos ofrecerte el contrato de administrativa.",
        "Congratulations on your offer! We would like you to join us as a Data Analyst.",
    ],
)
def test_employers_who_congratulate_offer_a_job(text: str) -> None:
    assert told(text) == ["OfferReceived"]


@pytest.mark.parametrize(
    "text",
    [
        "Parabéns, você foi aprovada na prova técnica. Convidamos você para a dinâmica de grupo no dia 16 de abril, das 9h às 13h.",
        "Você passou no teste online. Gostaríamos de te convidar para a nossa dinâmica em grupo, que será no dia 17/03, às 14h.",
        "¡Enhorabuena! Has superado la prueba técnica. La entrevista será el jueves 12 de marzo a las 9:00.",
        "Congratulations, you have passed the online test. Your interview is on Thursday, 12 March at 10 am.",
        "Complimenti, hai superato il test. Il colloquio è giovedì 12 marzo alle 9.",
        "Sie haben den Eignungstest bestanden. Das Vorstellungsgespräch ist am Donnerstag, 12. März um 9 Uhr.",
    ],
)
def test_a_test_that_is_passed_is_no_offer_and_none_to_come(text: str) -> None:
    assert told(text) == ["InterviewScheduled"]


@pytest.mark.parametrize(
    "text",
    [
        "Wir möchten Sie gern kennenlernen. Bei Interesse kommen Sie bitte am Donnerstag, 12. März um 10 Uhr zum Vorstellungsgespräch vorbei.",
        "Nous avons lu votre CV. Si vous êtes intéressée, nous vous attendons jeudi 12 mars à 10h pour un entretien.",
        "Su perfil se ajusta a la vacante. Si está interesada la esperamos el jueves 12 de marzo a las 8:00 a.m. en nuestras oficinas.",
        "necesito una persona para la oficina. si le interesa venga el jueves a las 10 a la bodega y traiga hoja de vida",
        "Vimos seu currículo para a vaga. Se tiver interesse, venha na quinta, 12 de março, às 9h, e traga um documento.",
        "Se è interessata, la aspettiamo giovedì 12 marzo alle 10 per un colloquio.",
        "We hebben je brief ontvangen. Als je interesse hebt, verwachten we je donderdag 12 maart om 10 uur voor een gesprek.",
    ],
)
def test_who_is_expected_if_interested_is_invited(text: str) -> None:
    assert "InterviewScheduled" in told(text)


def test_who_is_expected_if_selected_is_not_invited() -> None:
    text = "If you are selected, please come to our office for an interview."

    assert all(finding.tentative for finding in findings(text, subject="Application"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Desde Acme nos confirman que quieren contar contigo como administrativa.", "OfferReceived"),
        ("Quieren hacerte una entrevista por Teams el jueves 12 de marzo a las 15:30.", "InterviewScheduled"),
    ],
)
def test_who_signs_as_a_consultant_for_recruitment_is_heard(text: str, said: str) -> None:
    signed = (
        f"{text}\n\nTengo otra posición de recepcionista bilingüe.\n\nCarla Rossi\nConsultora de Selección\nAcme ETT"
    )

    assert told(signed, subject="Oferta") == [said]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("El cargo de Secretaria Académica ya fue provisto. Agradecemos su interés.", "RejectionReceived"),
        ("La clínica la escogió para el cargo de Recepcionista. El salario es de 1.900.000.", "OfferReceived"),
        ("Tu candidatura ha cambiado. Estado: Descartado", "RejectionReceived"),
        ("Você concluiu a sua inscrição no Programa Trainee 2026, recebida com sucesso.", "ApplicationAcknowledged"),
        ("La empresa te ha asignado pruebas psicotécnicas. Fecha límite: 12/03.", "AssessmentRequested"),
        ("Chegou a hora :) Em anexo encontra um pequeno exercício técnico de SQL.", "AssessmentRequested"),
    ],
)
def test_what_small_employers_and_job_boards_tell_is_heard(text: str, said: str) -> None:
    assert said in told(text, subject="Candidatura")


def test_a_process_that_is_late_is_not_paused() -> None:
    said = told("O processo está um pouco atrasado; contamos ter uma decisão até 12 de março.")

    assert said == ["DecisionPromised"]


def test_a_face_or_a_picture_ends_a_sentence() -> None:
    sentences = sentences_of("You got through :) Attached is a task 🎉 We look forward 😊 to it. Time: (A) first")

    assert [each.text for each in sentences] == [
        "You got through :)",
        "Attached is a task 🎉",
        "We look forward 😊 to it.",
        "Time: (A) first",
    ]


@pytest.mark.parametrize("role", ["Recepcionista", "Asistente administrativa", "Cientista de Dados"])
@pytest.mark.parametrize(
    "text", ["Le escribo por el proceso de {role}.", "Escrevo sobre o processo seletivo para {role}."]
)
def test_a_process_is_for_the_job_that_it_names(text: str, role: str) -> None:
    assert find_role("", text.format(role=role)) == role


def test_who_sends_a_curriculum_for_a_post_applies() -> None:
    text = "Me permito presentar mi hoja de vida para el cargo de Secretaria Académica publicado en la cartelera."
    (found,) = findings(text, subject="Hoja de vida", by_the_user=True)

    assert not found.tentative
    assert isinstance(found.event, UserWrote)
    assert found.event.role == "Secretaria Académica"


@pytest.mark.parametrize(
    ("text", "refused", "invited"),
    [
        (
            "Relativamente à sua candidatura para Business Intelligence Analyst, informamos que a vaga já se encontra preenchida. Abrimos agora outra função, Data Quality Analyst. Estaria disponível para uma entrevista no dia 12 de março às 14h30?",
            "Business Intelligence Analyst",
            "Data Quality Analyst",
        ),
        (
            "Lamentablemente el puesto de Auxiliar de Compras ya está cubierto. Tenemos otra vacante, Auxiliar de Cartera. ¿Podría venir a una entrevista el jueves 12 de marzo a las 9?",
            "Auxiliar de Compras",
            "Auxiliar de Cartera",
        ),
        (
            "Thank you for applying as Data Analyst. Unfortunately that position has been filled. However, we have just opened another role (Data Quality Engineer). Would you be available for an interview on 12 March at 2 pm?",
            "Data Analyst",
            "Data Quality Engineer",
        ),
        (
            "Malheureusement le poste de Comptable est pourvu. Nous avons un autre poste, Assistante de gestion. Seriez-vous disponible pour un entretien le jeudi 12 mars à 14h ?",
            "Comptable",
            "Assistante de gestion",
        ),
        (
            "Purtroppo la posizione di Contabile è già coperta. Abbiamo però un'altra posizione, Segretaria. È disponibile per un colloquio giovedì 12 marzo alle 14?",
            "Contabile",
            "Segretaria",
        ),
    ],
)
def test_an_invitation_after_a_no_is_for_the_job_named_in_between(text: str, refused: str, invited: str) -> None:
    jobs = [finding.event.role for finding in findings(text, subject="News") if isinstance(finding.event, Fact)]

    assert jobs == [refused, invited]


def test_an_invitation_before_a_no_keeps_its_job() -> None:
    text = "We would like to invite you to an interview for the role of Data Analyst. Unfortunately the position of Data Engineer has been filled, and so has the other one, Data Architect."
    jobs = {
        type(each.event).__name__: each.event.role for each in findings(text, "News") if isinstance(each.event, Fact)
    }

    assert jobs["InterviewInvited"] == "Data Analyst"
    assert jobs["RejectionReceived"] == "Data Engineer"


@pytest.mark.parametrize(
    "text",
    [
        "Jane, Joe has to travel tomorrow so that won't work after all. Could it be Thursday 12 March at 10 instead? sorry",
        "der Chef muss morgen verreisen, das klappt leider nicht. Ginge Donnerstag, der 12. März um 10 Uhr? Entschuldigung",
        "M. Joseph part en déplacement demain, ça ne va pas être possible. Jeudi 12 mars à 10h, ça irait ? désolée",
        "don José tiene que viajar mañana, no se va a poder. ¿Puede ser el jueves 12 a las 10? disculpa",
        "o sr Zé vai ter q viajar amanha, nao vai dar. Pode ser na quinta dia 12 as 10h?? desculpa",
        "il sig. Carlo domani deve partire, non si riesce. Può essere giovedì 12 alle 10? scusa",
        "Jan moet morgen op reis, het lukt niet. Kan het donderdag 12 maart om 10 uur? sorry",
    ],
)
def test_who_must_travel_and_asks_for_another_time_moves_the_interview_in_its_thread(text: str) -> None:
    found = {type(each.event): each for each in findings(text, subject="tomorrow")}
    new_time = found[NewTimeProposed]

    assert isinstance(new_time.event, NewTimeProposed)
    assert new_time.event.start == datetime(2026, 3, 12, 10, tzinfo=BERLIN)
    assert max(new_time.evidence.confidence, new_time.confidence_if_matched) >= 0.8


def test_who_must_travel_and_takes_somebody_else_moves_nothing_for_sure() -> None:
    text = "Tuvimos un imprevisto y no podemos contratarte; hemos elegido a otra persona."
    sure = [each for each in findings(text, subject="Candidatura") if each.evidence.doubt is None]

    assert [type(each.event).__name__ for each in sure] == ["RejectionReceived"]


DAYS = "\n- quarta-feira, 11 de março, às 10h\n- quinta-feira, 12 de março, às 15h"


def test_days_line_by_line_below_a_question_are_to_be_chosen_from() -> None:
    asked = f"Gostaríamos de marcar uma entrevista. Tens agenda livre numa destas datas?{DAYS}\n\nFico a aguardar."
    told_of = f"Alguma dúvida? As tuas entrevistas ficam marcadas assim:{DAYS}"

    assert told(asked, subject="Entrevista") == ["InterviewInvited"]
    assert told(told_of, subject="Entrevista") == ["InterviewScheduled"]
