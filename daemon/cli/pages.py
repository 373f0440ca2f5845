"""What people see: the status, a timeline, lessons and reports."""

import shlex
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, get_args

import click

from daemon import words
from daemon.dates import brief_date, brief_day, brief_moment, exact_moment
from daemon.lookup import name_of
from daemon.progress import NoProgress
from projections.author import how_to_tell_an_address
from projections.drafts import TO_ONESELF
from projections.status import MORE_THAN_ONE_FITS, Because, Closed, DraftText, Owed, Stage, Status, Unsure, Waiting

from .layout import Line, Page, Row
from .text import is_terminal, paragraph, printable

if TYPE_CHECKING:
    from daemon.doctor import Check
    from daemon.progress import Progress
    from daemon.queries import Entry, Timeline
    from daemon.service import SyncReport
    from projections.lessons import Lesson

_MOST_CLOSED = 3
_MOST_NAMED = 10
_IN_ONE_MAIL = {"rejection_reply": "", "feedback_request": "and ask for feedback in it"}
"""Kinds of items that one mail may do for, the one that it is called by first; what the others add to it."""

_HOW = {
    "seen_sent": "seen in your sent mail",
    "done": "done",
    "dismissed": "dismissed",
    "lapsed": "lapsed",
    "moot": "no longer needed",
}
_Why = Callable[[Sequence[Because], datetime], Iterator[Line]]
_TOLD = {
    "UserWrote": "you wrote",
    "InterviewScheduled": "they wrote of an interview",
    "InterviewInvited": "invited to an interview",
    "DecisionPromised": "promise made",
    "WaitAnnounced": "they asked to wait",
}
"""What happened on the day of a mail, where the event's name may be read as what it speaks of: that is on another day."""

_ASKED = {"UserWrote": "you asked for news", "TaskDone": "you asked for news"}
"""What one waits for after a time is over: a mail of the user's own, or a nudge that they call done."""


def say(sentence: str) -> None:
    """Print a sentence of ours that may hold words from mail."""
    click.echo(paragraph(sentence, sys.stdout))


def say_indented(line: str, columns: int, *, dim: bool = False) -> None:
    """Print a line of ours or of mail's, that far to the right; nothing for an empty one."""
    if line:
        said = " " * columns + printable(line)
        click.echo(click.style(said, dim=True) if dim else said)


def show_status(status: Status, *, named: str | None = None, was_read: bool = False) -> None:
    """The status as a page: what is owed, waited for and unsure, what comes, what was closed of late (of the one that is `named`, whatever was), and
    every application.
    """
    page = Page()
    if status.applications or status.unsure:
        _show_sections(page, status, most_closed=None if named else _MOST_CLOSED)
    else:
        page.say(Line(_nothing(status, named, was_read=was_read)))
    for trouble in status.troubles:
        page.blank()
        page.say(Line(trouble, "yellow"))


def _show_sections(page: Page, status: Status, *, most_closed: int | None) -> None:
    now = status.now
    page.say(Line(exact_moment(now), "dim"))
    to_answer = list(_to_answer(status))
    if not (status.owed or to_answer):
        page.blank()
        page.say(Line("Nothing to do.", "bold"))
    page.section("You owe", [_owed(each, now, _why) for each in _mails(status.owed)])
    page.section("Yours to answer", to_answer)
    page.section("Wait until", [_wait(each, now) for each in status.waiting if not each.note])
    page.section("Not known yet", [_not_known(each, now) for each in status.waiting if each.note])
    page.section("Unsure: is this so?", list(_unsure(status)))
    page.section("Coming", list(_coming(status)))
    page.section("Closed", [_closed(each, now) for each in status.closed[:most_closed]])
    page.section("Applications", list(_applications(status)))


def show_timeline(timeline: "Timeline", now: datetime) -> None:
    """One application: what happened, oldest first, then what is owed, with why and the drafts."""
    page = Page(whole=True)
    page.say(Line(_name(timeline.company, timeline.role), "bold"), Line(f"{timeline.stage}, {timeline.id}", "dim"))
    page.section("What happened", [_entry(each, now) for each in timeline.entries])
    wrong = next((each.id[:10] for each in timeline.entries if each.id), "")
    if wrong:
        page.say(Line("Is one of these wrong? Say what it is instead, by its id:", "dim"))
        page.say(Line(f"afterword correct {wrong} nothing", "dim"), indent=2)
    shown: set[DraftText] = set()
    for mail in _mails(timeline.owed):
        page.section("You owe" if mail[0] is timeline.owed[0] else "", [_owed(mail, now, _whys)])
        for draft in (each for each in mail[0].drafts if each not in shown):
            shown.add(draft)
            page.blank()
            page.say(*_letter(mail[0], draft, timeline.called), indent=4)


