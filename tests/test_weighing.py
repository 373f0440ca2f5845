"""What cues, the features and the wording count for together."""

import pytest

from afterword.recognition.meaning.classify import REPORTED_FROM, REPORTED_WITH_A_TIME, classify, meaning_probability
from afterword.recognition.meaning.guards import Guards, asserted
from afterword.recognition.meaning.weighing import HIGHEST, Features, current_weights, with_time
from afterword.recognition.reading import UNSURE_BELOW
from afterword.recognition.words.cues import languages_of
from afterword.recognition.words.sentences import sentences_of
from evaluation.fit import FILE, written

HIRING = Features(hiring=2)


def likely(*strengths: str, wording: float | None = 0.0, features: Features = HIRING) -> float:
    return meaning_probability("rejection", strengths, features, wording, current_weights())


def test_more_cues_and_wording_that_fits_make_it_likelier() -> None:
    assert likely() < likely("fair") < likely("sure") < likely("sure", "strong")
    assert likely("fair", wording=-2.0) < likely("fair", wording=0.0) < likely("fair", wording=2.0)


def test_what_other_things_are_spoken_of_makes_it_less_likely() -> None:
    assert likely("strong", features=Features(hiring=2, noise={"foreign": 2})) < likely("strong")
    assert likely("strong", features=Features(hiring=2, listed=True)) < likely("strong")


def test_no_wording_silences_a_cue_that_is_sure() -> None:
    assert likely("sure", wording=-20.0) == likely("sure", wording=current_weights().floor)
    assert likely("strong", wording=-20.0) < likely("strong", wording=current_weights().floor)


def test_the_wording_alone_is_believed_only_where_hiring_is_plainly_spoken_of() -> None:
    assert likely(wording=3.0, features=Features(hiring=1)) < UNSURE_BELOW <= likely(wording=3.0)


def test_a_no_that_only_the_wording_says_needs_more_in_what_surely_is_a_receipt() -> None:
    receipt = Features(hiring=2, receipt=True)
    assert likely(wording=3.0, features=receipt) < likely(wording=3.0)
    assert likely("strong", features=receipt) == likely("strong")


def test_a_recruiter_who_writes_to_a_stranger_offers_nothing() -> None:
    stranger = Features(hiring=2, outreach=True)

    assert meaning_probability("offer", ("sure", "sure"), stranger, 2.0, current_weights()) < UNSURE_BELOW
    assert likely("sure", wording=2.0, features=stranger) == likely("sure", wording=2.0)


@pytest.mark.parametrize("before", [0.0, 0.5, 0.79, 0.9, HIGHEST, 1.0])
def test_a_time_that_is_named_makes_a_meeting_likelier_and_never_certain(before: float) -> None:
    assert min(before, HIGHEST) <= with_time(before) <= HIGHEST


def test_an_interview_is_reported_from_where_a_time_makes_it_likely_enough() -> None:
    assert with_time(REPORTED_WITH_A_TIME - 0.01) < REPORTED_FROM <= with_time(REPORTED_WITH_A_TIME)


def test_an_answered_subject_says_nothing_of_the_answer() -> None:
    body = "Thank you for your message about your application, I will read it tomorrow."
    alone = classify("", body)

    assert classify("Re: Unfortunately you went with another candidate", body).says("rejection") == alone.says(
        "rejection"
    )


def test_no_answered_subject_is_quoted_for_what_the_wording_says() -> None:
    body = "In the end it was a colleague from the other office who will do it, and so we close the role. Thank you for the interview."
    subject = "Re: unfortunately it was another colleague in the end, from the other office, who was chosen and who will do it"
    found = classify(subject, body).says("rejection")

    assert found is not None
    assert found.is_by_wording
    assert found.quote.startswith("In the end")


