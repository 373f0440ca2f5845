"""Appointments in words: the day, the time and the length that a mail names for a meeting."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache, lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from ..messages.markup import without_markup
from ..reading import USUAL_LENGTH
from ..words.cues import languages_of
from ..words.sentences import Sentence, sentences_of
from .dates import Context, Day, comparable, grammar
from .hours_in_words import hours_in_digits, is_afternoon
from .zones import zone_named, zones_named

LONGEST = timedelta(hours=10)
_MOST_SENTENCES = 80
_LONGEST_SENTENCE = 600
_SHORT_LINE = 90
_MOST_SENTENCES_BEHIND_DAY = 2
"""How far behind its day a time may stand, in short lines: date, place, time."""

_MOST_SENTENCES_BEFORE_BEGIN = 3
"""How far behind its day a time may stand at which something begins, or a row of a timetable behind the one before it."""

_MOST_WORDS_BEFORE_BEGIN = 6

_LARGEST_GAP = 45
_LARGEST_GAP_BEHIND_WEEK = 20
_MOST_APPOINTMENTS = 24
_OFFSET = re.compile(r"(t\d\d:\d\d(?::\d\d)?)[+-]\d\d:?\d\d\b")
_ABOUT = re.compile(r"\b(\d{1,2}(?:[:.]\d\d)?(?: ?[ap]m)?)-?ish\b")
_SEVERAL = 2
_DAYS_OF_A_WEEK = 7
_ENDS_OF_CLAUSES = ("", ",", ".", "!", "?", ";", ":")
_LONGEST_FAREWELL = 24
_DIGIT, _BESIDE = re.compile(r"\d"), re.compile(r"[\s,(]{1,3}")
_HALF_DAY, _AFTERNOONS, _HOURS = 12, range(1, 7), 24
_LONGEST_IN_HOURS, _LONGEST_IN_MINUTES = 8, 480


class Appointment(NamedTuple):
    """A meeting's time that a mail names: `start` and `end` in UTC, the zone that it was said in, and the naive time there (`local_start`).

    It lasts an hour if the mail names no length. `replaced` marks the old time of a meeting that moves.
    """

    start: datetime
    end: datetime
    zone: str
    local_start: datetime
    quote: str
    length_said: bool = False
    replaced: bool = False

    @property
    def is_asked_about(self) -> bool:
        """Whether it stands in a question."""
        return self.quote.endswith("?")


@lru_cache(maxsize=4)
def find_appointments(text: str, *, sent: datetime, zone: ZoneInfo) -> tuple[Appointment, ...]:
    """The appointments that a text names, in its order, at most 24. `sent` is aware; a time that names no zone is in `zone`.

    A weekday is the next one after the day of `sent`: who means this one says today.
    """
    sentences = sentences_of(without_markup(text))
    by_start: dict[datetime, Appointment] = {}
    for language in languages_of(sentences):
        for each in _Reader(language, sentences[:_MOST_SENTENCES], sent, zone).appointments():
            by_start[each.start] = _united(by_start.get(each.start, each), each)
    found = [each for each in by_start.values() if not _is_end_of_range(each, by_start.values())][:_MOST_APPOINTMENTS]
    all_old = all(each.replaced for each in found)
    return tuple(each._replace(replaced=each.replaced and not all_old) for each in found)


def _united(one: Appointment, other: Appointment) -> Appointment:
    """The same time as two languages read it: with a length, if one knows it, and replaced, if one says so."""
    longer = other if other.length_said and not one.length_said else one
    return longer._replace(replaced=one.replaced or other.replaced)


def times_of_day(text: str, language: str) -> Iterator[time]:
    """The times of day that a sentence names, whatever the day: "4pm", "half three"."""
    matches = _patterns(language).clock.finditer(hours_in_digits(comparable(text[:_LONGEST_SENTENCE]), language))
    yield from (clock.begins for match in matches if (clock := _clock(match)) is not None)


def _is_end_of_range(time: Appointment, others: Iterable[Appointment]) -> bool:
    """Whether it is only the end of another one: read in a language that lacks the other's word for "to", a range is two times."""
    return not time.length_said and any(
        other.length_said and other.start < time.start <= other.end and other.quote == time.quote for other in others
    )


