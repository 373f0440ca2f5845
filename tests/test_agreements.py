"""Agreements on a time, mail by mail: which of the proposed times a yes is to, and when there is none."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterword.recognition.times.agreements import agreement

BERLIN = ZoneInfo("Europe/Berlin")
SENT = datetime(2026, 3, 2, 11, tzinfo=BERLIN)
THURSDAY = "Does Thursday, 5 March at 3pm CET work for you?"
TWO = "Could you do Wednesday, 4 March at 10:00 or Thursday, 5 March at 15:00?"
HOURS = "Would Thursday, 5 March at 10:00 or 14:00 suit you?"
THREE = (
    "Here are a few slots:\n\n- Tuesday, 3 March, 10:00 - 11:00\n- Wednesday, 4 March, 14:00 - 15:00\n"
    "- Thursday, 5 March, 9:30 - 10:30\n\nWhich one would suit you best?"
)
DONNERSTAG = "Hätten Sie am Donnerstag, den 5.3. um 15 Uhr Zeit?"
JEUDI = "Seriez-vous disponible jeudi 5 mars à 15h ?"
JUEVES = "¿Te vendría bien el jueves 5 de marzo a las 15:00?"
DONDERDAG = "Schikt donderdag 5 maart om 15.00 uur?"
QUINTA = "Podemos marcar para quinta-feira, 5 de março, às 15h?"
GIOVEDI = "Le andrebbe bene giovedì 5 marzo alle 15?"
ZWEI = "Können wir am Mittwoch um 10 Uhr oder am Donnerstag um 15 Uhr telefonieren?"
DEUX = "Seriez-vous disponible mercredi à 10h ou jeudi à 15h ?"
DOS = "¿El miércoles a las 10:00 o el jueves a las 15:00?"
TWEE = "Kun je woensdag om 10.00 uur of donderdag om 15.00 uur?"
DUAS = "Quarta às 10h ou quinta às 15h?"
DUE = "Mercoledì alle 10 o giovedì alle 15?"

NEXT_WEEK = "Could you do next week, Wednesday at 10 or Thursday at 2pm?"
NAECHSTE_WOCHE = "Passt Ihnen nächste Woche Mittwoch um 10 Uhr oder Donnerstag um 14 Uhr?"

AGREED = [
    (
        "can you pop in thurs 4ish to meet Sheila our DON and have a look round",
        "4 on Thursday is fine, see you both then",
        "05 16:00",
    ),
    (NEXT_WEEK, "Thursday at 2 works for me.", "12 14:00"),
    (NEXT_WEEK, "Wednesday is perfect.", "11 10:00"),
    (NAECHSTE_WOCHE, "Donnerstag um 14 Uhr passt mir gut.", "12 14:00"),
    (THURSDAY, "Thursday at 3pm works great for me.", "05 15:00"),
    (THURSDAY, "That works for me, thank you.", "05 15:00"),
    (THURSDAY, "Yes, perfect!", "05 15:00"),
    (THURSDAY, "Thursday at 3 is grand.", "05 15:00"),
    (THURSDAY, "Grand", "05 15:00"),
    (TWO, "Thursday suits me grand", "05 15:00"),
    (THURSDAY, "Happy to confirm. See you then!", "05 15:00"),
    (TWO, "Thursday works well for me.", "05 15:00"),
    (TWO, "Wednesday at 10 is perfect.", "04 10:00"),
    (DONNERSTAG, "Donnerstag 15 Uhr passt mir sehr gut.", "05 15:00"),
    (DONNERSTAG, "Gerne! Bis dann.", "05 15:00"),
    (ZWEI, "Lieber Herr Brandner,\n\nvielen Dank, Donnerstag 15 Uhr nehme ich gern.", "05 15:00"),
    (DONNERSTAG, "Lieber Lukas,\n\ndas passt.", "05 15:00"),
    (JEUDI, "Jeudi à 15h me convient parfaitement.", "05 15:00"),
    (JUEVES, "Me viene perfecto. Hasta el jueves.", "05 15:00"),
    (DONDERDAG, "Donderdag om 15.00 uur is prima, tot dan!", "05 15:00"),
    (QUINTA, "Quinta às 15h está ótimo. Até lá!", "05 15:00"),
    (GIOVEDI, "Giovedì alle 15 va benissimo.", "05 15:00"),
    (THURSDAY, "Thursday at 3 it is.", "05 15:00"),
    (THURSDAY, "Works for me. What's the link?", "05 15:00"),
    (THURSDAY, "No problem, see you Thursday.", "05 15:00"),
    (TWO, "The second slot works best for me.", "05 15:00"),
    (TWO, "The first one, please!", "04 10:00"),
    (TWO, "I'd prefer Thursday.", "05 15:00"),
    (TWO, "Either works, but Thursday would be better.", "05 15:00"),
    (TWO, "I can't do Wednesday but Thursday works.", "05 15:00"),
    (TWO, "Unfortunately I'm busy on Wednesday. Thursday at 3pm works well!", "05 15:00"),
    (THREE, "Wednesday works best for me.", "04 14:00"),
    (THREE, "Slot 2 please.", "04 14:00"),
    (THREE, "The last one works for me", "05 09:30"),
    (HOURS, "10:00 works for me.", "05 10:00"),
    (HOURS, "2pm is better for me.", "05 14:00"),
    ("Would Thursday at 15:00 Berlin time work?", "Yes, 2pm London time works for me.", "05 15:00"),
    ("I can do Thursday between 2 and 4pm.", "Thursday at 3pm works for me.", "05 15:00"),
    (ZWEI, "Der zweite Termin passt mir besser.", "05 15:00"),
    (ZWEI, "Mittwoch kann ich leider nicht, aber Donnerstag um 15 Uhr passt sehr gut.", "05 15:00"),
    (ZWEI, "Donnerstag wäre mir am liebsten.", "05 15:00"),
    ("Können wir am Donnerstag um halb vier telefonieren?", "Ja, das geht.", "05 15:30"),
    ("Können wir am Donnerstag um 15 Uhr telefonieren?", "Der Termin passt, keine Fragen meinerseits.", "05 15:00"),
    (DEUX, "Je préfère le second créneau.", "05 15:00"),
    (DEUX, "Mercredi je ne suis pas disponible, mais jeudi me convient.", "05 15:00"),
    ("Seriez-vous disponible jeudi à 15h ?", "Pas de souci, à jeudi.", "05 15:00"),
    (DOS, "La segunda opción me va mejor.", "05 15:00"),
    (DOS, "Prefiero el jueves.", "05 15:00"),
    (TWEE, "De tweede optie heeft mijn voorkeur.", "05 15:00"),
    ("We can offer Tuesday 10am or Wednesday 11am.", "Wednesday please.", "04 11:00"),
    ("Geht Dienstag 10 Uhr oder Mittwoch 11 Uhr?", "Mittwoch passt mir besser.", "04 11:00"),
    ("How about half three on Thursday?", "Half three works for me.", "05 15:30"),
    (THURSDAY, "Dear Omar,\n\nI confirm my availability for Thursday at 3 pm.", "05 15:00"),
    (THURSDAY, "That works, thanks! I will send the documents tomorrow.", "05 15:00"),
    (TWEE, "Beste Omar,\n\nDonderdag om 15.00 uur past mij goed. Tot dan!", "05 15:00"),
    (TWEE, "Woensdag lukt niet, maar donderdag om 15.00 uur past prima.", "05 15:00"),
    (DUAS, "A segunda opção é melhor para mim.", "05 15:00"),
    (DUAS, "Prefiro quinta.", "05 15:00"),
    (DUE, "La seconda opzione va bene.", "05 15:00"),
    (DUE, "Mercoledì purtroppo non posso, giovedì alle 15 va benissimo.", "05 15:00"),
]

NOT_AGREED = [
    (THURSDAY, "Thursday doesn't work for me, sorry. Could we do Friday at 3pm?"),
    (THURSDAY, "Could we do Thursday at 4pm instead?"),
    (THURSDAY, "Is the call on Zoom? What should I prepare?"),
    (THURSDAY, "Thanks for the brief, I will read it tonight."),
    (THURSDAY, "Friday at 3pm works great for me."),
    (TWO, "Both would be fine, yes."),
    ("When would suit you?", "Thursday at 3pm works great for me."),
    ("Does Thursday, 26 February at 3pm work?", "Yes, perfect!"),
    (DONNERSTAG, "Da kann ich leider nicht. Ginge es auch am Freitag?"),
    (JEUDI, "Malheureusement, jeudi ne me convient pas."),
    (THURSDAY, "Tentatively yes."),
    (THURSDAY, "Thanks, that is great news. When exactly does the position start?"),
    (THURSDAY, "Yes, I am still interested! Would a call next week be possible?"),
    (THURSDAY, "Thursday works, but only after 5pm."),
    (THURSDAY, "Sorry, I must decline, I have accepted another offer."),
    (ZWEI, "Freitag würde mir besser passen."),
    (ZWEI, "Ja, ich bin weiterhin interessiert. Wann wäre der Start?"),
    (DUE, "Venerdì sarebbe meglio per me."),
    (THURSDAY, "I think so, but need to confirm with my boss first."),
    (THURSDAY, "Thursday works for me if we can keep it to 30 minutes."),
    (THURSDAY, "Yes, I got your mail. I'll get back to you about Thursday."),
    (THURSDAY, "Yes, I have attached my documents."),
    (THURSDAY, "I am happy to accept the salary range."),
    (THURSDAY, "4pm would be perfect."),
    (THURSDAY, "Yes - 3:30 would be perfect."),
    (THURSDAY, "Any time after 4 works for me."),
    (THURSDAY, "I'm travelling on Thursday. Friday would be great."),
    (THURSDAY, "Great to hear from you! I'd love to talk. Thursday I'm out of office."),
    (THURSDAY, "Thanks for getting in touch - great news! Let me look at my calendar."),
    (THURSDAY, "Works for me unless my flight is late."),
    (TWO, "Great to hear from you! Wednesday is difficult."),
    (TWO, "Neither works for me."),
    (TWO, "Option one is fine, not the last one."),
    (TWO, "The second slot rather than the first one, please."),
    (ZWEI, "Der zweite Termin, nicht der erste Termin, passt mir."),
    (ZWEI, "Gerne! Ab 16 Uhr passt es mir."),
    (ZWEI, "Unter Vorbehalt ja."),
    (DEUX, "Sous réserve, oui."),
    (DOS, "Sí, pero mejor a las 16:00."),
    (TWEE, "Onder voorbehoud ja."),
    (DUAS, "Vou verificar e já te digo."),
    (DUE, "In linea di massima sì, le confermo domani."),
    ("Is it okay if I call your references on Thursday at 3pm?", "Yes, that works."),
    ("Could you send us your certificates by Thursday at 3pm?", "Sure, no problem!"),
    ("Können Sie uns bitte am Donnerstag um 15 Uhr die Zeugnisse schicken?", "Ja, gerne."),
    (THURSDAY, "Yes, but could it be an hour later?"),
    (DONNERSTAG, "Ja, aber geht es auch etwas später?"),
    (JEUDI, "Oui, mais peut-on se voir vendredi plutôt ?"),
    (JEUDI, "D'accord, mais serait-ce possible un peu plus tard ?"),
    (JUEVES, "Sí, pero ¿podría ser una hora más tarde?"),
    (DONDERDAG, "Prima, maar kan het iets later?"),
    (QUINTA, "Combinado, mas pode ser um pouco mais tarde?"),
    (GIOVEDI, "D'accordo, ma è possibile un po' più tardi?"),
]

TO_AN_OFFER = [
    (THURSDAY, "I accept. But what is the salary?"),
    (THURSDAY, "Yes, I'm in! But what is the salary?"),
    (THURSDAY, "Perfect, I gladly accept. When do I start?"),
    (DONNERSTAG, "Ja, ich nehme gerne an. Aber wie hoch ist das Gehalt?"),
    (JEUDI, "Parfait, j'accepte. Mais quel est le salaire ?"),
    (JUEVES, "Sí, acepto. ¿Pero cuál es el salario?"),
    (DONDERDAG, "Ja, ik accepteer. Maar wat is het salaris?"),
    (QUINTA, "Sim, aceito. Mas qual é o salário?"),
    (GIOVEDI, "Sì, accetto. Ma qual è lo stipendio?"),
]


def agreed_on(answered: str, text: str) -> str | None:
    found = agreement(text, answered, sent=SENT, zone=BERLIN)
    return f"{found.time.start.astimezone(BERLIN):%d %H:%M}" if found else None


@pytest.mark.parametrize(("proposed", "answer", "time"), AGREED)
def test_a_yes_is_to_the_proposed_time(proposed: str, answer: str, time: str) -> None:
    assert agreed_on(proposed, answer) == time


@pytest.mark.parametrize(("proposed", "answer"), NOT_AGREED)
def test_what_leaves_it_open_sets_no_time(proposed: str, answer: str) -> None:
    assert agreed_on(proposed, answer) is None


@pytest.mark.parametrize(("proposed", "answer"), TO_AN_OFFER)
def test_who_accepts_and_asks_what_the_job_comes_with_accepts_an_offer(proposed: str, answer: str) -> None:
    assert agreed_on(proposed, answer) is None


def test_a_mail_that_puts_terms_and_a_time_is_accepted_for_its_terms() -> None:
    both = f"The salary would be 60,000, and your contract is attached. {THURSDAY}"
    assert agreed_on(both, "I gladly accept!") is None
    assert agreed_on(both, "I gladly accept, and Thursday at 3pm works for me.") == "05 15:00"
    assert agreed_on(THURSDAY, "I gladly accept!") == "05 15:00"


@pytest.mark.parametrize(
    ("proposed", "answer"),
    [
        (THURSDAY, "I accept your invitation. My salary expectation is attached."),
        (THURSDAY, "Yes. But what is the salary?"),
        (THURSDAY, "Yes, but could you send me the agenda?"),
        (DONNERSTAG, "Einverstanden! Bis Donnerstag."),
        (JEUDI, "J'accepte, à jeudi."),
        (JUEVES, "Acepto. ¡Hasta el jueves!"),
        (DONDERDAG, "Ik accepteer de uitnodiging. Tot donderdag!"),
        (QUINTA, "Aceito. Até quinta!"),
        (GIOVEDI, "Accetto. A giovedì alle 15!"),
        (THURSDAY, "Accepted, thanks!"),
        (DONNERSTAG, "Ich nehme die Einladung gerne an. Zu meinem Gehalt sende ich noch etwas."),
        (JEUDI, "J'accepte volontiers l'entretien. Le salaire est-il déjà fixé ?"),
        (JUEVES, "Acepto la entrevista. ¿Cuál sería el salario?"),
        (DONDERDAG, "Ik accepteer de uitnodiging. Wat is het salaris?"),
        (QUINTA, "Aceito o convite. Qual é o salário?"),
        (GIOVEDI, "Accetto il colloquio. Qual è lo stipendio?"),
    ],
)
def test_who_accepts_a_time_has_an_interview(proposed: str, answer: str) -> None:
    assert agreed_on(proposed, answer) == "05 15:00"


YES = {
    "Could you come for an interview on Thursday, 5 March at 15:00?": [
        "I'd love to!",
        "I'd be delighted.",
        "I'd be really happy to come.",
        "Of course!",
        "Fab, will do!",
        "Yes that's great, my number is below.",
        "Yes that's great, I'm on 07700 900123.",
        "Perfect, thank you for being so understanding!",
        "Lovely, thanks very much for the quick reply!",
        "Yes thats great thank you so much for getting back to me",
        "Absolutely fine, do I need to bring my passport?",
        "👍",
        "👍🏽 thanks",
    ],
    "Könnten Sie am Donnerstag, den 5. März um 15 Uhr zum Gespräch kommen?": [
        "Da würde ich mich sehr freuen.",
        "Auf jeden Fall!",
        "Klar, kein Thema!",
        "Ja, das ist toll, meine Nummer steht unten.",
        "Super, herzlichen Dank für die schnelle Antwort!",
    ],
    "Pourriez-vous venir en entretien jeudi 5 mars à 15h ?": [
        "Avec grand plaisir !",
        "Je serais enchantée.",
        "Très bien, merci",
        "Parfait, merci beaucoup pour votre réponse si rapide !",
    ],
    "¿Podría venir a una entrevista el jueves 5 de marzo a las 15:00?": [
        "¡Me encantaría!",
        "Con mucho gusto.",
        "Sí, muy bien, estoy en el 600 123 456.",
        "Perfecto, muchas gracias por responder tan rápido.",
    ],
    "Potrebbe venire a un colloquio giovedì 5 marzo alle 15?": [
        "Mi piacerebbe molto!",
        "Con molto piacere",
        "Sì, benissimo, il mio numero è qui sotto.",
        "Perfetto, grazie mille per la risposta così veloce!",
    ],
    "Kun je donderdag 5 maart om 15 uur op gesprek komen?": [
        "Dat lijkt me leuk!",
        "Natuurlijk!",
        "Ja, dat is geweldig, mijn nummer staat hieronder.",
        "Prima, hartelijk dank voor je snelle reactie!",
    ],
    "Pode vir a uma entrevista na quinta-feira, 5 de março, às 15h?": [
        "Com muito gosto!",
        "Adoraria!",
        "Sim, ótimo, o meu número está abaixo.",
        "Perfeito, muito obrigada pela resposta tão rápida!",
    ],
}


@pytest.mark.parametrize(("asked", "said"), [(asked, said) for asked, answers in YES.items() for said in answers])
def test_thanks_and_what_else_is_said_beside_a_yes_take_nothing_from_it(asked: str, said: str) -> None:
    assert agreed_on(asked, said) == "05 15:00"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (THURSDAY, "Thank you very much for your quick reply."),
        (THURSDAY, "I'd love to know more about the role."),
        (THURSDAY, "I'd love to but can't"),
        (THURSDAY, "Of course, I understand."),
        (THURSDAY, "Perfect, is the job still open?"),
        (THURSDAY, "Thanks 👍 will check"),
        (THURSDAY, "Is that ok?"),
        (DONNERSTAG, "Ich würde mich freuen, mehr zu erfahren."),
        (DONNERSTAG, "Natürlich verstehe ich das."),
        (JEUDI, "Bien sûr, je comprends."),
        (JUEVES, "Me encantaría, pero no puedo."),
        (DONDERDAG, "Fijn weekend!"),
        (GIOVEDI, "Certo, capisco."),
        (QUINTA, "Adoraria saber mais."),
    ],
)
def test_no_yes_is_heard_in_thanks_for_the_mail_or_in_a_wish_to_know_more(asked: str, said: str) -> None:
    assert agreed_on(asked, said) is None


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (DONNERSTAG, "Guten Morgen Frau Berg,\n\nkein Problem, Donnerstag 15 Uhr geht auch."),
        (DONNERSTAG, "Donnerstag ginge auch."),
        (DONNERSTAG, "Da kann ich auch."),
        (DONNERSTAG, "Das lässt sich einrichten."),
        (DONNERSTAG, "Donnerstag hab ich Zeit."),
        (DONDERDAG, "Goedemorgen Anna, dat kan ook. Beterschap aan je collega!"),
        (DONDERDAG, "Dat lukt."),
        (DONDERDAG, "Dan kan ik wel."),
        (DONDERDAG, "Donderdag kan ook."),
        (DONDERDAG, "Donderdag is ook goed."),
        (DONDERDAG, "Komt in orde."),
        (THURSDAY, "That's doable."),
        (JEUDI, "Jeudi c'est possible aussi."),
        (JEUDI, "Je peux jeudi."),
        (JUEVES, "El jueves también puedo."),
        (JUEVES, "Puede ser."),
        (GIOVEDI, "Posso anche giovedì."),
        (QUINTA, "Também posso na quinta."),
        (QUINTA, "Quinta também dá."),
    ],
)
def test_who_says_that_it_is_possible_accepts_it(asked: str, said: str) -> None:
    assert agreed_on(asked, said) == "05 15:00"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (DONNERSTAG, "Donnerstag geht leider nicht."),
        (DONNERSTAG, "Donnerstag geht nur vormittags."),
        (DONNERSTAG, "Geht auch Freitag?"),
        (DONNERSTAG, "Das kann ich noch nicht sagen."),
        (DONDERDAG, "Dat kan helaas niet."),
        (DONDERDAG, "Dat kan ik morgen pas zeggen."),
        (DONDERDAG, "Ik hoop dat het lukt."),
        (DONDERDAG, "Donderdag kan alleen 's ochtends."),
        (THURSDAY, "Is that doable by phone?"),
        (JEUDI, "Je ne peux pas jeudi."),
        (JUEVES, "No puede ser."),
        (GIOVEDI, "Non si può fare."),
        (QUINTA, "Não pode ser."),
    ],
)
def test_who_says_that_it_is_not_possible_or_asks_accepts_nothing(asked: str, said: str) -> None:
    assert agreed_on(asked, said) is None


@pytest.mark.parametrize(
    ("said", "agreed"), [("Wednesday works for me.", "04 10:00"), ("Thursday please.", "05 10:00")]
)
def test_of_two_days_at_one_hour_the_named_one_is_agreed_on(said: str, agreed: str) -> None:
    assert agreed_on("Could you do Wednesday or Thursday at 10?", said) == agreed


def test_a_yes_to_one_of_two_days_at_one_hour_names_none() -> None:
    assert agreed_on("Could you do Wednesday or Thursday at 10?", "Yes, perfect.") is None


def test_an_hour_before_dawn_is_agreed_on_without_saying_so_again() -> None:
    asked = "Kan je donderdag proefdraaien, vanaf 4 uur 's nachts?"
    assert agreed_on(asked, "Ja hoor, donderdag om 4 uur ben ik er!") == "05 04:00"
    assert agreed_on(asked, "Donderdag om 5 uur ben ik er!") is None


def test_a_yes_to_another_time_moves_the_meeting() -> None:
    asked = "I can't make it on Thursday. Could we do Friday, 6 March at 10:00 instead?"
    found = agreement("Sure, that works!", asked, sent=SENT, zone=BERLIN)
    assert found is not None
    assert found.moves
    first = agreement("Thursday at 3pm works.", THURSDAY, sent=SENT, zone=BERLIN)
    assert first is not None
    assert not first.moves


SAME_HOUR = "Could we move our interview on Thursday to Friday, 6 March, at the same time?"


@pytest.mark.parametrize("said", ["Yes, perfect.", "Sure, Friday works for me."])
def test_a_yes_to_the_same_hour_on_another_day_moves_the_meeting_there(said: str) -> None:
    found = agreement(said, SAME_HOUR, sent=SENT, zone=BERLIN)
    assert found is not None
    assert (found.shift and found.shift.same_hour_on, found.moves) == (date(2026, 3, 6), True)


@pytest.mark.parametrize(
    ("asked", "said", "fields"),
    [
        ("Can we do 2 instead of 11?", "Yes no problem", {"same_day_at": time(14)}),
        ("Can we do 2 instead of 11?", "2 is fine, see you at 2.", {"same_day_at": time(14)}),
        ("Any chance of making it half an hour later?", "Of course!", {"later_by": timedelta(minutes=30)}),
        ("Can we push it back a day?", "Thats fine", {"later_by": timedelta(days=1)}),
        ("Can we move it to the 26th? Same time", "Yes no problem", {"same_hour_on": date(2026, 3, 26)}),
        ("Geht es eine Stunde später?", "Ja, kein Problem.", {"later_by": timedelta(hours=1)}),
    ],
)
def test_a_yes_to_another_hour_or_a_later_time_moves_the_meeting_by_where_it_was(
    asked: str, said: str, fields: dict[str, object]
) -> None:
    found = agreement(said, asked, sent=SENT, zone=BERLIN)
    assert found is not None
    assert found.shift is not None
    assert (found.shift.fields, found.moves) == (fields, True)


@pytest.mark.parametrize("said", ["3 would be better.", "Sorry, that's too late for me.", "Thanks, I'll check."])
def test_no_yes_to_another_hour_moves_nothing(said: str) -> None:
    assert agreement(said, "Can we do 2 instead of 11?", sent=SENT, zone=BERLIN) is None


def test_a_yes_that_names_the_hour_is_to_that() -> None:
    found = agreement("Friday at 4pm works for me.", SAME_HOUR, sent=SENT, zone=BERLIN)
    assert found is not None
    assert (found.time.start, found.shift, found.moves) == (
        datetime(2026, 3, 6, 16, tzinfo=BERLIN),
        None,
        True,
    )


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (SAME_HOUR, "Of course, I'll come on the 6th at 3pm instead."),
        ("Sorry, Thursday is no good now. Could we do Friday at 3pm?", "Yes, Friday at 3 instead is fine."),
        ("Ginge am Freitag um 15 Uhr?", "Ja gerne, dann komme ich stattdessen am Freitag um 15 Uhr."),
    ],
)
def test_who_says_instead_of_what_was_proposed_accepts_it(asked: str, said: str) -> None:
    assert agreed_on(asked, said) == "06 15:00"


@pytest.mark.parametrize(
    "said", ["Could I come on Friday at 3pm instead?", "I'd rather come on Monday at 3pm instead."]
)
def test_who_says_instead_of_something_else_leaves_it_open(said: str) -> None:
    assert agreed_on(THURSDAY, said) is None


@pytest.mark.parametrize("said", ["Friday is difficult for me.", "Monday would be better.", "Thanks for telling me."])
def test_no_yes_to_the_same_hour_moves_nothing(said: str) -> None:
    assert agreement(said, SAME_HOUR, sent=SENT, zone=BERLIN) is None


@pytest.mark.parametrize(
    "asked",
    [
        "Thursday doesn't work for us any more. Does Friday at 10:00 work?",
        "Something has come up. Does Friday at 10:00 work?",
        "Sorry Thursday's no good now, how's Friday 10am?",
        "Can't do Thursday now, sorry. Friday 10am?",
        "Am Donnerstag kann ich doch nicht. Geht es bei Ihnen am Freitag um 10 Uhr?",
        "J'ai un imprévu jeudi. Seriez-vous disponible vendredi à 10h ?",
        "Me ha surgido un imprevisto. ¿Te va bien el viernes a las 10:00?",
        "Er is iets tussengekomen. Schikt vrijdag om 10.00 uur?",
        "Surgiu um imprevisto. Pode ser sexta-feira às 10h?",
        "Ho un imprevisto. Le va bene venerdì alle 10?",
    ],
)
def test_a_time_that_no_longer_suits_is_moved_by_the_yes(asked: str) -> None:
    found = agreement("Ok, perfect.", asked, sent=SENT, zone=BERLIN)
    assert found is not None
    assert found.moves
    assert found.time.start == datetime(2026, 3, 6, 10, tzinfo=BERLIN)


@given(st.text(), st.text())
def test_no_text_sets_a_time_that_was_not_proposed(answered: str, text: str) -> None:
    found = agreement(text, answered, sent=SENT, zone=BERLIN)
    assert found is None or found.time.start > SENT


def test_a_mere_yes_in_a_long_mail_is_to_anything() -> None:
    long = (
        "Yes, perfect. "
        + "I have read what you sent me about the work of your group and found it worth a thought or two. " * 3
    )
    assert agreed_on(THURSDAY, long) is None
