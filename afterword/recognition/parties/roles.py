"""The job title that a mail or a meeting is about: found behind what leads to titles, and by the words that titles have."""

import re
from collections.abc import Container, Iterator, Sequence
from functools import cache, lru_cache
from itertools import chain, pairwise

from ..messages.subjects import without_prefixes
from ..words.folding import fold
from ..words.mail_words import Lead, any_of, mail_words
from ..words.spelling_out import spelled_out
from ..words.word_cache import WordCache
from .names import begins_with
from .proper_names import CAPITAL, is_no_name, labelled_line, name_shape, with_single_spaces

_SHORTEST_TITLE = 3
_FAR = 2000
_LONGEST_TITLE = 9
_GENDERS = r"\(?[mwfdhx]/[mwfdhx](?:/[mwfdhx])?\)?"
_ENDINGS = r"(?:\((?:-?[a-zà-ÿ]{1,5})\)|[·•][a-zà-ÿ]{1,5}\b)"
"""Of a title for women and men alike: "Contrôleur(se)", "Développeur·euse"."""

_IN_LOWER_CASE = rf"[a-zà-ÿA-ZÀ-Þ][\w'’-]+{_ENDINGS}?(?: [\wà-ÿÀ-Þ'’-]+){{0,4}}"

_OPENING_QUOTE = "[«»„“\"'‘ ]*"


@lru_cache(maxsize=4)
def find_role(subject: str, text: str) -> str:
    """The job title that a mail is about: "Data Analyst" in "for the position of Data Analyst (m/w/d)"; "" if none is named."""
    bare = without_prefixes(subject[:300])
    begins = text[:_FAR]
    labelled = ((each[1], False) for each in _labelled_pattern().finditer(begins))
    line = with_single_spaces(begins)
    found = chain(_after_leads(bare), labelled, _after_leads(line))
    roles = (role for title, firm in found if (role := _plausible_role(title, firm=firm)))
    in_lower_case = (
        role for place in (bare, line) for each in _in_lower_case(place) if (role := _plausible_role(each))
    )
    return next(roles, "") or _bare_role(bare) or next(in_lower_case, "") or _part_that_is_a_title(bare)


def role_of_meeting(title: str, description: str) -> str:
    """The job title that a meeting is about: behind a lead ("for the role of …"), or a piece of the meeting's title by itself; "" if none."""
    pieces = (each for each in _TITLE_PIECES.split(title[:300]) if not _meeting_pattern().search(each))
    alone = (role for each in pieces if (role := _plausible_role(each)))
    return find_role(title, "") or next(alone, "") or find_role("", description)


_TITLE_PIECES = re.compile(r"\s*(?:<>|<->|//|[–—|:;,()\[\]]|\bx\b|\s/\s|\s-\s)\s*")


def role_above(company: str, text: str) -> str:
    """The job title on the line above a company's name, or before it on its line, as job boards show a job: "Data Analyst · Acme · Rome".

    Above a company and its place ("Acme - Leeds") it need have no word of job titles.
    """
    found = (_plausible_role(title, firm=firm) for title, firm in _next_to_company(company, text))
    return next(filter(None, found), "")


def _next_to_company(company: str, text: str) -> Iterator[tuple[str, bool]]:
    """What stands above a company's name and then what stands before it, and whether it is a title whatever its words are."""
    lines = [line for each in text[:_FAR].split("\n") if (line := each.strip())]
    for before, line in pairwise(lines):
        if begins_with(line, company):
            yield before, _AND_A_PLACE.search(line) is not None and _may_be_title(before)
    for line in lines:
        title, dot, rest = line.partition(" · ")
        if dot and begins_with(rest, company):
            yield title, False


_AND_A_PLACE = re.compile(r" [·–-] [A-ZÀ-Þ]")


def _may_be_title(line: str) -> bool:
    return line[0].isupper() and line[-1] not in ".!?:"


def names_a_job(subject: str) -> bool:
    """Whether a subject begins with a job title of several words: "Data Analyst", "Re: Data Analyst - Acme"; a single one ("Dentist") may
    be of whoever the user has an appointment with.
    """
    title = _bare_role(bare := without_prefixes(subject))
    return " " in title and bare.startswith(title)


