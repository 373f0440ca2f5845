"""Desks that many read (careers@, hr@): whoever signed there is a person, and nobody else is."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from afterword.eventlog.events import Person
from afterword.recognition.messages.addresses import is_personal
from afterword.recognition.parties.people import named_by_signature
from projections.drafts.names import is_desk
from tests.homes import Home
from tests.telling import employer_wrote, interview, live, status_at

NO = "unfortunately we have decided to move forward with other candidates for the Backend Engineer position."
SENT = datetime(2026, 3, 11, 9, tzinfo=UTC)
NOW = datetime(2026, 3, 11, 12, tzinfo=UTC)
ANNA = "Anna Berg <anna.berg@acme.example>"


def rejected(home: Home, sender: str, below: str) -> None:
    home.receives("no", SENT, sender, f"Dear Jane,\n\n{NO}\n\n{below}\n")
    home.sync(NOW)


@pytest.mark.parametrize(
    "sender", ["careers@acme.example", "Acme Careers <careers@acme.example>", "Acme <hr@acme.example>"]
)
@pytest.mark.parametrize(
    "below", ["The Acme Recruiting Team", "Kind regards\nAcme", "Kind regards\nTalent Acquisition"]
)
def test_a_desk_that_says_no_before_any_interview_is_owed_no_reply(tmp_path: Path, sender: str, below: str) -> None:
    home = Home(tmp_path)

    rejected(home, sender, below)

    assert [each.stage for each in home.status(NOW).applications] == ["rejected"]
    assert home.status(NOW).owed == ()


@pytest.mark.parametrize(
    ("sender", "below"),
    [
        ("hr@acme.example", "Kind regards,\nMaria Petrov"),
        ("Acme HR <hr@acme.example>", "Best,\n\nMaria Petrov\nHR Manager\nAcme"),
        ("hr@acme.example", "Best regards\n-- \nMaria Petrov\nAcme, Main Street 1"),
        ("Maria Petrov <hr@acme.example>", "Kind regards"),
        ("Maria Petrov | Acme <hr@acme.example>", "Kind regards,\nThe HR team"),
        ("Notaría Grau <hr@acme.example>", "Reciba un cordial saludo,\n\nMaria Petrov\nNotaría Grau"),
        (
            "Maria RH - Hospital Acme <hr@acme.example>",
            "Desejamos sucesso em sua busca por novas oportunidades!\n\nMaria",
        ),
        ("Studio Acme e Associati <hr@acme.example>", "Abraços!\nMaria Petrov"),
        ("Acme <hr@acme.example>", "Gracias!\nMaria Petrov"),
    ],
)
def test_whoever_signs_for_a_desk_is_answered_by_name(tmp_path: Path, sender: str, below: str) -> None:
    home = Home(tmp_path)

    rejected(home, sender, below)

    reply = home.owed(NOW, "rejection_reply")
    assert reply is not None
    assert reply.to == ("hr@acme.example",)
    assert reply.drafts[0].body.startswith("Hi Maria,\n")


@pytest.mark.parametrize(
    ("sender", "name"),
    [
        ("Ufficio Personale <personale@harbour.example>", "Maria"),
        ("Notaría Grau i Soler <notaria@grauisoler.example>", "Maria"),
        ("Hotel Flora - Direzione <direzione@hotelflora.example>", "Maria"),
    ],
)
def test_an_office_is_called_by_whoever_signs_and_owed_no_reply_without(tmp_path: Path, sender: str, name: str) -> None:
    signed, unsigned = Home(tmp_path / "signed"), Home(tmp_path / "unsigned")

    rejected(signed, sender, "Kind regards,\nMaria Petrov")
    rejected(unsigned, sender, "Kind regards")

    reply = signed.owed(NOW, "rejection_reply")
    assert reply is not None
    assert reply.drafts[0].body.startswith(f"Hi {name},\n")
    assert unsigned.owed(NOW, "rejection_reply") is None


def test_a_desk_that_bears_the_name_that_its_domain_shortens_is_nobody(tmp_path: Path) -> None:
    home = Home(tmp_path)

    rejected(home, "Cobbs Garden Centre <info@cobbsgardens.example>", "Best,\nMaria Petrov")

    reply = home.owed(NOW, "rejection_reply")
    assert reply is not None
    assert reply.drafts[0].body.startswith("Hi Maria,\n")


def test_after_an_interview_the_person_known_from_it_is_answered_and_no_desk(tmp_path: Path) -> None:
    home = Home(tmp_path)
    start, end = datetime(2026, 3, 5, 13, tzinfo=UTC), datetime(2026, 3, 5, 14, tzinfo=UTC)
    home.meet(("1", start, end, "Interview: Backend Engineer at Acme", "anna.berg@acme.example"))

    rejected(home, "careers@acme.example", "The Acme Recruiting Team")

    reply = home.owed(NOW, "rejection_reply")
    assert reply is not None
    assert reply.to == ("anna.berg@acme.example",)


def test_after_an_interview_with_nobody_known_the_desk_can_pass_it_on(tmp_path: Path) -> None:
    home = Home(tmp_path)
    start = datetime(2026, 3, 2, 9, tzinfo=UTC)
    said = "we would like to invite you to an interview for the Backend Engineer position on Thursday, 5 March 2026, at 14:00."
    home.receives("invited", start, "careers@acme.example", f"Dear Jane,\n\n{said}\n\nThe Acme Recruiting Team\n")

    rejected(home, "careers@acme.example", "The Acme Recruiting Team")

    reply = home.owed(NOW, "rejection_reply")
    assert reply is not None
    assert reply.to == ("careers@acme.example",)


def test_whoever_wrote_is_asked_for_news_and_no_desk_that_sent_the_receipt() -> None:
    desk = Person("careers@acme.example", "Acme Careers", part="recruiter")
    maria = Person("m.petrov@acme.example", "Maria Petrov")
    wrote = [employer_wrote("2026-03-01 10:00", by=desk), employer_wrote("2026-03-02 10:00", by=maria)]
    asked = live(status_at("2026-03-20 10:00", *wrote, interview("2026-03-05 14:00")))
    assert [each.address for each in asked["nudge"].to] == [maria.address]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (f"Dear Jane,\n\n{NO}\n\nKind regards,\nMaria Petrov", "Maria Petrov"),
        (f"Dear Jane,\n\n{NO}\n\nBest,\nMaria", "Maria"),
        (f"Liebe Frau Doe,\n\n{NO}\n\nMit freundlichen Grüßen\n\nMaria Petrov\nPersonalreferentin", "Maria Petrov"),
        (f"Bonjour,\n\n{NO}\n\nBien cordialement,\nMaria de la Vega", "Maria de la Vega"),
        (f"Dear Jane,\n\n{NO}\n\nBest Regards,\nMaria Petrov\nHead of Berlin Office", "Maria Petrov"),
        (f"Dear Jane,\n\n{NO}\n\nKind regards,\nAcme", ""),
        (f"Dear Jane,\n\n{NO}\n\nKind regards,\nAcme Robotics GmbH", ""),
        (f"Dear Jane,\n\n{NO}\n\nKind regards,\nYour Acme Team", ""),
        (f"Dear Jane,\n\n{NO}\n\nKind regards,\nHuman Resources", ""),
        (f"Dear Jane,\n\n{NO}\n\nKind regards", ""),
        (f"Dear Jane,\n\n{NO}\n\nThank you\nKind regards", ""),
        (f"Dear Jane,\n\n{NO}\n\nKind regards,\nBlue Harbour GmbH", ""),
        (f"Dear Jane,\n\n{NO}\n\nKind regards,\nHotel Blue Harbour", ""),
        (f"Liebe Frau Doe,\n\n{NO}\n\nViele Grüße\nAusbildungsleitung", ""),
        (f"Dear Jane,\nThank You\n\n{NO}", ""),
        (f"Hi Jane,\n\n{NO}", ""),
    ],
)
def test_the_name_below_the_last_words_is_that_of_who_signs(text: str, name: str) -> None:
    assert named_by_signature(text, "Acme") == name


def test_whoever_has_an_address_of_their_own_is_called_by_the_name_that_is_shown(tmp_path: Path) -> None:
    home = Home(tmp_path)
    rejected(home, "Maria Petrov <maria@petrov-partners.example>", "Kind regards,\nMitch")
    reply = home.owed(NOW, "rejection_reply")
    assert reply is not None
    assert reply.drafts[0].body.startswith("Hi Maria,\n")


def test_the_name_that_is_shown_is_the_signers_where_it_begins_so() -> None:
    text = f"Dear Jane,\n\n{NO} We wish you all the best.\n\nMaria\nAcme"
    assert named_by_signature(text, "Acme", "Maria HR - Acme") == "Maria"
    assert named_by_signature(text, "Acme", "Acme HR") == ""
    assert named_by_signature(text, "Acme", "") == ""


@pytest.mark.parametrize(
    ("name", "address", "desk"),
    [
        ("", "careers@acme.example", True),
        ("", "bewerbung@acme.example", True),
        ("Acme Talent Team", "sollicitatie@acme.example", True),
        ("", "acme@acme.example", True),
        ("Recursos Humanos", "rrhh@acme.example", True),
        ("Ressources Humaines", "rh@acme.example", True),
        ("Risorse Umane", "lavoro@acme.example", True),
        ("Ufficio Personale", "lavoro@acme.example", True),
        ("Equipo Acme", "seleccion@acme.example", True),
        ("Personalteam Nord", "karriere@acme.example", True),
        ("Personeelszaken", "vacatures@acme.example", True),
        ("Global Campus", "university@acme.example", True),
        ("Administración Bodegas Norte", "administracion@bodegasnorte.example", True),
        ("Unione Comuni Valle", "protocollo@unionevalle.example", True),
        ("Bodegas Norte", "oficina@bodegasnorte.example", True),
        ("Maria Norte", "oficina@bodegasnorte.example", False),
        ("Maria Petrov, Recruiting Partner", "hr@acme.example", False),
        ("Maria Petrov", "hr@acme.example", False),
        ("", "maria.petrov@acme.example", False),
        ("", "mpetrov@acme.example", False),
        ("Acme Recruiting", "maria.petrov@acme.example", False),
    ],
)
def test_a_desk_is_known_by_its_address_and_its_name(name: str, address: str, *, desk: bool) -> None:
    assert is_desk(Person(address, name), "Acme") is desk


@pytest.mark.parametrize(
    ("address", "name", "personal"),
    [
        ("carla@acme.example", "Carla Rossi", True),
        ("c.rossi@acme.example", "Carla Rossi", True),
        ("jmueller@acme.example", "Jörg Müller", True),
        ("carlar@acme.example", "Carla Rossi", True),
        ("jmrios@acme.example", "Juan Manuel Ríos", True),
        ("m.degraaf@acme.example", "M. de Graaf", True),
        ("rossi77@acme.example", "Rossi, Carla", True),
        ("eberg@acme.example", "Dr. Ellen Berg", True),
        ("indeedapply@indeed.com", "Indeed Apply", True),
        ("customer@shop.example", "Tom Hale", False),
        ("announcements@shop.example", "Ann Lee", False),
        ("benevoles@festival.example", "Festival Les Nuits", False),
        ("cr@acme.example", "Carla Rossi", False),
        ("careers@acme.example", "Carla Rossi", False),
        ("acme@acme.example", "Acme", False),
        ("info@acme.example", "Acme Info", False),
        ("admision@colegio.example", "Admisión Colegio del Río Verde", False),
    ],
)
def test_an_address_is_somebodys_own_where_it_is_made_of_the_name(address: str, name: str, personal: bool) -> None:
    assert is_personal(address, name) is personal
