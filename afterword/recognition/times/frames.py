"""The words of each language that frame a promised day, and those that speak against it (cues/dates/<language>.toml)."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import cache
from typing import Any, NamedTuple

from ..words.cues import common_words
from ..words.phrases import most_telling
from ..words.sentences import key_of
from ..words.spelling_out import spelled_out
from .dates import grammar

_WORD = re.compile(r"[a-z]+")
_ATOM = re.compile(r"\\.|\[[^\]]*\]| [?*]|.")


class Frames(NamedTuple):
    """The patterns of a language, each for the key of cues/dates/<language>.toml with its name, to be searched in a comparable sentence.

    `signs` is searched in the sentence's words first, and quickly: without a sign there is neither a promise nor a hint.
    """

    signs: re.Pattern[str]
    promises: re.Pattern[str]
    hints: re.Pattern[str]
    not_promises: re.Pattern[str]
    conditions: re.Pattern[str]
    provided: re.Pattern[str]
    provided_first: re.Pattern[str]
    provided_last: re.Pattern[str]
    telling: re.Pattern[str]
    refusals: re.Pattern[str]
    anyway: re.Pattern[str]
    open_ended: re.Pattern[str]
    clause_breaks: re.Pattern[str]
    things: re.Pattern[str]
    belongs: re.Pattern[str]
    tags: re.Pattern[str]
    answers: re.Pattern[str]
    foreseen: re.Pattern[str]
    habits: re.Pattern[str]
    addressed: re.Pattern[str]
    performs: re.Pattern[str]
    receiving: re.Pattern[str]
    received: re.Pattern[str]
    hour: re.Pattern[str]
    hour_before: re.Pattern[str]
    after_event: re.Pattern[str]
    then: frozenset[str]
    opener: re.Pattern[str]
    meeting: re.Pattern[str]
    due: re.Pattern[str]
    due_first: re.Pattern[str]
    within: re.Pattern[str]
    within_last: re.Pattern[str]


@cache
def frames_of(language: str) -> Frames:
    words = grammar(language).words
    signs = set(_signs([*words["promises"], *words["hints"]], common_words(language)))
    return Frames(
        signs=re.compile(f" {_beginnings(signs)}"),
        promises=_any_of(words["promises"]),
        hints=_any_of(words["hints"]),
        not_promises=_any_of(words["not_promises"]),
        conditions=_any_of(words["conditions"]),
        provided=_any_of(words["provided"]),
        provided_first=_any_of(words["provided_first"]),
        provided_last=_whole(words["provided_last"]),
        telling=_whole(words["telling"]),
        refusals=_any_of(words["refusals"]),
        anyway=_any_of([words["anyway"]]),
        open_ended=_any_of([words["open_ended"]]),
        clause_breaks=re.compile(rf"[,;:(]| [-–—] |(?<!\w)(?:{words['but']})(?!\w)"),
        things=_whole(words["things"]),
        belongs=re.compile(rf" ?(?:(?:{words['belongs']}) (?:[\w'-]+ ){{1,4}})?"),
        tags=re.compile(rf"(?:, |,? ¿)(?:{words['tags']}) ?\?\W*$"),
        answers=_whole(words["answers"]),
        foreseen=_whole(words["foreseen"]),
        habits=_whole(words["habits"]),
        addressed=_whole(words["addressed"]),
        performs=re.compile(rf"(?:{words.get('performs', '(?!)')})(?!\w)"),
        receiving=_whole(words.get("receiving", "(?!)")),
        received=_whole(f"{words['answers']}|{words.get('received', '(?!)')}"),
        hour=re.compile(_hour(words)),
        hour_before=re.compile(rf"(?:{_hour(words)})(?: sharp)?,? (?:(?:{words['article']}) )?$"),
        after_event=_whole(words["after_event"]),
        then=frozenset(map(key_of, words["then"])),
        opener=re.compile(words.get("openers", rf"(?!(?:{'|'.join(words['months'])})$)\w+")),
        meeting=re.compile(rf"(?<!\w)(?:{words['meetings']})(?:\W+\w+){{0,3}}\W*$"),
        due=grammar(language).right_before(words["due"]),
        due_first=re.compile(rf"(?:{words['due']}|{words['deadline']})\b"),
        within_last=re.compile(rf"(?<!\w)(?:{words['within']}|{words['deadline']}) ?$"),
        within=re.compile(rf" ?(?:[:–-]|\b(?:{words['within']})\b) ?"),
    )


def _hour(words: Mapping[str, Any]) -> str:
    """An hour after a day, in digits or in words; another name of the day may stand between ("tomorrow, Tuesday, at ten")."""
    clock, units = words["clock"], "|".join(words[name] for name in ("days", "weeks", "months_unit", "business_days"))
    at, between = "|".join((words["at"], clock["at"], clock["from"], "@")), words["between"].partition(" (")[0]
    in_digits = (
        rf"(?:(?:{at}) )?\d{{1,2}}(?:[:.h]\d{{2}}| ?(?:{words['oclock']}|h|[ap]\.?m))\b|(?:{at}|{between}) \d{{1,2}}\b"
    )
    noon = rf"(?:(?:{at}) )?(?:{clock['noon']})\b" if "noon" in clock else "(?!)"
    parts = "|".join((*clock.get("leading", ()), *clock.get("leading_at", ())))
    in_words = rf"(?:{clock['at']}) (?:(?:{parts or '(?!)'}) )?(?:{'|'.join(clock['hours'])})\b(?! (?:{units})\b)"
    other_name = rf",? (?:(?:{'|'.join(words['weekdays'])})\b|\d{{1,2}}\b(?=,? [a-z]))"
    return rf"(?:{other_name})?,? (?:{in_digits}|{noon}|{in_words})"


def _whole(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{pattern})(?!\w)")


def _any_of(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})")


def _signs(patterns: Iterable[str], common: AbstractSet[str]) -> Iterator[str]:
    """Beginnings of words without which none of these patterns matches: of each alternative, its most telling words."""
    for pattern in patterns:
        for alternative in _split(pattern, "|"):
            rows = [_signs_of(part, common) for part in _split(alternative, " ")]
            yield from min((row for row in rows if "*" not in row), key=lambda row: _vagueness(row, common))


def _signs_of(part: str, common: AbstractSet[str]) -> set[str]:
    return {most_telling(_WORD.findall(phrase), common) for phrase in spelled_out(part)}


def _vagueness(words: Collection[str], common: AbstractSet[str]) -> tuple[bool, int]:
    return not common.isdisjoint(words), -min(map(len, words))


def _split(pattern: str, at: str) -> list[str]:
    """A regular expression split at a character, outside of its groups."""
    parts, depth = [""], 0
    for atom in _ATOM.findall(pattern):
        depth += (atom == "(") - (atom == ")")
        if atom == at and not depth:
            parts.append("")
        else:
            parts[-1] += atom
    return parts


def _beginnings(words: Collection[str]) -> str:
    """A regular expression for what begins with one of these words, as a trie: that is faster than alternatives."""
    if "" in words:
        return ""
    rests: dict[str, set[str]] = {}
    for word in words:
        rests.setdefault(word[0], set()).add(word[1:])
    branches = [letter + _beginnings(rest) for letter, rest in sorted(rests.items())]
    return branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"