class _Patterns(NamedTuple):
    clock: re.Pattern[str]
    between: re.Pattern[str]
    begins: re.Pattern[str]
    open_hours: re.Pattern[str]
    length: re.Pattern[str]
    no_length: re.Pattern[str]
    no_count: re.Pattern[str]
    span: re.Pattern[str]
    span_in_words: re.Pattern[str]
    replaced: re.Pattern[str]
    due: re.Pattern[str]
    directly_before: re.Pattern[str]
    weekday: re.Pattern[str]
    time_and_join: re.Pattern[str]
    between_days: re.Pattern[str]


class _Clock(NamedTuple):
    start: int
    end: int
    begins: time
    ends: time | None


@cache
def _patterns(language: str) -> _Patterns:
    words = grammar(language).words
    half = r"(?:\s?(?P<ap{0}>[ap](?:\.?|\.\s)m\b\.?))?(?:\s?(?P<oc{0}>{1})\b)?"
    hour = r"(?P<h{0}>\d{{1,2}})(?:(?P<sep{0}>[:.hu])(?P<mi{0}>\d{{2}})(?::\d{{2}})?(?!\d))?" + half
    first, last = hour.format(1, words["oclock"]), hour.format(2, words["oclock"])
    at = rf"(?:(?P<at>\b(?:{words['at']})|@)\s?)?"
    return _Patterns(
        re.compile(
            rf"{at}(?<![\d.,/:+-]){first}(?:\s?(?:{words['range']})\s?(?:(?:{words['at']})\s)?{last})?(?!:?\d|[/%])"
        ),
        re.compile(rf"\b{words['between']}"),
        re.compile(rf"^\W*$|\b(?:{words['begins']})(?: \S+){{0,{_MOST_WORDS_BEFORE_BEGIN}}} ?$"),
        re.compile(rf"\b(?:{words['open_hours']})"),
        re.compile(
            rf"\b(?:(?P<minutes>\d{{1,3}})[ -]?(?:{words['minutes']})|(?P<hours>\d{{1,2}})(?P<half>[.,]5)?[ -]?(?:{words['hours']})"
            rf"|(?P<an_hour>{words['an_hour']})|(?P<half_an_hour>{words['half_an_hour']}))\b"
        ),
        re.compile(rf"'? (?:{words['no_length']})\b"),
        re.compile(rf"$|[^\w ]| (?:{words['clock']['follows']})(?!\w)"),
        re.compile(rf"\b(?:[^\W\d]{{2,3}}\.?[-–]|(?:{'|'.join(words['weekdays'])})\.?\s?[-–]\s?)$"),
        re.compile(rf"\b(?:{'|'.join(words['weekdays'])}) (?:{words['range']}) $"),
        re.compile(
            rf"\b(?:{words['replaced']})(?: \w+){{0,2}}[,:]? ?$|(?<!\w)(?:{words['not_on']})(?: (?:{words['article']}))? ?$"
        ),
        grammar(language).right_before(words["due"]),
        re.compile(rf" ?(?:(?:{words['article']}) )?"),
        re.compile("|".join(words["weekdays"])),
        re.compile(
            rf"(?:\d(?:[ap]m|h)\b|[\d\s:.,/()–-]|\b(?:{words['at']}|{words['oclock']}|{words['range']}|{words['article']}|{words['to']}|{words['either']}|[ap]m)\b)++"
        ),
        re.compile(rf",? ?(?:/|(?:{words['between_days']})) ?(?:(?:{words['article']}) )?"),
    )


