"""What the user's own mails are for: in all languages, by what they answer, and beside what else they speak of."""

import tomllib
from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path

import pytest

from afterword.eventlog.events import Purpose, UserWrote
from afterword.recognition.mail import read_mail
from afterword.recognition.meaning.meanings import Kind
from afterword.recognition.meaning.purposes import PURPOSES, intents, passes_thanks_on_to
from afterword.recognition.reading import Finding, User

WRITTEN: dict[str, list[str]] = tomllib.loads(Path(__file__).with_name("purposes.toml").read_text(encoding="utf-8"))
OURS = [(purpose, said) for purpose in PURPOSES for said in WRITTEN[purpose]]
ANSWER = """\
From: Jane Doe <jane@home.example>
To: Anna Berg <anna@tailspin.example>
Subject: Re: Your application
Date: Mon, 02 Mar 2026 10:00:00 +0100
Message-ID: <two@home.example>
In-Reply-To: <one@tailspin.example>
Content-Type: text/plain; charset=utf-8

{said}

Jane

On Fri, 27 Feb 2026 at 09:00, Anna Berg <anna@tailspin.example> wrote:
> Dear Jane,
> {answered}
> Kind regards
> Anna
"""
REJECTION = "Unfortunately we have decided to move forward with another candidate for the position."
OFFER = "We are delighted to offer you the position of Data Engineer. Your contract is attached."
INVITATION = "We would like to invite you to an interview for the position on Thursday at 10."


def purposes(subject: str, body: str, *, answers: Collection[Kind] = ()) -> tuple[Purpose, ...]:
    return tuple(each.purpose for each in intents(subject, body, answers=answers))


def own_mail(answered: str, said: str) -> Finding:
    raw = ANSWER.format(said=said, answered=answered).encode()
    now = datetime(2026, 3, 2, 12, tzinfo=UTC)
    reading = read_mail(raw, user=User(addresses=("jane@home.example",)), received_at=None, now=now)
    (found,) = (each for each in reading.findings if isinstance(each.event, UserWrote))
    return found


def answering(answered: str, said: str) -> tuple[Purpose, ...]:
    event = own_mail(answered, said).event
    assert isinstance(event, UserWrote)
    return event.purposes


@pytest.mark.parametrize(("purpose", "said"), OURS)
def test_it_is_told_in_every_language(purpose: Purpose, said: str) -> None:
    found = purposes("Re: Interview", f"{said}\n\nJane")

    assert purpose in found
    assert set(found) <= {purpose, "rejection_reply" if purpose == "feedback_request" else purpose}


@pytest.mark.parametrize("said", WRITTEN["another_matter"])
def test_another_matter_than_hiring_is_for_nothing(said: str) -> None:
    assert purposes("", f"{said}\n\nJane Doe") == ()


def test_an_order_beside_an_application_hides_nothing() -> None:
    said = "Is there any news on my application? I have not heard back. PS: my parcel with the samples was on time."

    assert purposes("", said) == ("nudge",)


@pytest.mark.parametrize(
    "said",
    [
        "Thank you and Priya for this morning. I loved hearing about the befriending scheme, it's just what I would like to do.",
        "Thanks ever so much for this morning.",
        "Thank you both for yesterday. It was a treat to see the workshop.",
        "Vielen Dank euch beiden für heute Morgen. Was ihr über das Projekt erzählt habt, hat mir sehr gefallen.",
        "Merci à vous deux pour ce matin. Le projet me plaît beaucoup.",
        "Gracias a los dos por esta mañana.",
        "Grazie a te e a Priya per stamattina. Il progetto mi piace molto.",
        "Bedankt allebei voor vanochtend. Jullie project spreekt me erg aan.",
        "Obrigada a ti e à Priya por esta manhã. O projeto é mesmo o que quero fazer.",
    ],
)
def test_thanks_to_several_people_for_a_day_are_for_the_interview(said: str) -> None:
    assert [each.purpose for each in intents("Re: Receptionist", f"{said}\n\nJane")] == ["thank_you"]


