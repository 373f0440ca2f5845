"""Promised dates: what an employer promises, by when in the later reading, and what is no promise."""

import time
import tomllib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afterword.recognition.times.dates import Context, comparable, grammar
from afterword.recognition.times.promises import find_promises

WEDNESDAY = datetime(2026, 3, 4, 10, tzinfo=UTC)

PROMISED = [
    ("You will hear from us by Friday.", "2026-03-06"),
    ("You will hear from us by Wednesday.", "2026-03-11"),
    ("Ich ruf sie Ende der Woche an.", "2026-03-06"),
    ("Karin is ziek, ze belt me begin volgende week.", "2026-03-11"),
    ("We will get back to you by the end of next week.", "2026-03-13"),
    ("We aim to make a decision within two weeks.", "2026-03-18"),
    ("I'll let you know in the next 5-7 business days.", "2026-03-13"),
    ("You can expect an update early next month.", "2026-04-10"),
    ("We hope to have an answer for you by mid-March.", "2026-03-20"),
    ("We'll be in touch no later than 14 March.", "2026-03-14"),
    ("We will be in touch on or before March 20th, 2026.", "2026-03-20"),
    ("I'll come back to you by EOD Tuesday.", "2026-03-10"),
    ("I’ll come back to you by close of business tomorrow.", "2026-03-05"),
    ("I will let you know by close of business on Thursday.", "2026-03-05"),
    ("No news yet: the panel meets on Monday and you will hear from us by Friday 13 March.", "2026-03-13"),
    ("Please bear with us, you will hear from us by Friday.", "2026-03-06"),
    ("If you have any questions let me know, otherwise we'll be in touch by Friday.", "2026-03-06"),
    ("Our team needs a bit more time; expect to hear back after the holidays.", "2027-01-15"),
    ("Thanks for coming in on Tuesday, we will let you know either way by Thursday or Friday.", "2026-03-06"),
    ("We expect to have made up our minds by the end of the month and will call you then.", "2026-03-31"),
    ("The hiring committee meets on Tuesday, so you should have our decision by Wednesday.", "2026-03-11"),
    ("We're finishing our interviews this week and I'll circle back early next week.", "2026-03-11"),
    ("Our goal is to wrap up by Friday and get back to you on Monday at the latest.", "2026-03-09"),
    ("We will update you next Friday.", "2026-03-13"),
    ("We should be able to give you feedback within 10 working days.", "2026-03-18"),
    ("We'll contact you within 48 hours.", "2026-03-06"),
    ("You'll hear from me in the coming days.", "2026-03-11"),
    ("You will get an answer by the end of Q1.", "2026-03-31"),
    ("We will let you know in the week of 16 March.", "2026-03-20"),
    ("Bis Freitag hören Sie von uns.", "2026-03-06"),
    ("Wir melden uns Anfang nächster Woche bei Ihnen.", "2026-03-11"),
    ("Wir werden uns bis Ende nächster Woche bei Ihnen melden.", "2026-03-13"),
    ("Sie erhalten innerhalb von zwei Wochen eine Rückmeldung.", "2026-03-18"),
    ("Eine Entscheidung treffen wir bis zum 13. März.", "2026-03-13"),
    ("Wir geben Ihnen spätestens am Mittwoch Bescheid.", "2026-03-11"),
    ("Wir kommen bis KW 12 auf Sie zu.", "2026-03-20"),
    ("In den nächsten Tagen hören Sie von uns.", "2026-03-11"),
    ("Nous reviendrons vers vous d'ici la fin du mois.", "2026-03-31"),
    ("Vous aurez notre réponse avant vendredi prochain.", "2026-03-13"),
    ("Nous vous tiendrons informée sous dix jours.", "2026-03-14"),
    ("Te diremos algo a lo largo de la próxima semana.", "2026-03-13"),
    ("Nos pondremos en contacto contigo antes del viernes.", "2026-03-06"),
    ("Je hoort uiterlijk vrijdag van ons.", "2026-03-06"),
    ("We laten je voor het einde van volgende week iets weten.", "2026-03-13"),
    ("Entraremos em contacto até sexta-feira.", "2026-03-06"),
    ("Daremos uma resposta até ao final da próxima semana.", "2026-03-13"),
    ("Le faremo sapere entro venerdì.", "2026-03-06"),
    ("Riceverà una nostra risposta entro la fine del mese.", "2026-03-31"),
    ("We'll let you know by Wednesday.", "2026-03-11"),
    ("You can expect an answer from us before the end of the week.", "2026-03-06"),
    ("We aim to make a decision within the next ten days.", "2026-03-14"),
    ("The team meets on Thursday and I'll have news for you on Friday.", "2026-03-06"),
    ("We'll be in touch no later than March 20th.", "2026-03-20"),
    ("I should be able to update you by close of business on Tuesday.", "2026-03-10"),
    ("We're hoping to wrap this up by month end and will contact all candidates then.", "2026-03-31"),
    ("You'll receive our feedback in 5 working days.", "2026-03-11"),
    ("Final decision will be communicated by 13 March.", "2026-03-13"),
    ("We plan to notify candidates during the week of March 16.", "2026-03-20"),
    ("I'll circle back tomorrow.", "2026-03-05"),
    ("You should hear something by the end of next week at the latest.", "2026-03-13"),
    ("Bear with us, we'll have an answer for you within a fortnight.", "2026-03-18"),
    ("We should know more by the 10th and I'll drop you a line then.", "2026-03-10"),
    ("We will reach out with next steps within 48 hours.", "2026-03-06"),
    ("Give us until Friday to come to a decision.", "2026-03-06"),
    ("Anna will call you on Thursday with our decision.", "2026-03-05"),
    ("We expect to finalise our decision in the coming two weeks.", "2026-03-18"),
    ("We hope to get back to you later this week.", "2026-03-06"),
    ("You will be informed of the outcome within 3 weeks.", "2026-03-25"),
    ("Wir geben Ihnen bis Mittwoch Bescheid.", "2026-03-11"),
    ("Sie hören spätestens Ende der Woche von uns.", "2026-03-06"),
    ("Wir melden uns in den nächsten zwei Wochen bei dir.", "2026-03-18"),
    ("Du bekommst bis zum 13.3. eine Rückmeldung.", "2026-03-13"),
    ("Wir kommen in spätestens zehn Tagen auf Sie zu.", "2026-03-14"),
    ("Ich melde mich morgen.", "2026-03-05"),
    ("Rückmeldung bekommst du im Laufe der nächsten Woche.", "2026-03-13"),
    ("Bis Monatsende werden wir uns entschieden haben und Sie informieren.", "2026-03-31"),
    ("Gib uns noch bis Freitag Zeit, dann wissen wir mehr.", "2026-03-06"),
    ("Die Entscheidung fällt am Donnerstag, danach rufe ich dich an.", "2026-03-05"),
    ("Sie erhalten innerhalb von 5 Werktagen eine Antwort.", "2026-03-11"),
    ("Innerhalb der nächsten 14 Tage erhältst du eine Nachricht von uns.", "2026-03-18"),
    ("Bis spätestens KW 12 melden wir uns zurück.", "2026-03-20"),
    ("Nous reviendrons vers vous avant la fin de la semaine.", "2026-03-06"),
    ("Vous aurez une réponse sous dix jours.", "2026-03-14"),
    ("Je vous rappelle jeudi.", "2026-03-05"),
    ("Nous vous donnerons une réponse d'ici le 15 mars.", "2026-03-15"),
    ("Une décision sera prise courant de la semaine prochaine.", "2026-03-13"),
    ("Te diremos algo antes del viernes.", "2026-03-06"),
    ("Recibirás noticias nuestras en un plazo de 10 días.", "2026-03-14"),
    ("Tomaremos la decisión a finales de mes y te avisaremos.", "2026-03-31"),
    ("La semana que viene te contamos.", "2026-03-13"),
    ("We laten het je binnen twee weken weten.", "2026-03-18"),
    ("Daremos um retorno até sexta-feira.", "2026-03-06"),
    ("Entraremos em contacto nos próximos 5 dias úteis.", "2026-03-11"),
    ("Teremos uma resposta até o final do mês.", "2026-03-31"),
    ("Le daremo un riscontro entro venerdì.", "2026-03-06"),
    ("Ti faremo sapere entro la fine della prossima settimana.", "2026-03-13"),
    ("La contatteremo nei prossimi dieci giorni.", "2026-03-14"),
    ("Avrà nostre notizie entro il 15 marzo.", "2026-03-15"),
]
ALSO_PROMISED = [
    ("We'll have a decision for you by Thursday.", "2026-03-05"),
    ("You should expect to hear something by the middle of next week.", "2026-03-12"),
    ("Give us until Friday, please.", "2026-03-06"),
    ("We need until the end of the week to decide.", "2026-03-06"),
    ("I hope to know more on Monday and will write to you then.", "2026-03-09"),
    ("Decisions go out on 16 March.", "2026-03-16"),
    ("We'll have an answer in about two weeks.", "2026-03-16"),
    ("We plan to finalise things before the weekend.", "2026-03-08"),
    ("Wir brauchen noch bis Ende der Woche für die Entscheidung.", "2026-03-06"),
    ("Sie bekommen bis spätestens Donnerstag Nachricht.", "2026-03-05"),
    ("Ich rechne mit einer Entscheidung in der kommenden Woche.", "2026-03-13"),
    ("Am Montag weiß ich mehr und melde mich.", "2026-03-09"),
    ("Die Zusagen verschicken wir am 16. März.", "2026-03-16"),
    ("Nous aurons pris notre décision d'ici jeudi.", "2026-03-05"),
    ("Je vous redis ça en début de semaine prochaine.", "2026-03-11"),
    ("Tendremos la decisión para el jueves.", "2026-03-05"),
    ("We verwachten eind volgende week een besluit.", "2026-03-13"),
    ("Decideremo entro la prossima settimana.", "2026-03-13"),
    ("Teremos uma decisão até quinta.", "2026-03-05"),
    ("Sobald es weitergeht, spätestens am Freitag, melde ich mich bei Ihnen.", "2026-03-06"),
    ("Sobald ich mehr weiß, melde ich mich, spätestens am Freitag.", "2026-03-06"),
    ("Dès que le poste est débloqué, au plus tard vendredi, je reviens vers vous.", "2026-03-06"),
]
NOT_PROMISED = [
    "Please send us your references by Wednesday so we can move on.",
    "The contract must be signed by 13 March.",
    "We need your answer by Friday, otherwise we will have to offer the role to somebody else.",
    "The vacancy closes on 20 March and we will start reviewing afterwards.",
    "You can reach me until Thursday, after that my colleague will help you.",
    "Our offer stands until the end of the month.",
    "The assessment link expires in 7 days.",
    "We will process your data for six months and then delete it.",
    "I will be on holiday from 9 March and back on 16 March.",
    "Your first day would be Monday, 4 May.",
    "We will meet you on Thursday at 10:00 at our office.",
    "We will call you on Wednesday at 14:00 for the interview.",
    "Your interviewer will be Anna, who joined us in January.",
    "The team will be at a conference until Friday.",
    "We have been interviewing since January and decided quickly in the past.",
    "Let me know by Tuesday which slot you prefer and I will confirm.",
    "If we don't get back to you by the end of next week, please nudge us.",
    "We cannot promise a decision before April.",
    "Bitte senden Sie uns die Unterlagen bis Mittwoch zu.",
    "Das Angebot gilt bis zum 13. März, bitte geben Sie uns bis dahin Bescheid.",
    "Ich bin bis zum 16. März im Urlaub.",
    "Ihr erster Arbeitstag wäre der 4. Mai.",
    "Wir rufen Sie am Mittwoch um 14 Uhr zum Interview an.",
    "Die Bewerbungsfrist endet am 20. März.",
    "Bitte melden Sie sich bis Freitag bei mir, welcher Termin passt.",
    "Nous vous appellerons mercredi à 14 h pour l'entretien.",
    "Merci de nous renvoyer le contrat signé avant vendredi.",
    "L'offre est valable jusqu'au 13 mars.",
    "Te llamaremos el miércoles a las 14:00 para la entrevista.",
    "Por favor, envíanos los documentos antes del viernes.",
    "We bellen je woensdag om 14.00 uur voor het gesprek.",
    "Stuur ons de documenten voor vrijdag.",
    "La chiameremo mercoledì alle 14 per il colloquio.",
    "Ci invii i documenti entro venerdì, per favore.",
    "Ligamos-lhe na quarta às 14h para a entrevista.",
    "Envie-nos os documentos até sexta-feira.",
    "Please reply by Friday.",
    "Your interview is on Thursday 12 March at 10:00.",
    "If you haven't heard from us within four weeks, please assume we went with others.",
    "If you do not hear from us by Friday, feel free to contact us.",
    "Could you send us your availability by Friday so that we can let you know the slots?",
    "We can't say when we will decide.",
    "We won't be able to get back to you before Monday.",
    "Your parcel will be delivered by Friday.",
    "The offer is valid until 13 March.",
    "You have until Friday to let us know your decision.",
    "Looking forward to hearing from you by Friday.",
    "The start date would be 1 April.",
    "We met last Friday and will be in touch soon.",
    "We spoke with five candidates on Monday.",
    "You will meet Anna on Friday.",
    "We'll send you a link to the assessment; complete it within five days.",
    "I'm out of office until Monday and will get back to you then.",
    "We interviewed you two weeks ago.",
    "Bitte antworten Sie bis Freitag.",
    "Sollten Sie bis Freitag nichts von uns hören, melden Sie sich gerne.",
    "Das Gespräch findet am Donnerstag, 12.03. um 10 Uhr statt.",
    "Merci de nous répondre avant vendredi.",
    "Sans réponse de notre part sous trois semaines, considérez que votre candidature n'a pas été retenue.",
    "Por favor, confirma tu asistencia antes del viernes.",
    "Graag horen we voor vrijdag van je.",
    "La preghiamo di rispondere entro venerdì.",
    "Sobald es weitergeht, vermutlich im April, komme ich auf Sie zu.",
    "Sobald die Stelle freigegeben ist, wohl nächste Woche, melde ich mich bei Ihnen.",
    "Dès que le recrutement reprend, sans doute en avril, je reviens vers vous.",
    "Zodra het verder gaat, vermoedelijk in april, neem ik contact met je op.",
]


