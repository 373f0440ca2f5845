"""Homes for tests: a folder with a mailbox, a calendar, a configuration and a place for invites."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from icalendar import Calendar, Event, vCalAddress

from afterword.eventlog.events import Recorded
from afterword.eventlog.log import EventLog
from daemon import config, queries, service
from daemon.config import Config
from daemon.service import SyncReport
from projections.status import Owed, Status

USER_AND_LOG = """\
[user]
name = "Jane Doe"
addresses = ["jane@example.org"]
timezone = "Europe/Berlin"

[log]
url = "sqlite:///state/log.db"
"""
CONFIG = f"""\
{USER_AND_LOG}
[recognition]
authserv_ids = ["mx.example.org"]

[[accounts]]
name = "mail"
kind = "maildir"
path = "Mail"

[[accounts]]
name = "calendar"
kind = "ics"
path = "calendar.ics"

[delivery]
kind = "folder"
path = "invites"
"""


class Home:
    """A folder, and what the service makes of it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.maildir, self.calendar, self.invites = folder / "Mail", folder / "calendar.ics", folder / "invites"
        for box in (self.maildir, self.maildir / ".Sent"):
            for part in ("cur", "new", "tmp"):
                (box / part).mkdir(parents=True)
        self.meet()
        self.path = folder / "config.toml"
        self.path.write_text(CONFIG, encoding="utf-8")

    @property
    def config(self) -> Config:
        return config.load(str(self.path))

    def receives(
        self,
        name: str,
        sent: datetime,
        sender: str,
        text: str,
        subject: str = "Your application",
        *,
        answers: Sequence[str] = (),
    ) -> None:
        """A mail in the inbox; one that `answers` others by their names."""
        head = {"From": sender, "To": "jane@example.org", "Subject": subject}
        thread = {"References": " ".join(f"<{each}@example.org>" for each in answers)} if answers else {}
        self.put(self.maildir, name, sent, text, head | thread)

    def sends(self, name: str, sent: datetime, to: str, text: str, subject: str = "Thank you") -> None:
        """A mail in Sent."""
        head = {"From": "Jane Doe <jane@example.org>", "To": to, "Subject": subject}
        self.put(self.maildir / ".Sent", name, sent, text, head)

    def meet(self, *meetings: tuple[str, datetime, datetime, str, str]) -> None:
        """The calendar from now on: UID, start, end, title and organizer of each entry."""
        calendar = Calendar()
        calendar.add("prodid", "-//Test//Test//EN")
        calendar.add("version", "2.0")
        for uid, start, end, title, organizer in meetings:
            event = Event()
            event.add("uid", uid)
            event.add("dtstamp", start)
            event.add("dtstart", start)
            event.add("dtend", end)
            event.add("summary", title)
            event.add("organizer", vCalAddress(f"mailto:{organizer}"))
            event.add("attendee", vCalAddress(f"mailto:{organizer}"))
            calendar.add_component(event)
        self.calendar.write_bytes(calendar.to_ical())

    def sync(self, now: datetime) -> SyncReport:
        return service.sync(self.config, now)

    def status(self, now: datetime) -> Status:
        return queries.status(self.config, now)

    def owed(self, now: datetime, kind: str) -> Owed | None:
        """The item of that kind, if there is one."""
        return next((each for each in self.status(now).owed if each.kind == kind), None)

    def events(self) -> list[Recorded]:
        with closing(EventLog.open(self.config.log.url)) as kept:
            return list(kept.read())

    def invite(self, item: str) -> Path:
        return self.invites / f"{item}@afterword.ics"

    def files(self) -> Iterator[str]:
        yield from sorted(each.name for each in self.invites.glob("*.ics"))

    def put(self, box: Path, name: str, sent: datetime, text: str, head: dict[str, str]) -> None:
        message = EmailMessage()
        for key, value in {**head, "Date": format_datetime(sent), "Message-ID": f"<{name}@example.org>"}.items():
            message[key] = value
        message.set_content(text)
        (box / "new" / f"{sent.timestamp():.0f}.{name}.host").write_bytes(bytes(message))
