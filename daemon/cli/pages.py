"""What people see: the status, a timeline, lessons and reports, as tables that fit the terminal."""

import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import click

from daemon.progress import Quiet
from projections.drafts import TO_ONESELF
from projections.status import MORE_THAN_ONE_FITS, Because, DraftText, Owed, Status, Unsure
from projections.wording import how_to_tell_an_address

from .text import day, is_terminal, moment, paragraph, printable

if TYPE_CHECKING:
    from rich.console import Console, Group
    from rich.table import Table

    from daemon.look import Entry, LessonLine, Timeline
    from daemon.progress import Progress
    from daemon.service import SyncReport

_WIDTH_WITHOUT_TERMINAL = 100
_MOST_CLOSED = 3
_ITEMS, _QUESTIONS, _TWO = (16, 0, 27), (16, 0, 37), (16, 0)
"""Widths of columns; 0 takes what is left."""

_GAP, _NARROWEST = 2, 20
"""Between columns; and what the one that takes what is left needs, to be read at all."""

_HOW = {
    "seen_sent": "seen in your sent mail",
    "done": "done",
    "dismissed": "dismissed",
    "lapsed": "lapsed",
    "moot": "no longer needed",
}
_ASKED = {"UserWrote": "you asked for news", "TaskDone": "you asked for news"}
"""What one waits for after a time is over: a mail of the user's own, or a nudge that they call done."""

_PLAINLY = {
    "RejectionReceived": "a rejection",
    "OfferReceived": "an offer",
    "DecisionPromised": "a promise of a decision",
    "InterviewInvited": "an invitation to an interview",
    "InterviewScheduled": "an interview that is set",
    "InterviewRescheduled": "an interview that moves",
    "InterviewCancelled": "an interview that is called off",
    "AssessmentRequested": "an assessment",
    "PositionPaused": "a position that is on hold",
    "ApplicationClosed": "an application that is closed",
    "FeedbackReceived": "feedback",
    "EmployerWrote": "a word from the employer",
    "ApplicationAcknowledged": "a receipt for your application",
}


def say(sentence: str) -> None:
    """Print a sentence of ours that may hold words from mail."""
    click.echo(paragraph(sentence, sys.stdout))


def say_indented(line: str, columns: int) -> None:
    """Print a line of ours or of mail's, that far to the right; nothing for an empty one."""
    if line:
        click.echo(" " * columns + printable(line))


def show_status(status: Status, *, named: str | None = None) -> None:
    """The status as a page: what is owed, waited for and unsure, what comes, and what was closed of late."""
    console = _console()
    now = status.now
    if not (status.applications or status.unsure or status.troubles):
        say(_nothing(status, named))
        return
    console.print(_dim(_exactly(now)))
    _section(console, "You owe", _owed(status.owed, now), _ITEMS)
    _section(console, "Wait until", _waiting(status), _TWO)
    _section(console, "Unsure: is this so?", _unsure(status), _QUESTIONS)
    _section(console, "Yours to answer", _offers(status), _TWO)
    _section(console, "Coming", _coming(status), _TWO)
    _last_lines(console, status)


def show_timeline(timeline: "Timeline", now: datetime) -> None:
    """One application: what happened, oldest first, then what is owed, with why and the drafts."""
    console = _console()
    role = f" – {timeline.role}" if timeline.role else ""
    console.print(_bold(f"{timeline.company or 'An unnamed company'}{role}"), _dim(f"{timeline.stage}   {timeline.id}"))
    rows = [
        (f"{each.occurred_at:%a %d %b %H:%M}", f"{_event_name(each.type)}\n{each.id[:10]}".rstrip(), _detail(each))
        for each in timeline.entries
    ]
    _section(console, "What happened", rows, (18, 26, 0))
    wrong = next((each.id[:10] for each in timeline.entries if each.id), "")
    if wrong:
        console.print(
            _dim(f"One of these is wrong? afterword correct {wrong} nothing, with the letters below its name.")
        )
    for each in timeline.owed:
        console.print()
        console.print(_bold(printable(each.title)), _dim(f"by {moment(each.due, now)}   {each.id}"))
        for because in each.because:
            console.print(_indented(_because(because, now), 2))
        for draft in each.drafts:
            console.print()
            console.print(_letter(each, draft))


