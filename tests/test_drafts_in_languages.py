"""Drafts in the languages of the mails: which one, how formally, and that each reads as it is written there."""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from afterword.eventlog.events import Evidence, Person
from afterword.recognition.meaning.purposes import intents
from afterword.recognition.words import cues
from projections.drafts import About, Manner, Writer, manner_of
from projections.drafts.languages import language, languages
from projections.drafts.phrases import at_company, date_of, day_of, joined, position
from tests.homes import Home

LETTERS = ("thank_you", "nudge", "rejection_reply", "feedback_request")
BERLIN = timezone(timedelta(hours=1))
SABINE = Person("s.kraemer@acme.example", "Sabine Krämer", "recruiter")
KNOWN = About(
    user_name="Jane Doe",
    to=SABINE,
    company="Acme",
    role="Data Engineer",
    people=(SABINE, Person("", "Ines Soler", "interviewer"), Person("", "Anna Berg", "interviewer")),
    interview_at=datetime(2026, 3, 3, 14, tzinfo=BERLIN),
    promised_until=date(2026, 3, 6),
    now=datetime(2026, 3, 10, 9, tzinfo=BERLIN),
)
VARIANTS: tuple[dict[str, Any], ...] = (
    {},
    {"highlights": ("the migration",), "asks_feedback": True},
    {"highlights": ("the migration", "the pairing"), "via_recruiter": True, "told_by_them": False},
    {"via_recruiter": True, "people": (SABINE,), "promised_by_them": False},
    {"promised_until": None, "interview_at": None, "told_by_them": False},
    {"promised_until": None},
    {"role": "", "promised_until": None},
    {"role": "", "highlights": ("how you moved the billing database",)},
    {"role": "", "via_recruiter": True},
    {"role": "", "company": "", "interview_at": None, "promised_until": None},
)
OTHERS = [name for name in languages() if name != "en"]


def written(kind: str, manner: Manner, **changes: Any) -> str:
    draft = Writer().write(kind, replace(KNOWN, manner=manner, **changes))
    return f"{draft.subject}\n\n{draft.body}"


def mail(quote: str, *fired: str) -> Evidence:
    return Evidence(quote=quote, cues=fired)


def test_what_is_understood_can_be_answered_in_its_own_language() -> None:
    assert languages() == cues.languages()


@pytest.mark.parametrize(("name", "kind"), list(product(OTHERS, LETTERS)))
def test_a_formal_letter_has_no_informal_word(name: str, kind: str) -> None:
    for variant in VARIANTS:
        assert not re.search(language(name).speaks.informal, written(kind, Manner(name), **variant))


@pytest.mark.parametrize("name", OTHERS)
def test_an_informal_letter_speaks_otherwise(name: str) -> None:
    for kind in LETTERS:
        assert written(kind, Manner(name, formal=False)) != written(kind, Manner(name))


@pytest.mark.parametrize(("name", "kind"), list(product(languages(), LETTERS)))
def test_a_letter_that_is_sent_as_it_stands_is_seen_for_what_it_is(name: str, kind: str) -> None:
    for variant, formal in product(VARIANTS, (True, False)):
        draft = Writer().write(kind, replace(KNOWN, manner=Manner(name, formal=formal), **variant))
        assert kind in [each.purpose for each in intents(draft.subject, draft.body)]


@pytest.mark.parametrize(("name", "kind"), list(product(languages(), LETTERS)))
def test_a_letter_about_a_role_that_is_unknown_speaks_of_none(name: str, kind: str) -> None:
    unknown = language(name).position.company.format(company="Acme")
    for variant in VARIANTS:
        assert unknown not in written(kind, Manner(name), **{**variant, "role": ""})


@pytest.mark.parametrize(("name", "kind"), list(product(OTHERS, LETTERS)))
def test_a_letter_is_in_one_language(name: str, kind: str) -> None:
    text = written(kind, Manner(name), company="", role="", highlights=("x",)).lower()
    assert not {"the", "and", "you", "your", "thank", "could"} & set(re.findall(r"\w+", text))


