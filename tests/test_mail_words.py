"""The words around names, titles and quoted mails: every language has what it needs, and what it has is found."""

import re
from pathlib import Path

import msgspec
import pytest

from afterword.eventlog.events import Person
from afterword.recognition import CUES
from afterword.recognition.messages.message import Message
from afterword.recognition.messages.trust import is_automatic_address, nature
from afterword.recognition.messages.visible import is_forward, written_now
from afterword.recognition.parties.companies import company_in_text
from afterword.recognition.parties.leads import LONGEST_LEAD
from afterword.recognition.parties.people import people_met
from afterword.recognition.parties.roles import find_role
from afterword.recognition.words import mail_words as words
from afterword.recognition.words.cues import languages
from afterword.recognition.words.spelling_out import spelled_out

LEADS = [lead for language in words.mail_words() for lead in language.roles.leads]


def entries(value: object) -> list[str]:
    """All regular expressions in a file's tables."""
    if isinstance(value, words.Lead):
        return [value.before, value.behind]
    if isinstance(value, words.Table):
        return [each for name in value.__struct_fields__ for each in entries(getattr(value, name))]
    return (
        [text for each in value for text in ([each] if isinstance(each, str) else entries(each))]
        if isinstance(value, list)
        else []
    )


@pytest.mark.parametrize("folder", ["mails", "dates", "wording"])
def test_every_language_of_the_cues_has_its_other_files(folder: str) -> None:
    assert tuple(sorted(path.stem for path in (CUES / folder).iterdir())) == languages()


@pytest.mark.parametrize(
    ("had", "has"), [("weak_leads", "weak_leeds"), ("[footers]", "[feet]"), ('articles = ["het"]\n', "")]
)
def test_a_language_without_something_that_the_others_have_is_refused(had: str, has: str, tmp_path: Path) -> None:
    text = (CUES / "mails" / "nl.toml").read_text(encoding="utf-8")
    path = tmp_path / "nl.toml"
    path.write_text(text.replace(had, has), encoding="utf-8")

    assert had in text
    with pytest.raises(msgspec.ValidationError):
        words.words_in(path)


@pytest.mark.parametrize("language", languages())
def test_no_entry_captures_what_a_pattern_around_it_does(language: str) -> None:
    found = entries(words.words_in(CUES / "mails" / f"{language}.toml"))

    assert len(found) > len(words.MailWords.__struct_fields__)
    assert [each for each in found if re.compile(each).groups] == []


def test_no_lead_to_a_company_or_to_people_is_longer_than_what_is_looked_at() -> None:
    leads = words.any_of(lambda each: [*each.companies.leads, *each.people.leads])

    assert max(map(len, spelled_out(leads))) < LONGEST_LEAD


@pytest.mark.parametrize("lead", LEADS, ids=lambda lead: lead.before[:30])
def test_one_of_a_leads_signs_is_in_all_that_it_matches(lead: words.Lead) -> None:
    assert [each for each in spelled_out(lead.before) if not any(sign in each.lower() for sign in lead.signs)] == []


