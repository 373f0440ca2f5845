"""The worlds of servers that a story can be played in: where its mails and meetings lie, and where its invites come to stand.

Between the program and each server there is somebody who can kill the server in the midst of what it is asked.
"""

import shlex
import signal
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

from icalendar import Calendar
from msgspec import Struct

from afterword.recognition.entries.calendar_text import entries
from afterword.recognition.entries.vevent import OURS
from connectors.icalendar_text import DONE
from daemon import config, queries, service
from daemon.config import Config
from tests.scenarios.playing import CONFIG, at, play, say
from tests.scenarios.story import Moment, mails
from tests.servers.between import relayed
from tests.servers.calendars import CalendarAccount
from tests.servers.dovecot import Account
from tests.servers.post import MailServers
from tests.servers.web import Answered, Asked, between


class Fuse(Struct, kw_only=True):
    """Kills a server while it is asked for the second time, or for a later one up to `latest`: with 1, before it is asked.

    `speaks_for` are the accounts that then can't be reached.
    """

    kill: Callable[[], None]
    revive: Callable[[], None]
    speaks_for: frozenset[str]
    latest: int
    left: int = 0
    burnt: bool = False

    def light(self, turn: int) -> None:
        """Each turn has another moment."""
        self.left, self.burnt = 2 + turn % max(1, self.latest - 1), False
        if self.latest == 1:
            self.burn()

    def ask(self) -> None:
        self.left -= 1
        if self.left == 0:
            self.burn()

    def burn(self) -> None:
        if not self.burnt:
            self.burnt = True
            self.kill()

    def replace(self) -> None:
        self.left, self.burnt = 0, False
        self.revive()


class World(ABC):
    """A mailbox and calendars on servers, and a program that is configured for them."""

    def __init__(self, folder: Path, box: Account, calendars: CalendarAccount) -> None:
        self._folder = folder
        self._box, self._calendars = box, calendars
        self._mail = Fuse(
            kill=lambda: box.server.stop(signal.SIGQUIT),
            revive=box.server.start,
            speaks_for=frozenset({"mail"}),
            latest=10,
        )
        self._calendar = Fuse(
            kill=lambda: calendars.server.stop(signal.SIGKILL),
            revive=calendars.server.start,
            speaks_for=self.by_calendar,
            latest=6,
        )
        self.fuses = [self._mail, self._calendar]

    by_calendar: ClassVar[frozenset[str]]
    """The accounts that can't be reached without the calendar server."""

    shelf: ClassVar[str]
    """The calendar that our invites come to stand in."""

    @contextmanager
    def of(self, story: Path) -> Iterator[None]:
        """With the story's mails and meetings in their places."""
        for folder, of_the_user in (("INBOX", False), ("Gesendet", True)):
            self._box.put(*(mail for mail, sent in mails(story) if sent == of_the_user), folder=folder)
        self._calendars.make("Personal")
        for each in entries((story / "calendar.ics").read_bytes()):
            self._calendars.put(self._calendars.path("Personal", f"{each.uid}.ics"), each.text)
        to_mail = relayed(self._box.server.port, ask=lambda _: self._mail.ask())
        with to_mail, between(self._calendars.server.port, self._asked) as to_calendars:
            mail, calendar = self._box.keys(to_mail.port), self._calendars.keys(to_calendars.port)
            accounts = f'[[accounts]]\nname = "mail"\n{mail}\n[[accounts]]\nname = "calendar"\n{calendar}'
            text = CONFIG.format(state=self._folder, accounts=accounts).partition("[delivery]")[0]
            self._configuration.write_text(f"{text}[delivery]\n{self.delivery()}", encoding="utf-8")
            yield

    def play(self, moment: Moment) -> list[str]:
        """What is told at that moment."""
        return play(str(self._configuration), moment, self.hear)

    def owed(self, moment: Moment) -> list[str]:
        """The UIDs of the invites that should stand then."""
        return sorted(f"{each.id}{OURS}" for each in queries.status(self.config, moment.now).owed)

    def standing(self) -> list[str]:
        """The UIDs of the invites that stand in the calendar, and are not done."""
        events = [event for _, event in self.invites() if event["STATUS"] != "CANCELLED"]
        return sorted(str(event["UID"]) for event in events if not event["SUMMARY"].startswith(DONE))

    def lose_servers(self, moment: Moment, turn: int) -> None:
        """Each server in turn is killed in the midst of a pass, and comes back; the pass says whom it couldn't reach."""
        for fuse in self.fuses:
            fuse.light(turn)
            report = service.sync(self.config, moment.now)
            assert fuse.burnt
            assert {each.account for each in report.troubles} <= fuse.speaks_for
            assert not report.needs_user
            fuse.replace()

    @property
    def config(self) -> Config:
        return config.load(str(self._configuration))

    @abstractmethod
    def delivery(self) -> str:
        """The table of the configuration that says where invites go."""

    def hear(self, loaded: Config, line: str, now: datetime) -> None:
        """Do what the user says."""
        say(loaded, line, now)

    def invites(self) -> Iterator[tuple[str, Any]]:
        """Where each of our invites lies, and what stands there."""
        for path in self._calendars.paths(self.shelf):
            event: Any = Calendar.from_ical(self._calendars.text(path)).walk("VEVENT")[0]
            if event["UID"].endswith(OURS):
                yield path, event

    def _asked(self, asked: Asked, ask: Callable[[], Answered]) -> Answered:
        """The server is killed when it did what it was asked, and before it could say so."""
        _ = asked
        told = ask()
        self._calendar.ask()
        if self._calendar.burnt:
            raise ConnectionResetError
        return told

    @property
    def _configuration(self) -> Path:
        return self._folder / "config.toml"