MONDAY = date(2026, 3, 2)
LABELLED = tomllib.loads((Path(__file__).parent / "promises.toml").read_text(encoding="utf-8"))


def labelled(half: str, kind: str) -> list[tuple[str, date | None, date]]:
    """The sentences of one half: text, promised day, and the day of the mail."""
    rows = [row for language in LABELLED.values() for row in language[half].get(kind, ())]
    if kind == "nothing":
        return [(text, None, MONDAY) for text in rows]
    return [(text, until, sent[0] if sent else MONDAY) for text, until, *sent in rows]


def promised_days(text: str, sent: date) -> list[date]:
    """The day that a text promises, if any: the latest one that it names."""
    at_nine = datetime(sent.year, sent.month, sent.day, 9, tzinfo=ZoneInfo("Europe/Berlin"))
    return sorted(promise.until for promise in find_promises(text, sent=at_nine))[-1:]


@pytest.mark.parametrize(("text", "until", "sent"), labelled("open", "promised"))
def test_a_promise_in_seven_languages_is_read(text: str, until: date, sent: date) -> None:
    assert promised_days(text, sent) == [until]


@pytest.mark.parametrize(("text", "until", "sent"), labelled("open", "nothing"))
def test_a_sentence_in_seven_languages_that_promises_nothing_has_no_day(text: str, until: None, sent: date) -> None:
    assert promised_days(text, sent) == []


