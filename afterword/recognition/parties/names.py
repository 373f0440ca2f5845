"""How the names of companies and the titles of jobs are compared: by keys, or by how they begin."""

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from itertools import combinations

from ..messages.addresses import senders
from ..words.folding import fold
from ..words.mail_words import any_of, mail_words


@lru_cache(maxsize=8192)
def company_key(name: str) -> str:
    """The key by which companies are compared: "acme" for "Acme GmbH", "ACME Inc.", "The Acme" and "Acme Careers"."""
    return _joined(_distinctive_words(name, senders()["legal_forms"] | senders()["desk_words"]))


@lru_cache(maxsize=8192)
def shortened_keys(name: str) -> frozenset[str]:
    """The other keys that a company's domain may have, which leaves words out: "lindquist" for "Lindquist Systems", "cliniqueparc" for
    "Clinique du Parc", "ardan" for "Groupe Ardan"; never the first that does not say what kind of house it is.
    """
    lists = senders()
    words = _distinctive_words(name, lists["legal_forms"] | lists["desk_words"])[:_MOST_WORDS]
    telling = next((word for word in words if not (is_kind_of_house(word) or _small_word().fullmatch(word))), None)
    left = (each for length in range(1, len(words)) for each in combinations(words, length) if telling in each)
    return frozenset(key for each in left if len(key := _joined(each)) >= _SHORTEST_KEY)


_SHORTEST_KEY = 3


def is_kind_of_house(key: str) -> bool:
    """Whether a key says only what kind of house it is, or what it does: "hotel", "systems"."""
    lists = senders()
    return key in lists["lines_of_business"] or key in lists["offices"] or key in lists["kinds_of_houses"]


@cache
def _small_word() -> re.Pattern[str]:
    return re.compile(fold(any_of(lambda each: (*each.names.joins, *each.names.articles, *each.roles.joins))))


def spelling_in(text: str, joined: str) -> str:
    """The name in a text that a domain joins to one word: "Bad und Energie" for "badundenergie"; "" if it isn't there."""
    letters = _letters(joined)
    capitals = _capitals(letters[:1]).finditer(text) if letters else ()
    starts = (match.start() for match in capitals if _begins_a_word(text, match.start()))
    return next(filter(None, (_spelling_at(text[start : start + _LONGEST_NAME], letters) for start in starts)), "")


def spelling_of_domain(joined: str, *texts: str) -> str:
    """The name that a domain joins to one word, or else the one that it has with an addition ("getacme", "acmehq"), as the first of the
    texts has it that spells it; in capitals only where none spells it without.
    """
    for each in (joined, *without_additions(joined)):
        spellings = filter(None, (spelling_in(text, each) for text in texts))
        if spelled := min(spellings, key=str.isupper, default=""):
            return spelled
    return ""


@lru_cache(maxsize=1024)
def without_additions(joined: str) -> tuple[str, ...]:
    """What a domain's name may be an adorned form of: "acme" of "getacme"."""
    letters = _letters(joined)
    before, behind = senders()["before_names"], senders()["behind_names"]
    bare = [letters.removeprefix(each) for each in before] + [letters.removesuffix(each) for each in behind]
    return tuple(sorted({each for each in bare if _SHORTEST_PART <= len(each) < len(letters)}))


def _begins_a_word(text: str, place: int) -> bool:
    before = text[max(0, place - _MOST_OPENING) : place].rstrip(_OPENING)
    return not before or before[-1].isspace()


def _spelling_at(text: str, letters: str) -> str:
    """The first words of a text that have just these letters, with an "'s" at their end or in them, or without; "" if they have others."""
    text = text.replace("’", "'")
    return _words_with(text.replace("'s", ""), letters) or (_words_with(text, letters) if "'s" in text else "")


def _words_with(text: str, letters: str) -> str:
    beginning, words = "", text.split()[:_MOST_WORDS]
    for place, word in enumerate(words):
        beginning += _letters(word)
        if beginning == letters:
            return " ".join(words[: place + 1]).strip(_AROUND)
        if not letters.startswith(beginning):
            break
    return ""


@lru_cache(maxsize=256)
def _capitals(letter: str) -> re.Pattern[str]:
    """The capitals that a folded letter stands for ("A", "Ä" and "Á" for "a"); a digit stands for itself."""
    latin = (each for each in map(chr, range(_END_OF_LATIN)) if each.isupper() and fold(each)[0] == letter)
    return re.compile(f"[{re.escape(letter.upper())}{''.join(latin)}]")


_END_OF_LATIN = 0x250
_MOST_WORDS = 6
_SHORTEST_SHARED, _SHORTEST_PART = 5, 4
_LONGEST_NAME = 200
_MOST_OPENING = 4
_OPENING = "\"'“„«‘(*_["
_AROUND = f"{_OPENING}.,:;!?”»)]/|–-"


def begins_with(name: str, beginning: str) -> bool:
    """Whether a name begins with another, whatever their case and spaces."""
    return fold(name).replace(" ", "").startswith(fold(beginning).replace(" ", ""))


def is_within(one: str, other: str) -> bool:
    """Whether one of two keys of companies is in the other, as far as that says anything: "utiel" is in "bodegasutielalta"."""
    shorter, longer = sorted((one, other), key=len)
    return len(shorter) >= _SHORTEST_PART and shorter in longer


def is_shortened_to(name: str, joined: str) -> bool:
    """Whether a domain has the beginning of a name of several words: "Cobbs Garden Centre" for "cobbsgardens", no "Carla Rossi" for "carl"."""
    first, *others = name.split() or [""]
    beginning = _letters(name)[: max(_SHORTEST_SHARED, len(_letters(first)))]
    return bool(others) and len(beginning) >= _SHORTEST_SHARED and _letters(joined).startswith(beginning)