GOLDEN = {
    Manner("de"): """\
Data Engineer bei Acme: Gibt es Neuigkeiten?

Guten Tag Sabine Krämer,

Sie hatten mir für die Stelle als Data Engineer bei Acme eine Rückmeldung bis Freitag, den 6. März, angekündigt. Gibt es schon Neuigkeiten?

Falls es noch etwas dauert, ist das kein Problem: Schon ein ungefährer Termin würde mir beim Planen helfen. Mein Interesse ist nach wie vor groß.

Mit freundlichen Grüßen
Jane Doe""",
    Manner("fr", formal=False): """\
Suite à mon entretien pour le poste de Data Engineer chez Acme

Bonjour Sabine,

Tu m’avais annoncé une réponse pour le poste de Data Engineer chez Acme au plus tard le vendredi 6 mars. Pourrais-tu me dire où en est le recrutement ?

S’il faut encore un peu de temps, ce n’est pas un problème : une date approximative m’aiderait déjà à m’organiser. Ce poste m’intéresse toujours autant.

Bonne journée,
Jane Doe""",
}


@pytest.mark.parametrize("manner", GOLDEN, ids=lambda each: each.language)
def test_a_nudge_reads_as_a_person_there_would_write_it(manner: Manner) -> None:
    assert written("nudge", manner) == GOLDEN[manner]


def test_notes_to_oneself_are_english_but_for_what_is_sent() -> None:
    text = written("connect", Manner("nl", formal=False))
    assert "A line to send with the request:\n  Het was leuk om je op 3 maart te ontmoeten." in text


@pytest.mark.parametrize(
    ("name", "day", "said"),
    [
        ("fr", date(2026, 5, 1), "le 1er mai"),
        ("it", date(2026, 4, 8), "l’8 aprile"),
        ("it", date(2026, 5, 1), "il 1º maggio"),
        ("pt", date(2026, 5, 23), "no sábado"),
        ("pt", date(2026, 5, 22), "na sexta-feira"),
        ("es", date(2025, 12, 5), "el 5 de diciembre de 2025"),
        ("de", date(2026, 5, 24), "gestern"),
    ],
)
def test_days_are_said_as_they_are_there(name: str, day: date, said: str) -> None:
    moment = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    assert day_of(moment, datetime(2026, 5, 25, 12, tzinfo=UTC), language(name).days) == said


@pytest.mark.parametrize("kind", LETTERS)
def test_a_formal_letter_in_portuguese_reads_so_in_brazil_and_in_portugal(kind: str) -> None:
    for changes in VARIANTS:
        text = written(kind, Manner("pt"), **changes)
        assert not re.search(
            r"(?i)\b(?:dizer|dar|organizar|transmitir|disse)-|o que é que|\bme (?:informar|dizer|dar)\b", text
        )


def test_a_portuguese_house_has_its_article() -> None:
    about = replace(KNOWN, role="Assistente", company="Hospital Flora", manner=Manner("pt"))
    assert "a vaga de Assistente no Hospital Flora" in Writer().write("nudge", about).body
    assert "a vaga de Assistente na Acme" in Writer().write("nudge", replace(about, company="Acme")).body


def test_a_date_has_its_ordinal() -> None:
    assert date_of(date(2026, 5, 1), datetime(2026, 5, 2, tzinfo=UTC), language("fr").days) == "vendredi 1er mai"


@pytest.mark.parametrize(
    ("name", "role", "said"),
    [
        ("fr", "Ingénieure logiciel", "le poste d’Ingénieure logiciel chez Acme"),
        ("fr", "Data Engineer", "le poste de Data Engineer chez Acme"),
        ("de", "Werkstudentenstelle", "die Werkstudentenstelle bei Acme"),
        ("de", "Praktikum im Einkauf", "das Praktikum im Einkauf bei Acme"),
        ("de", "Ausbildung zum Koch", "die Ausbildung zum Koch bei Acme"),
        ("de", "Minijob im Lager", "den Minijob im Lager bei Acme"),
        ("de", "Praktikant", "die Stelle als Praktikant bei Acme"),
        ("fr", "Stage marketing", "le stage marketing chez Acme"),
        ("fr", "Stagiaire", "le poste de Stagiaire chez Acme"),
        ("fr", "hôtesse de caisse", "le poste d’hôtesse de caisse chez Acme"),
        ("fr", "HR Manager", "le poste de HR Manager chez Acme"),
        ("it", "Tirocinio", "il tirocinio presso Acme"),
        ("nl", "Stage marketing", "de Stage marketing bij Acme"),
        ("es", "Prácticas de diseño", "las prácticas de diseño en Acme"),
        ("es", "", "el puesto en Acme"),
    ],
)
def test_a_position_is_said_as_it_is_there(name: str, role: str, said: str) -> None:
    assert position(role, "Acme", language(name)) == said


