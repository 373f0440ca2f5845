"""`explain`: what mails and calendars mean, and why; reads only, keeps nothing."""

import re
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
from msgspec import Struct

from afterword.eventlog.codec import EARLIEST, LATEST
from afterword.eventlog.events import Fact, InterviewChange, InterviewMove, InterviewTime
from afterword.ports import CalendarEntry, ConnectorError, Mail, Source, UnreadableItem
from afterword.recognition.reading import Finding, Unreadable, User
from daemon import words
from daemon.config import ConfigError
from daemon.dates import day_with_year, moment_with_year

from . import options, pages
from .exits import FAILED
from .options import with_config, with_json
from .text import printable

_BAR = 10
_TENTATIVE = "counts only if its sender or thread belongs to a known application"
_EMPTY = "there is no mail and no .ics in it; of a folder with other files, name the files"
_NO_MAIL = "this is no mail, for it has no header field"
_UID = re.compile(rb"(?mi)^UID(?:;[^:\r\n]{0,200})?:([^\r\n]{0,1000})")


class Explained(Struct, frozen=True, kw_only=True):
    """One mail or entry: where it lies, its Message-ID or UID, and what it says. `trouble` is why it can't be read."""

    path: str
    message_id: str = ""
    uid: str = ""
    findings: tuple[Finding, ...] = ()
    trouble: str = ""


@click.command()
@click.argument("paths", metavar="PATH…", nargs=-1, required=True)
@with_config
@with_json
def explain(paths: tuple[str, ...], path: str | None, as_json: bool) -> int:
    """What an .eml, an mbox, a Maildir or an .ics file means, and why; "-" reads a mail from standard input. Nothing is saved."""
    user = _user(path)
    failed = False
    for each in paths:
        for explained in _explained(each, user, options.present()):
            failed = failed or bool(explained.trouble)
            _show(explained, user.zone, as_json=as_json)
    return FAILED if failed else 0


def _user(path: str | None) -> User:
    """Whose mail it is; nobody's in particular where there is no configuration."""
    try:
        config = options.load(path)
    except ConfigError:
        if options.named(path) is not None:
            raise
        return User()
    from daemon import wiring  # the projections, for a configured user only

    return wiring.user_of(config)


def _explained(path: str, user: User, now: datetime) -> Iterator[Explained]:
    try:
        if path == "-":
            yield _mail(path, sys.stdin.buffer.read(), user, now)
        else:
            yield from _of_file(Path(path), user, now)
    except (OSError, Unreadable, ConnectorError) as error:
        sentence = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        yield Explained(path=path, trouble=sentence)


def _of_file(path: Path, user: User, now: datetime) -> Iterator[Explained]:
    if path.is_dir():
        is_empty = True
        for each in _of_source(str(path), _source_at(path), user, now):
            is_empty = False
            yield each
        if is_empty:
            yield Explained(path=str(path), trouble=_EMPTY)
        return
    with path.open("rb") as file:
        begins = file.read(4096)
    if begins.lstrip(b"\xef\xbb\xbf \r\n").upper().startswith(b"BEGIN:VCALENDAR") or path.suffix.lower() == ".ics":
        yield from _of_source(str(path), _source_at(path), user, now)
    elif begins.startswith(b"From "):
        from connectors.mbox import MboxSource

        yield from _of_source(str(path), MboxSource(MboxSource.Settings(path=str(path))), user, now)
    else:
        yield _mail(str(path), path.read_bytes(), user, now)


def _source_at(path: Path) -> Source:
    if any((path / each).is_dir() for each in ("cur", "new")):
        from connectors.maildir import MaildirSource

        return MaildirSource(MaildirSource.Settings(path=str(path)))
    from connectors.ics import IcsSource

    return IcsSource(IcsSource.Settings(path=str(path)))


def _of_source(path: str, source: Source, user: User, now: datetime) -> Iterator[Explained]:
    for batch in source.read(None, datetime.max.replace(tzinfo=UTC)):
        for item in batch.items:
            match item:
                case Mail():
                    yield _mail(path, item.raw, user, now, item)
                case CalendarEntry():
                    yield _entry(path, item, user, now)
                case UnreadableItem():
                    yield Explained(path=path, trouble=item.reason)