def _letters(name: str) -> str:
    return re.sub(r"[\W_]", "", fold(name))


def _joined(words: Iterable[str]) -> str:
    """The words as one, without the article with which domains begin: "hive" for "thehive"."""
    return _JOINED_ARTICLE.sub("", "".join(words))


_JOINED_ARTICLE = re.compile(r"^the(?=\w{4})")


def _distinctive_words(name: str, generic: frozenset[str]) -> list[str]:
    """The words of a name without an article or a legal form in front, and without those at its end that many names have: the `generic`
    ones.
    """
    words = re.findall(r"[^\W_]+", re.sub(r"(?<=\w)[.'’](?=\w)", "", fold(name)))
    while len(words) > 1 and words[-1] in generic:
        words.pop()
    in_front = senders()["articles"] | senders()["leading_forms"]
    while len(words) > 1 and words[0] in in_front:
        words.pop(0)
    return words


_ROLE_NOISE = re.compile(
    r"\((?:[^()]{0,40})\)|\[[^\]]{0,40}\]|\b[mfwdxh](?:\s?[/|*]\s?[mfwdxha]){1,3}\b|\ball genders\b"
    r"|\b(?:job|req|ref|id|nr|r)[-# .:]{0,3}\d{2,}\b|#\w+"
)
_ROLE_SPELLINGS = (
    (re.compile(r"\bsr\b"), "senior"),
    (re.compile(r"\bjr\b"), "junior"),
    (re.compile(r"\bback[ -]end\b"), "backend"),
    (re.compile(r"\bfront[ -]end\b"), "frontend"),
    (re.compile(r"\bfull[ -]?stack\b"), "fullstack"),
    (re.compile(r"\bdev[ -]ops\b"), "devops"),
    (re.compile(r"(?<=\w{3})(?:er|eur)(?:[*:_/(-]|/-)?in\b"), "er"),
)


@lru_cache(maxsize=8192)
def role_key(title: str) -> str:
    """The key by which job titles are compared: without "(m/w/d)", reference numbers, and the gender of its ending."""
    text = _ROLE_NOISE.sub(" ", fold(title)[:200])
    text = re.sub(r"\.(?=\s|$)", "", text)
    for pattern, spelling in _ROLE_SPELLINGS:
        text = pattern.sub(spelling, text)
    return " ".join(re.findall(r"(?:[^\W_]|[+#])+", text))


@lru_cache(maxsize=4096)
def comparable_role(title: str) -> str:
    """The key of a job title in which words for the same job are one, whoever has it: a developer is an engineer, and "technicienne"
    and "Technicien·ne" are "technicien"; "" for one that says only what kind of work it is ("Internship").
    """
    synonyms = _synonyms()
    words = role_key(_BOTH_GENDERS.sub("", title[:_LONGEST_TITLE])).split()
    if all(map(_kind_of_work().fullmatch, words)):
        return ""
    return " ".join(synonyms.get(word, word) for word in map(_without_gender, words))


_LONGEST_TITLE = 400
_BOTH_GENDERS = re.compile(r"(?<=\w{3})[·•/.-](?:n?e|s?se|ve|euse|[tr]*rice|i?[èe]re|[ao]|ora)\b")
"""The other ending of a title for women and men: the "/a" of "Addetto/a"."""

_GENDERS = (
    (re.compile(r"(?<=\w{3})[aeo]{1,2}$"), ""),
    (re.compile(r"(?<=\w{2})eus$"), "eur"),
    (re.compile(r"(?<=\w{2})(?:teur|tric|tor)$"), "tor"),
    (re.compile(r"(?<=\w{2})ienn$"), "ien"),
    (re.compile(r"(?<=\w{2})[fv]$"), "v"),
)
"""How endings for women and men become one, in a word of a comparable key, which nobody reads."""

_SHORTEST_WITH_GENDER = 6


def _without_gender(word: str) -> str:
    if len(word) >= _SHORTEST_WITH_GENDER:
        for ending, one in _GENDERS:
            word = ending.sub(one, word)
    return word


def is_similar_role(one: str, other: str) -> bool:
    """Whether two titles, by their comparable keys, may be of the same job: all words of one are in the other, or initials of words there."""
    words, others = set(one.split()), set(other.split())
    return words <= others | _initials(other) or others <= words | _initials(one)


@lru_cache(maxsize=4096)
def _initials(title: str) -> frozenset[str]:
    """What may stand for words of a title that follow each other: "sre" for "site reliability engineer", "cnm1" with a number behind."""
    words = title.split()
    found = set()
    for first, last in combinations(range(len(words) + 1), 2):
        begun = words[first:last]
        number = begun.pop() if begun[-1].isdigit() else ""
        if len(begun) > 1 and not any(each.isdigit() for each in begun):
            found.add("".join(each[0] for each in begun) + number)
    return frozenset(found)


def may_be_one_role(one: str, other: str) -> bool:
    """Whether two titles as written, "" for none, may be of the same job."""
    return is_similar_role(comparable_role(one), comparable_role(other))


@cache
def _kind_of_work() -> re.Pattern[str]:
    return re.compile(fold(any_of(lambda each: each.roles.kinds)))


@cache
def _synonyms() -> dict[str, str]:
    synonyms = (pair for each in mail_words() for pair in each.roles.synonyms.items())
    return {_without_gender(word): same for word, same in synonyms}
