"""An offer's own deadline: the user's to keep, and no promise of the employer's."""

from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

import pytest

from afterword.eventlog.events import AnyEvent, EmployerWrote, OfferReceived
from afterword.recognition.mail import read_mail
from afterword.recognition.reading import User
from afterword.recognition.times.offers import extended_until, reply_wanted_by
from afterword.recognition.times.promises import find_promises
from daemon.cli.pages import show_status
from projections.catalogue import ReadModel
from projections.overview import derive_overview, status_of
from projections.status import Status
from tests.telling import BERLIN, at, employer_wrote, given, interview, ledger, recorded

SENT = datetime(2026, 3, 4, 10, tzinfo=BERLIN)
FRIDAY, TWELFTH = date(2026, 3, 6), date(2026, 3, 12)
WANTED = [
    ("We are delighted to offer you the position. Please let us know by Friday.", FRIDAY),
    ("This offer is valid until 12 March.", TWELFTH),
    ("The offer expires on 12 March.", TWELFTH),
    ("Could you let me know whether you accept within a week?", date(2026, 3, 11)),
    ("We would love to hear from you by Friday whether you can start on 1 April.", FRIDAY),
    ("Bitte geben Sie uns bis Freitag Bescheid.", FRIDAY),
    ("Das Angebot gilt bis zum 12. März.", TWELFTH),
    ("Bitte teilen Sie uns bis 12. März mit, ob Sie die Stelle annehmen.", TWELFTH),
    ("Sag mir bis zum 12.3. Bescheid.", TWELFTH),
    ("Bitte sagen Sie uns bis Freitag zu.", FRIDAY),
    ("Dites-moi d'ici vendredi si ça te va.", FRIDAY),
    ("Laat je me ten laatste op 12 maart iets weten?", TWELFTH),
    ("Avvisami entro venerdì.", FRIDAY),
    ("Bitte senden Sie uns den unterschriebenen Vertrag bis zum 12. März zurück.", TWELFTH),
    ("Merci de nous donner votre réponse avant vendredi.", FRIDAY),
    ("Cette offre est valable jusqu'au 12 mars.", TWELFTH),
    ("Por favor, confírmanos tu decisión antes del viernes.", FRIDAY),
    ("La oferta es válida hasta el 12 de marzo.", TWELFTH),
    ("Ci faccia sapere entro venerdì.", FRIDAY),
    ("L'offerta è valida fino al 12 marzo.", TWELFTH),
    ("Laat ons uiterlijk vrijdag weten of je akkoord bent.", FRIDAY),
    ("Het aanbod is geldig tot 12 maart.", TWELFTH),
    ("Por favor, confirme até sexta-feira.", FRIDAY),
    ("A proposta é válida até 12 de março.", TWELFTH),
    ("Precisa dar resposta até sexta, tá?", FRIDAY),
    ("Necesitan respuesta a más tardar el viernes.", FRIDAY),
    ("Necesitaría que me confirmaras antes del viernes a las 14:00.", FRIDAY),
]


@pytest.mark.parametrize(("text", "day"), WANTED)
def test_an_offer_says_by_when_it_wants_its_answer_and_promises_nothing(text: str, day: date) -> None:
    assert reply_wanted_by(text, sent=SENT) == day
    assert find_promises(text, sent=SENT) == ()


@pytest.mark.parametrize(
    "text",
    [
        "We will send you the contract by Friday.",
        "Wir melden uns bis Freitag mit dem Vertrag.",
        "You would start on 1 April.",
        "You will hear from HR by Friday about the contract.",
        "Please let us know if you have any questions.",
        "The offer was valid until 12 February.",
        "Den Vertrag erhalten Sie bis Freitag.",
        "Nous vous enverrons le contrat avant vendredi.",
        "Te enviaremos el contrato antes del viernes.",
        "Le invieremo il contratto entro venerdì.",
        "We sturen je het contract voor vrijdag.",
        "Enviaremos o contrato até sexta-feira.",
    ],
)
def test_what_the_employer_will_do_by_a_day_is_no_deadline_of_the_users(text: str) -> None:
    assert reply_wanted_by(text, sent=SENT) is None


EXTENDED = [
    "Sure, take until Thursday 12.",
    "No problem, we'll hold the offer until 12 March.",
    "We can extend the deadline to Thursday 12 March.",
    "Kein Problem, Sie haben bis Donnerstag, 12. März, Zeit.",
    "Gerne verlängern wir die Frist bis zum 12. März.",
    "Wir warten gerne bis zum 12. auf Sie.",
    "Pas de souci, nous attendons jusqu'au jeudi 12.",
    "Nous prolongeons le délai jusqu'au 12 mars.",
    "Vale, hasta el jueves 12 te espero, pero no mas",
    "El plazo para responder a la oferta se amplía hasta el jueves 12.",
    "va bene, attendiamo fino al 12",
    "Prorogiamo la scadenza al 12 marzo.",
    "Geen probleem, je hebt tot donderdag 12 maart de tijd.",
    "We verlengen de termijn tot 12 maart.",
    "Sem problema. Aguardo até quinta, dia 12.",
    "O prazo foi prorrogado até dia 12 de março.",
]


def answered(text: str, authenticated: str = "") -> list[AnyEvent]:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Anna <anna@acme.example>", "jane@home.example", "Re: Your offer"
    mail["Date"], mail["In-Reply-To"] = format_datetime(SENT), "<1@home.example>"
    if authenticated:
        mail["Authentication-Results"] = f"mx.home.example; {authenticated}"
    mail.set_content(f"{text}\n\nAnna\n")
    user = User(name="Jane Doe", addresses=("jane@home.example",), zone=BERLIN, authserv_ids=("mx.home.example",))
    read = read_mail(mail.as_bytes(), user=user, received_at=None, now=SENT.astimezone(UTC))
    assert all(each.tentative for each in read.findings)
    return [each.event for each in read.findings]