@pytest.mark.parametrize(
    "said", ["Thanks for the parcel this morning.", "Thank you for this morning's call about my broken boiler."]
)
def test_thanks_for_something_else_of_that_day_are_not(said: str) -> None:
    assert intents("Re: Receptionist", f"{said}\n\nJane") == ()


@pytest.mark.parametrize(
    ("said", "named"),
    [
        (
            "Thank you for the interview. Could you please pass on my thanks to Helen and Dev Patel?",
            ("Helen", "Dev Patel"),
        ),
        ("Danke für das Gespräch gestern. Richten Sie bitte auch Frau Rossi aus, dass ich danke.", ("Frau Rossi",)),
        ("Merci pour l'organisation, l'échange avec Hugo était top ! Tu peux le remercier de ma part ?", ("Hugo",)),
        ("La ringrazio per il colloquio, e la prego di ringraziare anche Marco Gallo.", ("Marco Gallo",)),
        ("Gracias por la entrevista. Dale las gracias a Pedro de mi parte.", ("Pedro",)),
        ("Bedankt voor het gesprek. Wil je ook Carla bedanken?", ("Carla",)),
        ("Obrigada pela entrevista. Agradeça também ao Rui Costa em meu nome.", ("Rui Costa",)),
        ("Thank you for arranging the interview with Dev today, I enjoyed it.", ()),
        ("Merci pour l'organisation, l'échange avec Hugo était top !", ()),
    ],
)
def test_whom_a_note_asks_to_thank_is_told(said: str, named: tuple[str, ...]) -> None:
    assert passes_thanks_on_to("Re: Interview", f"Hello Anna,\n\n{said}\n\nJane") == named


def test_who_asks_what_they_could_do_better_beside_an_answer_to_a_no_asks_for_feedback() -> None:
    said = "Merci de m'avoir informée. Si Yann pouvait me donner quelques pistes sur ce que j'aurais pu améliorer, j'en serais ravie."
    assert purposes("Re: Votre candidature", said, answers=["rejection"]) == ("rejection_reply", "feedback_request")


def test_thanks_for_a_rejection_reply_to_it() -> None:
    assert answering(REJECTION, "Thank you for the prompt reply.") == ("rejection_reply",)
    assert answering(INVITATION, "Thank you for the prompt reply.") == ()


def test_a_yes_accepts_an_offer_and_no_invitation() -> None:
    said = "Wonderful, count me in! I am happy to accept."

    assert answering(OFFER, said) == ("acceptance",)
    assert answering(INVITATION, said) == ()


def test_a_yes_to_a_trial_shift_accepts_no_job() -> None:
    trial = "Suite à votre CV, pouvez-vous venir faire un essai vendredi de 18h à 22h ?"

    assert answering(trial, "Bonjour Anna, oui avec plaisir, à vendredi 18h !") == ()


def test_thanks_for_an_offer_that_ask_for_time_are_no_acceptance() -> None:
    assert answering(OFFER, "Thank you so much! Could I have until Friday to think it over?") == ()


@pytest.mark.parametrize(
    "said",
    [
        "¡Qué alegría! Muchísimas gracias por la oferta. ¿Podría contestarte el jueves 22? Estoy terminando otro proceso.",
        "Que ótima notícia! Muito obrigado pela proposta. Posso te responder até quinta?",
        "Che bella notizia! Grazie mille per la proposta. Posso risponderLe entro giovedì?",
        "Was für eine Freude! Vielen Dank für das Angebot. Darf ich bis Donnerstag antworten?",
        "Quelle joie ! Merci pour l'offre. Puis-je vous répondre jeudi ?",
        "Wat fijn! Dank voor het aanbod. Mag ik donderdag antwoorden?",
        "Thank you so much, I am really happy about the offer and the numbers look good. Would it be possible to have until Friday to decide?",
        "What wonderful news, thank you! I would need until Friday to give you an answer.",
        "I am so happy about this offer! Could you extend the deadline to next week?",
    ],
)
def test_who_asks_for_time_to_answer_an_offer_has_not_accepted_it(said: str) -> None:
    assert purposes("Re: Oferta", said, answers={"offer"}) == ()


