"""Fits the weights of terms to labelled texts and writes cues/wording/*.tsv: `python -m evaluation.fit_wording`.

One logistic regression for each language and meaning over our own mails and sayings. Cues are no part of it: they were written by
those who had seen these mails.
"""

import argparse
import math
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags_array
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict

from afterword.recognition.meaning.classify import ASSERTED_KINDS
from afterword.recognition.meaning.guards import Guards, asserted
from afterword.recognition.meaning.headed_text import HeadedText
from afterword.recognition.meaning.meanings import KINDS_BY_WORDING
from afterword.recognition.meaning.purposes import PURPOSES
from afterword.recognition.meaning.wording import FILES, INTERCEPT, MOST_SENTENCES, RARITY, keys_of, terms_of
from afterword.recognition.messages.message import parse_message
from afterword.recognition.messages.visible import written_now
from afterword.recognition.words.cues import languages
from afterword.recognition.words.sentences import Sentence, sentences_of

from .labelled import Labelled, around, fitted_to, mails_in, own_mails, sayings, tested_sayings

RAREST = 3
"""A term that is in fewer texts is left out."""

MOST_ROWS = 8000
SHORT = 250
"""A saying of at most so many characters is also fitted with an opening and a closing around it."""

FITTED = Path(__file__).parent / "fitted_to.toml"
"""For each language the digest of the texts that its file was fitted to."""

LOOSENESS = 5.0
FOLDS = 5
LEAST = 0.2
MEANINGS = (*KINDS_BY_WORDING, *PURPOSES)


class Words(NamedTuple):
    """The terms of a text, and those of them that are words."""

    all: frozenset[str]
    single: frozenset[str]


class Text(NamedTuple):
    """A text by its words, and by those of its asserted sentences; the meanings that it has, and those of which that is known.
    `again` means that it is a saying of the user's within a frame: document frequencies are counted without it.
    """

    words: Words
    asserted: Words
    says: frozenset[str]
    judged: frozenset[str]
    again: bool = False


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m evaluation.fit_wording", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("languages", nargs="*", default=languages(), help="all, if none is named")
    parser.add_argument("--extra", type=Path, action="append", default=[], help="a folder of further labelled mails")
    arguments = parser.parse_args()
    mails = [*own_mails(), *(mail for folder in arguments.extra for mail in mails_in(folder))]
    for language in arguments.languages:
        rows = fitted(list(_texts(language, mails)))
        (FILES / f"{language}.tsv").write_text(_written(rows), encoding="utf-8")
        sys.stdout.write(f"{language}: {len(rows)} rows\n")
    kept = tomllib.loads(FITTED.read_text(encoding="utf-8")) | {each: fitted_to(each) for each in arguments.languages}
    FITTED.write_text("".join(f'{each} = "{kept[each]}"\n' for each in sorted(kept)), encoding="utf-8")
    return 0


def fitted(texts: Sequence[Text]) -> dict[str, dict[str, float]]:
    """The rarity of each term, and its weight for each meaning; fitted twice, the second time only with the terms of the largest weights."""
    often = Counter(term for text in texts if not text.again for term in text.words.all)
    terms = sorted(each for each, count in often.items() if count >= RAREST)
    first = _weights(texts, terms, often)
    most = np.abs(first[:, 1:]).max(axis=0).argsort()[::-1][:MOST_ROWS]
    kept = sorted(terms[column] for column in most)
    intercepts, *weights = _weights(texts, kept, often).T
    count = _counted(texts)
    rows = {INTERCEPT: {RARITY: _rarity(1, count), **_by_meaning(intercepts)}}
    for each, row in zip(kept, weights, strict=True):
        rows[each] = {RARITY: _rarity(often[each], count), **_by_meaning(row)}
    return rows


def _by_meaning(row: Iterable[float]) -> dict[str, float]:
    return dict(zip(MEANINGS, map(float, row), strict=True))


def _rarity(often: int, texts: int) -> float:
    return math.log(texts / (1 + often))


def _counted(texts: Iterable[Text]) -> int:
    return sum(not text.again for text in texts)