def _mail(path: str, raw: bytes, user: User, now: datetime, item: Mail | None = None) -> Explained:
    from afterword.recognition.mail import read_mail  # the cues of seven languages
    from afterword.recognition.messages.message import parse_message

    try:
        received = item.received_at if item is not None else None
        sent = item is not None and item.mailbox == "sent"
        reading = read_mail(raw, user=user, received_at=received, now=now, sent_folder=sent)
        message = parse_message(raw)
    except Unreadable as error:
        return Explained(path=path, trouble=str(error))
    if item is None and not message.fields:
        return Explained(path=path, trouble=_NO_MAIL)
    return Explained(
        path=path, message_id=message.message_id, findings=tuple(filter(_says_something, reading.findings))
    )


def _entry(path: str, item: CalendarEntry, user: User, now: datetime) -> Explained:
    from afterword.recognition.entries.meeting import read_calendar  # icalendar

    try:
        readings = list(read_calendar(item.raw, user=user, now=now))
    except Unreadable as error:
        return Explained(path=path, uid=_uid(item.raw), trouble=str(error))
    return Explained(
        path=path, uid=_uid(item.raw), findings=tuple(found for each in readings for found in each.findings)
    )


def _uid(raw: bytes) -> str:
    found = _UID.search(raw.replace(b"\r\n ", b"").replace(b"\n ", b""))
    return found[1].decode("utf-8", "replace").strip() if found else ""


def _says_something(finding: Finding) -> bool:
    """Whether a fact stands by itself: a person's word that speaks of nothing counts in a known thread only."""
    from afterword.recognition.meaning.classify import REPORTED_FROM  # the cues, loaded by now

    if finding.evidence.confidence < REPORTED_FROM:
        return False
    return not finding.tentative or bool(finding.evidence.cues) or bool(getattr(finding.event, "to", ()))


def _show(explained: Explained, zone: ZoneInfo, *, as_json: bool) -> None:
    if explained.trouble:
        click.echo(printable(f"{explained.path}: {explained.trouble}"), err=True)
    elif as_json:
        name = {"uid": explained.uid} if explained.uid else {"message_id": explained.message_id}
        options.echo_json({"path": explained.path, **name, "facts": [_as_json(each) for each in explained.findings]})
    else:
        _show_page(explained, zone)


def _as_json(finding: Finding) -> dict[str, Any]:
    from msgspec.structs import asdict

    evidence = finding.evidence
    fields = asdict(finding.event)
    common = {"type": type(finding.event).__name__, "confidence": evidence.confidence, "quote": evidence.quote}
    doubt = {"doubt": evidence.doubt} if evidence.doubt else {}
    return {**common, "cues": list(evidence.cues), "tentative": finding.tentative, **doubt, **fields}


def _show_page(explained: Explained, zone: ZoneInfo) -> None:
    click.secho(printable(f"{explained.path}  {explained.uid or explained.message_id}"), bold=True)
    if not explained.findings:
        click.echo("  Nothing about a job application.")
    elif all(each.tentative for each in explained.findings):
        click.echo("  Nothing about a job application by itself. In a known one it would say:")
    for each in explained.findings:
        evidence = each.evidence
        bar = "█" * round(evidence.confidence * _BAR)
        unsure = "  (a question: not sure enough)" if evidence.doubt else ""
        name = words.typed(type(each.event).__name__)
        pages.say_indented(f"{name}  {bar:░<{_BAR}} {evidence.confidence:.2f}{unsure}", 2)
        if each.tentative:
            pages.say_indented(_TENTATIVE, 4, dim=True)
        pages.say_indented(f"“{evidence.quote}”" if evidence.quote else "", 4)
        for detail in (*_details(each, zone), *(f"because of {cue}" for cue in evidence.cues)):
            pages.say_indented(detail, 4)


def _details(finding: Finding, zone: ZoneInfo) -> Iterator[str]:
    event = finding.event
    if isinstance(event, InterviewTime) and event.start:
        yield _time(event.start, zone)
    if isinstance(event, InterviewChange) and event.old_start:
        yield f"old time: {_time(event.old_start, zone)}"
    if isinstance(event, Fact):
        about = " – ".join(each for each in (event.company, event.role) if each)
        yield from (line for line in (about, ", ".join(each.name or each.address for each in event.people)) if line)
    if isinstance(event, InterviewMove) and event.start is None and not event.is_open:
        yield f"new time: {words.moved_from(event)}"
    for name in ("until", "reply_by", "old_day", "purposes"):
        if value := getattr(event, name, None):
            said = day_with_year(value) if isinstance(value, date) else ", ".join(value).replace("_", " ")
            yield f"{name.replace('_', ' ')}: {said}"


def _time(when: datetime, zone: ZoneInfo) -> str:
    shown_in = zone if EARLIEST <= when <= LATEST else UTC
    return f"{moment_with_year(when.astimezone(shown_in))} ({shown_in})"
