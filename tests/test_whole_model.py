"""A home in which anything may happen, in any order: what must hold of it, whatever did.

Mails and meetings come, change and vanish, the user says whatever can be said, accounts come and go, the clock goes on or is put back.
"""

import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import nullcontext, redirect_stdout, suppress
from datetime import UTC, datetime, timedelta
from io import StringIO
from itertools import count
from pathlib import Path
from typing import TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from icalendar import Calendar

from afterword.eventlog.codec import EARLIEST, LATEST
from afterword.eventlog.events import (
    DecisionPromised,
    Fact,
    InterviewScheduled,
    OfferReceived,
    Person,
    RejectionReceived,
    UserWrote,
)
from connectors.icalendar_text import DONE
from daemon import commands, queries, service
from daemon.cli import pages
from daemon.journal import Journal
from daemon.lookup import Refused
from projections.status import Closed, Owed, Status
from tests.happenings import FORGED, ORGANIZERS, RECEIVED, ROLES, SENDERS, SENT, TITLES, Meeting, calendar_of
from tests.homes import CONFIG, Home

Choice = TypeVar("Choice")

BEGIN = datetime(2026, 3, 26, 8, 0, tzinfo=UTC)
"""Three days before summer time."""

HEAD, MAIL, CALENDAR, DELIVERY = re.split(r"(?=\[\[accounts\]\]|\[delivery\])", CONFIG)
TABLES = {"mail": MAIL, "calendar": CALENDAR, "other": CALENDAR.replace("calendar", "other")}
NEVER = (datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC))
AFTER_AN_END = {
    "rejected": {"rejection_reply", "feedback_request", "review"},
    "withdrawn": set[str](),
    "closed": {"thank_you", "review", "connect"},
}
MARKED = {
    "declined": ("END:VEVENT", "ATTENDEE;PARTSTAT=DECLINED:mailto:jane@example.org\r\nEND:VEVENT"),
    "accepted": ("END:VEVENT", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:jane@example.org\r\nEND:VEVENT"),
    "done": ("\r\nSUMMARY:", f"\r\nSUMMARY:{DONE}"),
    "reworded": ("\r\nSUMMARY:", "\r\nSUMMARY:Mine: "),
}

number = st.integers(0, 10**6)
hours = st.integers(-60, 120)


class Life(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.home, self.now, self.numbers = Home(Path(self.folder.name)), BEGIN, count(1)
        self.mails: list[str] = []
        self.meetings: dict[str, dict[str, Meeting]] = {"calendar": {}, "other": {}}
        self.accounts = {"mail", "calendar"}
        self.ended: set[str] = set()
        self.put_off: dict[str, datetime] = {}
        self.nowhere: set[str] = set()
        self._configure()
        for who in ("acme's machine", "bo"):
            self.a_mail_comes(who, "receipt", ROLES[0], hours_ago=70, day=0, answers=None, forged=False)
        self.a_meeting_comes("calendar", TITLES[0], ORGANIZERS[0], start=-4, never=None)
        self.a_meeting_comes("calendar", TITLES[1], ORGANIZERS[1], start=-26, never=None)

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            self.folder.cleanup()

    # ---- what arrives

    @rule(
        who=st.sampled_from(sorted(SENDERS)),
        what=st.sampled_from(sorted(RECEIVED)),
        role=st.sampled_from(ROLES),
        hours_ago=st.integers(0, 80),
        day=hours,
        answers=st.none() | number,
        forged=st.booleans(),
    )
    def a_mail_comes(
        self, who: str, what: str, role: str, *, hours_ago: int, day: int, answers: int | None, forged: bool
    ) -> None:
        sender, company = SENDERS[who]
        when = (self.now + timedelta(hours=day)).replace(minute=0)
        head = {"From": sender, "To": "jane@example.org", "Subject": f"{company}: {what}", **(FORGED if forged else {})}
        self._mail(
            self.home.maildir, RECEIVED[what].format(role=role, company=company, day=when), head, hours_ago, answers
        )

    @rule(
        who=st.sampled_from(sorted(SENDERS)),
        what=st.sampled_from(sorted(SENT)),
        role=st.sampled_from(ROLES),
        hours_ago=st.integers(0, 30),
        answers=st.none() | number,
    )
    def a_mail_is_sent(self, who: str, what: str, role: str, *, hours_ago: int, answers: int | None) -> None:
        head = {"From": "Jane Doe <jane@example.org>", "To": SENDERS[who][0], "Subject": "Re: us"}
        self._mail(self.home.maildir / ".Sent", SENT[what].format(role=role), head, hours_ago, answers)

    def _mail(self, box: Path, text: str, head: dict[str, str], hours_ago: int, answers: int | None) -> None:
        name = f"m{next(self.numbers)}"
        thread = {"References": f"<{next(_one(self.mails, answers), name)}@example.org>"}
        self.home.put(box, name, self.now - timedelta(hours=hours_ago), f"Hi,\n\n{text}\n", head | thread)
        self.mails.append(name)

    @rule(
        where=st.sampled_from(["calendar", "other"]),
        title=st.sampled_from(TITLES),
        organizer=st.sampled_from(ORGANIZERS),
        start=hours,
        never=st.none() | st.sampled_from(NEVER),
    )
    def a_meeting_comes(self, where: str, title: str, organizer: str, *, start: int, never: datetime | None) -> None:
        begins = never or self.now.replace(minute=0) + timedelta(hours=start)
        uid = f"u{next(self.numbers)}@home.example"
        self.meetings[where][uid] = Meeting(
            uid=uid, start=begins, minutes=60, title=title, organizer=organizer, stamp=self.now
        )
        self._write()

    @rule(
        which=number, by=hours, how=st.sampled_from(["moved", "cancelled or not", "gone", "copied", "in the other one"])
    )
    def a_meeting_changes(self, which: int, by: int, how: str) -> None:
        there = [(shelf, each) for shelf in self.meetings.values() for each in shelf.values()]
        for shelf, each in _one(there, which):
            if how in {"gone", "in the other one"}:
                del shelf[each.uid]
            if how in {"copied", "in the other one"}:
                other = next(one for one in self.meetings.values() if one is not shelf)
                other[each.uid] = each
            if how in {"moved", "cancelled or not"}:
                each.stamp, each.sequence = self.now, each.sequence + by % 2
                each.cancelled ^= how != "moved"
            if how == "moved" and EARLIEST < each.start < LATEST:
                each.start += timedelta(hours=by)
        self._write()

    def _write(self) -> None:
        for name, there in self.meetings.items():
            (self.home.folder / f"{name}.ics").write_bytes(calendar_of(there.values()))

    # ---- what the user says

    @rule(which=number, closed=st.booleans(), how=st.sampled_from(["done", "dismiss"]))
    def an_item_is_done_or_dismissed(self, which: int, how: str, *, closed: bool) -> None:
        status = self._status()
        items: tuple[Owed | Closed, ...] = status.closed if closed else status.owed
        for each in _one(items, which):
            with suppress(Refused) if closed else nullcontext():
                {"done": commands.done, "dismiss": commands.dismiss}[how](self.config, each.id, self.now)
            self.ended |= {each.id} if not closed else set()

    @rule(which=number, closed=st.booleans(), by=st.integers(1, 200))
    def an_item_is_put_off(self, which: int, by: int, *, closed: bool) -> None:
        status = self._status()
        items: tuple[Owed | Closed, ...] = status.closed if closed else status.owed
        for each in _one(items, which):
            until = self.now + timedelta(hours=by)
            with suppress(Refused) if closed else nullcontext():
                commands.snooze(self.config, each.id, until, self.now)
                self.put_off[each.id] = until

    @rule(which=number, what=st.sampled_from(["a note", "a review", ""]))
    def something_is_written_down(self, which: int, what: str) -> None:
        for each in _one(self._status().applications, which):
            if what == "a note":
                commands.note(self.config, each.id, "the story about the parser", self.now)
            else:
                commands.review(self.config, each.id, what, "", self.now)

    @rule(which=number)
    def a_question_is_confirmed(self, which: int) -> None:
        for each in _one(self._status().unsure, which):
            commands.confirm(self.config, each.id, self.now)

    @rule(which=number, meaning=st.sampled_from(["nothing", "itself", *commands.meanings()]))
    def a_recognition_is_corrected(self, which: int, meaning: str) -> None:
        for key, kind in _one(self._facts(), which):
            commands.correct(self.config, key, kind if meaning == "itself" else meaning, "", self.now)

    @rule(which=number, home=number)
    def a_mail_is_of_another_application(self, which: int, home: int) -> None:
        for key, _ in _one(self._facts(), which):
            for each in _one(self._status().applications, home):
                commands.correct(self.config, key, "", each.id, self.now)

    @rule(which=number, other=number)
    def two_are_one(self, which: int, other: int) -> None:
        known = self._status().applications
        for one in _one(known, which):
            for another in _one(known, other):
                with suppress(Refused):
                    commands.merge(self.config, one.id, another.id, self.now)

    @rule(
        which=st.none() | number,
        name=st.sampled_from(["Delta", "Acme", "Borealis", "Яндекс", "Сбер"]),
        what=st.sampled_from(["interview", "promise", "rejection", "offer", "withdrawal"]),
        start=hours,
        role=st.sampled_from(["", *ROLES]),
    )
    def something_is_told(self, which: int | None, name: str, what: str, start: int, role: str) -> None:
        name = next((each.id for each in _one(self._status().applications, which)), name)
        when = self.now.replace(minute=0) + timedelta(hours=start)
        told: dict[str, commands.Tellable] = {
            "interview": InterviewScheduled(start=when, role=role, people=(Person(address="kim@elsewhere.example"),)),
            "promise": DecisionPromised(until=when.date(), zone="Europe/Berlin", role=role),
            "rejection": RejectionReceived(role=role),
            "offer": OfferReceived(role=role),
            "withdrawal": UserWrote(purposes=("withdrawal",), role=role),
        }
        with suppress(Refused):
            commands.tell(self.config, name, told[what], self.now)

    # ---- what the user does in their calendar

    @rule(which=number, how=st.sampled_from(["deleted", *MARKED]))
    def an_invite_is_answered(self, which: int, how: str) -> None:
        for item, path in _one(self._invites(), which):
            if how == "deleted":
                path.unlink()
            else:
                text = re.sub(r"\r\nATTENDEE[^\r]*", "", path.read_bytes().decode())  # the answer before this one
                path.write_bytes(text.replace(*MARKED[how]).encode())
            self.ended |= {item} if how in {"deleted", "declined", "done"} else set()

    @rule(which=number, by=st.integers(-100, 200), never=st.none() | st.sampled_from(NEVER), again=st.booleans())
    def an_invite_is_moved(self, which: int, by: int, *, never: datetime | None, again: bool) -> None:
        for item, path in _one(self._invites(), which):
            until = never or (self.now + timedelta(hours=by)).replace(second=0)
            until = self.put_off.get(item, until).replace(second=0) if again else until
            said = f"{until.year:04}{until:%m%dT%H%M%SZ}"
            ends = r"(\r\nBEGIN:VEVENT.*?\r\nDTSTART)[^\r]*(.*?\r\nDTEND)[^\r]*"
            text = re.sub(ends, rf"\g<1>:{said}\g<2>:{said}", path.read_bytes().decode(), flags=re.DOTALL)
            path.write_bytes(text.encode())
            if EARLIEST <= until <= LATEST:
                self.put_off[item] = until
            else:
                self.nowhere.add(item)

    def _invites(self) -> list[tuple[str, Path]]:
        service.sync(self.config, self.now)
        return [(each.id, self.home.invite(each.id)) for each in self._status().owed]

    # ---- what happens of itself

    @rule(minutes=st.sampled_from([1, 240, 1440, 4320, 10080, 30000]))
    def time_goes_on(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(minutes=st.sampled_from([1, 60, 1440]))
    def the_clock_is_put_back(self, minutes: int) -> None:
        self.now -= timedelta(minutes=minutes)

    @rule(account=st.sampled_from(sorted(TABLES)))
    def an_account_is_added_or_removed(self, account: str) -> None:
        self.accounts ^= {account}
        self._configure()

    def _configure(self) -> None:
        self._write()
        tables = "".join(TABLES[each] for each in sorted(self.accounts))
        self.home.path.write_text(HEAD + tables + DELIVERY, encoding="utf-8")
        self.config = self.home.config

    # ---- what must hold

    @invariant()
    def all_is_well(self) -> None:
        self.now += timedelta(seconds=1)
        service.sync(self.config, self.now)
        events = self.home.events()
        again = service.sync(self.config, self.now)
        assert (again.deliveries, again.troubles, self.home.events()) == (0, [], events)
        status = self._status()
        self._is_derived_anew_as_it_stands(status)
        self._can_be_shown(status)
        self._calendar_shows(status)
        self._the_user_is_heard({each.id: each for each in status.owed})
        self._nothing_is_asked_too_early_or_too_late(status)

    def _is_derived_anew_as_it_stands(self, status: Status) -> None:
        with Journal.open(self.config.log) as journal:
            with journal.step(self.now) as step:
                assert all(step.rebuild().values())
            assert journal.log.verify() == []
        assert self._status() == status

    def _can_be_shown(self, status: Status) -> None:
        """By their ids, too: each means one thing."""
        items = [*(each.id for each in status.owed), *(each.id for each in status.closed)]
        assert len(items) == len(set(items))
        with redirect_stdout(StringIO()):
            pages.show_status(status)
            pages.show_lessons(queries.lessons(self.config, self.now))
            for each in status.applications:
                found = queries.timeline(self.config, each.id, self.now, as_known_then=False)
                assert found.id == each.id
                pages.show_timeline(found, self.now)

    def _calendar_shows(self, status: Status) -> None:
        entries = [Calendar.from_ical(each.read_bytes()).walk("VEVENT")[0] for each in self.home.invites.glob("*.ics")]
        open_ones = {str(each["UID"]): each for each in entries if not str(each["SUMMARY"]).startswith(DONE)}
        assert open_ones.keys() == {each.invite.uid for each in status.owed if each.invite}
        assert len(open_ones) == len(status.owed)
        for each in status.owed:
            if each.invite and each.id not in self.nowhere:
                assert open_ones[each.invite.uid].decoded("DTSTART") == each.invite.start

    def _the_user_is_heard(self, owed: dict[str, Owed]) -> None:
        assert not self.ended & owed.keys()
        for item in owed.keys() & self.put_off.keys():
            assert owed[item].state == ("snoozed" if self.put_off[item] > self.now else "open")

    def _nothing_is_asked_too_early_or_too_late(self, status: Status) -> None:
        stages = {each.id: each.stage for each in status.applications}
        waiting = {each.application for each in status.waiting}
        for each in status.owed:
            assert each.not_before <= status.now
            assert each.kind in AFTER_AN_END.get(stages[each.application], {each.kind})
            assert each.kind != "nudge" or each.application not in waiting
        for kind in ("nudge", "rejection_reply", "feedback_request"):
            asked = [each.application for each in status.owed if each.kind == kind]
            assert len(asked) == len(set(asked))

    def _status(self) -> Status:
        return queries.status(self.config, self.now, as_known_then=False)

    def _facts(self) -> list[tuple[str, str]]:
        """The key of each, and what it was recognised as."""
        events = self.home.events()
        return [(each.source_key, type(each.event).__name__) for each in events if isinstance(each.event, Fact)]


def _one(choices: Sequence[Choice], which: int | None) -> Iterator[Choice]:
    """One of them, if there is any and any is meant."""
    if choices and which is not None:
        yield choices[which % len(choices)]


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=5, stateful_step_count=12, deadline=None, derandomize=True)
