"""Before which day there will be no answer, in seven languages."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from afterword.recognition.times.waits import announced_wait

WEDNESDAY = datetime(2026, 3, 4, 10, tzinfo=ZoneInfo("Europe/Berlin"))

ANNOUNCED = [
    ("We will not be able to get back to you before mid-June.", "2026-06-20"),
    ("There won't be a decision before the end of March.", "2026-03-31"),
    ("I don't expect any news until 20 March.", "2026-03-20"),
    ("You will not hear from us before Easter.", "2026-04-04"),
    ("Realistically, no decision will be made until after Easter.", "2026-04-10"),
    ("I'm afraid I don't know anything before next week.", "2026-03-13"),
    ("we wont know till March", "2026-03-31"),
    ("Vor Ende des Monats wird es keine Entscheidung geben.", "2026-03-31"),
    ("Wir können Ihnen leider nicht vor Mitte April Bescheid geben.", "2026-04-20"),
    ("Eine Entscheidung fällt frühestens am 20. März.", "2026-03-20"),
    ("Nous n'aurons pas de réponse avant la fin du mois.", "2026-03-31"),
    ("No tendremos noticias antes del 20 de marzo.", "2026-03-20"),
    ("We kunnen niet voor eind maart een beslissing nemen.", "2026-03-31"),
    ("Não teremos uma resposta antes de 20 de março.", "2026-03-20"),
    ("Non avremo una risposta prima di fine marzo.", "2026-03-31"),
]
NOT_ANNOUNCED = [
    "You will have our decision before Christmas.",
    "You will hear from us no later than Friday.",
    "We can't wait until Friday to tell you.",
    "If you have not heard from us before Friday, call me.",
    "We cannot meet before Friday.",
    "Please let us know your answer before Friday; we cannot wait longer.",
    "You do not need to send the documents before Friday. We will tell you the outcome.",
    "You will not have to wait: we tell you our decision before Friday.",
    "Will there be no answer before Friday?",
    "Vor Freitag melden wir uns bei Ihnen.",
    "Vous aurez une réponse avant vendredi.",
]


@pytest.mark.parametrize(("said", "until"), ANNOUNCED)
def test_the_day_before_which_there_is_no_answer_is_read(said: str, until: str) -> None:
    wait = announced_wait(f"Hello Jane,\n\n{said}\n\nAnna", sent=WEDNESDAY)

    assert wait is not None
    assert (wait.until, wait.quote) == (date.fromisoformat(until), said)


@pytest.mark.parametrize("said", NOT_ANNOUNCED)
def test_what_only_sounds_like_it_announces_no_wait(said: str) -> None:
    assert announced_wait(said, sent=WEDNESDAY) is None


@pytest.mark.parametrize("said", ["There was no decision before 2 March.", "No news before 1 January 2031."])
def test_a_day_that_is_over_or_years_away_is_none(said: str) -> None:
    assert announced_wait(said, sent=WEDNESDAY) is None