@pytest.mark.parametrize(("text", "until", "sent"), labelled("open", "missed"))
def test_a_promise_that_is_not_understood_is_given_no_other_day(text: str, until: date, sent: date) -> None:
    assert promised_days(text, sent) in ([], [until])


def test_of_the_sentences_held_back_nine_in_ten_promises_are_read_and_no_false_one() -> None:
    promised = list(labelled("held", "promised"))

    assert sum(promised_days(text, sent) == [until] for text, until, sent in promised) >= 0.9 * len(promised)
    assert not any(promised_days(text, sent) for text, _, sent in labelled("held", "nothing"))


@pytest.mark.parametrize(("text", "until"), PROMISED)
def test_a_promise_is_read_with_its_later_reading(text: str, until: str) -> None:
    (promise,) = find_promises(text, sent=WEDNESDAY)

    assert promise.until == date.fromisoformat(until)
    assert promise.quote in text


@pytest.mark.parametrize(("text", "until"), ALSO_PROMISED)
def test_a_promise_from_a_monday_is_read_with_its_later_reading(text: str, until: str) -> None:
    (promise,) = find_promises(text, sent=WEDNESDAY - timedelta(days=2))

    assert promise.until == date.fromisoformat(until)


@pytest.mark.parametrize("text", NOT_PROMISED)
def test_what_is_set_for_the_user_conditional_or_an_interviews_is_no_promise(text: str) -> None:
    assert find_promises(text, sent=WEDNESDAY) == ()


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("You will hear from us by March 19. If anything changes, we will call you.", "2026-03-19"),
        ("Wir melden uns bis zum 19. Falls du Fragen hast, schreib uns.", "2026-03-19"),
        ("We go through all applications by Friday. You will then hear from us.", "2026-03-06"),
        ("Die Unterlagen prüfen wir bis Freitag. Du hörst dann von uns.", "2026-03-06"),
        ("The board meets on Thursday, and you will hear from us the day after.", "2026-03-06"),
        ("The board meets in week 12, and you will hear from us the following week.", "2026-03-27"),
        ("You will hear from us by 3/12.", "2026-03-12"),
        ("You will hear from us by Friday (3/6).", "2026-03-06"),
        ("You will hear from us by 12/3.", "2026-03-12"),
        ("I'll get back to you on Monday, ok?", "2026-03-09"),
        ("Te digo algo antes del jueves, ¿vale?", "2026-03-05"),
        ("Te dou um retorno até quinta, tá bom?", "2026-03-05"),
        ("You will hear from us within a week of applying.", "2026-03-11"),
        ("We'll tell you within two weeks if you got it.", "2026-03-18"),
        ("Wir informieren Sie bis Freitag über den weiteren Ablauf.", "2026-03-06"),
        ("We will inform you of the result of your test by Friday.", "2026-03-06"),
        ("You will be notified within ten working days of the date of this message.", "2026-03-18"),
        ("We will send you our feedback on your test by Friday.", "2026-03-06"),
        ("We get 900 applications a month and answer you within a week.", "2026-03-11"),
    ],
)
def test_a_day_is_found_where_other_words_stand_by(text: str, until: str) -> None:
    (promise,) = find_promises(text, sent=WEDNESDAY)

    assert promise.until == date.fromisoformat(until)