def show_lessons(lessons: Iterable["LessonLine"]) -> None:
    """What was learned, oldest first."""
    names = {"went_well": "went well", "to_improve": "to improve", "feedback": "feedback"}
    rows = [
        (f"{each.occurred_at:%d %b %Y}", each.company, f"{names.get(each.about, each.about)}: {each.text}")
        for each in lessons
    ]
    console = _console()
    if not rows:
        console.print("No lessons yet: afterword review APP keeps what you make of an interview.")
    _section(console, "Lessons", rows, (18, 20, 0))


def show_report(report: "SyncReport") -> None:
    """What one pass did."""
    read = ", ".join(f"{count} from {account}" for account, count in report.read.items()) or "nothing"
    say(f"Read: {read}. Facts found: {report.facts}.")
    if report.placed or report.changed or report.withdrawn:
        say(f"Invites: {report.placed} placed, {report.changed} changed, {report.withdrawn} withdrawn.")
    if report.set_aside:
        say(f"{report.set_aside} could not be read and were set aside: afterword doctor shows them.")
    for each in report.troubles:
        click.echo(paragraph(f"{each.account}: {each.sentence}", sys.stderr), err=True)


def show_checks(rows: Iterable[tuple[str, str, str]]) -> None:
    """What a check-up found: a mark, what was looked at, and a sentence."""
    _section(_console(), "Checked", list(rows), (4, 20, 0))


@contextmanager
def progress(*, shown: bool) -> Iterator["Progress"]:
    """A bar for each account that is read, where somebody is looking."""
    if not shown or not is_terminal():
        yield Quiet()
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


def _nothing(status: Status, named: str | None) -> str:
    if status.known_since is not None:
        return f"Nothing was known at that time: what is known begins on {_exactly(status.known_since)}."
    return "Nothing is known of it." if named else "No applications yet: afterword sync reads your mail and calendar."


def _exactly(when: datetime) -> str:
    return f"{when:%A}, {when.day} {when:%B %Y, %H:%M}"


def _owed(owed: Iterable[Owed], now: datetime) -> list[tuple[str, ...]]:
    return [(_by(each, now), _what(each, now), each.id) for each in owed]


def _by(owed: Owed, now: datetime) -> str:
    if owed.snoozed_until is not None:
        return f"snoozed to {moment(owed.snoozed_until, now)}"
    return f"due {day(owed.due.date(), now)}" if owed.due < now else moment(owed.due, now)


def _what(owed: Owed, now: datetime) -> str:
    why = "; ".join(_because(each, now) for each in owed.because)
    return f"{printable(owed.title)}\n{why}" if why else printable(owed.title)


def _because(because: Because, now: datetime) -> str:
    said = f": “{_short(because.quote)}”" if because.quote else ""
    when = day(because.occurred_at.astimezone(now.tzinfo).date(), now)
    return f"{_ASKED.get(because.event) or _event_name(because.event)} {when}{said}"


def _short(quote: str, longest: int = 130) -> str:
    quote = printable(quote)
    return quote if len(quote) <= longest else quote[: longest - 1].rstrip() + "…"


def _waiting(status: Status) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for each in status.waiting:
        until = day(date.fromisoformat(each.until), status.now)
        why = [_because(one, status.now) for one in each.because]
        rows.append((until, "\n".join([_name(each.company, each.role), *why, *filter(None, [each.note])])))
    return rows


def _unsure(status: Status) -> list[tuple[str, ...]]:
    return [
        (
            each.id[:10],
            f"{_PLAINLY.get(each.guess, each.guess)}, {_whose(each)}\n{_doubt(each)}",
            "\n".join(_answers(each)),
        )
        for each in status.unsure
    ]


def _whose(unsure: Unsure) -> str:
    """The role tells apart those that fit; else it is no matter."""
    role = unsure.role if unsure.reason == MORE_THAN_ONE_FITS else ""
    return _name(unsure.company, role) if unsure.company else "company unknown"


def _answers(unsure: Unsure) -> Iterator[str]:
    yield f"afterword confirm {unsure.id[:10]}"
    if unsure.reason == MORE_THAN_ONE_FITS:
        yield f"afterword correct {unsure.id[:10]} --app …"
    yield f"afterword correct {unsure.id[:10]} nothing"