def test_fitted_weights_are_written_where_they_stood_with_their_comments() -> None:
    text = FILE.read_text(encoding="utf-8")

    assert written(text, current_weights()).count("#") == text.count("#")
    assert "sure = 6.0" in written(text, current_weights())


@pytest.mark.parametrize(
    "said",
    [
        "If you do not hear from us within four weeks, other applicants were chosen.",
        "Should you not hear from us by May, your application was not successful.",
        "Haben Sie innerhalb von vier Wochen nichts von uns gehört, haben wir uns leider für andere entschieden.",
        "Sans réponse de notre part sous un mois, veuillez considérer votre candidature comme non retenue.",
        "En caso de no recibir respuesta en un mes, su candidatura no ha sido seleccionada.",
    ],
)
def test_what_would_be_so_if_is_not_asserted(said: str) -> None:
    sentences = sentences_of(f"{said}\n\nBest regards")

    assert asserted(sentences, Guards(sentences, languages_of(sentences))) == list(sentences[1:])


@pytest.mark.parametrize(
    "said",
    [
        "If you have any questions about this decision, please write to me.",
        "We have chosen another applicant.",
        "Wir haben uns für jemand anderen entschieden, auch wenn es uns schwerfiel.",
    ],
)
def test_what_is_so_is_asserted(said: str) -> None:
    sentences = sentences_of(said)

    assert asserted(sentences, Guards(sentences, languages_of(sentences))) == list(sentences)


def test_a_receipt_that_says_what_silence_would_mean_refuses_nobody() -> None:
    receipt = "Thank you for your application for the role of Data Analyst. We have received it and will review it.\n"
    silence = "If you have not heard from us in four weeks, please assume that other candidates were selected for the position."
    found = classify("Your application", f"{receipt}\n{silence}\n\nThe hiring team", personal=False)

    assert [each.kind for each in found.meanings] == ["acknowledged"]


def test_a_pause_that_is_said_plainly_is_believed_before_a_no_that_only_sounds_like_one() -> None:
    pause = "We have put the recruitment for this position on hold until autumn. This is no reflection of your candidacy, which we liked."
    found = classify("", f"Dear Jane,\n\n{pause}\n\nThe hiring team")

    assert found.says("paused")
    assert not found.says("rejection")


def test_a_refusal_that_is_quoted_is_nobodys() -> None:
    quoted = (
        "How to answer 'We have decided to move forward with other candidates for this position', and why it hurts."
    )

    assert not classify("Issue 11", quoted).says("rejection")


def test_what_went_out_to_many_refuses_hardly_anybody() -> None:
    assert likely("strong", features=Features(hiring=1, listed=True)) < REPORTED_FROM
    assert likely("strong", features=Features(hiring=1)) > UNSURE_BELOW


def test_an_employer_whose_name_a_dash_parts_from_the_application_is_not_what_is_applied_for() -> None:
    no = "We are unable to move forward with your application"
    thanks = "Thank you for applying for the analyst role at Visa."

    assert classify("Visa - Application Update", f"{thanks} {no}.").says("rejection")
    assert not classify("Loan - Application Update", f"{no} for a loan.").says("rejection")


@pytest.mark.parametrize(
    "said",
    [
        "¡Me alegro! Esta semana ven a otra persona y te digo la semana que viene.",
        "Todavía tienen que ver a otra persona.",
        "Les gustaste. Mañana entrevistan a otra candidata.",
        "Questa settimana vedono un'altra persona, ti dico la settimana prossima.",
        "Devono ancora incontrare un'altra candidata.",
        "Essa semana eles vão ver outra pessoa e te falo semana que vem.",
        "Falta entrevistar outra pessoa, depois te falo.",
        "Ainda vamos conversar com outro candidato na quinta.",
        "Ils voient une autre personne cette semaine, je vous dis la semaine prochaine.",
        "Ils doivent encore rencontrer un autre candidat.",
        "Sie sehen diese Woche noch eine andere Person.",
        "Ze zien deze week nog iemand anders.",
    ],
)
def test_whoever_has_yet_to_see_somebody_else_turns_nobody_down(said: str) -> None:
    assert classify("Entrevista", said).says("rejection") is None


