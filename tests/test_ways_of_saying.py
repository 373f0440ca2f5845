"""Breadth: the same thing in many words, and what only sounds like it."""

import pytest

from afterword.recognition.meaning.classify import classify
from afterword.recognition.meaning.meanings import KINDS
from afterword.recognition.meaning.purposes import PURPOSES, intents
from afterword.recognition.reading import UNSURE_BELOW
from evaluation.labelled import ways_of_saying, ways_of_writing

WAYS = ways_of_saying()
OWN = ways_of_writing()
INTERVIEW = {"invited", "scheduled"}
SAID = [(language, kind, said) for language, ways in WAYS.items() for kind in KINDS for said in ways.get(kind, ())]
NO_REJECTION = [(language, said) for language, ways in WAYS.items() for said in ways.get("no_rejection", ())]
NOT_SAID = [(language, said) for language, ways in WAYS.items() for said in ways.get("nothing", ())]


def heard(text: str) -> set[str]:
    return {
        each.kind
        for each in classify("", text, vouched=True).meanings
        if each.confidence >= UNSURE_BELOW and not each.tentative
    }


@pytest.mark.parametrize(("language", "kind", "said"), SAID)
def test_it_is_heard_in_many_words(language: str, kind: str, said: str) -> None:
    ways = WAYS[language]
    opening = ways["opening"] if kind != "acknowledged" else "Jane,"
    found = heard(f"{opening}\n\n{said}\n\n{ways['closing']}")

    wanted = INTERVIEW if kind in INTERVIEW else {kind}
    assert found & wanted
    assert not found & {"rejection", "offer"} - wanted


@pytest.mark.parametrize(("language", "said"), NOT_SAID)
def test_what_only_sounds_like_it_is_nothing(language: str, said: str) -> None:
    greeting = {"en": "Hi Jane,", "fr": "Bonjour Jane,", "es": "Hola, Jane:", "pt": "Olá, Jane,", "it": "Ciao Jane,"}

    assert heard(f"{greeting.get(language, 'Hallo Jane,')}\n\n{said}\n\nTom") == set()


@pytest.mark.parametrize(("language", "said"), NO_REJECTION)
def test_what_an_employer_may_say_without_turning_anybody_down(language: str, said: str) -> None:
    ways = WAYS[language]
    found = classify("", f"{ways['opening']}\n\n{said}\n\n{ways['closing']}")

    assert found.says("rejection") is None


@pytest.mark.parametrize(("purpose", "said"), [(purpose, said) for purpose, ways in OWN.items() for said in ways])
def test_what_the_users_own_mail_is_for(purpose: str, said: str) -> None:
    found = tuple(each.purpose for each in intents("Re: Interview", f"{said}\n\nJane"))

    if purpose in PURPOSES:
        assert purpose in found
        assert purpose == "acceptance" or "acceptance" not in found
        assert purpose == "withdrawal" or "withdrawal" not in found
    else:
        assert found == ()
