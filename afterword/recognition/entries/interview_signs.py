"""Whether a calendar entry is an interview of the user's: by its title, who takes part, and what its description says."""

import re
from collections.abc import Iterator
from functools import cache, cached_property
from typing import NamedTuple

from ...eventlog.events import Person
from ..meaning.classify import Classification, classify
from ..messages.addresses import company_of_domain, domain_of, is_freemail
from ..parties.names import begins_with
from ..parties.roles import has_role_word, role_of_meeting
from ..reading import User
from ..words.folding import fold
from ..words.mail_words import any_of
from .meeting_words import cues, words
from .vevent import Meeting

ALWAYS, CLEARLY, BY_ITS_TEXT, ASKED, MAYBE = 0.95, 0.9, 0.85, 0.7, 0.6
LARGEST_ROUND = 6
"""A meeting with more people from outside is no interview but a webinar."""

HIRING = "hiring is spoken of"
"""The sign of an entry whose description speaks of hiring."""

_LONGEST_TEXT = 1500


class Likelihood(NamedTuple):
    """How likely something is, 0.0 if it is not so, the words that show it, and how likely it is for a known application, if likelier."""

    confidence: float = 0.0
    signs: tuple[str, ...] = ()
    if_matched: float = 0.0


def interview_likelihood(meeting: Meeting, people: tuple[Person, ...], user: User) -> Likelihood:
    """How likely a calendar entry is an interview of the user's. `people` are those of the employer's side."""
    signs = _Signs(meeting, people, user)
    if meeting.repeats or signs.is_against or signs.is_of_others:
        return Likelihood()
    found = signs.of_a_day if meeting.all_day else next(signs.likelihoods(), Likelihood())
    return signs.doubted(found) if found.confidence else found