@pytest.mark.parametrize(
    ("name", "company", "said"),
    [
        ("de", "Klinikum Nord", "beim Klinikum Nord"),
        ("de", "Stadt Beispiel", "bei der Stadt Beispiel"),
        ("de", "Stadtwerke Beispiel", "bei Stadtwerke Beispiel"),
        ("de", "Deutsche Post", "bei der Deutschen Post"),
        ("fr", "Hôpital Saint-Luc", "à l’Hôpital Saint-Luc"),
        ("fr", "Mairie de Beauval", "à la Mairie de Beauval"),
        ("fr", "Groupe Atlas", "au Groupe Atlas"),
        ("fr", "Maisons Atlas", "chez Maisons Atlas"),
        ("es", "Hospital Central", "en el Hospital Central"),
        ("es", "Universidad del Sol", "en la Universidad del Sol"),
        ("it", "Ospedale San Luca", "presso l’Ospedale San Luca"),
        ("it", "Studio Alba", "presso lo Studio Alba"),
        ("pt", "Hospital Central", "no Hospital Central"),
        ("nl", "Zorggroep Oost", "bij Zorggroep Oost"),
        ("de", "", ""),
    ],
)
def test_a_house_has_its_article(name: str, company: str, said: str) -> None:
    assert at_company(company, language(name)) == said
    assert position("", company, language(name)).endswith(said)


def test_a_house_has_its_article_in_a_subject_too() -> None:
    assert written("nudge", Manner("de"), company="Klinikum Nord").startswith("Data Engineer beim Klinikum Nord: ")


def test_names_are_joined_as_they_are_there() -> None:
    assert joined(["Anna", "Inés"], language("es").enumeration) == "Anna e Inés"
    assert joined(["Anna", "Ben", "Carla"], language("es").enumeration) == "Anna, Ben y Carla"


@pytest.mark.parametrize(
    ("quote", "manner"),
    [
        ("Wir melden uns bis Ende nächster Woche bei Ihnen.", Manner("de")),
        ("Wir geben dir in der nächsten Woche noch Bescheid.", Manner("de", formal=False)),
        ("Nous reviendrons vers vous dans les deux semaines.", Manner("fr")),
        ("Merci pour ta candidature, nous te répondrons dans la semaine.", Manner("fr", formal=False)),
        ("Le agradecemos su interés en la vacante y le escribiremos en breve.", Manner("es")),
        ("La revisa el equipo y te digo algo en unos días.", Manner("es", formal=False)),
        ("We nemen binnen twee weken contact met u op.", Manner("nl")),
        ("Je hoort uiterlijk vrijdag 20 februari van ons, en graag tot dan.", Manner("nl", formal=False)),
        ("Agradecemos a sua candidatura e daremos uma resposta em breve.", Manner("pt")),
        ("Obrigada pela conversa, e damos-te uma resposta em breve, fica tu a saber.", Manner("pt", formal=False)),
        ("La ringraziamo per il colloquio e Le faremo sapere in settimana.", Manner("it")),
        ("Grazie per il colloquio di ieri, ti faremo sapere in settimana.", Manner("it", formal=False)),
        ("You will hear from us by the end of this week.", Manner("en")),
        ("", Manner("en")),
    ],
)
def test_a_mail_shows_its_language_and_how_it_addresses(quote: str, manner: Manner) -> None:
    assert manner_of([mail(quote)]) == manner


def test_the_first_mail_that_tells_is_followed() -> None:
    theirs = mail("Wir melden uns bis Ende nächster Woche bei Ihnen.")
    assert manner_of([mail("Perfekt!"), theirs]) == Manner("de")
    assert manner_of([mail("I am looking forward to the interview with you on Tuesday."), theirs]).language == "en"