class _Reader:
    """Reads the appointments of sentences in one language."""

    def __init__(self, language: str, sentences: Sequence[Sentence], sent: datetime, zone: ZoneInfo) -> None:
        self._language = language
        self._words = _patterns(language)
        self._sent = sent
        self._sentences = sentences
        self._naming = grammar(language).naming_days(sentences)
        self._texts = [self._text(index) for index in range(len(sentences))]
        self._zones = [zone_named(each.text[:_LONGEST_SENTENCE]) for each in sentences]
        self._zone = next((each for each in self._zones if each is not None), zone)
        lengths = {length for text in self._texts for length in self._lengths(text)}
        self._only_length = next(iter(lengths)) if len(lengths) == 1 else None

    def _text(self, index: int) -> str:
        """A sentence in comparable form; where it or one shortly before it may name a day, with times in digits."""
        text = comparable(self._sentences[index].text[:_LONGEST_SENTENCE])
        if self._naming.isdisjoint(range(index - _MOST_SENTENCES_BEHIND_DAY, index + 1)):
            return text
        text = self._words.between.sub(r"@\1 - ", _ABOUT.sub(r"@\1", _OFFSET.sub(r"\1", text)))
        return hours_in_digits(text, self._language)

    def appointments(self) -> Iterator[Appointment]:
        context = Context(self._sent.date())
        before: tuple[int, Day] | None = None
        latest = 0
        for index, text in enumerate(self._texts):
            named = grammar(self._language).days(text, context, former=True) if index in self._naming else []
            named = _with_todays_weekday_ahead(self._in_their_weeks(named, text), context.today)
            single = _without_repeats([day for day in named if day.single is not None], text)
            days = [
                day for day in single if not (self._is_due(text, day) or self._words.span.search(text[: day.start]))
            ]
            clocks = list(self._clocks(text, named))
            taken = 0
            for clock, zone in zip(clocks, self._zones_of(index, len(clocks)), strict=True):
                day = self._day_of(clock, days, text)
                if day is not None:
                    for each in (*self._joined_to(day, days, text, taken), day):
                        yield self._appointment(index, clock, each, zone, replaced=self._is_replaced(text, each, clock))
                    taken = day.end
                elif not named and before is not None:
                    is_begin = self._begins(text, clock) and index - latest <= _MOST_SENTENCES_BEFORE_BEGIN
                    if is_begin or self._continues(before[0], index):
                        yield self._appointment(index, clock, before[1], zone, replaced=False)
                        latest = index
            if days:
                latest = index
                before = index, days[-1]

    def _in_their_weeks(self, days: Sequence[Day], text: str) -> Iterator[Day]:
        """The days, where a mere weekday behind a week or a later day is of that week: "next week Wednesday at 10 or Thursday at 2"."""
        before: Day | None = None
        for day in days:
            is_mere = day.single is not None and self._words.weekday.fullmatch(text, day.start, day.end) is not None
            if not is_mere:
                before = day
            elif before is not None and self._goes_on(text[before.end : day.start], before):
                before = _not_before(_first(before), day)
            else:
                before = None
            yield before or day

    def _goes_on(self, between: str, before: Day) -> bool:
        """Whether only a time, or a few words behind a week, stand between two days."""
        if before.single is None:
            return len(between) <= _LARGEST_GAP_BEHIND_WEEK and "," not in between and ";" not in between
        return self._words.time_and_join.fullmatch(between) is not None

    def _zones_of(self, index: int, times: int) -> Sequence[tzinfo]:
        """The zone of each time in a sentence: one for each where so many are named ("10 am PT / 1 pm ET"), else the same for all."""
        each = zones_named(self._sentences[index].text[:_LONGEST_SENTENCE]) if times > 1 else ()
        return each if len(each) == times else [self._zones[index] or self._zone] * times

    def _day_of(self, clock: _Clock, days: Sequence[Day], text: str) -> Day | None:
        """The day directly behind the time ("at 10 on Tuesday"), else the last one before it, else one soon behind it."""
        after = next((day for day in days if day.start >= clock.end), None)
        if after is not None and self._words.directly_before.fullmatch(text[clock.end : after.start]):
            return after
        before = next((day for day in reversed(days) if day.end <= clock.start), None)
        if before is not None:
            return before
        return after if after is not None and after.start - clock.end <= _LARGEST_GAP else None

    def _joined_to(self, day: Day, days: Sequence[Day], text: str, taken: int) -> Sequence[Day]:
        """The day before one that a time is for as well: of "Wednesday or Thursday at 10". It is none where it has a time of its own, that
        is before `taken`; a mere weekday is the last one before the other day: of "Thursday and Friday next week".
        """
        before = next((each for each in reversed(days) if taken <= each.start < each.end <= day.start), None)
        if before is None or self._words.between_days.fullmatch(text[before.end : day.start]) is None:
            return ()
        if self._words.weekday.fullmatch(text, before.start, before.end) is None:
            return (before,)
        ago = timedelta(days=(_single(day) - _single(before)).days % _DAYS_OF_A_WEEK)
        date_before = _single(day) - ago
        return (before._replace(earliest=date_before, until=date_before, single=date_before),) if ago else ()

    def _continues(self, earlier: int, index: int) -> bool:
        between = self._sentences[earlier : index + 1]
        lines = (line for each in between for line in each.as_written.split("\n"))
        return index - earlier <= _MOST_SENTENCES_BEHIND_DAY and all(len(line) <= _SHORT_LINE for line in lines)

    def _is_due(self, text: str, day: Day) -> bool:
        """Whether something is due by a day; a clause that is nothing but "until Friday at 10" is a farewell in many languages."""
        due = self._words.due.search(text[: day.start])
        if due is None:
            return False
        is_clause = text[: due.start()].rstrip()[-1:] in _ENDS_OF_CLAUSES and len(text) - day.end <= _LONGEST_FAREWELL
        return not (is_clause and self._words.clock.search(text, day.end))

    def _begins(self, text: str, clock: _Clock) -> bool:
        """Whether something begins at a time, or a row of a timetable with it."""
        return self._words.begins.search(text[: clock.start]) is not None

    def _clocks(self, text: str, days: Sequence[Day]) -> Iterator[_Clock]:
        if self._words.open_hours.search(text):
            return
        at = 0
        while match := self._words.clock.search(text, at):
            start, end = match.span("h1")[0], match.end()
            within = max((day.end for day in days if day.start < end and start < day.end), default=0)
            at = max(min(end, within or end), start + 1)
            if within or self._words.due.search(text[: match.start()]):
                continue
            clock = _clock(match, beside_day=self._is_beside_a_day(match, days))
            if clock is not None and not self._is_length(text, match):
                yield _in_the_afternoon(clock) if is_afternoon(text[: match.start()], self._language) else clock

    def _is_beside_a_day(self, match: re.Match[str], days: Sequence[Day]) -> bool:
        """Whether a number with minutes ("9.30", before or behind it), or two of them that nothing counts ("9-12"), are right beside a day
        that ends no span ("Monday to Friday 9-5").
        """
        text, start, end = match.string, match.start("h1"), match.end()
        ends = (day.end for day in days if not self._words.span_in_words.search(text[: day.start]))
        if any(_BESIDE.fullmatch(text, each, start) for each in ends):
            return match["sep1"] == "." or (
                match["h2"] is not None and self._words.no_count.match(text, end) is not None
            )
        return match["sep1"] == "." and any(_BESIDE.fullmatch(text, end, day.start) for day in days)

    def _is_length(self, text: str, match: re.Match[str]) -> bool:
        """Whether it is how long something lasts, beside a time that a word introduces: the "2 horas" of "a las 10, dura 2 horas"."""
        is_length = not match["at"] and self._words.length.fullmatch(match[0].strip()) is not None
        return is_length and bool(self._introduced_times(text))

    def _lengths(self, text: str) -> Iterator[timedelta]:
        """The lengths that a sentence names: "7 uur" is none where a word makes a time of it ("om 7 uur"), nor are "10 minutes early"."""
        found = list(self._words.length.finditer(text))
        times = self._introduced_times(text) if found else set()
        for match in found:
            is_none = match.start() in times or self._words.no_length.match(text, match.end())
            length = None if is_none else _length(match)
            if length is not None:
                yield length

    def _introduced_times(self, text: str) -> set[int]:
        """Where the times begin that a word introduces."""
        return {match.start("h1") for match in self._words.clock.finditer(text) if match["at"]}

    def _is_replaced(self, text: str, day: Day, clock: _Clock) -> bool:
        return bool(self._words.replaced.search(text[: min(day.start, clock.start)]))

    def _appointment(self, index: int, clock: _Clock, day: Day, zone: tzinfo, *, replaced: bool) -> Appointment:
        quote = self._sentences[index].text
        start = _moment(_single(day), clock.begins, zone)
        if start <= self._sent and day.until > _single(day):
            start = _moment(day.until, clock.begins, zone)
        local_start = start.astimezone(zone).replace(tzinfo=None)
        length = self._length_at(index, clock)
        end = start + (length or USUAL_LENGTH)
        return Appointment(start, end, str(zone), local_start, quote, length is not None, replaced)

    def _length_at(self, index: int, clock: _Clock) -> timedelta | None:
        if clock.ends is not None:
            span = _minutes(clock.ends) - _minutes(clock.begins)
            if 0 < span <= LONGEST.total_seconds() // 60:
                return timedelta(minutes=span)
        return next(self._lengths(self._texts[index]), self._only_length)


