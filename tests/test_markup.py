"""Links, pictures and bold words, as mail programs write them into a plain text, change nothing that it says."""

import re
import time
from collections.abc import Callable
from random import Random

import pytest

from afterword.recognition.messages.footers import without_footer
from afterword.recognition.messages.markup import without_markup
from afterword.recognition.reading import UNSURE_BELOW
from afterword.recognition.words.cues import languages

from .test_boilerplate import plain_mails, said

LINK = " <https://click.example.net/f/a/Qx7_kd93~~/AAAHa8~/RgRi2Vb>"
WRITTEN = {
    "We decided <https://t.example/a?b=c> to go on.": "We decided   to go on.",
    "Your role (https://jobs.example.org/1) is filled.": "Your role   is filled.",
    "[image: Acme logo]\nHello": " \nHello",
    "[cid:image001.png@01DA]\nHello": " \nHello",
    "by *Friday*, **at noon**": "by Friday, at noon",
    "Reschedule: https://cal.example/r/1\nCancel: https://cal.example/c/1": "Reschedule:  https\nCancel:  https",
    "Book here <https://calendly.com/anna/30min> now": "Book here  https calendly.com  now",
    "2 * 3 * 4": "2 * 3 * 4",
    "* one\n* two": "* one\n* two",
    "see http:// and [1]": "see http:// and [1]",
}


@pytest.mark.parametrize(("text", "without"), WRITTEN.items())
def test_what_programs_write_for_links_pictures_and_bold_words_is_left_out(text: str, without: str) -> None:
    assert without_markup(text) == without


def with_links(text: str, dice: Random) -> str:
    return re.sub(r"(?<=\w)(?= )", lambda _: LINK if dice.random() < 1 / 8 else "", text)


def with_bold_words(text: str, dice: Random) -> str:
    return re.sub(r"\b\w{4,}\b", lambda match: f"*{match[0]}*" if dice.random() < 1 / 8 else match[0], text)


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("marked_up", [with_links, with_bold_words])
def test_a_plain_mail_says_the_same_with_them(language: str, marked_up: Callable[[str, Random], str]) -> None:
    dice = Random(7)
    changed = []
    for mail in list(plain_mails(language))[:60]:
        found = said(mail.subject, marked_up(mail.text, dice))
        if {kind for kind, likely in found.items() if likely >= UNSURE_BELOW} != mail.says:
            changed.append((mail.subject, mail.text, mail.says, found))

    assert changed == []


@pytest.mark.parametrize("piece", ["https://a", "<https://", "*a", "[image:", "**", "\nBest regards"])
def test_markup_that_never_ends_is_read_in_time(piece: str) -> None:
    begun = time.process_time()
    without_markup(without_footer(piece * 40_000))
    assert time.process_time() - begun < 2
