"""A calendar in which anything may happen between two reads, beside a reader: what was told is what stands there."""

from contextlib import ExitStack
from datetime import datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from afterword.ports import RemovedEntry
from connectors.microsoft.calendar_source import Cursor
from connectors.microsoft.calendar_sync import HISTORY, LOOKAHEAD, MAX_WINDOW_DRIFT
from connectors.seen import decode_cursor
from tests.contract.source_contract import NOW, Reader
from tests.graph_calendar import HOUR, event, meetings, running
from tests.servers.graph_events import at, utc

UIDS = st.sampled_from(["a", "b", "c"])
DAYS = st.sampled_from([-380, -360, -100, 0, 1, 30, 170, 190, 230])


class Outlook(RuleBasedStateMachine):
    @initialize(forgets=st.booleans(), page=st.sampled_from([1, 2, 1000]))
    def begin(self, forgets: bool, page: int) -> None:
        self.stack = ExitStack()
        self.home = self.stack.enter_context(running())
        self.home.outlook.forgets_links, self.home.outlook.page = forgets, page
        self.reader: Reader = self.home.reader()
        self.now = NOW
        self.told: dict[str, datetime] = {}
        self.ids: dict[str, str] = {}
        self.is_read = False

    @rule(uid=UIDS, days=DAYS)
    def put(self, uid: str, days: int) -> None:
        self.ids[uid] = self.home.outlook.put(event(uid, self.now + timedelta(days=days)))
        self.is_read = False

    @rule(uid=UIDS, days=DAYS)
    def move(self, uid: str, days: int) -> None:
        if uid in self.ids:
            start = self.now + timedelta(days=days)
            self.home.outlook.change(self.ids[uid], start=at(start), end=at(start + HOUR))
            self.is_read = False

    @rule(uid=UIDS)
    def delete(self, uid: str) -> None:
        if uid in self.ids:
            self.home.outlook.remove(self.ids.pop(uid))
            self.is_read = False

    @rule(days=st.sampled_from([1, 20, 40, 200]))
    def read_later(self, days: int) -> None:
        self.now += timedelta(days=days)
        self.read()

    @rule()
    def read(self) -> None:
        self.home.outlook.put(event("always", self.now))
        items = self.reader.items(self.now)
        self.told |= {each.uid: each.start for each in meetings(items)}
        for each in items:
            if isinstance(each, RemovedEntry):
                assert each.uid not in self.ids, "it stands where it stood, or was only moved"
                del self.told[each.uid]
        self.is_read = True

    @precondition(lambda self: self.is_read)
    @invariant()
    def what_stands_in_the_window_was_told(self) -> None:
        for uid, known in self.ids.items():
            start = utc(self.home.outlook.stored[known].event["start"])
            if self.since < start < self.since + HISTORY + LOOKAHEAD - HOUR:
                assert self.told[uid] == start

    @precondition(lambda self: self.is_read)
    @invariant()
    def what_is_gone_was_told_unless_it_is_long_past(self) -> None:
        for uid in self.told.keys() - self.ids.keys() - {"always"}:
            assert self.told[uid] < self.since

    @precondition(lambda self: self.is_read)
    @invariant()
    def the_window_has_moved_along(self) -> None:
        assert abs(self.now - HISTORY - self.since) < MAX_WINDOW_DRIFT + timedelta(days=1)

    @property
    def since(self) -> datetime:
        calendars = decode_cursor(self.reader.cursor, Cursor, Cursor()).calendars
        return calendars[self.home.outlook.named("Calendar")].since

    def teardown(self) -> None:
        self.stack.close()


TestOutlook = Outlook.TestCase
TestOutlook.settings = settings(deadline=None, max_examples=60, stateful_step_count=15)