def _doubt(unsure: Unsure) -> str:
    return f"{unsure.reason}: “{_short(unsure.quote)}”"


def _coming(status: Status) -> list[tuple[str, ...]]:
    return [
        (moment(each.start, status.now), f"Interview with {_name(each.company, each.role)}, until {each.end:%H:%M}")
        for each in status.coming
    ]


def _offers(status: Status) -> list[tuple[str, ...]]:
    return [
        ("an offer", "\n".join([_name(each.company, each.role), *(_because(one, status.now) for one in each.because)]))
        for each in status.offers
    ]


def _last_lines(console: "Console", status: Status) -> None:
    console.print()
    names = {each.id: each.company for each in status.applications}
    for each in status.closed[:_MOST_CLOSED]:
        kind = each.kind.replace("_", " ")
        company = printable(each.company or names.get(each.application, ""))
        console.print(_dim(f"Closed {day(each.at.date(), status.now)}: {company}, {kind} – {_HOW[each.how]}"))
    if not (status.owed or status.offers):
        console.print("Nothing to do.")
    for trouble in status.troubles:
        console.print(printable(trouble))


def _name(company: str, role: str) -> str:
    return printable(" – ".join(each for each in (company or "a company that is not named", role) if each))


def _event_name(kind: str) -> str:
    words = "".join(f" {char.lower()}" if char.isupper() else char for char in kind)
    return words.strip()


def _detail(entry: "Entry") -> str:
    doubt = "not so, as you said: " if entry.ruled_out else "unsure: " if entry.doubt else ""
    said = f"“{_short(entry.quote)}”" if entry.quote else ""
    return doubt + "\n".join(each for each in (printable(entry.detail), said) if each)


# ---- how it is drawn


def _console() -> "Console":
    from rich.console import Console  # 60 ms that --json does without

    width = (
        shutil.get_terminal_size((_WIDTH_WITHOUT_TERMINAL, 24)).columns if is_terminal() else _WIDTH_WITHOUT_TERMINAL
    )
    return Console(highlight=False, markup=False, emoji=False, width=width, soft_wrap=False)


def _section(console: "Console", title: str, rows: Sequence[tuple[str, ...]], widths: tuple[int, ...]) -> None:
    if not rows:
        return
    console.print()
    console.print(_bold(title))
    if console.width < sum(widths) + _GAP * (len(widths) - 1) + _NARROWEST:
        console.print(_stacked(rows))
    else:
        console.print(_table(rows, widths))


def _table(rows: Sequence[tuple[str, ...]], widths: tuple[int, ...]) -> "Table":
    from rich.table import Table

    table = Table(box=None, show_header=False, padding=(0, _GAP, 0, 0), pad_edge=False, expand=True)
    for width in widths:
        table.add_column(width=width or None, ratio=None if width else 1, overflow="fold")
    for row in rows:
        table.add_row(*(_cell(cell) for cell in row))
    return table


def _stacked(rows: Sequence[tuple[str, ...]]) -> "Group":
    """Cell below cell, where the columns would leave nothing to the one that says the most."""
    from rich.console import Group
    from rich.padding import Padding

    return Group(
        *(Padding(_cell(cell), (0, 0, 0, _GAP if number else 0)) for row in rows for number, cell in enumerate(row))
    )


def _cell(cell: str) -> Any:
    """The first line of a cell plain, what explains it dim."""
    first, *rest = cell.split("\n")
    text = _text(first)
    for line in rest:
        text.append("\n" + line, style="dim")
    return text


def _letter(owed: Owed, draft: DraftText) -> Any:
    to = draft.to or how_to_tell_an_address(owed.company or owed.application)
    head = [] if owed.kind in TO_ONESELF else [f"To: {printable(to)}", f"Subject: {printable(draft.subject)}", ""]
    lines = [*head, *(printable(line) if line.strip() else "" for line in draft.body.splitlines())]
    return _indented("\n".join(lines), 4)


def _indented(said: str, columns: int) -> Any:
    from rich.padding import Padding

    return Padding(_text(said), (0, 0, 0, columns))


def _text(said: str, style: str = "") -> Any:
    from rich.text import Text

    return Text(said, style=style)


def _bold(said: str) -> Any:
    return _text(printable(said), "bold")


def _dim(said: str) -> Any:
    return _text(said, "dim")
