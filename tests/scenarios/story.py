"""A scenario: a folder with a mailbox, a calendar, and a story that says what the status must be at which moment.

`story.md` opens with a title and what happens, then has a section for each moment ("## 2026-03-05 18:00", in the user's zone).
A line that begins with "$" is what the user says at that moment; the other indented lines are the status that must follow.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from msgspec import Struct

from afterword.ports import Mail
from afterword.recognition.messages.message import parse_message
from connectors.mbox import MboxSettings, MboxSource
from projections.status import Owed, Status

ZONE = ZoneInfo("Europe/Berlin")
INDENT = "    "
NEVER = datetime(2100, 1, 1, tzinfo=UTC)


class Moment(Struct, kw_only=True):
    """One section of a story: when it is, what the user says, and the lines that must be told."""

    now: datetime
    said: list[str]
    told: list[str]


class Story(Struct, kw_only=True):
    opening: str
    moments: list[Moment]


def read_story(folder: Path) -> Story:
    """The story of a scenario's folder."""
    opening, *sections = (folder / "story.md").read_text(encoding="utf-8").split("\n## ")
    return Story(opening=opening, moments=[_moment(each) for each in sections])


def mails(folder: Path) -> Iterator[tuple[bytes, bool]]:
    """The mails of a scenario's folder, as they are on the wire, and whether the user sent them."""
    source = MboxSource(MboxSettings(path=str(folder / "mailbox.mbox")))
    for each in (item for batch in source.read(None, NEVER) for item in batch.items):
        assert isinstance(each, Mail)
        lines = each.raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        yield lines, parse_message(each.raw).sender.address == "jane@example.org"


def written(story: Story) -> str:
    """The text of a story.md."""
    sections = [
        "\n".join(
            [f"## {each.now:%Y-%m-%d %H:%M}", "", *(INDENT + line for line in [*each.said, *each.told])],
        )
        for each in story.moments
    ]
    return "\n\n".join([story.opening.rstrip(), *sections]) + "\n"


def _moment(section: str) -> Moment:
    heading, _, body = section.partition("\n")
    lines = [line.removeprefix(INDENT) for line in body.splitlines() if line.startswith(INDENT)]
    return Moment(
        now=datetime.fromisoformat(heading.strip()).replace(tzinfo=ZONE),
        said=[line for line in lines if line.startswith("$")],
        told=[line for line in lines if not line.startswith("$")],
    )


def told(status: Status) -> list[str]:
    """A status in lines that read as a story."""
    return [*_lines(status)] or ["nothing"]


def _lines(status: Status) -> Iterator[str]:
    for owed in status.owed:
        yield _owed(owed)
    for waiting in status.waiting:
        yield f"wait for {waiting.company} until {waiting.until}" + (f" ({waiting.note})" if waiting.note else "")
    for unsure in status.unsure:
        yield f"unsure {unsure.company}: {unsure.guess}? ({unsure.reason})"
    for offered in status.offers:
        yield f"answer the offer of {offered.company}"
    for invited in status.invitations:
        yield f"answer the invitation of {invited.company}"
    for asked in status.assessments:
        yield f"answer the assessment of {asked.company}"
    for closed in sorted(status.closed, key=lambda each: (each.company, each.at, each.kind)):
        yield f"closed {closed.kind} {closed.company}: {closed.how}"
    for application in sorted(status.applications, key=lambda each: (each.company, each.role)):
        name = f"{application.company}, {application.role}" if application.role else application.company
        yield f"stage {name}: {application.stage}"


def _owed(owed: Owed) -> str:
    asleep = "snoozed " if owed.state == "snoozed" else ""
    to = f", to {', '.join(owed.to)}" if owed.to else ""
    return f"owe {asleep}{owed.kind} {owed.company}: by {owed.due:%a %Y-%m-%d %H:%M}{to}"