@pytest.mark.parametrize(
    "text",
    [
        "You will be contacted within two weeks if your profile meets our requirements.",
        "Sie werden innerhalb von zwei Wochen kontaktiert, sofern Ihr Profil passt.",
        "After your interview you will get feedback within five days.",
        "You will get your feedback within a week of the interview.",
        "You will receive the link to the test by tomorrow.",
        "Der Vertrag geht Ihnen bis Mittwoch zu.",
        "We'll let you know the schedule by Thursday.",
        "We will inform you about the schedule by Thursday.",
        "Wir informieren Sie bis Freitag über die Anfahrt.",
        "Nous vous informerons de la salle d'ici jeudi.",
        "Once the panel has met, we will write to you within two days.",
        "The interviews take place until Friday. You will then hear from us.",
        "Will you get back to me by Friday? I will then let you know.",
    ],
)
def test_a_day_of_a_thing_of_an_event_or_under_a_condition_is_no_promise(text: str) -> None:
    assert find_promises(text, sent=WEDNESDAY) == ()


@pytest.mark.parametrize(
    "text",
    [
        f"{words} {day}"
        for title in (
            "Data Engineer",
            "Contract Analyst",
            "Delivery Manager",
            "Event Coordinator",
            "Payroll Specialist",
        )
        for words, day in (
            (f"We will let you know our decision on the {title} position", "by 31 March."),
            (f"You will hear from us regarding the {title} role", "by Tuesday, 31 March."),
            (f"Wir werden Ihnen unsere Entscheidung zur Position {title}", "bis zum 31. März mitteilen."),
        )
    ]
    + [
        "Le informaremos de nuestra decisión sobre el puesto de Analista de datos antes del 1 de abril.",
        "Nous vous informerons de notre décision pour le poste de Responsable des livraisons d'ici le 31 mars.",
        "Daremos uma resposta sobre a vaga de Gestor de contratos até 31 de março.",
    ],
)
def test_what_a_jobs_title_names_speaks_against_no_promise(text: str) -> None:
    (promise,) = find_promises(text, sent=WEDNESDAY)

    assert promise.until in (date(2026, 3, 31), date(2026, 4, 1))


