"""The job that a mail or a meeting is about, as far as it says: by what leads to a title, and by the words that titles are made of."""

import re
from collections.abc import Container, Iterator, Sequence
from functools import cache, lru_cache

from .mail_words import Lead, any_of, mail_words
from .proper_names import CAPITAL, is_no_name, name_shape, on_one_line
from .spelling_out import spelled_out
from .subjects import without_prefixes
from .word_cache import WordCache

_SHORTEST_TITLE = 3
_LONGEST_TITLE = 9
_GENDERS = r"\(?[mwfdhx]/[mwfdhx](?:/[mwfdhx])?\)?"
_IN_LOWER_CASE = r"[a-zà-ÿA-ZÀ-Þ][\w'’-]+(?: [\wà-ÿÀ-Þ'’-]+){0,4}"
_OPENING_QUOTE = "[«»„“\"'‘ ]*"


@lru_cache(maxsize=4)
def find_role(subject: str, text: str) -> str:
    """The job title that a mail is about: "Data Analyst" in "for the position of Data Analyst (m/w/d)"; "" if none is named."""
    bare = without_prefixes(subject[:300])
    places = (bare, on_one_line(text[:2000]))
    roles = (role for place in places for title in _led_to(place) if (role := _plausible_role(title)))
    return next(roles, "") or _bare_role(bare)


def role_of_meeting(title: str, description: str) -> str:
    """The job title that a meeting is about: by a lead ("for the role of …"), or a piece of its title that is one by itself."""
    pieces = (each for each in _TITLE_PIECES.split(title[:300]) if not _of_meetings().search(each))
    alone = (role for each in pieces if (role := _plausible_role(each)))
    return find_role(title, "") or next(alone, "") or find_role("", description)


_TITLE_PIECES = re.compile(r"\s*(?:<>|<->|//|[–—|:;,()\[\]]|\bx\b|\s/\s|\s-\s)\s*")


def has_role_word(text: str) -> bool:
    """Whether one of its words is a job title's: "Developer", "Softwareentwicklerin"."""
    words = _role_words()
    return any(words[each] for each in _WORD.findall(text)) or _role_phrase().search(text) is not None


_WORD = re.compile(r"\w+")
_MOST_BEFORE = 2


def titles_in(text: str, common: Container[str]) -> Iterator[tuple[int, int]]:
    """Where a folded text has a job title: the word that tells of one, up to two before it and the `common` one before those ("the
    Data Engineer"), and the one that it is joined to ("ingeniero de datos").
    """
    words = list(_WORD.finditer(text))
    for place, word in enumerate(words):
        if _role_words()[word[0]]:
            first = place
            while first > max(0, place - _MOST_BEFORE) and words[first - 1][0] not in common:
                first -= 1
            first -= first > 0 and words[first - 1][0] in common
            is_joined = place + 2 < len(words) and _join().fullmatch(words[place + 1][0]) is not None
            yield words[first].start(), words[place + 2 if is_joined else place].end()


@cache
def _join() -> re.Pattern[str]:
    return re.compile(any_of(lambda each: each.roles.joins))


def _led_to(place: str) -> Iterator[str]:
    """What stands where a job title is led to, lead by lead."""
    lowered = place.lower()
    for signs, pattern in _leads():
        if any(sign in lowered for sign in signs):
            yield from (match[1] for match in pattern.finditer(place))


def _plausible_role(title: str) -> str:
    title = _before_title().sub("", title)
    title = re.sub(r"\s*\([^()]{0,30}\)?\s*$", "", _cut().sub("", _strip_gender(title))).strip(" -–,(„“\"»«'’")
    words = title.split()
    if not 1 <= len(words) <= _LONGEST_TITLE or len(title) < _SHORTEST_TITLE or not has_role_word(title):
        return ""
    return title if not is_no_name(words[0]) or len(words) > 1 else ""


def _strip_gender(title: str) -> str:
    return re.sub(r"\s*\(?\b[mwfdhx]\s?/\s?[mwfdhx](?:\s?/\s?[mwfdhx])?\b\)?", "", title)


def _bare_role(subject: str) -> str:
    match = _bare().match(subject)
    return _plausible_role(_of_process().sub("", match[1])) if match else ""


@cache
def _title() -> str:
    joins = any_of(lambda each: each.roles.joins)
    word = rf"{CAPITAL}[\w/&+#.'’*:\-]{{0,40}}"
    further = r"[A-Z0-9À-Þ(][\w/&+#.'’*:()\-]{0,40}"
    of = rf"{any_of(lambda each: each.roles.of)}[a-zà-ÿ][\w'’-]{{2,40}}"
    return rf"{word}(?:[ ,]{{1,2}}(?:{of}|{joins}|&|-|–|/|{_GENDERS}|{further})){{0,8}}"


@cache
def _leads() -> Sequence[tuple[Sequence[str], re.Pattern[str]]]:
    return [(lead.signs, _after(lead)) for each in mail_words() for lead in each.roles.leads]


def _after(lead: Lead) -> re.Pattern[str]:
    title = f"{_title()}|{_IN_LOWER_CASE}" if lead.lower_case else _title()
    behind = f"(?={lead.behind})" if lead.behind else ""
    return re.compile(rf"(?i:\b(?:{lead.before})){_OPENING_QUOTE}({title}){behind}")


@cache
def _role_words() -> WordCache[bool]:
    """Whether a word is a job title's."""
    words, endings = any_of(lambda each: each.roles.words), any_of(lambda each: each.roles.endings)
    title = re.compile(rf"\w*{endings}|{words}", re.IGNORECASE)
    return WordCache(lambda word: title.fullmatch(word) is not None)


@cache
def _role_phrase() -> re.Pattern[str]:
    """What two words say together: "Scrum Master"."""
    phrases = [each for each in spelled_out(any_of(lambda each: each.roles.words)) if " " in each]
    return re.compile(rf"\b(?:{'|'.join(phrases)})\b", re.IGNORECASE)


@cache
def _cut() -> re.Pattern[str]:
    """What stands behind a title; the "in" of "Entwickler/in" doesn't."""
    ends = any_of(lambda each: each.roles.ends)
    return re.compile(rf"\s*(?:(?<![/*:_-])\b{ends}\b.*|[,;.!?:]\s.*|[.,;:!?–—-]+$|\s[–—|-]\s.*)$", re.DOTALL)


@cache
def _before_title() -> re.Pattern[str]:
    """A requisition's number, and whose role it is."""
    return re.compile(rf"^(?:(?:(?:R|REQ|JR|ID)[- ]?)?\d{{3,}}[\w-]*[ :–-]+|{name_shape()}['’]s )+")


@cache
def _bare() -> re.Pattern[str]:
    return re.compile(rf"^(?:[^:|]{{0,40}}[:|]\s+|[^–—]{{0,40}}\s[–—-]\s+)?({_title()})")


@cache
def _of_process() -> re.Pattern[str]:
    return re.compile(rf"(?i)\b{any_of(lambda each: each.roles.subjects)}\b.*")


@cache
def _of_meetings() -> re.Pattern[str]:
    return re.compile(rf"(?i){any_of(lambda each: each.roles.meetings)}")