@pytest.mark.parametrize("text", EXTENDED)
def test_who_waits_longer_for_the_answer_to_an_offer_makes_no_other_one(text: str) -> None:
    (event,) = answered(text)

    assert isinstance(event, EmployerWrote)
    assert event.reply_by == TWELFTH


@pytest.mark.parametrize(
    "text",
    [
        "Could you wait until Thursday for our answer?",
        "Please send us your documents by Thursday.",
        "The office is open until Friday.",
        "Am Donnerstag bin ich im Haus.",
        "Estaré fuera hasta el jueves.",
        "Nous sommes fermés jusqu'au 12 mars.",
        "Siamo in ferie fino al 12.",
    ],
)
def test_what_else_lasts_until_a_day_gives_nobody_more_time(text: str) -> None:
    assert extended_until(text, sent=SENT) is None


def test_f61_a_sender_that_fails_gives_nobody_more_time() -> None:
    assert [getattr(each, "reply_by", None) for each in answered(EXTENDED[0], "dmarc=fail")] == [None]


def test_an_offer_stands_as_long_as_they_said_last() -> None:
    offer = OfferReceived(company="Acme", reply_by=FRIDAY, message_id="o@acme.example")
    longer = EmployerWrote(company="Acme", reply_by=TWELFTH, message_id="l@acme.example")
    early = EmployerWrote(company="Acme", reply_by=date(2026, 3, 30), message_id="e@acme.example")
    known = ledger(
        recorded(early, at("2026-03-02 10:00")),
        recorded(offer, at("2026-03-04 10:00")),
        recorded(longer, at("2026-03-05 10:00")),
        employer_wrote("2026-03-05 11:00"),
    )
    status = status_of(derive_overview(ReadModel(applications=known), given("2026-03-10 12:00")), {})

    assert [each.reply_by for each in status.offers] == ["2026-03-12"]


def test_the_mail_of_an_offer_tells_of_its_deadline() -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "anna@acme.example", "jane@home.example", "Your offer"
    mail["Date"] = format_datetime(SENT)
    mail.set_content(
        "Dear Jane,\n\nwe are delighted to offer you the position of Data Analyst. Please reply by Friday.\n"
    )
    user = User(name="Jane Doe", addresses=("jane@home.example",), zone=BERLIN)

    (finding,) = read_mail(mail.as_bytes(), user=user, received_at=None, now=SENT.astimezone(UTC)).findings

    assert isinstance(finding.event, OfferReceived)
    assert finding.event.reply_by == FRIDAY


def status_with(offer: OfferReceived, now: str) -> Status:
    known = ledger(
        interview("2026-03-02 14:00"), recorded(offer, at("2026-03-04 10:00")), employer_wrote("2026-03-04 11:00")
    )
    return status_of(derive_overview(ReadModel(applications=known), given(now)), {})


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ("2026-03-04 12:00", "they want your answer by Fri 6 Mar"),
        ("2026-03-06 12:00", "they want your answer by today"),
        ("2026-03-07 12:00", "they wanted your answer by yesterday"),
    ],
)
def test_status_says_by_when_an_offer_wants_its_answer(now: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    status = status_with(OfferReceived(company="Acme", reply_by=FRIDAY), now)
    show_status(status)

    assert [each.reply_by for each in status.offers] == ["2026-03-06"]
    assert f"  {said}\n" in capsys.readouterr().out
    assert not status.waiting


@pytest.mark.parametrize(
    ("sent_again", "stands"),
    [("2026-03-05 10:00", "2026-03-06"), ("2026-03-06 23:30", "2026-03-06"), ("2026-03-07 00:30", None)],
)
def test_an_offer_that_is_sent_again_wants_its_answer_by_the_same_day_as_long_as_that_is_to_come(
    sent_again: str, stands: str | None
) -> None:
    first, again = OfferReceived(company="Acme", reply_by=FRIDAY), OfferReceived(company="Acme")
    known = ledger(recorded(first, at("2026-03-04 10:00")), recorded(again, at(sent_again)))
    status = status_of(derive_overview(ReadModel(applications=known), given("2026-03-10 12:00")), {})

    assert [each.reply_by for each in status.offers] == [stands]


def test_an_offer_that_names_no_day_wants_its_answer_by_none(capsys: pytest.CaptureFixture[str]) -> None:
    status = status_with(OfferReceived(company="Acme"), "2026-03-04 12:00")
    show_status(status)

    assert [each.reply_by for each in status.offers] == [None]
    assert "your answer by" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("reply_by", "last_day"),
    [(None, "2026-03-25 10:59"), (FRIDAY, "2026-03-27 23:00"), (date(2026, 4, 30), "2026-05-21 23:00")],
)
def test_an_offer_is_shown_for_three_weeks_of_work_after_the_last_word_or_the_day_that_they_named(
    reply_by: date | None, last_day: str
) -> None:
    offer = OfferReceived(company="Acme", reply_by=reply_by)
    day_after = f"{date.fromisoformat(last_day[:10]) + timedelta(days=1)} 09:00"

    assert len(status_with(offer, last_day).offers) == 1
    assert status_with(offer, day_after).offers == ()
    assert [each.stage for each in status_with(offer, day_after).applications] == ["offered"]