def test_business_days_skip_weekends_and_holidays() -> None:
    before_easter = datetime(2026, 4, 1, 9, tzinfo=UTC)
    easter = frozenset({date(2026, 4, 3), date(2026, 4, 6)})

    (promise,) = find_promises("We will decide within 3 business days.", sent=before_easter, holidays=easter)

    assert promise.until == date(2026, 4, 8)


def test_f75_days_count_from_the_date_where_the_sender_is() -> None:
    late_in_tokyo = datetime.fromisoformat("2026-03-06T08:00+09:00")

    (promise,) = find_promises("You will hear from us by tomorrow.", sent=late_in_tokyo)

    assert promise.until == date(2026, 3, 7)


@pytest.mark.parametrize(
    ("sent", "text", "until"),
    [
        ("2026-12-28", "We will let you know by 5 January.", "2027-01-05"),
        ("2026-12-28", "We will let you know early next month.", "2027-01-10"),
        ("2026-12-15", "We will let you know after the holidays.", "2027-01-15"),
        ("2027-12-20", "We will let you know by 29 February.", "2028-02-29"),
        ("2026-11-20", "We will let you know by mid-January.", "2027-01-20"),
        ("2026-12-30", "Wir melden uns in KW 2.", "2027-01-15"),
    ],
)
def test_f75_the_years_end_and_the_leap_day_are_kept(sent: str, text: str, until: str) -> None:
    (promise,) = find_promises(text, sent=datetime.fromisoformat(sent).replace(hour=9, tzinfo=UTC))

    assert promise.until == date.fromisoformat(until)


MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2036, 12, 31), timezones=st.just(UTC))
SAID = """by within the next end of early mid late week month friday monday tuesday 3 5-7 two few business days weeks tomorrow today
    january march 14 14th 31.12. 2026-02-30 30/2 3/12 12/3/26 kw 53 q3 until after before holidays easter christmas first second half last fortnight on a
    and in from or quarter year bis ende naechster woche ostern weihnachten erste haelfte maerz maerzhaelfte ab dem zum 31. heute d'ici fin
    mois quinzaine huitaine en quinze paques premiere de du prochaine semana quincena primera que viene pascua hasta el dia fine settimana
    prima meta pasqua entro il dopo week over tien eerste helft pasen voor op dagen proxima segunda quinzena ate fim pascoa"""
WORDS = st.sampled_from(SAID.split())
FRAMES = st.sampled_from(
    [
        "You will hear from us {}.",
        "Wir melden uns {} bei Ihnen.",
        "Nous reviendrons vers vous {}.",
        "Te daremos una respuesta {}.",
        "Ti faremo sapere {}.",
        "Je hoort {} van ons.",
        "Entraremos em contacto {}.",
        "The board meets {} and you will hear from us the day after.",
        "Das Gremium tagt {}, du hörst in der Woche darauf von uns.",
        "We look at it {}. You will then hear from us.",
        "{}",
    ]
)


