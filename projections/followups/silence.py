"""Waiting for an answer: until when there is nothing to do, and the one gentle nudge after it."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from afterword.eventlog.events import (
    ApplicationClosed,
    AssessmentRequested,
    DeadlinePassed,
    DecisionPromised,
    InterviewHeld,
    InterviewInvited,
    NewTimeProposed,
    OfferReceived,
    Person,
    PositionPaused,
    Recorded,
    RejectionReceived,
    WaitAnnounced,
)
from afterword.zones import zone_of

from ..applications import Application
from ..status import Because
from ..workdays import WorkCalendar
from .course import Course, course_of, has_no_purpose, has_purpose, is_withdrawal
from .items import Ending, Given, Item, Rules, because, name_item, settle
from .people import address_of, contact_of, last_mail_from, writer_of

LAPSES_AFTER = 15
"""Business days after which a nudge is not worth writing any more, and silence is the answer."""


class Silence(Struct, frozen=True, kw_only=True):
    """A time without a word from the employer, after an interview.

    `since` began it, `promise` says how long it was to last, `until` is the last day on which one waits, `opens` the moment
    from which a nudge may be written, and `ended_at` the moment at which it ended: None while it lasts.
    """

    since: Recorded
    promise: Recorded | None
    until: date
    opens: datetime
    ended_at: datetime | None
    asked: Recorded | None
    """The user's own unprompted nudge."""

    announced: Recorded | None = None
    """Their word that there is no answer before a day, where that is what one waits for."""

    @property
    def why(self) -> Recorded:
        """What says how long it was to last, else what began it."""
        return self.promise or self.announced or self.since


def deadline(promise: DecisionPromised | WaitAnnounced, zone: ZoneInfo) -> datetime:
    """The end of the promised day where the employer is, in UTC; where that is unknown, in the user's zone or UTC, the later."""
    known = zone_of(promise.zone)
    zones = [known] if known is not None else [zone, UTC]
    midnights = [datetime.combine(promise.until + timedelta(days=1), time(0), each) for each in zones]
    return max(each.astimezone(UTC) for each in midnights) - timedelta(seconds=1)


def unanswered_promise(application: Application, work: WorkCalendar) -> Recorded | None:
    """The latest promise, where no word of theirs and no decision followed it."""
    known = course_of(application, work)
    promise = next(reversed(application.of(DecisionPromised)), None)
    if promise is None or known.over or known.offer or known.pause:
        return None
    words = (each for each in known.employer_words if each.occurred_at > promise.occurred_at)
    return None if any(not _of_one_mail(each, promise) for each in words) else promise


def silences(course: Course, given: Given) -> list[Silence]:
    """Every silence since the first interview, oldest first; only the last one can still last."""
    if not course.days:
        return []
    beginnings = sorted(_beginnings(course), key=lambda each: each.occurred_at)
    decided = [each.occurred_at for each in course.application.facts if _ends_a_silence(each) or each in course.anew]
    ends: list[datetime | None] = [
        *(_ended_before(course, since, following, decided) for since, following in pairwise(beginnings))
    ]
    last = beginnings[-1]
    anew = next((each for each in course.anew if each.occurred_at > last.occurred_at), None)
    ends.append(_ended_before(course, last, anew, decided) if anew else _last_ended(course, last, given.now))
    return [_silence(course, since, ended_at, given.rules) for since, ended_at in zip(beginnings, ends, strict=True)]


def is_lapsed(silence: Silence, course: Course, given: Given) -> bool:
    """Whether it is known, from every mailbox, that the time has passed without a word."""
    if silence.opens > given.now or (silence.ended_at is not None and silence.ended_at <= silence.opens):
        return False
    if silence.promise is None:
        return not given.rules.unread_since(silence.opens)
    passed = [each.event for each in course.application.of(DeadlinePassed)]
    return any(isinstance(each, DeadlinePassed) and each.promise == silence.promise.source_key for each in passed)


def wait_ends_at(silence: Silence, zone: ZoneInfo) -> datetime:
    """When the time is over that was promised, or that one waits without a promise."""
    promise = silence.promise.event if silence.promise is not None else None
    return deadline(promise, zone) if isinstance(promise, DecisionPromised) else silence.opens


def closed_by_silence_at(course: Course, silence: Silence, given: Given) -> datetime | None:
    """When the last nudge could have been answered, or has lapsed; None while there is hope, or while one is put off."""
    if not is_lapsed(silence, course, given):
        return None
    nudge_items = list(nudges(course, silence, given))
    if any(each.live for each in nudge_items):
        return None
    ends = _given_up_at(course, silence, nudge_items, given.rules)
    return ends if ends <= given.now else None


