"""Fits the weights of cues to the labelled mails: `python -m evaluation.fit`; `--write` keeps them in cues/weights.toml.

What cues and wording count for together is no part of it: both know these mails.

Every meaning of every mail that has a cue is an example: its weight in log-odds should tell whether a reader would see it there.
The fit is a coordinate search for the least log-loss, held near the weights that are in use, so that a hundred mails of one
kind don't undo what is known of all others.
"""

import argparse
import math
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from afterword.recognition.meaning.classify import extract_features, meaning_probability
from afterword.recognition.meaning.meanings import SUPERSEDES, Kind
from afterword.recognition.meaning.purposes import PURPOSES
from afterword.recognition.meaning.weighing import Features, Weights, current_weights
from afterword.recognition.messages.addresses import domain_of, tracks_applications
from afterword.recognition.messages.message import parse_message
from afterword.recognition.messages.trust import is_bulk
from afterword.recognition.messages.visible import written_now
from afterword.recognition.reading import UNSURE_BELOW

from .labelled import BESIDE, Labelled, mails_in, own_mails

FILE = Path(__file__).resolve().parent.parent / "afterword" / "recognition" / "cues" / "weights.toml"
NOT_OF_CUES = ("together", "readiness", "own", "answering", "time", "alone", "floor", "receipt")
NEARNESS = 1.0
"""How much it costs to move a weight by one."""

STEPS = (0.8, 0.4, 0.2, 0.1)
FALSE_ALARM = 2.0
"""How many times as much a false positive costs as a false negative."""


class Example(NamedTuple):
    kind: Kind
    strengths: tuple[str, ...]
    features: Features
    is_there: bool


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m evaluation.fit", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--write", action="store_true", help="keep the weights")
    arguments = parser.parse_args()
    mails = [*own_mails(), *(mails_in(BESIDE) if BESIDE.is_dir() else ())]
    examples = [example for mail in mails for example in _examples(mail)]
    before = current_weights()
    after = fit(examples, before)
    for name in _names(before):
        sys.stdout.write(f"  {name:<22} {_get(before, name):6.2f} → {_get(after, name):6.2f}\n")
    sys.stdout.write(f"{len(examples)} examples, loss {loss(examples, before):.4f} → {loss(examples, after):.4f}\n")
    if arguments.write:
        FILE.write_text(written(FILE.read_text(encoding="utf-8"), after), encoding="utf-8")
    return 0


def fit(examples: Sequence[Example], start: Weights) -> Weights:
    """The weights near `start` with the least loss on these examples."""
    best, least = start, _cost(examples, start, start)
    for step in STEPS:
        moved = True
        while moved:
            moved = False
            for name in _names(start):
                for change in (step, -step):
                    tried = _with(best, name, round(_get(best, name) + change, 2))
                    cost = _cost(examples, tried, start)
                    if cost < least - 1e-6:
                        best, least, moved = tried, cost, True
    return best


def loss(examples: Sequence[Example], weights: Weights) -> float:
    """The mean log-loss of being on the right side of UNSURE_BELOW."""
    return sum(_loss(each, weights) for each in examples) / max(1, len(examples))


def written(text: str, weights: Weights) -> str:
    """The text of the file with these weights, and its comments unchanged."""
    for name in _names(weights):
        table, _, key = name.rpartition(".")
        begin = text.index(f"[{table}]") if table else 0
        found = re.compile(rf"(?m)^({re.escape(key)} = )-?[\d.]+").search(text, begin)
        assert found is not None, name
        text = text[: found.start()] + f"{found[1]}{_get(weights, name)}" + text[found.end() :]
    return text


def _examples(mail: Labelled) -> Iterator[Example]:
    message = parse_message(mail.raw)
    if mail.judged <= frozenset(PURPOSES):
        return
    tracked = tracks_applications(domain_of(message.sender.address))
    features, strengths_of = extract_features(
        message.subject, written_now(message.text), listed=is_bulk(message), tracked=tracked
    )
    there = frozenset().union(*mail.expected)
    superseded = {kind for each, kinds in SUPERSEDES.items() if each in there for kind in kinds} - there
    for kind, strengths in strengths_of.items():
        if kind in mail.judged and kind not in superseded:
            yield Example(kind, tuple(strengths), features, kind in there)


def _loss(example: Example, weights: Weights) -> float:
    likely = meaning_probability(example.kind, example.strengths, example.features, None, weights)
    above = math.log(likely / (1 - likely)) - math.log(UNSURE_BELOW / (1 - UNSURE_BELOW))
    return math.log1p(math.exp(-above)) if example.is_there else FALSE_ALARM * math.log1p(math.exp(above))


def _cost(examples: Sequence[Example], weights: Weights, start: Weights) -> float:
    moved = sum((_get(weights, name) - _get(start, name)) ** 2 for name in _names(start))
    return loss(examples, weights) * len(examples) + NEARNESS * moved


def _names(weights: Weights) -> list[str]:
    plain = {name: value for name, value in msgspec.to_builtins(weights).items() if name not in NOT_OF_CUES}
    single = [name for name, value in plain.items() if not isinstance(value, dict)]
    return single + [f"{table}.{key}" for table, values in plain.items() if isinstance(values, dict) for key in values]


def _get(weights: Weights, name: str) -> float:
    table, _, key = name.rpartition(".")
    value: float = getattr(weights, table)[key] if table else getattr(weights, key)
    return value


def _with(weights: Weights, name: str, value: float) -> Weights:
    table, _, key = name.rpartition(".")
    return replace(weights, **({table: {**getattr(weights, table), key: value}} if table else {key: value}))


if __name__ == "__main__":
    sys.exit(main())