@settings(deadline=None)
@given(MOMENTS, st.lists(WORDS, max_size=8), FRAMES)
def test_no_promise_ends_before_the_mail_or_before_the_earliest_reading(
    sent: datetime, words: list[str], frame: str
) -> None:
    for promise in find_promises(frame.format(" ".join(words)), sent=sent):
        assert sent.date() <= promise.earliest <= promise.until


@settings(deadline=None)
@given(st.text(max_size=300), st.sampled_from(["en", "de", "fr", "es", "nl", "pt", "it"]))
def test_no_text_breaks_the_grammar(text: str, language: str) -> None:
    for day in grammar(language).days(comparable(text), Context(WEDNESDAY.date())):
        assert day.earliest <= day.until


@settings(deadline=None)
@given(MOMENTS, st.integers(1, 40))
def test_so_many_days_are_that_many_days(sent: datetime, count: int) -> None:
    (promise,) = find_promises(f"You will hear from us within {count} days.", sent=sent)

    assert promise.until == sent.date() + timedelta(days=count)


@settings(deadline=None)
@given(MOMENTS, st.integers(1, 40), st.sampled_from(["{0.day}/{0.month}", "{0.month}/{0.day}"]))
def test_a_day_and_a_month_with_a_slash_are_read_in_either_order_and_never_far_off(
    sent: datetime, ahead: int, form: str
) -> None:
    meant = sent.date() + timedelta(days=ahead)

    (promise,) = find_promises(f"You will hear from us by {form.format(meant)}.", sent=sent)

    assert sent.date() <= promise.until <= sent.date() + timedelta(days=120)
    assert promise.until == meant or (promise.until.day, promise.until.month) == (meant.month, meant.day)


@pytest.mark.parametrize(
    "piece",
    [
        "by friday ",
        "5-7 ",
        "next ",
        "you will hear ",
        "1.2.",
        "the end of ",
        "may 1 ",
        "we will ",
        "not we, ",
        "please ",
        "wir uns ",
        "werden ihnen bis ",
        "nous vous ",
        "te lo ",
        "ti la ",
        "we laten je ",
        "a semana ",
        "if you, ",
    ],
)
def test_a_text_that_repeats_itself_for_ever_is_read_in_time(piece: str) -> None:
    begun = time.process_time()
    find_promises("You will hear from us " + piece * 20_000, sent=WEDNESDAY)
    assert time.process_time() - begun < 5


@pytest.mark.parametrize(
    "text",
    [
        f"Wir teilen Ihnen {'Ihnen gerne ' * 40} bis Freitag etwas mit.",
        f"Nous vous répondrons vendredi, il nous faudra {'de ' * 40} temps.",
        f"Entraremos em contato em 5 dias após {'da ' * 40} Ana.",
        f"Wir melden uns bis Freitag bei Ihnen {'-' * 780}.\n\n" * 390,
        f"We laten je uiterlijk vrijdag weten of je doorgaat {'-' * 780}.\n\n" * 390,
    ],
)
def test_small_words_and_dashes_that_lead_nowhere_are_read_in_time(text: str) -> None:
    begun = time.process_time()
    find_promises(text, sent=WEDNESDAY)
    assert time.process_time() - begun < 5


@pytest.mark.parametrize("day", ["31 December 2100", "12.03.2100", "March 5, 2031"])
def test_f75_a_day_of_another_age_is_no_promise_and_not_that_of_this_year(day: str) -> None:
    sent = datetime(2026, 3, 4, 10, tzinfo=ZoneInfo("Europe/Berlin"))
    assert find_promises(f"You will hear from us by {day}.", sent=sent) == ()
    assert find_promises("You will hear from us by 31 December 2026.", sent=sent) != ()
