"""What stands around a mail, whatever it says, changes nothing: banners above it, notices and signatures below it."""

import tomllib
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import NamedTuple

import pytest

from afterword.recognition.meaning.classify import classify
from afterword.recognition.messages.message import parse_message
from afterword.recognition.messages.visible import written_now
from afterword.recognition.reading import UNSURE_BELOW
from afterword.recognition.words.cues import languages
from evaluation.labelled import own_mails

BOILERPLATE = tomllib.loads(Path(__file__).with_name("boilerplate.toml").read_text(encoding="utf-8"))
PLAIN, SHORTEST = 0.95, 150
"""How sure the meaning of a plain mail is, and how many characters it has: a line or two say nothing any more among enough other words."""


class Mail(NamedTuple):
    subject: str
    text: str
    says: frozenset[str]


def said(subject: str, text: str) -> dict[str, float]:
    """The meanings with their confidence; to an interview that is scheduled one is also invited."""
    meanings = {each.kind: each.confidence for each in classify(subject, written_now(text)).meanings}
    return {kind: likely for kind, likely in meanings.items() if kind != "invited" or "scheduled" not in meanings}


def plain_mails(language: str) -> Iterator[Mail]:
    """The open mails that say something surely."""
    for labelled in own_mails():
        if labelled.language == language:
            message = parse_message(labelled.raw)
            says = said(message.subject, message.text)
            if says and min(says.values()) >= PLAIN and len(message.text) >= SHORTEST:
                yield Mail(message.subject, message.text, frozenset(says))


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("place", ["above", "below"])
def test_what_stands_around_a_plain_mail_changes_nothing(language: str, place: str) -> None:
    texts = BOILERPLATE[language][place]
    changed = []
    for text, mail in zip(texts * 3, cycle(plain_mails(language)), strict=False):
        around = f"{text}\n\n{mail.text}" if place == "above" else f"{mail.text}\n\n{text}"
        sure = frozenset(kind for kind, likely in said(mail.subject, around).items() if likely >= UNSURE_BELOW)
        if sure != mail.says:
            changed.append((text, mail.subject, mail.text, set(mail.says), set(sure)))

    assert changed == []