def without_company(title: str, company: str) -> str:
    """A job title without the company behind it: "Receptionist" in "Receptionist at Acme"."""
    if not company or not fold(title).endswith(fold(company)):
        return title
    behind = any_of(lambda each: each.companies.behind_roles)
    return re.sub(rf"\s+{behind}\s+{re.escape(company)}$", "", title, flags=re.IGNORECASE)


def job_in(sentence: str) -> str:
    """The job title that a sentence names: behind a lead, or by itself behind a comma or a colon ("we have another post, Clerk")."""
    pieces = _PIECES.split(sentence.rstrip(" .!?;)"))[1:]
    alone = (each for each in pieces if _whole_title().fullmatch(each) and has_role_word(each))
    return find_role("", sentence) or next(alone, "")


_PIECES = re.compile(r"[,:(]\s+|\s[–—-]\s|\(")


@cache
def _whole_title() -> re.Pattern[str]:
    return re.compile(_title())


def has_role_word(text: str) -> bool:
    """Whether one of its words is a job title's: "Developer", "Softwareentwicklerin"."""
    words = _role_words()
    return any(words[each] for each in _WORD.findall(text)) or _role_phrase().search(text) is not None


_WORD = re.compile(r"\w+")
_MOST_BEFORE = 2


def titles_in(text: str, common: Container[str]) -> Iterator[tuple[int, int]]:
    """The [start, end) of each job title in a folded text.

    It is a word of job titles with up to two others and a `common` one before it ("the Data Engineer"), or with one that is joined to
    it ("ingeniero de datos").
    """
    words, of_titles = list(_WORD.finditer(text)), _folded_role_words()
    for place, word in enumerate(words):
        if of_titles[word[0]]:
            first = place
            while first > max(0, place - _MOST_BEFORE) and words[first - 1][0] not in common:
                first -= 1
            first -= first > 0 and words[first - 1][0] in common
            is_joined = place + 2 < len(words) and _join().fullmatch(words[place + 1][0]) is not None
            yield words[first].start(), words[place + 2 if is_joined else place].end()


@cache
def _join() -> re.Pattern[str]:
    return re.compile(any_of(lambda each: each.roles.joins))


def _after_leads(place: str) -> Iterator[tuple[str, bool]]:
    """What follows a lead to job titles, lead by lead, and whether the lead is a firm one."""
    for number, lead in _leads_in(place):
        yield from ((match[1], lead.firm) for match in _after(number).finditer(place))


def _in_lower_case(place: str) -> Iterator[str]:
    """What follows a lead in lower case, as far as its words are those of titles: "technicienne comptable" before "affiché sur"."""
    for number, lead in _leads_in(place):
        if not lead.behind:
            yield from (match[1] for match in _after_in_lower_case(number).finditer(place))


def _leads_in(place: str) -> Iterator[tuple[int, Lead]]:
    """The leads with a sign in a text, each with its number: their patterns are compiled only where they are needed."""
    lowered = place.lower()
    return ((number, lead) for number, lead in enumerate(_leads()) if any(sign in lowered for sign in lead.signs))


def _plausible_role(title: str, *, firm: bool = False) -> str:
    title = _steps_in_front_pattern().sub("", _before_title_pattern().sub("", title))
    title = _cut_pattern().sub("", _GENDERED.sub("", title))
    title = re.sub(r"\s*\([^()]{0,30}\)?\s*$", "", title).strip(" -–,(„“\"»«'’")
    title = _BEHIND_TITLE.sub("", title)
    words = title.split()
    if not 1 <= len(words) <= _LONGEST_TITLE or len(title) < _SHORTEST_TITLE or not (firm or has_role_word(title)):
        return ""
    if _step_pattern().search(title):
        return ""
    return title if not is_no_name(words[0]) or len(words) > 1 else ""


_BEHIND_TITLE = re.compile(r"(?:\s+(?:(?:[4-9]0\s?[-–]\s?)?(?:[4-9]0|100)|(?:[A-Z]{1,4}[-/])?\d{3,}(?:[-/]\w+)*))+$")
"""How many per cent of full time, as in Switzerland, and a requisition's number."""