def hoped_until(course: Course, silence: Silence, given: Given) -> date:
    """After a silence's time is over: the day on which the next nudge opens, else the last on which an answer is hoped for."""
    nudge_items = list(nudges(course, silence, given))
    coming = next((each.not_before for each in nudge_items if each.state == "upcoming"), None)
    return given.rules.work.local_day(coming or _given_up_at(course, silence, nudge_items, given.rules))


def last_question(course: Course, silence: Silence, given: Given) -> Because | None:
    """The last time that the user asked for news in a silence whose time is over: by a mail that was seen, or as they say."""
    asked = _questions(course, silence, list(nudges(course, silence, given)))
    return max(asked, key=lambda each: each.occurred_at, default=None)


def _given_up_at(course: Course, silence: Silence, nudge_items: list[Item], rules: Rules) -> datetime:
    """When silence is the answer: so many business days after the last question, or after the time to ask it."""
    asked = [each.occurred_at for each in _questions(course, silence, nudge_items)]
    return rules.work.add_business_days(max([silence.opens, *asked]), LAPSES_AFTER)


def _questions(course: Course, silence: Silence, nudge_items: list[Item]) -> tuple[Because, ...]:
    """What the user wrote to ask for news, and each nudge that they call done, though no mail of it was seen."""
    done = [each.at for each in nudge_items if each.at is not None and each.how == "done"]
    wrote = course.written("nudge", silence.since.occurred_at) + _asking_mails(course, silence.opens)
    return (*because(wrote), *(Because(event="TaskDone", occurred_at=each, quote="") for each in done))


def nudges(course: Course, silence: Silence, given: Given) -> Iterator[Item]:
    """The nudges of a silence that has lapsed, one at a time: the next opens only when the one before it is done and unanswered."""
    if not is_lapsed(silence, course, given):
        return
    opens, rules = silence.opens, given.rules
    for count in range(1 if silence.asked else 0, rules.at_most):
        item = _nudge(course, silence, opens, count, given)
        endings = [Ending(each.occurred_at, "seen_sent") for each in _asking_mails(course, opens)[:1]]
        if silence.ended_at is not None:
            endings.append(Ending(silence.ended_at, "moot"))
        settled = settle(item, endings, given)
        if settled is None:
            return
        yield settled
        if settled.at is None or settled.how not in {"seen_sent", "done"}:
            return
        opens = rules.work.add_business_days(settled.at, rules.unpromised_after)


def _asking_mails(course: Course, since: datetime) -> list[Recorded]:
    """The user's mails that ask for news, once the time is over: whoever writes then, and for nothing else that is known, asks."""
    return [
        each
        for each in course.user_words
        if each.occurred_at >= since and (has_purpose(each, "nudge") or has_no_purpose(each))
    ]


def _names(course: Course, silence: Silence, count: int, rules: Rules) -> Iterator[tuple[str, ...]]:
    """What the nudge's id is made of, as it is known now, and as it may have been known before: by another end of that interview day."""
    began, number = silence.promise or silence.since, [str(count)] if count else []
    yield began.source_key, *number
    if isinstance(began.event, InterviewHeld):
        day = rules.work.local_day(began.event.start)
        for each in course.application.of(InterviewHeld):
            if isinstance(each.event, InterviewHeld) and rules.work.local_day(each.event.start) == day:
                yield each.source_key, *number


def _nudge(course: Course, silence: Silence, opens: datetime, count: int, given: Given) -> Item:
    promise, rules = silence.promise, given.rules
    to = _whom_to_ask(course, promise)
    return Item(
        **name_item("nudge", _names(course, silence, count, rules), given),
        kind="nudge",
        not_before=opens,
        due=rules.work.off_a_day_off(rules.work.add_business_days(opens, 1)),
        lapses=rules.work.add_business_days(opens, LAPSES_AFTER),
        to=(to,) if to else (),
        because=(silence.why,),
        answers=promise if promise and address_of(promise) else last_mail_from(course, to),
        interview_at=course.days[-1].start,
        promised_until=promise.event.until if promise and isinstance(promise.event, DecisionPromised) else None,
    )


def _beginnings(course: Course) -> Iterator[Recorded]:
    """What a silence can begin with: the end of an interview day, and any later word of the employer's of the same application."""
    for day in course.days:
        yield replace(day.because[-1], occurred_at=day.end)
    yield from (each for each in course.employer_words if _follows_an_interview(course, each))


def _follows_an_interview(course: Course, word: Recorded) -> bool:
    return any(day.end < word.occurred_at for day in course.days_about(word.occurred_at))