def show_lessons(lessons: Iterable["Lesson"]) -> None:
    """What was learned, oldest first."""
    names = {"went_well": "went well", "to_improve": "to improve", "feedback": "feedback"}
    rows = [
        Row(
            [Line(f"{each.occurred_at.day} {each.occurred_at:%b %Y}")],
            [Line(f"{each.company}, {names.get(each.about, each.about)}: {each.text}")],
        )
        for each in lessons
    ]
    if not rows:
        say("No lessons yet: afterword review APP keeps what you make of an interview.")
    Page().section("Lessons", rows)


def show_report(report: "SyncReport") -> None:
    """What one pass did."""
    read = ", ".join(f"{count} from {account}" for account, count in report.read.items()) or "nothing"
    say(f"Read: {read}. Facts found: {report.facts}.")
    if report.placed or report.changed or report.withdrawn:
        say(f"Invites: {report.placed} placed, {report.changed} changed, {report.withdrawn} withdrawn.")
    if report.set_aside:
        items = words.counted(report.set_aside, "item")
        was, them = ("was", "it") if report.set_aside == 1 else ("were", "them")
        say(f"{items} could not be read and {was} set aside: afterword doctor shows {them}.")
    for each in report.troubles:
        click.echo(paragraph(f"{each.account}: {each.sentence}", sys.stderr), err=True)


def show_checks(checks: Iterable["Check"]) -> None:
    """What a check-up found: of each thing that was looked at whether it is fine, and a sentence."""
    rows = [
        Row(
            [Line(f"{'ok' if each.fine else '!!'}  {each.what}", "" if each.fine else "bold red")],
            [Line(each.sentence)],
        )
        for each in checks
    ]
    Page().section("Checked", rows)


@contextmanager
def progress(*, shown: bool) -> Iterator["Progress"]:
    """A bar for each account that is read, where somebody is looking."""
    if not shown or not is_terminal():
        yield NoProgress()
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    with Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), transient=True) as bars:
        yield _Bars(bars)


class _Bars:
    def __init__(self, bars: Any) -> None:
        self._bars = bars
        self._tasks: dict[str, Any] = {}

    def reading(self, account: str, total: int | None) -> None:
        if account not in self._tasks:
            self._tasks[account] = self._bars.add_task(printable(account), total=total)
        self._bars.update(self._tasks[account], total=total)

    def advance(self, account: str, items: int) -> None:
        self._bars.advance(self._tasks[account], items)


# ---- the parts of the status


def _nothing(status: Status, named: str | None, *, was_read: bool) -> str:
    if status.known_since is not None:
        return f"Nothing was known at that time: what is known begins on {exact_moment(status.known_since)}."
    if named:
        return "Nothing is known of it."
    if was_read:
        return "No applications found in what was read so far. afterword explain FILE shows what a mail is taken for."
    return "No applications yet: afterword sync reads your mail and calendar."


def _mails(owed: Iterable[Owed]) -> list[Sequence[Owed]]:
    """The items, those together that one mail does for."""
    mails: dict[object, list[Owed]] = {}
    for each in owed:
        is_shared = each.kind in _IN_ONE_MAIL and bool(each.drafts)
        mails.setdefault((each.application, each.state, each.drafts) if is_shared else each.id, []).append(each)
    return [*mails.values()]


def _owed(mail: Sequence[Owed], now: datetime, why: _Why) -> Row:
    main, *others = sorted(mail, key=lambda each: [*_IN_ONE_MAIL].index(each.kind)) if len(mail) > 1 else mail
    also = [Line(_IN_ONE_MAIL[each.kind], right=each.id) for each in others]
    return Row(_when(mail[0], now), [Line(main.title, right=main.id), *also, *why(main.because, now)])


def _when(owed: Owed, now: datetime) -> list[Line]:
    if owed.snoozed_until is not None:
        return [Line("snoozed until", "dim"), Line(brief_moment(owed.snoozed_until, now), "dim")]
    if owed.due < now:
        since = brief_moment(owed.due, now) if owed.due.date() == now.date() else brief_day(owed.due.date(), now)
        return [Line("overdue since", "bold red"), Line(since, "red")]
    return [Line(brief_moment(owed.due, now), "bold" if owed.due.date() == now.date() else "")]


def _why(facts: Sequence[Because], now: datetime) -> Iterator[Line]:
    """A line: what happened, the last of it first, and in the words of the first."""
    said = dict.fromkeys(_fact(each, now) for each in reversed(facts))
    if said:
        yield Line(", ".join(said), "dim", quote=facts[0].quote)


def _whys(facts: Sequence[Because], now: datetime) -> Iterator[Line]:
    """A line for each thing that happened, in its own words; one for those that are told alike."""
    yield from dict.fromkeys(Line(_fact(each, now), "dim", quote=each.quote) for each in facts)


def _fact(because: Because, now: datetime) -> str:
    when = brief_day(because.occurred_at.astimezone(now.tzinfo).date(), now)
    return f"{_ASKED.get(because.event) or _event_name(because.event)} {when}"


def _wait(waiting: Waiting, now: datetime) -> Row:
    until = brief_day(date.fromisoformat(waiting.until), now)
    return Row([Line(until)], [Line(_name(waiting.company, waiting.role)), *_why(waiting.because, now)])


