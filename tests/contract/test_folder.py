"""A folder of .ics files as the channel, and what calendars that read it see."""

import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from msgspec.structs import replace

from afterword.eventlog.events import Answer
from afterword.ports import Invite, NeedsUser, Unavailable, UserAction
from connectors.folder import FolderChannel, FolderSettings
from connectors.icalendar_text import invite_to_ical
from connectors.placed_entry import parse_entry
from tests.contract.channel_contract import INVITE, OTHER, STANDS, START, ChannelContract, answers, standing

SAID = {
    "accepted": "ATTENDEE;PARTSTAT=ACCEPTED:mailto:jane@home.example\r\n",
    "tentative": "ATTENDEE;PARTSTAT=TENTATIVE:mailto:jane@home.example\r\n",
    "declined": "ATTENDEE;PARTSTAT=DECLINED:mailto:jane@home.example\r\n",
}


class TestFolder(ChannelContract):
    @pytest.fixture(autouse=True)
    def folder(self, tmp_path: Path) -> Path:
        self.path = tmp_path / "invites"
        return self.path

    @pytest.fixture
    def channel(self, folder: Path) -> FolderChannel:
        return FolderChannel(FolderSettings(path=str(folder)))

    def shown(self) -> dict[str, Any]:
        return {each.stem: unfolded(each.read_bytes()) for each in self.path.iterdir()}

    def delete(self, uid: str) -> None:
        self.file(uid).unlink()

    def test_a_folder_that_it_makes_is_the_users_alone_until_they_let_others_in(self, channel: FolderChannel) -> None:
        channel.place(INVITE)
        assert self.path.stat().st_mode & 0o777 == 0o700
        self.path.chmod(0o755)
        channel.place(OTHER)
        assert self.path.stat().st_mode & 0o777 == 0o755

    def move(self, uid: str, start: datetime, end: datetime) -> None:
        """As a calendar does that writes its own text of the entry."""
        calendar = Calendar.from_ical(self.file(uid).read_bytes())
        (event,) = calendar.walk("VEVENT")
        for name, moment in (("dtstart", start), ("dtend", end)):
            del event[name]
            event.add(name, moment)
        self.file(uid).write_bytes(calendar.to_ical())

    def rewrite(self, uid: str, description: str) -> None:
        calendar = Calendar.from_ical(self.file(uid).read_bytes())
        (event,) = calendar.walk("VEVENT")
        event["description"] = description
        self.file(uid).write_bytes(calendar.to_ical())

    def answer(self, uid: str, answer: Answer) -> None:
        text = self.file(uid).read_bytes().decode()
        if answer == "completed":
            text = text.replace("SUMMARY:", "SUMMARY:✓ ")
        else:
            text = text.replace("END:VEVENT", SAID[answer] + "END:VEVENT")
        self.file(uid).write_bytes(text.encode())

    def lose(self) -> None:
        self.path.rename(self.path.with_name("elsewhere"))

    def file(self, uid: str) -> Path:
        return self.path / f"{uid}.ics"

    def test_a_file_is_whole_or_not_there(self, channel: FolderChannel, folder: Path) -> None:
        channel.place(INVITE)
        assert [each.name for each in folder.iterdir()] == [f"{INVITE.uid}.ics"]

    def test_a_file_that_cannot_be_read_says_nothing(self, channel: FolderChannel) -> None:
        channel.place(INVITE)
        for text in (
            b"",
            b"\xff\x00",
            b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:never",
            b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
        ):
            self.file(INVITE.uid).write_bytes(text)
            assert list(channel.observe(standing(INVITE))) == []
        channel.place(INVITE)
        assert list(channel.observe(standing(INVITE))) == []

    @pytest.mark.parametrize(
        ("start", "end"),
        [
            (b";VALUE=DATE:20260407", b";VALUE=DATE:20260408"),
            (b":20260407T100000", b":20260407T101500"),
            (b";TZID=Europe/London:20260407T090000", b";TZID=Europe/London:20260407T091500"),
        ],
        ids=["a whole day", "no zone", "another zone"],
    )
    def test_f54_however_the_day_is_told_it_is_moved_to_it_at_its_time(
        self, channel: FolderChannel, start: bytes, end: bytes
    ) -> None:
        channel.place(INVITE)
        text = self.file(INVITE.uid).read_bytes()
        text = re.sub(rb"(?<=DTSTART);TZID=Europe/Berlin:2026.*(?=\r)", start, text)
        self.file(INVITE.uid).write_bytes(re.sub(rb"(?<=DTEND);TZID=Europe/Berlin:2026.*(?=\r)", end, text))
        there = datetime(2026, 4, 7, 8, tzinfo=UTC)
        moved = UserAction(uid=INVITE.uid, answer="moved", start=there, end=there + timedelta(minutes=15))
        assert list(channel.observe(standing(INVITE))) == [moved]

    def test_f52_what_else_the_user_puts_into_it_stays(self, channel: FolderChannel) -> None:
        channel.place(INVITE)
        path = self.file(INVITE.uid)
        path.write_bytes(path.read_bytes().replace(b"STATUS:", b"LOCATION:At my desk\r\nSTATUS:"))
        channel.place(replace(INVITE, sequence=1, description="Changed."))
        shown = self.shown()[INVITE.uid]
        assert "LOCATION:At my desk" in shown
        assert "DESCRIPTION:Changed." in shown

    def test_an_invite_that_the_user_shares_with_others_is_theirs(self, channel: FolderChannel) -> None:
        """A program may bring the folder to a server, which would tell the others whatever is done to it."""
        channel.place(INVITE)
        path = self.file(INVITE.uid)
        shared = b"ORGANIZER:mailto:jane@home.example\r\nATTENDEE:mailto:mia@home.example\r\nSTATUS:"
        path.write_bytes(path.read_bytes().replace(b"STATUS:", shared))
        before = self.shown()
        channel.place(replace(INVITE, sequence=1, description="Changed."))
        channel.withdraw(STANDS, START)
        assert self.shown() == before

    def test_f52_an_invite_that_can_not_be_read_is_not_overwritten(self, channel: FolderChannel) -> None:
        channel.place(INVITE)
        self.file(INVITE.uid).unlink()
        self.file(INVITE.uid).symlink_to(self.file(INVITE.uid))
        with pytest.raises(Unavailable):
            channel.place(replace(INVITE, sequence=1, description="Changed."))
        assert self.file(INVITE.uid).is_symlink()

    @pytest.mark.parametrize("uid", ["../../etc/passwd", "a/b@afterword", "a\0b", "x" * 500, "ü@afterword"])
    def test_a_uid_leads_nowhere_else(self, channel: FolderChannel, folder: Path, uid: str) -> None:
        invite = replace(INVITE, uid=uid)
        channel.place(invite)
        (only,) = folder.parent.rglob("*.ics")
        assert only.parent == folder
        channel.withdraw(standing(invite)[0], START)
        assert list(folder.iterdir()) == []

    def test_a_folder_that_cannot_be_made_needs_the_user(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        channel = FolderChannel(FolderSettings(path=str(tmp_path / "file" / "invites")))
        with pytest.raises(NeedsUser, match="file"):
            channel.place(INVITE)

    def test_an_entry_marked_cancelled_was_declined(self, channel: FolderChannel) -> None:
        channel.place(INVITE)
        path = self.file(INVITE.uid)
        path.write_bytes(path.read_bytes().replace(b"STATUS:CONFIRMED", b"STATUS:CANCELLED"))
        assert answers(channel.observe(standing(INVITE))) == {INVITE.uid: "declined"}

    def test_it_says_how_many_stand(self, channel: FolderChannel) -> None:
        assert "first invite" in channel.check()
        channel.place(INVITE)
        assert "1 file in" in channel.check()
        channel.place(OTHER)
        assert "2 files" in channel.check()


def unfolded(text: bytes) -> str:
    return re.sub(rb"\r\n[ \t]", b"", text).decode()


def lines(invite: Invite) -> list[str]:
    return unfolded(invite_to_ical(invite)).splitlines()


def test_lines_end_and_are_folded_as_rfc_5545_says() -> None:
    text = invite_to_ical(replace(INVITE, description="Gespräch über Größe und Käse 🙂 " * 30))
    assert text.endswith(b"END:VCALENDAR\r\n")
    assert all(len(line) <= 75 for line in text.split(b"\r\n"))
    assert b"\n" not in text.replace(b"\r\n", b"")
    for line in text.split(b"\r\n"):
        assert line.decode()[:1] != "\ufffd"


def test_it_has_what_an_entry_needs_and_nobody_is_invited() -> None:
    text = lines(INVITE)
    assert text[:2] == ["BEGIN:VCALENDAR", "VERSION:2.0"] or {
        "VERSION:2.0",
        "PRODID:-//Afterword//Afterword//EN",
    } <= set(text[:3])
    for line in (f"UID:{INVITE.uid}", "SEQUENCE:0", "DTSTAMP:20260305T180000Z", "STATUS:CONFIRMED", "TRANSP:OPAQUE"):
        assert text.count(line) == 1
    assert "DTSTART;TZID=Europe/Berlin:20260306T100000" in text
    assert "DTEND;TZID=Europe/Berlin:20260306T101500" in text
    assert {"BEGIN:VTIMEZONE", "TZID:Europe/Berlin", "BEGIN:STANDARD", "BEGIN:DAYLIGHT"} <= set(text)
    assert not any(line.startswith(("ATTENDEE", "ORGANIZER", "METHOD")) for line in text)


@pytest.mark.parametrize(
    "zone", ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Africa/Casablanca", "Pacific/Apia"]
)
def test_the_zone_that_is_written_says_the_same_time_as_the_zone_that_is_known(zone: str) -> None:
    invite = replace(INVITE, zone=zone)
    own_rules = unfolded(invite_to_ical(invite)).replace(f"TZID:{zone}", "TZID:Own").replace(f"TZID={zone}", "TZID=Own")
    for text in (invite_to_ical(invite), own_rules.encode()):
        there = parse_entry(text)
        assert there is not None
        assert (there.start, there.end) == (INVITE.start, INVITE.end)
        assert not there.is_moved


def test_the_alarm_rings_as_many_minutes_before_and_not_for_what_is_done() -> None:
    assert {"BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-PT10M"} <= set(lines(replace(INVITE, alarm=10)))
    assert "TRIGGER:P0D" in lines(INVITE)
    assert "BEGIN:VALARM" not in lines(replace(INVITE, alarm=None))
    done = lines(replace(INVITE, done=True))
    assert "BEGIN:VALARM" not in done
    assert "SUMMARY:✓ Thank Carla Rossi (Acme)" in done
    assert "TRANSP:TRANSPARENT" in done


def test_text_is_escaped() -> None:
    text = lines(replace(INVITE, summary="a, b; c\\d", description="one\ntwo, three"))
    assert "SUMMARY:a\\, b\\; c\\\\d" in text
    assert "DESCRIPTION:one\\ntwo\\, three" in text


def test_f68_nothing_in_a_text_makes_another_line() -> None:
    evil = "Anna\r\nATTENDEE:mailto:boss@acme.example\rBEGIN:VALARM\u2028X:\x00\x1b]0;\u202e"
    text = invite_to_ical(replace(INVITE, summary=evil, description=evil))
    (event,) = Calendar.from_ical(text).walk("VEVENT")
    assert "attendee" not in event
    assert not re.search(rb"^(?:ATTENDEE|X:)", text, re.MULTILINE)
    assert text.count(b"BEGIN:VALARM\r\n") == 1
    assert not set("\0\x1b\u202e") & set(text.decode())


@settings(deadline=None)
@given(summary=st.text(max_size=200), description=st.text(max_size=500))
def test_any_text_can_be_read_back(summary: str, description: str) -> None:
    there = parse_entry(invite_to_ical(replace(INVITE, summary=summary, description=description)))
    assert there is not None
    assert not there.is_moved
    assert not there.is_edited


# ---- a calendar that others wrote


@pytest.fixture
def khal(tmp_path: Path) -> Any:
    config = tmp_path / "khal.conf"
    (tmp_path / "imported").mkdir()
    config.write_text(
        f"[calendars]\n[[afterword]]\npath = {tmp_path}/invites\n[[imported]]\npath = {tmp_path}/imported\n"
        f"[sqlite]\npath = {tmp_path}/khal.db\n[default]\ndefault_calendar = imported\n"
        "[locale]\nlocal_timezone = Europe/Berlin\ndefault_timezone = Europe/Berlin\n"
        "timeformat = %H:%M\ndateformat = %Y-%m-%d\nlongdateformat = %Y-%m-%d\ndatetimeformat = %Y-%m-%d %H:%M\nlongdatetimeformat = %Y-%m-%d %H:%M\n"
    )

    def run(*arguments: str) -> str:
        program = Path(sys.executable).parent / "khal"
        done = subprocess.run(
            [program, "-c", config, *arguments],
            env={**os.environ, "HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            check=True,
        )
        assert "rror" not in done.stderr + done.stdout
        assert "arning" not in done.stderr
        return done.stdout

    return run


LISTED = (
    "list",
    "--format",
    "{uid}|{calendar}|{start}|{end}|{title}|{description}",
    "--day-format",
    "",
    "2026-03-06",
    "2026-03-06",
)


def test_khal_shows_the_folder_as_a_calendar(khal: Any, tmp_path: Path) -> None:
    channel = FolderChannel(FolderSettings(path=str(tmp_path / "invites")))
    channel.place(replace(INVITE, alarm=10))
    other = replace(OTHER, start=START + timedelta(hours=2), end=START + timedelta(hours=3))
    channel.place(other)
    channel.place(replace(other, sequence=1, done=True))
    shown = khal(*LISTED)
    assert (
        f"{INVITE.uid}|afterword|2026-03-06 10:00|2026-03-06 10:15|Thank Carla Rossi (Acme)|The interview ended"
        in shown
    )
    assert "2026-03-06 12:00|2026-03-06 13:00|✓ Write a review" in shown
    channel.withdraw(STANDS, START)
    assert INVITE.uid not in khal(*LISTED)


def test_khal_imports_a_file_and_a_second_import_is_the_same_entry(khal: Any, tmp_path: Path) -> None:
    channel = FolderChannel(FolderSettings(path=str(tmp_path / "invites")))
    channel.place(INVITE)
    for _ in range(2):
        khal("import", "--batch", "-a", "imported", str(tmp_path / "invites" / f"{INVITE.uid}.ics"))
    assert khal(*LISTED).count("|imported|2026-03-06 10:00|") == 1
    (imported,) = (tmp_path / "imported").glob("*.ics")
    there = parse_entry(imported.read_bytes())
    assert there is not None
    assert (there.start, there.is_moved, there.is_edited) == (datetime(2026, 3, 6, 9, tzinfo=UTC), False, False)
