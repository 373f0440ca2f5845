"""Counts, class by class, what recognition finds in labelled mails."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from afterword.eventlog.events import DecisionPromised, UserWrote
from afterword.recognition.mail import HELD, read_mail
from afterword.recognition.reading import UNSURE_BELOW, Finding, User

from .labelled import CLASSES, USER, WRONG_DAY, Labelled

_NOW = datetime(2030, 1, 1, tzinfo=UTC)  # later than every mail: one from the future counts as of now
_USER = User(name="Jane Doe", addresses=(USER,))
_CLASS_OF = {
    "RejectionReceived": "rejection",
    "ApplicationClosed": "withdrawn",
    "OfferReceived": "offer",
    "PositionPaused": "paused",
    "InterviewCancelled": "cancelled",
    "InterviewRescheduled": "rescheduled",
    "NewTimeProposed": "rescheduled",
    "InterviewScheduled": "scheduled",
    "InterviewInvited": "invited",
    "AssessmentRequested": "assessment",
    "FeedbackReceived": "feedback",
    "ApplicationAcknowledged": "acknowledged",
    "DecisionPromised": "promise",
}


class Judged(NamedTuple):
    """A labelled mail, the classes that recognition finds (`said`) and asks about (`asked`), and its findings."""

    mail: Labelled
    said: frozenset[str]
    asked: frozenset[str]
    findings: tuple[Finding, ...]

    @property
    def expected(self) -> frozenset[str]:
        """The right answer that is nearest to `said`."""
        return min(self.mail.expected, key=lambda each: len(each ^ self.said))

    @property
    def right(self) -> bool:
        return self.said & self.mail.judged in self.mail.expected


class Score(NamedTuple):
    """Of one class: the number of mails that have it, that it was found in, rightly, and that it was only asked about in."""

    name: str
    there: int
    found: int
    right: int
    asked: int

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.there if self.there else 1.0


class Promises(NamedTuple):
    """Promised days: found ones, missed ones (also if found for another day), and false ones."""

    hits: int
    missed: int
    false: int


def judge(mail: Labelled) -> Judged:
    """Read a mail as the service does."""
    findings = read_mail(mail.raw, user=_USER, received_at=None, now=_NOW).findings
    said = {name for each in findings if not _is_asked(each, mail) for name in _classes(each, mail)}
    asked = {name for each in findings if _is_asked(each, mail) for name in _classes(each, mail)}
    return Judged(mail, frozenset(said), frozenset(asked - said), findings)


def _is_asked(finding: Finding, mail: Labelled) -> bool:
    """Whether it is a question. What is none for a known application is none here in a mail that says something: it is known in life."""
    doubt = finding.evidence.doubt
    is_sure_if_matched = finding.confidence_if_matched >= UNSURE_BELOW and any(mail.expected)
    return doubt is not None and not (doubt == "confidence" and is_sure_if_matched)


def _classes(finding: Finding, mail: Labelled) -> Iterator[str]:
    """A finding's classes. A tentative one counts for nothing where no application is known: on unrelated mails; and that a meeting
    was held is none of the classes.
    """
    event = finding.event
    if isinstance(event, UserWrote):
        yield from event.purposes
    elif HELD in finding.evidence.cues or (finding.tentative and not any(mail.expected)):
        return
    elif isinstance(event, DecisionPromised) and mail.until not in (None, event.until):
        yield WRONG_DAY
    elif type(event).__name__ in _CLASS_OF:
        yield _CLASS_OF[type(event).__name__]


def promises(judged: Iterable[Judged]) -> Promises:
    """How many promised days were found; a day is also false where nothing, or another day, was promised."""
    hits = missed = false = 0
    for each in judged:
        said, expected = each.said & each.mail.judged, each.expected
        hit = "promise" in said & expected
        hits, missed = hits + hit, missed + ("promise" in expected and not hit)
        false += (WRONG_DAY in said) + ("promise" in said - expected)
    return Promises(hits, missed, false)


def scores(judged: Sequence[Judged]) -> list[Score]:
    """One row for each class that occurs among the labels or the answers."""
    there: Counter[str] = Counter(name for each in judged for name in each.expected)
    found: Counter[str] = Counter(name for each in judged for name in each.said & each.mail.judged)
    right: Counter[str] = Counter(name for each in judged for name in each.said & each.expected)
    asked: Counter[str] = Counter(name for each in judged for name in each.asked & each.expected)
    names = sorted((there.keys() | found.keys()) - {WRONG_DAY}, key=lambda name: ((*CLASSES, name).index(name), name))
    return [Score(name, there[name], found[name], right[name], asked[name]) for name in names]


def confusion(judged: Iterable[Judged]) -> Counter[tuple[str, str]]:
    """The counts of each pair of expected and found classes, joined by "+", "nothing" for none, of mails that are wrong."""
    counts: Counter[tuple[str, str]] = Counter()
    for each in judged:
        if not each.right:
            expected = "+".join(sorted(each.expected)) or "nothing"
            counts[expected, "+".join(sorted(each.said & each.mail.judged)) or "nothing"] += 1
    return counts