@pytest.mark.parametrize(
    ("text", "company", "role", "met"),
    [
        ("You applied to Acme for the role of Data Analyst. You will meet Carla Rossi, our CTO, and Dev J. Patel. She leads it.", "Acme", "Data Analyst", ["Carla Rossi", "Dev J. Patel"]),
        ("Ihre Bewerbung bei der Acme als Datenanalystin, also für die Stelle als Softwareentwicklerin: Gespräch mit Carla von Rossi und Dev Patel.", "Acme", "Softwareentwicklerin", ["Carla von Rossi", "Dev Patel"]),
        ("Votre candidature chez Acme au poste de chef de projet. Rendez-vous avec Carla Rossi, notre directrice, et Dev Patel.", "Acme", "chef de projet", ["Carla Rossi", "Dev Patel"]),
        ("Gracias por tu solicitud en Acme. Es el puesto de Analista; hablarás con Carla del Río y Dev Patel.", "Acme", "Analista", ["Carla del Río", "Dev Patel"]),
        ("Bedankt voor je sollicitatie bij Acme. Het gaat om de functie van Medewerker; je spreekt met Carla de Vries en Dev Patel.", "Acme", "Medewerker", ["Carla de Vries", "Dev Patel"]),
        ("Obrigado pela candidatura na Acme. Para a vaga de Analista vai falar com Carla dos Santos e Dev Patel.", "Acme", "Analista", ["Carla dos Santos", "Dev Patel"]),
        ("Grazie per la candidatura presso Acme. Per il ruolo di Sviluppatore ci sarà un colloquio con Carla di Rossi e Dev Patel.", "Acme", "Sviluppatore", ["Carla di Rossi", "Dev Patel"]),
    ],
    ids=["en", "de", "fr", "es", "nl", "pt", "it"],
)  # fmt: skip
def test_company_role_and_people_are_found_in_each_language(text: str, company: str, role: str, met: list[str]) -> None:
    assert company_in_text(text) == company
    assert find_role("", text) == role
    assert [each.name for each in people_met(text)] == met


@pytest.mark.parametrize(
    "quoted", ["“Data Analyst”", '"Data Analyst"', "„Data Analyst“", "‘Data Analyst’", "« Data Analyst »"]
)
def test_a_title_may_stand_in_quotation_marks(quoted: str) -> None:
    assert find_role("", f"Thank you for applying for the position {quoted} with us.") == "Data Analyst"


def test_what_only_begins_like_a_particle_is_no_part_of_a_name() -> None:
    assert people_met("You spoke with Tomas and Ayesha last week.") == ()


def test_a_desk_is_nobody_whom_one_meets() -> None:
    assert people_met("You will meet our people, with Acme Talent and Recruiting of Acme.") == ()


@pytest.mark.parametrize(
    ("wrote", "device", "passed_on", "away", "unread"),
    [
        ("On Mon, 2 Mar 2026 Anna Bo wrote:", "Sent from my telephone", "Begin forwarded message:", "Out of office", "do-not-reply"),
        ("Am 02.03.2026 schrieb Anna Bo:", "Von meinem Telefon gesendet", "Anfang der weitergeleiteten Nachricht:", "Abwesenheit", "nicht-antworten"),
        ("Le 2 mars 2026, Anna Bo a écrit :", "Envoyé de mon téléphone", "Début du message transféré :", "Absence du bureau", "nepasrepondre"),
        ("El 2 mar 2026, Anna Bo escribió:", "Enviado desde mi móvil", "Inicio del mensaje reenviado:", "Respuesta automática", "no-responder"),
        ("Op 2 mrt. 2026 schreef Anna Bo <anna@acme.example>:", "Verzonden vanaf mijn telefoon", "Begin doorgestuurd bericht:", "Afwezig", "niet-beantwoorden"),
        ("Em 2 de mar. de 2026, Anna Bo escreveu:", "Enviado do meu telemóvel", "Início da mensagem reencaminhada:", "Ausência", "nao-responda"),
        ("Il giorno 2 mar 2026 Anna Bo ha scritto:", "Inviato da telefono", "Inizio messaggio inoltrato:", "Fuori sede", "non-rispondere"),
    ],
    ids=["en", "de", "fr", "es", "nl", "pt", "it"],
)  # fmt: skip
def test_what_programs_put_around_a_mail_is_known_in_each_language(
    wrote: str, device: str, passed_on: str, away: str, unread: str
) -> None:
    anna = Person(address="anna@acme.example")

    assert written_now(f"Yes.\n\n{wrote}\nNo?") == written_now(f"Yes.\n\n{device}\n") == "Yes."
    assert is_forward("", f"Look.\n\n{passed_on}\n\nNo.")
    assert nature(Message(sender=anna, subject=f"{away}: a role")) == "auto_reply"
    assert is_automatic_address(Message(sender=Person(address=f"{unread}@acme.example")))
    assert nature(Message(sender=anna, subject="a role")) == "person"