@pytest.mark.parametrize(
    ("offered", "said"),
    [
        (
            "Nos gustaría ofrecerte el puesto de administrativa. ¿Te puedo llamar el martes a las 10 y te explico?",
            "Sí, claro, el martes a las 10 me va bien. ¡Gracias!",
        ),
        (
            "Vorremmo offrirLe il posto di segretaria. Posso chiamarLa martedì alle 10 per i dettagli?",
            "Sì, certo, martedì alle 10 va benissimo.",
        ),
        (
            "Gostaríamos de lhe oferecer a vaga de auxiliar. Posso te ligar terça às 10h para explicar?",
            "Sim, claro, terça às 10h está ótimo!",
        ),
        (f"{OFFER} Could I call you on Tuesday at 10 to explain?", "Yes, gladly! Tuesday at 10 works."),
    ],
)
def test_a_yes_to_a_call_about_an_offer_accepts_no_job(offered: str, said: str) -> None:
    assert answering(offered, said) == ()


def test_a_yes_to_an_offer_may_stand_beside_one_to_a_call() -> None:
    offered = f"{OFFER} Could I call you on Tuesday at 10 to explain?"

    assert answering(offered, "I gladly accept the offer. Tuesday at 10 works.") == ("acceptance",)
    assert purposes("Re: Oferta", "Sí, claro. ¡Gracias!", answers={"offer"}) == ("acceptance",)


@pytest.mark.parametrize(
    "said",
    [
        "Nessun problema, a lunedì!",
        "No pasa nada, hasta el lunes.",
        "Pas de souci, à lundi !",
        "Geen probleem, tot maandag!",
    ],
)
def test_that_there_is_no_problem_answers_no_rejection(said: str) -> None:
    assert purposes("Re: Interview", said) == ()
    assert purposes("Re: Interview", "Ah va bene, grazie comunque, sarà per la prossima.") == ("rejection_reply",)


def test_a_yes_to_a_time_answers_no_rejection() -> None:
    asked = "Precisamos remarcar a entrevista, desculpe! Pode ser terça às 11h?"

    assert answering(asked, "Imagina, sem problema! Terça às 11h tá ótimo.") == ()


@pytest.mark.parametrize("answers", [(), ("scheduled",)])
@pytest.mark.parametrize(
    "said",
    [
        "Gracias por su tiempo esta tarde y por contarme cómo trabaja el equipo. Quedo a su disposición para lo que necesiten.",
        "Quería agradeceros a Ramón y a ti la entrevista de esta mañana. Me gustó mucho cómo lleváis la parte de compras.",
    ],
)
def test_thanks_for_an_interview_may_offer_more_and_name_who_was_there(said: str, answers: Collection[Kind]) -> None:
    assert purposes("Re: Entrevista", said, answers=answers) == ("thank_you",)


def test_of_a_yes_and_a_no_the_likelier_holds() -> None:
    said = (
        "I have signed the contract with another company and would like to withdraw my application for your position."
    )

    assert purposes("", said) == ("withdrawal",)


@pytest.mark.parametrize(
    "text", ["That works for me, thank you.", "Thank you for the invitation. Thursday works for me."]
)
def test_thanks_for_an_invitation_are_none_for_the_interview_before_it(text: str) -> None:
    assert purposes("Re: Backend role at Zeta", text, answers={"invited"}) == ()


def test_thanks_for_an_interview_may_stand_above_the_next_invitation() -> None:
    text = "Thanks again for taking the time to talk to me today, I really enjoyed it. Thursday is perfect for me."
    assert purposes("Re: Backend role at Zeta", text, answers={"invited"}) == ("thank_you",)


@pytest.mark.parametrize(
    "said",
    [
        "Vielen Dank für die herzliche Aufnahme heute und die Führung durch die Werkstatt.",
        "Danke nochmal, das war wirklich nett!",
        "Merci, c'était très sympa.",
        "Thank you, that was lovely.",
    ],
)
def test_thanks_above_an_invitation_are_for_the_interview_once_its_time_is_over(said: str) -> None:
    on_saturday = "We would like to invite you to an interview for the position on Saturday at 3 pm."

    assert answering(on_saturday, said) == ("thank_you",)
    assert answering(on_saturday, "Here are the references that you asked for. Thanks!") == ()


