"""Bookings, links to move them, and the minutes that receipts name: which of them are interviews."""

from datetime import UTC, datetime

import pytest

from afterword.eventlog.events import (
    InterviewScheduled,
)

from .carlas_mail import BERLIN, findings, told

_NEW_EVENT = (
    "Hi Jane,\n\nA new event has been scheduled.\n\nEvent Type:\nRecruiter Screen\n\nInvitee:\nJane Doe\n\n"
    "Event Date/Time:\n10:00am - Thursday, March 5, 2026 (Central European Time)\n"
)


def test_a_link_to_reschedule_or_cancel_does_neither() -> None:
    links = (
        "Need to make changes to this event?\nCancel: https://tool.example/c/1\nReschedule: https://tool.example/r/1\n"
    )
    (found,) = findings(f"{_NEW_EVENT}\n{links}", subject="New Event: Jane Doe - Recruiter Screen")

    assert isinstance(found.event, InterviewScheduled)


@pytest.mark.parametrize(
    ("invitation", "offer_to_move"),
    [
        (
            "You are invited to an interview for the Data Analyst role on Thursday, 5 March 2026 at 10:30.",
            "If this time does not suit you, please suggest another date or time.",
        ),
        (
            "wir laden Sie zu einem Vorstellungsgespräch für die Stelle als Köchin ein: Donnerstag, 5. März 2026, 10:30 Uhr.",
            "Falls Ihnen das nicht passt, können Sie gern einen anderen Termin vorschlagen.",
        ),
        (
            "Vous êtes invitée à un entretien pour le poste de Comptable le jeudi 5 mars 2026 à 10:30.",
            "N'hésitez pas à confirmer ou à proposer un autre créneau si besoin.",
        ),
        (
            "Le invitamos a una entrevista para el puesto de Contable el jueves 5 de marzo de 2026 a las 10:30.",
            "Le rogamos que confirme su disponibilidad.",
        ),
        (
            "Graag nodigen wij u uit voor een sollicitatiegesprek op donderdag 5 maart 2026 om 10:30 uur.",
            "Wilt u uw aanwezigheid bevestigen of een andere datum voorstellen?",
        ),
        (
            "Gostaríamos de convidá-la para uma entrevista na quinta-feira, 5 de março de 2026, às 10:30.",
            "Por favor, confirme a sua disponibilidade.",
        ),
        (
            "La invitiamo a un colloquio per la posizione di Contabile giovedì 5 marzo 2026 alle 10:30.",
            "La preghiamo di confermare la sua disponibilità.",
        ),
    ],
)
def test_that_another_time_may_be_asked_for_leaves_none_open(invitation: str, offer_to_move: str) -> None:
    [meeting] = findings(f"{invitation}\n\n{offer_to_move}")

    assert isinstance(meeting.event, InterviewScheduled)
    assert meeting.event.start is not None
    assert meeting.event.start.day == 5


@pytest.mark.parametrize(
    "lines",
    [
        ("Dear Jane, your booking has been accepted.", "Appointment for: Job interview", "Date: 5 March 2026, 11:00"),
        (
            "Liebe Jane, Ihre Buchung wurde angenommen.",
            "Termin für: Vorstellungsgespräch",
            "Datum: 5. März 2026, 11:00",
        ),
        ("Chère Jane, votre réservation a été acceptée.", "Rendez-vous pour : Entretien", "Date : 5 mars 2026, 11:00"),
        ("Hola Jane, su reserva ha sido aceptada.", "Cita para: Entrevista", "Fecha: 5 de marzo de 2026, 11:00"),
        ("Beste Jane, je boeking is aanvaard.", "Afspraak voor: Sollicitatiegesprek", "Datum: 5 maart 2026 11:00"),
        ("Olá Jane, sua reserva foi aceita.", "Compromisso para: Entrevista", "Data: 5 de março de 2026, 11:00"),
        (
            "Cara Jane, la tua prenotazione è stata accettata.",
            "Appuntamento per: Colloquio",
            "Data: 5 marzo 2026, 11:00",
        ),
    ],
)
def test_a_booking_that_a_calendar_accepts_is_an_interview(lines: tuple[str, ...]) -> None:
    [meeting] = findings("\n\n".join(lines), subject=lines[1])

    assert isinstance(meeting.event, InterviewScheduled)
    assert meeting.event.start is not None
    assert meeting.event.start.day == 5


@pytest.mark.parametrize(
    "receipt",
    [
        "Your application for the post of Clerk was submitted on 04/03/2026 at 09:58.",
        "Application submitted. Date: 4 March 2026, time: 09:58",
        "Ihre Bewerbung als Sachbearbeiter wurde am 04.03.2026 um 09:58 Uhr übermittelt.",
        "La candidatura è stata correttamente inviata in data 04/03/2026 alle ore 09:58.",
        "Su candidatura ha sido registrada con fecha 04/03/2026 a las 09:58 horas.",
        "A sua candidatura foi submetida no dia 04/03/2026 às 09h58.",
        "Je sollicitatie is verzonden op 04-03-2026 om 09:58 uur.",
    ],
)
def test_the_minute_in_which_an_application_came_in_is_no_interview(receipt: str) -> None:
    assert told(receipt, "Application received") == ["ApplicationAcknowledged"]


def test_an_interview_is_set_beside_the_minute_in_which_an_application_came_in() -> None:
    text = (
        "Your application for the post of Clerk was submitted on 03/03/2026 at 09:58.\n\n"
        "Your interview will take place on 12 March 2026 at 11:00.\n"
    )
    (is_set,) = findings(text)
    assert isinstance(is_set.event, InterviewScheduled)
    assert is_set.event.start == datetime(2026, 3, 12, 11, tzinfo=BERLIN)


def test_what_only_the_wording_says_of_a_meeting_gives_way_to_what_is_said_plainly() -> None:
    """A scheduling tool's "new event … date/time" sounds like one that moves."""
    (found,) = findings(_NEW_EVENT, subject="New Event: Jane Doe - 10:00am Thu, Mar 5, 2026 - Recruiter Screen")

    assert isinstance(found.event, InterviewScheduled)
    assert found.event.start == datetime(2026, 3, 5, 9, tzinfo=UTC)
