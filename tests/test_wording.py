"""What words and pairs of words speak for, and how that is fitted."""

import math
import subprocess
import sys
import tomllib
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterword.recognition.meaning.classify import classify
from afterword.recognition.meaning.meanings import KINDS_BY_WORDING, Kind
from afterword.recognition.meaning.purposes import PURPOSES
from afterword.recognition.meaning.wording import INTERCEPT, Vocabulary, keys_of, terms_of, vocabulary, wording_of
from afterword.recognition.reading import UNSURE_BELOW
from afterword.recognition.words.cues import languages
from afterword.recognition.words.sentences import sentences_of
from evaluation.fit_wording import FITTED, Text, Words, fitted
from evaluation.labelled import fitted_to

MEANINGS = ("yes", "no")
SMALL = Vocabulary(
    MEANINGS,
    {INTERCEPT: "2\t-1\t-1", "gladly": "1\t3\t-1", "not now": "1\t-2\t4", "well": "1\t\t", "0": "1\t.5\t.5"},
)
WORDS = st.sampled_from(["gladly", "not", "now", "7", "boat", "and"])
SENTENCES = st.lists(st.lists(WORDS, min_size=1, max_size=6).map(" ".join), min_size=1, max_size=5)


def weighed(text: str, known: Vocabulary = SMALL) -> dict[str, float]:
    return known.weigh(known.terms_in(sentences_of(text)))[0]


def test_words_count_by_how_they_begin_and_numbers_are_all_alike() -> None:
    assert keys_of(sentences_of("Unfortunately 24 applicants")[0]) == ["unfort", "0", "applic"]


def test_a_pair_is_two_words_with_at_most_three_between_them() -> None:
    pairs = set(terms_of(["not", "b", "c", "d", "now", "f"]))

    assert {"not", "not b", "not now", "b f"} <= pairs
    assert "not f" not in pairs
    assert "now not" not in pairs


def test_what_is_said_speaks_for_what_it_went_with() -> None:
    assert weighed("Gladly!")["yes"] > 0 > weighed("Gladly!")["no"]
    assert weighed("Not right now.")["no"] > 0 > weighed("Not right now.")["yes"]
    assert SMALL.strongest("no", sentences_of("Well. Not right now."))[1] == ("not now",)


def test_among_much_that_is_not_known_a_word_says_less() -> None:
    assert 0 < weighed("gladly boat")["yes"] < weighed("gladly")["yes"]
    assert weighed("gladly " + " ".join(f"boat{each}x" for each in "abcdefghij"))["yes"] < weighed("gladly boat")["yes"]


def test_where_nothing_is_known_what_counts_for_any_text_is_all() -> None:
    assert weighed("boats") == {"yes": -1.0, "no": -1.0}
    assert weighed("Gladly!", Vocabulary()) == {}


@given(
    st.dictionaries(
        st.sampled_from(["gladly", "not", "now", "not now", "gladly not", "boat and"]),
        st.lists(st.integers(-900, 900).map(lambda each: each / 100), min_size=3, max_size=3),
    ),
    st.lists(WORDS, min_size=1, max_size=12),
)
def test_what_is_added_up_at_once_is_what_each_adds_up_to(rows: dict[str, list[float]], words: list[str]) -> None:
    intercept = [3.0, 0.5, -0.5]
    known = Vocabulary(
        MEANINGS, {each: "\t".join(map(str, row)) for each, row in {INTERCEPT: intercept, **rows}.items()}
    )
    found = set(terms_of(["0" if each == "7" else each for each in words])) & rows.keys()
    strange = {"0" if each == "7" else each for each in words} - {each for row in rows for each in row.split()}
    length = max(1.0, math.hypot(*(rows[each][0] for each in found), *(intercept[0] for _ in strange)))

    for column, weight in enumerate(weighed(" ".join(words), known).values(), start=1):
        assert weight == pytest.approx(intercept[column] + sum(rows[each][column] for each in found) / length, abs=0.05)


def test_a_footer_in_another_language_takes_nothing_from_what_is_said() -> None:
    said = "Unfortunately we have decided to move forward with another candidate."
    footer = "Cet e-mail et ses pièces jointes sont confidentiels. Merci de ne pas l'imprimer. Si vous n'êtes pas le destinataire, nous vous remercions de le supprimer."
    alone, with_footer = (wording_of(sentences_of(each), ("en", "fr")) for each in (said, f"{said}\n\n{footer}"))

    assert with_footer.log_odds["rejection"] == pytest.approx(alone.log_odds["rejection"])
    assert with_footer.language["rejection"] == "en"


@given(SENTENCES)
def test_the_order_of_sentences_and_their_repetition_say_nothing(said: list[str]) -> None:
    sentences = [sentences_of(each)[0] for each in said]
    there = SMALL.weigh(SMALL.terms_in(sentences))[0]

    assert SMALL.weigh(SMALL.terms_in(sentences[::-1]))[0] == pytest.approx(there)
    assert SMALL.weigh(SMALL.terms_in(sentences * 2))[0] == pytest.approx(there)