@pytest.mark.parametrize(
    "said",
    [
        "Thanks for the chat yesterday. Thursday at 10 is fine with me.",
        "Ich habe mich auch sehr über das Gespräch gefreut, danke dafür! Donnerstag um 10 Uhr komme ich gerne.",
        "Merci pour votre appel d'hier, le poste m'intéresse vraiment. À jeudi.",
        "Bedankt voor het leuke gesprek daarnet! Donderdag is goed, ik zal er zijn.",
        "Me encantó hablar con ustedes, gracias. El jueves a las diez me va bien.",
    ],
)
def test_thanks_that_tell_of_a_meeting_are_for_it_though_the_next_one_is_ahead(said: str) -> None:
    assert answering(INVITATION, said) == ("thank_you",)


@pytest.mark.parametrize(
    "said",
    [
        "Danke, Ihre Nachricht habe ich erst gestern gelesen. Donnerstag passt.",
        "Merci pour votre invitation d'hier, je serai là jeudi.",
        "Bedankt, ik las uw mail van gisteren nu pas. Donderdag is prima.",
    ],
)
def test_thanks_for_yesterdays_mail_are_for_no_meeting(said: str) -> None:
    assert answering(INVITATION, said) == ()


@pytest.mark.parametrize(
    "said",
    [
        "Das Gespräch lief gut, Frau Berg war sehr nett. Danke fürs Vermitteln und richten Sie ihr bitte meinen Dank aus!",
        "L'entretien s'est bien passé, merci pour la mise en relation. Transmettez-lui aussi mes remerciements !",
        "Het gesprek ging goed, ze was erg vriendelijk. Bedankt voor het regelen en geef haar ook mijn dank door!",
    ],
)
def test_thanks_may_be_passed_on_by_somebody_else(said: str) -> None:
    assert purposes("Re: Interview", said) == ("thank_you",)


@pytest.mark.parametrize(
    "said",
    [
        "Je dois décliner votre offre, les horaires ne collent pas avec l'école.",
        "Je reprends une formation à l'université et dois donc décliner votre offre.",
        "Leider muss ich Ihr Angebot ablehnen, die Zeiten vertragen sich nicht mit meinem Kurs am Abend.",
        "I have to decline your offer, the hours clash with the nursery.",
        "Tengo que rechazar la oferta, el horario no encaja con mi curso.",
        "Tenho de recusar a proposta, o horário não combina com a faculdade.",
        "Devo rifiutare l'offerta, gli orari non vanno d'accordo con il mio corso.",
    ],
)
def test_an_offer_may_be_declined_for_a_reason_that_is_another_matter(said: str) -> None:
    assert answering(OFFER, said) == ("withdrawal",)


def test_an_offer_may_be_accepted_for_such_a_reason() -> None:
    assert answering(OFFER, "J'accepte votre offre, les horaires vont très bien avec l'école.") == ("acceptance",)
    assert answering(OFFER, "I accept your offer, the hours suit the nursery.") == ("acceptance",)


@pytest.mark.parametrize(
    "said",
    [
        "Jammer, maar bedankt om het te laten weten. Heb je nog feedback voor mij, iets dat ik beter kan doen?",
        "Schade, aber danke fürs Bescheidgeben. Hast du noch Feedback für mich, etwas, das ich besser machen kann?",
        "Peccato, ma grazie per avermelo detto. Ha qualche consiglio per me, qualcosa in cui posso migliorare?",
    ],
)
def test_who_answers_a_no_may_ask_for_feedback_as_well(said: str) -> None:
    assert answering(REJECTION, said) == ("rejection_reply", "feedback_request")