class _Signs:
    """What speaks for and against an interview, each looked for when it is asked for."""

    def __init__(self, meeting: Meeting, people: tuple[Person, ...], user: User) -> None:
        self._meeting = meeting
        self._people = people
        self._user = user
        self._title = fold(meeting.title)
        self._below = meeting.description[:_LONGEST_TEXT]
        self._description = fold(self._below)

    @property
    def is_against(self) -> bool:
        """Whether it is something else, whatever else it says."""
        return bool(self._in_title("against") or _first("against_below", self._description))

    @property
    def is_of_others(self) -> bool:
        """Whether somebody else is interviewed: whoever the title names, or whomever the user meets among colleagues."""
        if self._names_user:
            return self._is_among_colleagues and not self._in_title("strong")
        return (
            self._is_among_colleagues
            or self._is_users_invitation
            or self._in_title("of_others") != ""
            or self._names_a_candidate()
        )

    @property
    def of_a_day(self) -> Likelihood:
        """That of an entry without a time: only who is invited by somebody from outside, for one day, is expected there."""
        title = self._in_title("strong") or self._in_title("likely")
        is_invited = self._outside and not self._user.owns(self._meeting.organizer.address)
        return Likelihood(CLEARLY, (title,)) if title and is_invited and self._meeting.days == 1 else Likelihood()

    def likelihoods(self) -> Iterator[Likelihood]:
        """The surest first."""
        strong, likely = self._in_title("strong"), self._in_title("likely")
        if strong and (self._names_user or not self._text.unrelated):
            yield Likelihood(ALWAYS, (strong,))
        if likely and (self._names_user or (self._outside and not self._text.unrelated)):
            yield Likelihood(ALWAYS, (likely,))
        if tool := self._tool:
            yield Likelihood(CLEARLY, (tool,))
        yield from self._by_its_text()
        if self._is_round_from_outside:
            yield Likelihood(MAYBE, (self._in_title("weak") or "somebody from outside",))
        elif found := strong or likely:
            yield Likelihood(MAYBE, (found,))

    def doubted(self, found: Likelihood) -> Likelihood:
        """What a word of everyday appointments in the title leaves of a likelihood: it is one, or of the employer's name or of a job."""
        everyday = self._in_title("everyday")
        if not everyday or self._is_of_the_job(everyday):
            return found
        is_theirs, strong = self._is_in_their_domain(everyday), self._in_title("strong")
        is_with_user = self._names_user and self._outside
        if strong and is_with_user and is_theirs:
            return found
        is_asked = self._outside or self._title.index(strong) < self._title.index(everyday)
        if (strong and is_asked) or (is_with_user and self._in_title("likely")):
            return Likelihood(ASKED, found.signs, if_matched=found.confidence)
        return Likelihood(min(found.confidence, MAYBE), found.signs) if is_theirs else Likelihood()

    def _is_of_the_job(self, word: str) -> bool:
        """Whether a word stands in the job title that an interview is for."""
        return self._in_title("strong") != "" and word in fold(role_of_meeting(self._meeting.title, ""))

    def _is_in_their_domain(self, word: str) -> bool:
        return any(word in domain_of(each.address) for each in self._people)

    def _by_its_text(self) -> Iterator[Likelihood]:
        """What the description says: it names an interview, or hiring. Of the user's own note it is asked about."""
        named = _first("strong", self._description) or _first("likely", self._description)
        if self._is_round_from_outside and self._text.about_hiring and not self._text.unrelated:
            if named:
                yield Likelihood(BY_ITS_TEXT, (named,))
            if self._text.clearly_hiring or self._names_user:
                yield Likelihood(BY_ITS_TEXT, (HIRING,))
        elif not self._people:
            found = named or self._in_title("likely") or self._in_title("weak")
            if found and classify("", self._below).about_hiring:
                yield Likelihood(ASKED, (found,))

    def _in_title(self, name: str) -> str:
        return _first(name, self._title)

    @property
    def _tool(self) -> str:
        """What only a recruiting or a scheduling tool writes, in place, description or organizer."""
        meeting = self._meeting
        return _first("tools", fold(f"{meeting.location} {meeting.description} {meeting.organizer.address}"))

    @cached_property
    def _text(self) -> Classification:
        """What title and description say, read as a mail."""
        return classify(self._meeting.title, self._below)

    @cached_property
    def _names_user(self) -> bool:
        return not set(fold(self._user.name).split()).isdisjoint(re.findall(r"\w+", self._title))

    @cached_property
    def _outside(self) -> bool:
        """Whether somebody takes part who has a company's address."""
        return any(not is_freemail(domain_of(each.address)) for each in self._people if each.address)

    @property
    def _is_round_from_outside(self) -> bool:
        return self._outside and len(self._people) <= LARGEST_ROUND

    @property
    def _is_among_colleagues(self) -> bool:
        """Whether somebody else takes part who has an address in the domain of the user's, that of their present employer."""
        own = {domain_of(each) for each in self._user.addresses if not is_freemail(domain_of(each))}
        others = (self._meeting.organizer, *(each.person for each in self._meeting.attendees))
        return any(
            domain_of(each.address) in own and not self._user.owns(each.address) for each in others if each.address
        )

    @property
    def _is_users_invitation(self) -> bool:
        """Whether the user invites others: a candidate is invited."""
        return self._user.owns(self._meeting.organizer.address) and bool(self._people)

    def _names_a_candidate(self) -> bool:
        """Whether the title names another candidate than the user: "Interview: Jan Novak for Data Engineer"."""
        match = _candidate_pattern().search(self._meeting.title) if self._user.name else None
        if match is None or not has_role_word(match["role"]):
            return False
        companies = (company_of_domain(domain_of(each.address)) for each in self._people if each.address)
        return not any(begins_with(match["name"], each) for each in companies if each)


def _first(name: str, text: str) -> str:
    """The first cue of a list in a folded text, "" without."""
    match = cues()[name].search(text)
    return match[0] if match else ""


@cache
def _candidate_pattern() -> re.Pattern[str]:
    """A name of two or three words, at the beginning or behind a mark, before the role that it is a candidate for."""
    particles = any_of(lambda each: each.people.particles)
    name = rf"[A-ZÀ-Þ][\w'’.-]*(?: (?:{particles} ){{0,2}}[A-ZÀ-Þ][\w'’.-]*){{1,2}}"
    return re.compile(rf"(?:^|[:–—-]\s+)(?P<name>{name}) (?:{'|'.join(words()['applies_for'])}) (?P<role>.+)$")