def _without_repeats(days: Sequence[Day], text: str) -> list[Day]:
    """The days without a weekday that only repeats the date before it ("12/05/2022 (Thursday), at 9 am"), or says on which one all
    dates are that follow ("each Thursday at 11: 19 March, 26 March and 2 April").
    """
    return [
        day
        for at, day in enumerate(days)
        if not _repeats_date(days[at - 1] if at else None, day, text) and not _is_of_all(day, days[at + 1 :], text)
    ]


def _is_of_all(day: Day, following: Sequence[Day], text: str) -> bool:
    """Whether it is the weekday of all the dates that follow, which are several."""
    if len(following) < _SEVERAL or _DIGIT.search(text, day.start, day.end):
        return False
    weekday = _single(day).weekday()
    return all(_DIGIT.search(text, each.start, each.end) and _single(each).weekday() == weekday for each in following)


def _repeats_date(before: Day | None, day: Day, text: str) -> bool:
    if before is None or _single(before).weekday() != _single(day).weekday():
        return False
    dated, plain = (_DIGIT.search(text, each.start, each.end) for each in (before, day))
    return dated is not None and plain is None and _BESIDE.fullmatch(text, before.end, day.start) is not None


def _with_todays_weekday_ahead(days: Iterable[Day], today: date) -> list[Day]:
    """The days, where today's weekday is that of the next week, unless today is named too: who means this one says so."""
    known = list(days)
    if any(day.single == day.until == today for day in known):
        return known
    return [day._replace(single=day.until) if day.single == today else day for day in known]


