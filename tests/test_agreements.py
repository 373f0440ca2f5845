"""Agreements on a time, mail by mail: which of the proposed times a yes is to, and when there is none."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterword.recognition.agreements import agreement

BERLIN = ZoneInfo("Europe/Berlin")
SENT = datetime(2026, 3, 2, 11, tzinfo=BERLIN)
THURSDAY = "Does Thursday, 5 March at 3pm CET work for you?"
TWO = "Could you do Wednesday, 4 March at 10:00 or Thursday, 5 March at 15:00?"

AGREED = [
    (THURSDAY, "Thursday at 3pm works great for me.", "05 15:00"),
    (THURSDAY, "That works for me, thank you.", "05 15:00"),
    (THURSDAY, "Yes, perfect!", "05 15:00"),
    (THURSDAY, "Happy to confirm. See you then!", "05 15:00"),
    (TWO, "Thursday works well for me.", "05 15:00"),
    (TWO, "Wednesday at 10 is perfect.", "04 10:00"),
    ("Hätten Sie am Donnerstag, den 5.3. um 15 Uhr Zeit?", "Donnerstag 15 Uhr passt mir sehr gut.", "05 15:00"),
    ("Hätten Sie am Donnerstag, den 5.3. um 15 Uhr Zeit?", "Gerne! Bis dann.", "05 15:00"),
    ("Seriez-vous disponible jeudi 5 mars à 15h ?", "Jeudi à 15h me convient parfaitement.", "05 15:00"),
    ("¿Te vendría bien el jueves 5 de marzo a las 15:00?", "Me viene perfecto. Hasta el jueves.", "05 15:00"),
    ("Schikt donderdag 5 maart om 15.00 uur?", "Donderdag om 15.00 uur is prima, tot dan!", "05 15:00"),
    ("Podemos marcar para quinta-feira, 5 de março, às 15h?", "Quinta às 15h está ótimo. Até lá!", "05 15:00"),
    ("Le andrebbe bene giovedì 5 marzo alle 15?", "Giovedì alle 15 va benissimo.", "05 15:00"),
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
    ("Hätten Sie am Donnerstag, den 5.3. um 15 Uhr Zeit?", "Da kann ich leider nicht. Ginge es auch am Freitag?"),
    ("Seriez-vous disponible jeudi 5 mars à 15h ?", "Malheureusement, jeudi ne me convient pas."),
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


def test_a_yes_to_another_time_moves_the_meeting() -> None:
    asked = "I can't make it on Thursday. Could we do Friday, 6 March at 10:00 instead?"
    found = agreement("Sure, that works!", asked, sent=SENT, zone=BERLIN)
    assert found is not None
    assert found.moves
    first = agreement("Thursday at 3pm works.", THURSDAY, sent=SENT, zone=BERLIN)
    assert first is not None
    assert not first.moves


def test_a_time_is_in_the_zone_that_the_proposal_names() -> None:
    proposed = "Does Thursday, 5 March at 3pm ET work for you?"
    found = agreement("Thursday at 3pm works for me.", proposed, sent=SENT, zone=BERLIN)
    assert found is not None
    assert found.time.start == datetime(2026, 3, 5, 20, tzinfo=UTC)


def test_a_mere_yes_in_a_long_mail_is_to_anything() -> None:
    long = (
        "Yes, perfect. "
        + "I have read what you sent me about the work of your group and found it worth a thought or two. " * 3
    )
    assert agreed_on(THURSDAY, long) is None


@given(st.text(), st.text())
def test_no_text_sets_a_time_that_was_not_proposed(answered: str, text: str) -> None:
    found = agreement(text, answered, sent=SENT, zone=BERLIN)
    assert found is None or found.time.start > SENT
