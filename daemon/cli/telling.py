"""Commands that put right what was recognised, and tell what no mail knows."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import click
from msgspec.structs import replace

from afterword.eventlog.events import (
    DecisionPromised,
    InterviewScheduled,
    OfferReceived,
    Person,
    RejectionReceived,
    UserWrote,
)
from daemon import commands, words
from daemon.config import Config

from . import options, pages, times
from .options import with_config

_LONGEST = timedelta(hours=12)
_WITH_A_TIME = ("interview", "promise")
_TELLABLE = (*_WITH_A_TIME, "rejection", "offer", "withdrawal")


class _WhatArgument(click.Argument):
    def process_value(self, ctx: click.Context, value: Any) -> Any:
        """Click would list the choices over a line each."""
        if not ctx.resilient_parsing and self.value_is_missing(value):
            raise click.UsageError(f"Say what: {', '.join(_TELLABLE)}.", ctx)
        return super().process_value(ctx, value)


class _What(click.Choice[str]):
    """What can be told, by its word or by the name of its event."""

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        return super().convert(words.typed(words.event_of(value)) or value, param, ctx)


@click.command()
@click.argument("question")
@with_config
def confirm(question: str, path: str | None) -> None:
    """Say that an unsure recognition is right; QUESTION is its id (see status)."""
    config = options.load_to_write(path)
    pages.say(commands.confirm(config, question, options.now_of(None, config)))


@click.command()
@click.argument("question")
@click.argument("meaning", default="")
@click.option("--app", default="", help="The application it really belongs to.")
@with_config
def correct(question: str, meaning: str, app: str, path: str | None) -> None:
    """Say what a mail or meeting really is, or which application it belongs to; QUESTION is its id (see status and show).

    MEANING is nothing, rejection, offer, invitation, interview, move, new-time, cancellation, assessment, pause, closure, feedback,
    receipt, message (any other word from the employer) or own-mail; promise or wait (no answer before a day) only if it was first
    taken for one of them.
    """
    if not meaning and not app:
        raise click.UsageError(f"Say what it is ({', '.join(commands.meanings())}), or of which application by --app.")
    config = options.load_to_write(path)
    pages.say(commands.correct(config, question, meaning, app, options.now_of(None, config)))


@click.command()
@click.argument("app")
@click.argument("other")
@with_config
def merge(app: str, other: str, path: str | None) -> None:
    """Say that two applications are one: OTHER becomes part of APP, which keeps its name."""
    config = options.load_to_write(path)
    pages.say(commands.merge(config, app, other, options.now_of(None, config)))


@click.command()
@click.argument("app")
@with_config
def forget(app: str, path: str | None) -> None:
    """Forget APP: it is shown nowhere and you owe it nothing; what comes later starts afresh. The log keeps its events."""
    config = options.load_to_write(path)
    pages.say(commands.forget(config, app, options.now_of(None, config)))


@click.command(
    epilog="\b\n"
    "For example:\n"
    '  afterword tell Acme interview yesterday 14:00 --with "Anna Berg <anna@acme.example>"\n'
    "  afterword tell Acme interview --with anna@acme.example      (who was at the last one)\n"
    "  afterword tell Acme promise friday\n"
    "  afterword tell Acme rejection"
)
@click.argument("app")
@click.argument("what", cls=_WhatArgument, type=_What(_TELLABLE))
@click.argument("when", nargs=-1)
@click.option("--until", metavar="TIME", help="When the interview ends (default: an hour later).")
@click.option(
    "--with", "people", metavar="PERSON", multiple=True, help='Who takes part: "Anna Berg <anna@acme.example>".'
)
@click.option("--role", default="", help="The role it is about.")
@click.option(
    "--new",
    "is_new",
    is_flag=True,
    help="APP is a new application, though it is part of a known name, or, with --role, though the company is known.",
)
@with_config
def tell(  # noqa: PLR0917 - click hands over by name
    app: str,
    what: str,
    when: tuple[str, ...],
    until: str | None,
    people: tuple[str, ...],
    role: str,
    is_new: bool,
    path: str | None,
) -> None:
    """Add what no mail and no calendar knows about APP; a new name creates an application.

    An interview may lie in the past: yesterday 15:00, last tuesday 15:00. Plain tuesday 15:00 is the nearest one, past or future.
    """
    config = options.load_to_write(path)
    now = options.now_of(None, config)
    telling = _Telling(config, now, " ".join(when), until, knows_people=bool(people))
    fact = replace(telling.fact(what), role=role, people=tuple(map(_person, people)))
    pages.say(f"{commands.tell(config, app, fact, now, is_new=is_new)}{telling.assumption(fact)}")


class _Telling:
    """The arguments of `tell`, read on the user's clock as of `now`. Raises UsageError for what is no time."""

    def __init__(self, config: Config, now: datetime, when: str, until: str | None, *, knows_people: bool) -> None:
        self._config = config
        self._now = now
        self._when = when
        self._until = until
        self._knows_people = knows_people

    def fact(self, what: str) -> commands.Tellable:
        """The fact that is told; without company, role and people."""
        if what not in _WITH_A_TIME and self._when:
            raise click.UsageError(f"{what} takes no time, but {self._when!r} was said: it counts from now.")
        if what != "interview" and self._until is not None:
            raise click.UsageError(f"--until is when an interview ends: {what} has no end.")
        match what:
            case "interview":
                return self._interview()
            case "promise":
                until = self._time("a day: 2026-03-05, friday, next week", times.time_to_come)
                return DecisionPromised(until=until.date(), zone=str(self._config.user.timezone))
            case "rejection":
                return RejectionReceived()
            case "offer":
                return OfferReceived()
            case _:
                return UserWrote(purposes=("withdrawal",))

    def assumption(self, fact: commands.Tellable) -> str:
        """The sentence on an hour that nobody named; empty where nothing was assumed."""
        if not isinstance(fact, InterviewScheduled) or fact.start is None:
            return ""
        assumed = times.is_hour_assumed(self._when, self._config, self._now)
        return f" That is at {fact.start:%H:%M}, as you named no hour." if assumed else ""

    def _time(self, what: str, reader: Callable[[str, Config, datetime], datetime]) -> datetime:
        if not self._when:
            raise click.UsageError(f"Say {what}.")
        return reader(self._when, self._config, self._now).astimezone(self._config.user.timezone)

    def _interview(self) -> InterviewScheduled:
        if not self._when and self._knows_people:
            return InterviewScheduled()
        what = "the time of the interview: 2026-03-05T18:00, yesterday 15:00, friday 15:00"
        start = self._time(what, times.nearest_time)
        if self._until is None:
            return InterviewScheduled(start=start)
        end = times.time_to_come(self._until, self._config, start)
        if not start < end < start + _LONGEST:
            raise click.UsageError(
                "--until: the interview would end before it begins, or last for more than half a day."
            )
        return InterviewScheduled(start=start, end=end)


def _person(text: str) -> Person:
    """Raises UsageError for several people in one."""
    if text.count("@") > 1:
        raise click.UsageError("--with takes one person; give it again for each of the others.")
    name, _, address = text.rpartition("<") if "<" in text else ("", "", text)
    address = address.strip(" >").lower()
    return Person(name=name.strip(' "'), address=address) if "@" in address else Person(name=text.strip(), address="")