_GENDERED = re.compile(r"\s*\(?\b[mwfdhx]\s?/\s?[mwfdhx](?:\s?/\s?[mwfdhx])?\b\)?", re.IGNORECASE)


@lru_cache(maxsize=4)
def _bare_role(subject: str) -> str:
    if not has_role_word(subject):
        return ""
    patterns = (_bare_pattern(), _title_at_beginning())
    matches = (pattern.match(part) for pattern in patterns for part in subject.split(" / "))
    roles = (_plausible_role(_process_pattern().sub("", match[1])) for match in matches if match)
    return next(filter(None, roles), "")


def _part_that_is_a_title(subject: str) -> str:
    """The part of a subject that is nothing but a title in lower case, as who is in a hurry writes: "another one: packaging designer"."""
    parts = (_steps_in_front_pattern().sub("", part.strip()) for part in _SUBJECT_PARTS.split(subject))
    return next((part for part in parts if _is_a_title(part)), "")


_SUBJECT_PARTS = re.compile(r"\s*[:|]\s+|\s[–—-]\s")
_LONGEST_BARE_TITLE = 3
_LONGEST_PREPOSITION = 3


def _is_a_title(part: str) -> bool:
    """Whether it is in lower case, and its first or last word is one of job titles, without a word for a step of hiring or
    for who takes it, without one of no name, and without a preposition before it ("for", "di").
    """
    words = part.split()
    if not part.islower() or len(words) > _LONGEST_BARE_TITLE or _hiring_word().search(part):
        return False
    if len(words[0]) <= _LONGEST_PREPOSITION:
        return False
    return any(_role_words()[each] for each in (words[0], words[-1])) and not any(map(is_no_name, words))


@cache
def _hiring_word() -> re.Pattern[str]:
    words = any_of(
        lambda each: (*each.roles.subjects, *each.roles.meetings, *each.companies.subjects, *each.people.recruiter)
    )
    return re.compile(rf"\b{words}", re.IGNORECASE)


@cache
def _title() -> str:
    joins = rf"{any_of(lambda each: each.roles.joins)}\b"
    word = rf"{CAPITAL}[\w/&+#.'’*:\-]{{0,40}}{_ENDINGS}?"
    further = r"[A-Z0-9À-Þ(][\w/&+#.'’*:()\-]{0,40}"
    return rf"{word}(?:[ ,]{{1,2}}(?:{_of_something()}|{joins}|&|-|–|/|{_GENDERS}|{further}|{_further_word()})){{0,8}}"


def _of_something() -> str:
    """As in "Leiterin der Buchhaltung"."""
    return rf"{any_of(lambda each: each.roles.of)}[a-zà-ÿ][\w'’-]{{2,40}}"


def _further_word() -> str:
    """A word in lower case with which a title goes on: "Assistant comptable", "Comptable général(e)"."""
    further = any_of(lambda each: each.roles.further)
    return _with_ending(rf"{further}|{_role_word()}")


def _with_ending(words: str) -> str:
    """Words in lower case, with the other ending of women or men if there is one."""
    return rf"(?:{words})(?:/[a-zà-ÿ]{{1,4}})?(?![\w-]){_ENDINGS}?"


@cache
def _labelled_pattern() -> re.Pattern[str]:
    return re.compile(labelled_line(any_of(lambda each: each.roles.labels), shortest=3, longest=121))


@cache
def _leads() -> Sequence[Lead]:
    return [lead for each in mail_words() for lead in each.roles.leads]


@cache
def _after_in_lower_case(number: int) -> re.Pattern[str]:
    """A lead with the titles in lower case behind it, for one that needs nothing behind the title."""
    return re.compile(rf"(?i:\b(?:{_leads()[number].before})){_OPENING_QUOTE}({_title_in_lower_case()})")


@cache
def _title_in_lower_case() -> str:
    return rf"(?-i:{_with_ending(_role_word())}(?: (?:{_of_something()}|{_further_word()})){{0,4}})"


@cache
def _after(number: int) -> re.Pattern[str]:
    lead = _leads()[number]
    title = f"{_title()}|{_IN_LOWER_CASE}" if lead.lower_case else _title()
    behind = f"(?={lead.behind})" if lead.behind else ""
    return re.compile(rf"(?i:\b(?:{lead.before})){_OPENING_QUOTE}({title}){behind}")