def test_it_weighs_the_same_whatever_order_sets_have() -> None:
    program = (
        "from afterword.recognition.words.sentences import sentences_of\n"
        "from afterword.recognition.meaning.wording import vocabulary\n"
        "said = sentences_of('We have decided to go on with someone whose work is nearer to ours.')\n"
        "print(vocabulary('en').weigh(vocabulary('en').terms_in(said))[0])"
    )

    def said(seed: str) -> str:
        told = subprocess.run(
            [sys.executable, "-c", program], env={"PYTHONHASHSEED": seed}, check=True, capture_output=True
        )
        return told.stdout.decode()

    assert said("1") == said("2")


@pytest.mark.parametrize("language", languages())
def test_every_language_has_its_words(language: str) -> None:
    known = weighed("0 " * 3, vocabulary(language))

    assert set(known) == {*KINDS_BY_WORDING, *PURPOSES}


@pytest.mark.parametrize("language", languages())
def test_every_language_is_fitted_to_its_texts_as_they_are(language: str) -> None:
    kept = tomllib.loads(FITTED.read_text(encoding="utf-8"))

    assert kept[language] == fitted_to(language), "run `make wording`"


@pytest.mark.parametrize(
    "number", ["0475 55 01 02", "+32 475 55 01 02", "06 12 34 56 78", "(030) 123 45 67", "02/344.55.66", "02 344 55 66"]
)
def test_a_telephone_number_says_nothing(number: str) -> None:
    said = "Bonjour Nadia, d'accord mais pas plus tard que lundi 26 octobre."
    with_number = wording_of(sentences_of(f"{said}\n{number}"), ("fr", "pt"))

    assert with_number.log_odds == wording_of(sentences_of(said), ("fr", "pt")).log_odds


@pytest.mark.parametrize("time", ["10:30 - 11:30", "05.10.2026, 14:00", "12/10 14.30"])
def test_a_line_with_a_day_and_an_hour_says_something(time: str) -> None:
    said = "Bonjour Nadia, d'accord."
    with_time = wording_of(sentences_of(f"{said}\n{time}"), ("fr",)).log_odds

    assert with_time["scheduled"] > wording_of(sentences_of(said), ("fr",)).log_odds["scheduled"]


def test_the_language_of_which_most_is_known_is_believed() -> None:
    said = sentences_of("Leider haben wir uns für eine andere Bewerberin entschieden.")

    assert wording_of(said, languages()).language["rejection"] == "de"


def test_a_word_that_many_languages_know_is_weighed_in_that_of_the_text() -> None:
    subject, text = sentences_of("Entrevista")[0], sentences_of("Oi Rafa, segue o endereço do escritório.")

    assert set(wording_of([subject, *text], languages()).language.values()) == {"pt"}


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("Entrevista", "Oi Rafa, segue o endereço: Rua das Flores, 41."),
        ("Entrevista", "Obrigada pelo envio!"),
        ("Re: Entrevista", "Perfeito, até lá!"),
        ("Re: Entrevista", "Chegou bem?"),
        ("Re: Entrevista", "Hola, te recibirá Marta."),
        ("Entrevista", "Buen fin de semana!"),
        ("Colloquio", "Ciao Chiara, l'indirizzo è via Farini 12."),
        ("Interview", "Can you bring your ID?"),
        ("Re: Interview", "Gut angekommen?"),
        ("Re: Entretien", "Bien rentrée ?"),
        ("Re: Gesprek", "Goed thuisgekomen?"),
    ],
)
def test_a_few_words_say_nothing_that_no_cue_says(subject: str, body: str) -> None:
    assert classify(subject, body).meanings == ()


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("Abbiamo già preso un altro tirocinante per il posto, ci dispiace.", "rejection"),
        ("Vorige week kozen wij iemand met meer ervaring in dit werk.", "rejection"),
        ("Editing test: you caught 31 of 36 errors, which is less than we hoped.", "feedback"),
    ],
)
def test_a_line_may_say_by_its_wording_what_no_cue_says(body: str, kind: str) -> None:
    found = classify("Application", body).says(cast(Kind, kind))

    assert found is not None
    assert found.confidence_if_matched >= UNSURE_BELOW


def test_what_is_fitted_tells_what_it_was_fitted_to() -> None:
    def text(words: str, *says: str) -> Text:
        keys = words.split()
        found = Words(frozenset(terms_of(keys)), frozenset(keys))
        return Text(found, found, frozenset(says), frozenset(KINDS_BY_WORDING))

    no = [
        text(f"we chose another {each}", "rejection")
        for each in ("person", "engineer", "friend", "writer", "cook", "nurse")
    ]
    yes = [
        text(f"we chose you as {each}", "offer") for each in ("person", "engineer", "friend", "writer", "cook", "nurse")
    ]
    rows = fitted([*no, *yes])

    assert rows["another"]["rejection"] > 0 > rows["another"]["offer"]
    assert rows["chose you"]["offer"] > 0 > rows["chose you"]["rejection"]
    assert "nurse" not in rows
    assert set(rows[INTERCEPT]) > {"rejection", "offer"}


@pytest.mark.parametrize(
    "said",
    [
        "Scrivo per conto dell'arch. Bottero, che la ringrazia.",
        "La riceve il sig. Conte con l'avv. Gallo e il geom. Riva.",
        "Le espera la Srta. Vidal con el arq. Soler.",
        "Ricevo io per il dott. Masi.",
    ],
)
def test_a_title_before_a_name_ends_no_sentence(said: str) -> None:
    assert [each.text for each in sentences_of(f"{said} Saluti.")] == [said, "Saluti."]