def _silence(course: Course, since: Recorded, ended_at: datetime | None, rules: Rules) -> Silence:
    promise = _promise_standing_at(course, since)
    answers = [each for each in course.user_words if each.occurred_at > since.occurred_at]
    if promise is not None and isinstance(promise.event, DecisionPromised):
        opens = _after_grace(promise.event, rules)
        until = promise.event.until
    else:
        opens = _unpromised(course, since, answers, rules)
        until = rules.work.local_day(opens)
    return Silence(
        since=since,
        promise=promise,
        until=until,
        opens=opens,
        ended_at=ended_at,
        asked=next((each for each in answers if has_purpose(each, "nudge") and each.occurred_at < opens), None),
        announced=_announced(course, since, opens, rules),
    )


def _announced(course: Course, since: Recorded, opens: datetime, rules: Rules) -> Recorded | None:
    for each in course.application.of(WaitAnnounced):
        said_by_then = each.occurred_at <= since.occurred_at
        if said_by_then and isinstance(each.event, WaitAnnounced) and _after_grace(each.event, rules) == opens:
            return each
    return None


def _unpromised(course: Course, since: Recorded, answers: list[Recorded], rules: Rules) -> datetime:
    """So many business days after the last word of either side, and never before a promise of theirs has lapsed, or the day before
    which they said that there will be no answer.
    """
    last: datetime | None = since.occurred_at
    while last is not None:
        opens = rules.work.add_business_days(last, rules.unpromised_after)
        last = max((each.occurred_at for each in answers if last < each.occurred_at < opens), default=None)
    for each in course.application.of(DecisionPromised, WaitAnnounced):
        if isinstance(each.event, DecisionPromised | WaitAnnounced) and each.occurred_at <= since.occurred_at:
            opens = max(opens, _after_grace(each.event, rules))
    return opens


def _after_grace(promise: DecisionPromised | WaitAnnounced, rules: Rules) -> datetime:
    """The days of grace are whole ones: where the promise lapses on a day off, they begin when that day is over."""
    lapses = deadline(promise, rules.work.zone)
    day = rules.work.local_day(lapses)
    return rules.work.add_business_days(lapses if rules.work.is_workday(day) else rules.work.end_of(day), rules.grace)


def _promise_standing_at(course: Course, since: Recorded) -> Recorded | None:
    """The latest promise, unless the employer wrote after it, or an interview came after the promised day."""
    known = [each for each in course.application.of(DecisionPromised) if each.occurred_at <= since.occurred_at]
    if not known or not isinstance(known[-1].event, DecisionPromised):
        return None
    latest, until = known[-1], known[-1].event.until
    between = (each for each in course.employer_words if latest.occurred_at < each.occurred_at <= since.occurred_at)
    met_later = any(day.day > until and day.end <= since.occurred_at for day in course.days)
    return None if met_later or any(not _of_one_mail(each, latest) for each in between) else latest


def _ended_before(course: Course, since: Recorded, following: Recorded, decided: Iterable[datetime]) -> datetime:
    """When a silence ended that another followed, or a new application: with that, or with what ended it before, as it did then
    (`_last_ended`), such as what was `decided`.
    """
    began, heard = since.occurred_at, following.occurred_at
    set_up = [each for each in course.application.interviews if each.stands and each.end > began]
    ends = [*decided, *(max(each.standing_since, began) for each in set_up)]
    return min([each for each in ends if began <= each < heard], default=heard)


def _ends_a_silence(each: Recorded) -> bool:
    decided = isinstance(each.event, RejectionReceived | OfferReceived | PositionPaused | ApplicationClosed)
    asked = isinstance(each.event, InterviewInvited | NewTimeProposed | AssessmentRequested)
    return decided or asked or is_withdrawal(each) or has_purpose(each, "acceptance")


def _last_ended(course: Course, last: Recorded, now: datetime) -> datetime | None:
    """When a decision, a pause, or the next step that the employer asked for ended the last silence."""
    decided = [each.occurred_at for each in (course.over, course.offer, course.pause) if each]
    coming = [each for each in course.application.interviews if each.stands and not each.held and each.end > now]
    asked = course.application.of(InterviewInvited, NewTimeProposed, AssessmentRequested)[-1:]
    nexts = [
        *(max(each.standing_since, last.occurred_at) for each in coming),
        *(each.occurred_at for each in asked if each.occurred_at >= last.occurred_at),
    ]
    return min([*decided, *nexts], default=None)


def _of_one_mail(one: Recorded, other: Recorded) -> bool:
    mails = [getattr(each.event, "message_id", "") for each in (one, other)]
    return one.source_key == other.source_key or (mails[0] != "" and mails[0] == mails[1])


def _whom_to_ask(course: Course, promise: Recorded | None) -> Person | None:
    """Whoever made the promise, else the contact."""
    return (writer_of(course, promise) if promise is not None else None) or contact_of(course)
