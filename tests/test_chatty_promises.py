"""Promises as they are typed in a hurry: of a mind made up, for that day or week, after the weekend, in the spelling of chats."""

from datetime import UTC, datetime

import pytest

from afterword.recognition.times.promises import find_promises

WEDNESDAY = datetime(2026, 3, 4, 10, tzinfo=UTC)

PROMISED = [
    ("will let u know after the weekend", "2026-03-09"),
    ("I'll write to you over the weekend.", "2026-03-08"),
    ("Will ring u tomoz", "2026-03-05"),
    ("Will give u a bell on Friday", "2026-03-06"),
    ("Olu says he'll make his mind up by the end of next week.", "2026-03-13"),
    ("Gail will make up her mind by Friday", "2026-03-06"),
    ("We'll be making our minds up over the weekend", "2026-03-08"),
    ("The boss is back on the 10th so I will let you know that week.", "2026-03-13"),
    ("We're seeing the last one Thursday so will know then", "2026-03-05"),
    ("The trustees meet on 12 March and I'll ring you that evening", "2026-03-12"),
    ("The trustees meet on 12 March. We will let you know the same week.", "2026-03-13"),
    ("Ich melde mich nach dem Wochenende bei Ihnen.", "2026-03-09"),
    ("Das Gremium tagt am 12. März, am selben Abend rufe ich Sie an.", "2026-03-12"),
    ("Je reviens vers vous après le week-end.", "2026-03-09"),
    ("Le jury se réunit le 10 mars et nous vous répondrons la même semaine.", "2026-03-13"),
    ("Te digo algo después del fin de semana.", "2026-03-09"),
    ("El comité se reúne el 12 de marzo y le llamaré ese mismo día.", "2026-03-12"),
    ("Le faremo sapere dopo il weekend.", "2026-03-09"),
    ("La commissione si riunisce il 10 marzo e Le faremo sapere quella stessa settimana.", "2026-03-13"),
    ("Na het weekend laat ik je iets weten.", "2026-03-09"),
    ("De commissie vergadert op 12 maart en ik bel je dezelfde avond met de uitslag.", "2026-03-12"),
    ("Depois do fim de semana damos-lhe uma resposta.", "2026-03-09"),
    ("Respondemos a vc até sexta-feira.", "2026-03-06"),
]
NOT_PROMISED = [
    "I wanted to let you know that evening classes start on Friday.",
    "Could you make up your mind by Friday?",
    "See you after the weekend!",
    "The interview is on 12 March and lunch will be served that day.",
    "o sr Zé vai ter q viajar amanha, nao vai dar",
]


@pytest.mark.parametrize(("text", "until"), PROMISED)
def test_a_promise_in_passing_is_read_with_its_later_reading(text: str, until: str) -> None:
    assert [str(each.until) for each in find_promises(text, sent=WEDNESDAY)] == [until]


@pytest.mark.parametrize("text", NOT_PROMISED)
def test_that_day_and_a_mind_made_up_are_no_promises_by_themselves(text: str) -> None:
    assert find_promises(text, sent=WEDNESDAY) == ()