def _first(day: Day) -> date:
    return day.single or day.earliest


def _not_before(first: date, day: Day) -> Day:
    """The day, or the next one of its weekday from another day on."""
    if _single(day) >= first:
        return day
    moved = first + timedelta(days=(_single(day) - first).days % 7)
    return day._replace(single=moved, earliest=moved, until=moved)


def _single(day: Day) -> date:
    assert day.single is not None
    return day.single


def _moment(day: date, at: time, zone: tzinfo) -> datetime:
    return datetime.combine(day, at, zone).astimezone(UTC)


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def _clock(match: re.Match[str], *, beside_day: bool = False) -> _Clock | None:
    """The time, or None if nothing shows that the number is one: no minutes, "am", "o'clock", "at" before it, or a day beside it."""
    if not _is_time(match) and not beside_day:
        return None
    begins = _time(match, 1, match["ap1"] or _half_of_range(match))
    ends = _time(match, 2, match["ap2"]) if match["h2"] else None
    if begins is None:
        return None
    if ends is not None and ends < begins and match["ap2"] is None:
        ends = _half_a_day_later(ends)
    return _Clock(match.start("h1"), match.end(), begins, ends)


def _in_the_afternoon(clock: _Clock) -> _Clock:
    return clock._replace(begins=_half_a_day_later(clock.begins), ends=clock.ends and _half_a_day_later(clock.ends))


def _half_a_day_later(at: time) -> time:
    """The same hour in the afternoon, of a time in the morning."""
    return at.replace(hour=at.hour + _HALF_DAY) if at.hour < _HALF_DAY else at


def _is_time(match: re.Match[str]) -> bool:
    if match["sep1"] in (":", "h", "u") or match["ap1"] or match["at"]:
        return True
    return any(match[name] for name in ("oc1", "ap2", "oc2")) or (match["sep2"] == ":" and match["h2"] is not None)


def _half_of_range(match: re.Match[str]) -> str | None:
    """The "am" or "pm" of a range's end if it holds for its begin too: for the 2 of "2-3pm", not for the 11 of "11-1pm"."""
    return match["ap2"] if match["h2"] and int(match["h1"]) <= int(match["h2"]) else None


def _time(match: re.Match[str], number: int, half: str | None) -> time | None:
    """The time of a match's first or second hour: one to six are in the afternoon, for nobody meets at night."""
    hour, minute = int(match[f"h{number}"]), int(match[f"mi{number}"] or 0)
    if half and hour <= _HALF_DAY:
        hour = hour % _HALF_DAY + (_HALF_DAY if half.startswith("p") else 0)
    elif hour in _AFTERNOONS and match[f"h{number}"][0] != "0":
        hour += _HALF_DAY
    return time(hour, minute) if hour < _HOURS and minute < 60 else None  # noqa: PLR2004 - minutes of an hour


def _length(match: re.Match[str]) -> timedelta | None:
    if match["an_hour"]:
        return timedelta(hours=1)
    if match["half_an_hour"]:
        return timedelta(minutes=30)
    if match["minutes"]:
        minutes = int(match["minutes"])
        return timedelta(minutes=minutes) if 0 < minutes <= _LONGEST_IN_MINUTES else None
    hours = int(match["hours"]) + (0.5 if match["half"] else 0)
    return timedelta(hours=hours) if 0 < hours <= _LONGEST_IN_HOURS else None