@pytest.mark.parametrize(
    "said",
    [
        "Ik wacht nog op een ander antwoord, mag ik je tegen vrijdag iets laten weten?",
        "Ich warte noch auf eine andere Antwort, darf ich bis Freitag überlegen?",
        "I am still waiting for another answer, may I let you know by Friday?",
        "Suite à votre annonce, je vous adresse ma candidature au poste de réceptionniste.",
    ],
)
def test_who_waits_for_somebody_else_or_applies_asks_for_no_news(said: str) -> None:
    assert answering(OFFER, said) == ()


def test_who_waits_for_them_does() -> None:
    assert purposes("", "Ik wacht nog op antwoord op mijn sollicitatie, hebben jullie al nieuws?") == ("nudge",)
    assert purposes("", "Suite à ma candidature du 3 mars, avez-vous des nouvelles ?") == ("nudge",)


def test_a_yes_to_a_new_time_accepts_no_job() -> None:
    moved = "L'entretien du poste est reporté : on peut décaler à jeudi 5, 17h30 ?"

    assert answering(moved, "oui pas de problème, jeudi 17h30") == ()
    assert purposes("Re: Entretien", "oui pas de problème, jeudi 17h30") == ()


@pytest.mark.parametrize(
    "said",
    [
        "I have thought about it and decided not to accept the offer.",
        "I won't be accepting the offer.",
        "Ich nehme das Angebot nicht an.",
        "Ik heb er het hele weekend over nagedacht en heb besloten het aanbod niet aan te nemen. De reis valt me te zwaar. Het was een fijn proces.",
        "Je n'accepte pas l'offre.",
        "Je refuse l'offre.",
        "No acepto la oferta.",
        "Non accetto l'offerta.",
        "Rifiuto l'offerta.",
        "Não aceito a proposta.",
    ],
)
def test_a_no_to_an_offer_in_the_words_of_a_yes_is_a_no(said: str) -> None:
    assert purposes("Re: Offer", said, answers={"offer"}) == ("withdrawal",)


@pytest.mark.parametrize(
    "said",
    [
        "I have not decided yet whether to accept the offer.",
        "I need to sleep on it before I accept.",
        "Ich habe mich noch nicht entschieden, ob ich das Angebot annehme.",
        "Ik heb nog niet besloten of ik het aanbod aanneem.",
        "Je n'ai pas encore décidé si j'accepte l'offre.",
        "Todavía no he decidido si acepto la oferta.",
        "Non ho ancora deciso se accettare l'offerta.",
        "Ainda não decidi se aceito a proposta.",
    ],
)
def test_who_has_not_decided_on_an_offer_has_neither_accepted_nor_declined_it(said: str) -> None:
    assert purposes("Re: Offer", said, answers={"offer"}) == ()


@pytest.mark.parametrize(
    "said",
    [
        "I needed to think about it, but yes, I'd love to accept the offer!",
        "Ich nehme das Angebot gerne an, weitere Fragen habe ich nicht.",
        "Ik neem het aanbod graag aan, vragen heb ik niet.",
        "J'accepte l'offre, pas de question.",
        "Acepto la oferta, no tengo dudas.",
        "Sí, acepto feliz, muchas gracias.",
        "Aceito a proposta, não tenho dúvidas.",
    ],
)
def test_a_yes_to_an_offer_may_have_a_not_in_it(said: str) -> None:
    assert purposes("Re: Offer", said, answers={"offer"}) == ("acceptance",)


def test_it_is_explained_by_cues_or_words_and_by_what_it_answers() -> None:
    thanked = own_mail(INVITATION, "Thank you so much for taking the time to talk to me yesterday.").evidence
    replied = own_mail(REJECTION, "Thank you for the prompt reply.").evidence

    assert "en.user_thank_you: thank you so much for taking the time to" in thanked.cues
    assert 0.65 < thanked.confidence < 1.0
    assert "it answers: rejection" in replied.cues


def test_a_mail_that_is_for_nothing_is_the_users_for_certain() -> None:
    evidence = own_mail(INVITATION, "Thursday at ten is fine, see you then.").evidence

    assert (evidence.cues, evidence.confidence) == ((), 1.0)