@pytest.mark.parametrize(
    "said",
    [
        "Lo siento, se quedan con otra persona.",
        "Hola, al final han cogido a otra persona.",
        "Vamos a entrevistar a otros candidatos con más experiencia.",
        "Hanno incontrato un'altra candidata e hanno scelto lei.",
        "Eles vão ficar com outra pessoa.",
        "Ils vont prendre une autre personne.",
    ],
)
def test_whoever_takes_somebody_else_turns_one_down(said: str) -> None:
    found = classify("Entrevista", said).says("rejection")

    assert found is not None
    assert found.confidence >= UNSURE_BELOW


@pytest.mark.parametrize(
    "said",
    [
        "Retomamos el proceso de selección, ¿sigues interesada?",
        "El cliente retoma el proceso, ¿sigues interesada?",
        "Hemos retomado el proceso. ¿Sigues disponible?",
        "Retomamos o processo seletivo, ainda tem interesse?",
        "Il cliente riprende il processo di selezione, sei ancora interessata?",
        "Nous reprenons le processus de recrutement, êtes-vous toujours intéressée ?",
        "Wir nehmen das Verfahren wieder auf, haben Sie noch Interesse?",
        "We hervatten de procedure, heb je nog interesse?",
    ],
)
def test_whoever_goes_on_after_a_pause_pauses_nothing(said: str) -> None:
    assert classify("Proceso", said).says("paused") is None


@pytest.mark.parametrize(
    "said",
    [
        "Retomaremos el proceso en enero, por ahora queda en pausa.",
        "El proceso está parado hasta noviembre.",
        "Hanno sospeso la selezione fino a novembre.",
        "Congelaram o processo até novembro.",
    ],
)
def test_whoever_goes_on_only_later_pauses(said: str) -> None:
    assert classify("Proceso", said).says("paused") is not None


@pytest.mark.parametrize(
    "said",
    [
        "Hola Lucía, busco a una Office Manager para una empresa y creo que eres la candidata ideal. ¿Hablamos esta semana? Reserva hueco en mi agenda. Si no te interesa, responde BAJA.",
        "Oi! Estou procurando uma gerente para uma startup. Vamos conversar esta semana? Se não tiver interesse, responda SAIR.",
        "Ciao, sto cercando una office manager per una startup. Parliamo questa settimana? Se non ti interessa, rispondi STOP.",
        "Hoi, ik zoek een office manager voor een startup. Spreken we deze week? Plan een moment in mijn agenda. Antwoord STOP.",
    ],
)
def test_a_letter_to_a_stranger_whom_somebody_looks_for_invites_nobody(said: str) -> None:
    assert classify("CV", said, listed=True).says("invited") is None


def test_a_link_to_an_agenda_invites_who_has_applied() -> None:
    said = (
        "Hola Lucía, gracias por tu candidatura para Office Manager. ¿Hablamos esta semana? Reserva hueco en mi agenda."
    )

    assert classify("CV", said).says("invited") is not None


@pytest.mark.parametrize(
    "said",
    [
        "oi Lucía, curti seu github. bora bater um papo sobre a vaga de data analyst? quinta 10h, por meet.",
        "Hola Lucía, para un cliente: quieren hacerte una entrevista el jueves 12 de marzo a las 10.",
        "Hi Lucía, I came across your profile on LinkedIn. We'd love to invite you to an interview for the analyst role.",
    ],
)
def test_who_writes_as_to_a_stranger_invites_in_a_known_application(said: str) -> None:
    told = [each for each in classify("Analyst", said).meanings if each.kind in ("invited", "scheduled")]

    assert told
    assert all(each.tentative and each.confidence_if_matched >= 0.8 for each in told)