def test_one_informal_word_tells_more_than_formal_ones_and_people_more_than_machines() -> None:
    plural = mail("Petit message pour savoir où vous en êtes de votre côté.")
    assert manner_of([plural, mail("Merci à toi ! Je reviens vers toi d'ici vendredi.")]) == Manner("fr", formal=False)

    portal = mail("Danke für deine Bewerbung, wir melden uns bei dir.")
    assert manner_of([mail("Wir melden uns bis Ende nächster Woche bei Ihnen.")], [portal]) == Manner("de")
    assert manner_of([mail("Passt!")], [portal]) == Manner("de", formal=False)


def test_how_the_addressee_speaks_goes_before_how_their_colleagues_do() -> None:
    formal, informal = mail("Nous vous remercions de votre visite."), mail("Merci à toi, je te réponds vendredi.")

    assert manner_of([formal], [formal, informal]) == Manner("fr")
    assert manner_of([informal], [formal, informal]) == Manner("fr", formal=False)
    assert manner_of([], [formal, informal]) == Manner("fr", formal=False)


def test_only_what_is_said_in_a_language_shows_how_it_addresses() -> None:
    german, french = (
        mail("Wir haben noch nicht entschieden und melden uns bei Ihnen."),
        mail("Il y a du nouveau dans le processus."),
    )

    assert manner_of([german, french]) == Manner("de")


def test_two_who_are_joined_by_another_word_are_two() -> None:
    people = (SABINE, Person("", "Dev Patel", "interviewer"), Person("", "Irene Bo", "interviewer"))

    text = written("thank_you", Manner("es"), via_recruiter=True, people=people)

    assert "a Dev e Irene? No tengo sus direcciones." in text


def test_a_formal_letter_names_others_by_their_titles() -> None:
    people = (
        SABINE,
        Person("", "Frau Maren Dietz", "interviewer"),
        Person("", "Herrn Till Evers", "interviewer"),
        Person("", "Dev Patel", "interviewer"),
    )

    formal = written("thank_you", Manner("de"), via_recruiter=True, people=people)
    informal = written("thank_you", Manner("de", formal=False), via_recruiter=True, people=people)

    assert "meinen Dank bitte auch an Frau Dietz, Herrn Evers und Dev Patel weitergeben?" in formal
    assert "meinen Dank bitte auch an Maren, Till und Dev weitergeben?" in informal


def test_a_formal_letter_names_others_by_first_names_where_it_greets_by_them() -> None:
    assert "a Ines y Anna? No tengo sus direcciones." in written("thank_you", Manner("es"), via_recruiter=True)


@pytest.mark.parametrize(
    ("spoken", "name", "said"),
    [
        ("nl", "Dhr. Jan van den Berg", "Wilt u de heer van den Berg ook namens mij bedanken?"),
        ("nl", "Mevr. Els de Vries", "Wilt u mevrouw de Vries ook namens mij bedanken?"),
        ("es", "Sra. Inés Ortega", "las gracias de mi parte a la Sra. Ortega? No tengo su dirección."),
        ("es", "Sr. Luis Soler", "las gracias de mi parte al Sr. Soler?"),
        ("es", "Luis Soler", "las gracias de mi parte a Luis?"),
        ("it", "Dott.ssa Elena Ricci", "ringraziare da parte mia anche la Dott.ssa Ricci?"),
        ("pt", "Sra. Inês Ramos", "transmitir também o meu agradecimento à Sra. Ramos?"),
        ("pt", "Dr. Rui Alves", "transmitir também o meu agradecimento ao Dr. Alves?"),
        ("pt", "Rui Alves", "transmitir também o meu agradecimento a Rui?"),
        ("fr", "Mme Duval", "Pourriez-vous remercier aussi Madame Duval de ma part ?"),
        ("de", "Herr Dr. Evers", "meinen Dank bitte auch an Herrn Dr. Evers weitergeben?"),
    ],
)
def test_whom_the_thanks_are_passed_on_to_is_named_as_people_there_speak_of_others(
    spoken: str, name: str, said: str
) -> None:
    people = (SABINE, Person("", name, "interviewer"))

    assert said in written("thank_you", Manner(spoken), via_recruiter=True, people=people)