class OnRadicale(World):
    """Invites stand in a calendar of ours, where the program puts them."""

    by_calendar = frozenset({"calendar", "delivery"})
    shelf = "Afterword"

    def delivery(self) -> str:
        return 'kind = "caldav"\naccount = "calendar"\n'


class ByMail(World):
    """Invites go by mail to the user, whose mail server hands them to a Xandikos; from there the answers come back by mail."""

    by_calendar = frozenset({"calendar"})
    shelf = ""

    def __init__(self, folder: Path, box: Account, calendars: CalendarAccount, servers: MailServers) -> None:
        super().__init__(folder, box, calendars)
        self._servers = servers
        submission = servers.submission
        self.fuses.append(
            Fuse(kill=submission.stop, revive=submission.start, speaks_for=frozenset({"delivery"}), latest=1)
        )

    @contextmanager
    def of(self, story: Path) -> Iterator[None]:
        with super().of(story), self._servers.to(self._box):
            yield

    def play(self, moment: Moment) -> list[str]:
        self._servers.now = moment.now
        self._servers.hand_on()
        return super().play(moment)

    def delivery(self) -> str:
        return self._servers.submission.keys()

    def hear(self, loaded: Config, line: str, now: datetime) -> None:
        """What can be said by answering an invitation is said so."""
        match shlex.split(line.removeprefix("$")):
            case ["dismiss", kind]:
                self._decline(kind)
                service.sync(loaded, now)
            case ["snooze", kind, until]:
                self._propose(kind, at(until))
                service.sync(loaded, now)
            case _:
                super().hear(loaded, line, now)

    def _decline(self, kind: str) -> None:
        path, event = self._invite(kind)
        event["ATTENDEE"].params["PARTSTAT"] = "DECLINED"
        whole = Calendar.from_ical(self._calendars.text(path))
        whole.subcomponents = [event if each.name == "VEVENT" else each for each in whole.subcomponents]
        self._calendars.put(path, whole.to_ical())

    def _propose(self, kind: str, start: datetime) -> None:
        """As Outlook does: a COUNTER (RFC 5546, 3.2.7)."""
        _, event = self._invite(kind)
        length = event.decoded("DTEND") - event.decoded("DTSTART")
        for name, moment in (("dtstart", start), ("dtend", start + length)):
            event.pop(name)
            event.add(name, moment)
        counter = Calendar(version="2.0", prodid="-//Example//EN", method="COUNTER")
        counter.add_component(event)
        self._servers.send(counter)

    def _invite(self, kind: str) -> tuple[str, Any]:
        return next((path, event) for path, event in self.invites() if event["UID"].startswith(f"{kind}-"))
