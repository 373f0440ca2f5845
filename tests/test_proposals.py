"""What a yes is to: the time and the zone that the answered mail proposes, and the days that count from when it was sent."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterword.recognition.times.agreements import agreement, sent_at

BERLIN = ZoneInfo("Europe/Berlin")
SENT = datetime(2026, 3, 2, 11, tzinfo=BERLIN)


def test_a_time_is_in_the_zone_that_the_proposal_names() -> None:
    proposed = "Does Thursday, 5 March at 3pm ET work for you?"
    found = agreement("Thursday at 3pm works for me.", proposed, sent=SENT, zone=BERLIN)
    assert found is not None
    assert found.time.start == datetime(2026, 3, 5, 20, tzinfo=UTC)


def test_the_days_of_a_proposal_count_from_when_it_was_made() -> None:
    asked = datetime(2026, 3, 1, 18, tzinfo=BERLIN)
    found = agreement("Yes, see you then!", "Does tomorrow at 4pm work?", sent=SENT, zone=BERLIN, proposed_at=asked)
    assert found is not None
    assert found.time.start == datetime(2026, 3, 2, 16, tzinfo=BERLIN)


@pytest.mark.parametrize(
    "head",
    [
        "On Fri, Feb 27, 2026 at 9:30 AM Anna Berg <anna@acme.example> wrote:",
        "On 2/27/26 9:30 AM, Anna Berg wrote:",
        "On 27/02/2026 09:30, Anna Berg wrote:",
        "Am Fr., 27. Feb. 2026 um 09:30 Uhr schrieb Anna Berg <anna@acme.example>:",
        "Von: Anna Berg\nGesendet: Freitag, 27. Februar 2026 09:30\nAn: Jane Doe",
        "Anna Berg <anna@acme.example> schrieb am Fr., 27. Feb. 2026, 09:30:",
        "Le ven. 27 févr. 2026 à 09:30, Anna Berg a écrit :",
        "El vie, 27 feb 2026 a las 9:30, Anna Berg escribió:",
        "Op vr 27 feb 2026 om 09:30 schreef Anna Berg:",
        "Op 27 feb 2026 om 09:30 heeft Anna Berg <anna@acme.example> het volgende geschreven:",
        "Em sex., 27 de fev. de 2026 às 09:30, Anna Berg escreveu:",
        "Il giorno ven 27 feb 2026 alle ore 09:30 Anna Berg ha scritto:",
    ],
)
def test_what_stands_above_a_quoted_mail_says_when_it_was_sent(head: str) -> None:
    assert sent_at(head, SENT) == datetime(2026, 2, 27, 9, 30, tzinfo=BERLIN)


@given(st.text())
def test_a_quoted_mail_was_sent_before_the_one_that_answers_it(head: str) -> None:
    at = sent_at(head, SENT)
    assert at is None or at <= SENT