@pytest.mark.parametrize(
    ("spoken", "name", "greeting"),
    [
        ("de", "Frau Dr. Petra Dietz", "Guten Tag Frau Dr. Dietz,"),
        ("de", "Herr Prof. Dr. med. Otto Klein", "Guten Tag Herr Prof. Dr. Klein,"),
        ("de", "Dr. Petra Dietz", "Guten Tag Dr. Dietz,"),
        ("de", "Hr. Kaya", "Guten Tag Herr Kaya,"),
        ("de", "Frau Ursula von der Lahn", "Guten Tag Frau von der Lahn,"),
        ("nl", "Mevr. Els de Vries", "Geachte mevrouw De Vries,"),
        ("nl", "Dhr. van den Berg", "Geachte heer Van den Berg,"),
        ("nl", "Els de Vries", "Beste Els de Vries,"),
        ("fr", "Mme Claire de La Tour", "Bonjour Madame de La Tour,"),
        ("fr", "Madame Duval", "Bonjour Madame Duval,"),
        ("it", "Sig.ra Ricci", "Gentile Sig.ra Ricci,"),
        ("it", "Dott.ssa Elena Ricci", "Gentile Dott.ssa Ricci,"),
        ("es", "Sra. Ortega", "Buenos días, Sra. Ortega:"),
        ("pt", "Dr.ª Ramos", "Olá, Dr.ª Ramos,"),
    ],
)
def test_a_title_is_said_as_people_there_say_it_and_a_last_name_is_whole(spoken: str, name: str, greeting: str) -> None:
    text = written("nudge", Manner(spoken), to=Person("x1@acme.example", name))

    assert text.partition("\n\n")[2].partition("\n")[0] == greeting


def test_a_short_quote_is_in_the_language_of_the_cues_that_fired() -> None:
    assert manner_of([mail("Neuer Termin", "de.rescheduled: neuer termin")]) == Manner("de")


def test_the_cues_that_fired_tell_a_language_before_the_words_that_two_have() -> None:
    spanish = mail("Le informaremos de la situación.", "es.promise: le informaremos")

    assert manner_of([spanish]).language == "es"


def test_a_template_of_ones_own_is_for_all_languages_or_for_one() -> None:
    own = {"nudge": "{{ greeting }} any news {{ day }}?", "nudge.de": "{{ greeting }} gibt es Neues {{ day }}?"}
    writer = Writer(own)
    assert writer.problems == []
    bodies = [writer.write("nudge", replace(KNOWN, manner=Manner(name))).body for name in ("de", "fr")]
    assert bodies == [
        "Guten Tag Sabine Krämer, gibt es Neues am 3. März?",
        "Hi Sabine, any news on Tuesday, 3 March?",
    ]


def test_a_template_for_a_language_that_there_is_none_of_is_told() -> None:
    (problem,) = Writer({"nudge.xx": "Hi"}).problems
    assert problem.startswith("templates/nudge.xx.txt is for no kind of item")


def test_somebody_who_wrote_in_german_is_answered_in_german(tmp_path: Path) -> None:
    home = Home(tmp_path)
    sabine = "Sabine Krämer <s.kraemer@acme.example>"
    invitation = "wir laden Sie herzlich zum Vorstellungsgespräch am Donnerstag, den 5. März 2026, um 10:00 Uhr ein."
    home.receives("invited", datetime(2026, 3, 2, 9, tzinfo=UTC), sabine, f"Sehr geehrte Frau Doe,\n\n{invitation}\n")

    home.sync(datetime(2026, 3, 5, 12, tzinfo=UTC))

    thanks = home.owed(datetime(2026, 3, 5, 12, tzinfo=UTC), "thank_you")
    assert thanks is not None
    assert thanks.drafts[0].body.startswith("Guten Tag Sabine Krämer,\n\nvielen Dank für das Gespräch heute.\n")
    assert "Vielen Dank für das Gespräch" in home.invite(thanks.id).read_text(encoding="utf-8").replace("\n ", "")