def _not_known(waiting: Waiting, now: datetime) -> Row:
    """An answer that may lie where nobody has looked since."""
    name, *why = _wait(waiting, now).lines
    read = [each.read_until for each in waiting.unread if each.read_until is not None]
    if not waiting.unread:
        return Row([], [name, *why, Line(waiting.note)])
    when = (
        [Line("last read"), Line(brief_moment(min(read).astimezone(now.tzinfo), now))] if read else [Line("never read")]
    )
    accounts = " and ".join(f"account {each.account}" for each in waiting.unread)
    has = "have" if len(waiting.unread) > 1 else "has"
    said = f"their time is over, but {accounts} {has} not been read since: the answer may lie there"
    return Row(when, [name, *why, Line(said)])


def _unsure(status: Status) -> Iterator[Row]:
    for each in status.unsure:
        guess = f"{words.shown(each.guess)}, {_whose(each)}"
        yield Row([Line(each.id[:10], "cyan")], [Line(guess), Line(each.reason, "dim", quote=each.quote)])
        for answer, command in _answers(each, status):
            yield Row([Line(answer, "dim")], [Line(f"afterword {command}", "dim")])


def _whose(unsure: Unsure) -> str:
    """The role tells apart those that fit; else it is no matter."""
    role = unsure.role if unsure.reason == MORE_THAN_ONE_FITS else ""
    return _name(unsure.company, role) if unsure.company else "company unknown"


def _answers(unsure: Unsure, status: Status) -> Iterator[tuple[str, str]]:
    yield "if so", f"confirm {unsure.id[:10]}"
    if unsure.reason == MORE_THAN_ONE_FITS:
        there = (each for each in status.applications if each.company == unsure.company)
        others = [name_of(each) for each in there if each.id != unsure.application]
        other = shlex.quote(others[0]) if len(others) == 1 else "…"
        yield "if of another", f"correct {unsure.id[:10]} --app {other}"
    yield "if not", f"correct {unsure.id[:10]} nothing"


def _coming(status: Status) -> Iterator[Row]:
    for each in status.coming:
        until = f"{each.end:%H:%M}" if each.end.date() == each.start.date() else brief_moment(each.end, status.now)
        said = f"Interview with {_name(each.company, each.role)}, until {until}"
        yield Row([Line(brief_moment(each.start, status.now))], [Line(said)])


def _to_answer(status: Status) -> Iterator[Row]:
    named = {
        "an offer": status.offers,
        "an invitation": status.invitations,
        "a new time": status.new_times,
        "an assessment": status.assessments,
    }
    for name, rows in named.items():
        for each in rows:
            lines = [Line(_name(each.company, each.role)), *_why(each.because, status.now)]
            if each.reply_by is not None:
                lines.append(_reply_by(date.fromisoformat(each.reply_by), status.now))
            yield Row([Line(name)], lines)


def _reply_by(wanted: date, now: datetime) -> Line:
    """By when an offer wants its answer."""
    days_left = (wanted - now.date()).days
    wants = "they wanted" if days_left < 0 else "they want"
    return Line(f"{wants} your answer by {brief_day(wanted, now)}", "bold red" if days_left < 1 else "bold")


def _closed(closed: Closed, now: datetime) -> Row:
    return Row([Line(brief_day(closed.at.date(), now), "dim")], [Line(f"{closed.title} – {_HOW[closed.how]}", "dim")])


def _applications(status: Status) -> Iterator[Row]:
    """The applications by their stage, in names that `show` takes, the latest first."""
    latest = sorted(status.applications, key=lambda each: each.last_event_at, reverse=True)
    for stage in get_args(Stage):
        names = [name_of(each) for each in latest if each.stage == stage]
        if names:
            more = [f"and {len(names) - _MOST_NAMED} more"] if len(names) > _MOST_NAMED else []
            yield Row([Line(stage)], [Line(", ".join([*names[:_MOST_NAMED], *more]))])


def _name(company: str, role: str) -> str:
    return " – ".join(each for each in (company or "a company that is not named", role) if each)


def _event_name(kind: str) -> str:
    return _TOLD.get(kind) or words.split(kind)


# ---- the parts of a timeline


def _entry(entry: "Entry", now: datetime) -> Row:
    when = f"{brief_date(entry.occurred_at.date(), now)} {entry.occurred_at:%H:%M}"
    doubt = " (not so, as you said)" if entry.ruled_out else " (unsure)" if entry.doubt else ""
    quoted = [Line("", "dim", quote=entry.quote)] if entry.quote else []
    return Row([Line(when)], [Line(f"{entry.said}{doubt}", right=entry.id[:10]), *quoted])


def _letter(owed: Owed, draft: DraftText, called: str) -> Iterator[Line]:
    if owed.kind not in TO_ONESELF:
        to = draft.to or how_to_tell_an_address(called)
        yield from (Line(f"To: {to}"), Line(f"Subject: {draft.subject}"), Line(""))
    yield from map(Line, draft.body.splitlines())