@cache
def _role_words() -> WordCache[bool]:
    """Whether each word is one of job titles."""
    title = re.compile(_role_word(), re.IGNORECASE)
    return WordCache(lambda word: title.fullmatch(word) is not None)


@cache
def _folded_role_words() -> WordCache[bool]:
    """The same of folded words, in which "Köchin" is "koechin"."""
    title = re.compile(fold(_role_word()))
    return WordCache(lambda word: title.fullmatch(word) is not None)


def _role_word() -> str:
    words, endings = any_of(lambda each: each.roles.words), any_of(lambda each: each.roles.endings)
    return rf"\w*{endings}|{words}(?:in)?"


@cache
def _role_phrase() -> re.Pattern[str]:
    """Titles whose words are none by themselves: "Scrum Master", "sage-femme"."""
    phrases = [each for each in spelled_out(any_of(lambda each: each.roles.words)) if re.search("[ -]", each)]
    return re.compile(rf"\b(?:{'|'.join(phrases)})\b", re.IGNORECASE)


@cache
def _cut_pattern() -> re.Pattern[str]:
    """What is cut behind a title; not the "in" of "Entwickler/in"."""
    ends = any_of(lambda each: each.roles.ends)
    joins = any_of(lambda each: (*each.people.joins, *each.roles.joins))
    return re.compile(
        rf"\s*(?:\b{joins}$|(?<![/*:_-])(?<!- )\b{ends}\b.*|[,;.!?:]\s.*|[.,;:!?–—-]+$|\s[–—|/-]\s.*)$", re.DOTALL
    )


@cache
def _before_title_pattern() -> re.Pattern[str]:
    """What is cut before a title: a requisition's number, a company's name ("Acme's …"), and whose it is ("Your …")."""
    number = r"(?:(?:R|REQ|JR|ID)[- ]?|[A-Z]{1,5}-?(?=\d{4}))?\d{3,}[\w-]*[ :–-]+"
    your = any_of(lambda each: each.companies.your)
    return re.compile(rf"^(?:{number}|{name_shape()}['’]s |(?i:{your}) )+")


@cache
def _bare_pattern() -> re.Pattern[str]:
    """As in "Cancelled: Interview Data Analyst", "Einladung zum Vorstellungsgespräch Buchhalterin"."""
    return re.compile(rf"^(?:[^:|]{{0,40}}[:|]\s+|[^–—]{{0,40}}\s[–—-]\s+)?(?:{_step_in_front()})*({_title()})")


@cache
def _title_at_beginning() -> re.Pattern[str]:
    """As in "Data Analyst - interview at the client's"."""
    return re.compile(rf"^(?:{_step_in_front()})*({_title()})")


@cache
def _steps_in_front_pattern() -> re.Pattern[str]:
    return re.compile(rf"^(?:{_step_in_front()})+")


def _step_in_front() -> str:
    """As in "Interview Data Analyst"."""
    return rf"(?>(?i:{_steps()}))\s+"


@cache
def _steps() -> str:
    """The steps of hiring, of several that begin alike the longest first."""
    steps = {step for each in mail_words() for step in (*each.roles.subjects, *each.roles.steps)}
    return "|".join(sorted(steps, key=lambda step: (-len(step), step)))


@cache
def _process_pattern() -> re.Pattern[str]:
    return re.compile(rf"(?i)\b{any_of(lambda each: each.roles.subjects)}\b.*")


@cache
def _step_pattern() -> re.Pattern[str]:
    """A step of hiring, where a title might stand: "Recruiter Screen", "Entrevista técnica"; not "Responsable Entretien"."""
    who_hires = any_of(lambda each: (*each.people.recruiter, *each.people.the_hiring_manager))
    meeting = any_of(lambda each: each.roles.meetings)
    return re.compile(rf"(?i)^(?:{_steps()}|{who_hires}\b.*\b{meeting})$")


@cache
def _meeting_pattern() -> re.Pattern[str]:
    return re.compile(rf"(?i){any_of(lambda each: each.roles.meetings)}")