def _weights(texts: Sequence[Text], words: Sequence[str], often: Mapping[str, int]) -> NDArray[np.float64]:
    """For each meaning the intercept, and the weight of each term in a text that has no other."""
    count = _counted(texts)
    rarity, unknown = np.array([_rarity(often[each], count) for each in words]), _rarity(1, count)
    of_all = _shares([text.words for text in texts], words, rarity, unknown)
    of_asserted = _shares([text.asserted for text in texts], words, rarity, unknown)
    shares = {meaning: of_asserted if meaning in ASSERTED_KINDS else of_all for meaning in MEANINGS}
    each_weighs = np.array([1.0, *rarity])
    return np.array([_of_meaning(shares[meaning], texts, meaning) * each_weighs for meaning in MEANINGS])


def _shares(texts: Sequence[Words], words: Sequence[str], rarity: NDArray[np.float64], unknown: float) -> csr_matrix:
    """A row for each text: its idf-weighted terms, as a vector of length 1."""
    columns = {each: column for column, each in enumerate(words)}
    known = {word for each in words for word in each.split()}
    found = [sorted(columns[each] for each in text.all if each in columns) for text in texts]
    strange = np.array([len(text.single - known) for text in texts])
    starts = np.cumsum([0, *map(len, found)], dtype=np.int32)
    indices = np.fromiter(chain.from_iterable(found), dtype=np.int32, count=starts[-1])
    matrix = csr_matrix((rarity[indices], indices, starts), shape=(len(texts), len(words)))
    length = np.sqrt(matrix.power(2).sum(axis=1).A1 + strange * unknown**2)
    return csr_matrix(diags_array(1 / np.maximum(length, 1.0)) @ matrix)


def _of_meaning(matrix: csr_matrix, texts: Sequence[Text], meaning: str) -> NDArray[np.float64]:
    """The intercept and the weights for one meaning, calibrated on cross-validated predictions."""
    known = [number for number, text in enumerate(texts) if meaning in text.judged]
    says = np.array([meaning in texts[number].says for number in known])
    if says.sum() < FOLDS:
        return np.zeros(matrix.shape[1] + 1)
    model = LogisticRegression(C=LOOSENESS, solver="liblinear", random_state=0)
    left_out = cross_val_predict(model, matrix[known], says, cv=FOLDS, method="decision_function")
    scale = LogisticRegression().fit(left_out.reshape(-1, 1), says)
    model.fit(matrix[known], says)
    steepness = scale.coef_[0][0]
    return np.concatenate((scale.intercept_ + steepness * model.intercept_, steepness * model.coef_[0]))


def _texts(language: str, mails: Sequence[Labelled]) -> Iterator[Text]:
    for mail in mails:
        if mail.language == language:
            message = parse_message(mail.raw)
            text = HeadedText.of(message.subject, written_now(message.text))
            yield _text(language, text.new_sentences[:MOST_SENTENCES], frozenset().union(*mail.expected), mail.judged)
    for number, said in enumerate((*sayings(language), *tested_sayings(language))):
        yield _text(language, sentences_of(said.text), said.says, said.judged)
        if len(said.text) <= SHORT:
            users = said.judged <= frozenset(PURPOSES)
            framed = sentences_of(_framed(said.text, number, *around(language, users=users)))
            yield _text(language, framed, said.says, said.judged)._replace(again=users)


def _framed(text: str, number: int, openings: Sequence[str], closings: Sequence[str]) -> str:
    return f"{openings[number % len(openings)]}\n\n{text}\n\n{closings[number * 5 % len(closings)]}"


def _text(language: str, sentences: Sequence[Sentence], says: frozenset[str], judged: frozenset[str]) -> Text:
    return Text(_words(sentences), _words(asserted(sentences, Guards(sentences, (language,)))), says, judged)


def _words(sentences: Sequence[Sentence]) -> Words:
    keys = [keys_of(sentence) for sentence in sentences]
    return Words(frozenset(term for each in keys for term in terms_of(each)), frozenset().union(*keys))


def _written(rows: Mapping[str, Mapping[str, float]]) -> str:
    names = (RARITY, *MEANINGS)
    lines = ("\t".join((words, *(_value(row.get(name, 0.0), name) for name in names))) for words, row in rows.items())
    return "\n".join(("\t".join(("words", *names)), *lines, ""))


def _value(weight: float, name: str) -> str:
    if name == RARITY:
        return f"{weight:.2f}"
    return f"{weight:.2f}".removesuffix("0").removesuffix(".0") if abs(weight) >= LEAST else ""


if __name__ == "__main__":
    sys.exit(main())
