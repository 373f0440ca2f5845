"""Outlook's calendars for tests: a stand-in of Graph's that can be made to fail, and what reads and writes it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from msgspec import Struct

from afterword.ports import CalendarEntry, Item
from afterword.recognition.entries.vevent import Meeting, parse_entry
from connectors.microsoft.calendar_source import GraphCalendar
from connectors.microsoft.channel import MicrosoftChannel
from connectors.microsoft.settings import MicrosoftChannelSettings
from tests.contract.source_contract import Reader
from tests.servers.graph_calendar import GraphCalendars, missing
from tests.servers.graph_events import at
from tests.servers.graph_line import GraphLine
from tests.servers.web import Answered, Asked, Web

BERLIN = ZoneInfo("Europe/Berlin")
START_OF_IT = datetime(2026, 3, 10, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
DECLINED = {"response": "declined", "time": "2026-03-01T00:00:00Z"}


class Part(GraphCalendar):
    """The part of an account that is its calendars, as a source of its own."""

    Settings: ClassVar[type[Any]] = Struct
    holds_mail: ClassVar[bool] = False


class Home:
    """A mailbox, and how it is reached. `fault` may answer in its place."""

    def __init__(self) -> None:
        self.outlook = GraphCalendars()
        self.fault: Callable[[Asked], Answered | None] = lambda _: None
        self.web = Web(self.answer)

    def answer(self, asked: Asked) -> Answered:
        return self.fault(asked) or self.outlook(asked) or missing()

    def source(self, *names: str) -> Part:
        return Part(self.opened, names)

    def reader(self) -> Reader:
        return Reader(self.source())

    def channel(self) -> MicrosoftChannel:
        return MicrosoftChannel(MicrosoftChannelSettings(client_id="any", token_file="none"), self.opened)

    def opened(self) -> AbstractContextManager[GraphLine]:
        """What asks this mailbox, without a sign-in."""
        return nullcontext(GraphLine(self.web.port))

    def asked(self, method: str, part: str = "") -> list[str]:
        """The paths that were asked for with that in them."""
        return [each.path for each in self.web.asked if each.method == method and part in each.path]


@contextmanager
def running() -> Iterator[Home]:
    home = Home()
    with home.web:
        yield home


def event(uid: str | None = "a", begins: datetime = START_OF_IT, **others: Any) -> dict[str, Any]:
    """An interview as Outlook has it."""
    return {
        "iCalUId": uid,
        "type": "singleInstance",
        "subject": "Interview",
        "start": at(begins),
        "end": at(begins + HOUR),
        "originalStartTimeZone": "UTC",
        "originalEndTimeZone": "UTC",
        "showAs": "busy",
        **others,
    }


def weekly(uid: str = "a", zone: str = "UTC") -> dict[str, Any]:
    """A series of three."""
    pattern = {"type": "weekly", "interval": 1, "daysOfWeek": ["tuesday"], "firstDayOfWeek": "monday"}
    until = {"type": "numbered", "numberOfOccurrences": 3, "startDate": "2026-03-10"}
    return event(uid, type="seriesMaster", originalStartTimeZone=zone, recurrence={"pattern": pattern, "range": until})


def exception(master: str, **others: Any) -> dict[str, Any]:
    """The second of a series, a day later than the others are."""
    told = {"type": "exception", "seriesMasterId": master, "originalStart": "2026-03-17T10:00:00Z"}
    return event("a-2", START_OF_IT + timedelta(days=8), **told, **others)


def meetings(items: list[Item]) -> list[Meeting]:
    """What recognition reads in the entries."""
    texts = [each.raw for each in items if isinstance(each, CalendarEntry)]
    return [found for text in texts for found in parse_entry(text, BERLIN)]


def meeting(items: list[Item]) -> Meeting:
    (only,) = meetings(items)
    return only


def text(items: list[Item]) -> str:
    """The one entry's text, unfolded."""
    (only,) = items
    assert isinstance(only, CalendarEntry)
    return only.raw.decode().replace("\r\n ", "")
