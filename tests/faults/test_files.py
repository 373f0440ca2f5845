"""Mailboxes on disk that hold what is no mail, or change under the reader."""

import errno
import os
import pwd
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest

from afterword.ports import ConnectorError, Mail, NeedsUser, RemovedEntry, Unavailable
from afterword.recognition.messages.message import parse_message
from connectors import maildir
from connectors.folder import FolderChannel, FolderSettings
from connectors.ics import IcsSettings, IcsSource
from connectors.maildir import MaildirSettings, MaildirSource
from connectors.mbox import MboxSettings, MboxSource
from tests.contract.channel_contract import INVITE, STANDS, START, standing
from tests.contract.source_contract import NOW, Reader, calendar, entry, mail
from tests.faults.bounded import bounded


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("new", "cur", "tmp"):
        (tmp_path / "Mail" / name).mkdir(parents=True)
    (tmp_path / "Mail" / "cur" / "1:2,S").write_bytes(mail(1))
    return tmp_path / "Mail"


@pytest.fixture
def reader(folder: Path) -> Reader:
    return Reader(MaildirSource(MaildirSettings(path=str(folder))))


def identities(reader: Reader) -> list[str]:
    return [parse_message(each.raw).identity for each in reader.items() if isinstance(each, Mail)]


def test_f28_one_message_id_on_two_mails_is_two_mails_and_two_copies_are_one(folder: Path, reader: Reader) -> None:
    (folder / "cur" / "2:2,S").write_bytes(mail(1, body="Another."))
    (folder / ".Archive" / "cur").mkdir(parents=True)
    (folder / ".Archive" / "cur" / "3:2,S").write_bytes(mail(1))
    found = identities(reader)
    assert (len(found), len(set(found))) == (3, 2)


def test_f29_a_mail_that_lies_in_sent_twice_has_one_identity(folder: Path, reader: Reader) -> None:
    (folder / ".Sent" / "cur").mkdir(parents=True)
    appended = mail(2).replace(b"Subject:", b"X-Mailer: Other\nSubject:").replace(b"\n", b"\r\n")
    (folder / ".Sent" / "cur" / "2:2,S").write_bytes(mail(2))
    (folder / ".Sent" / "cur" / "3:2,S").write_bytes(appended)
    assert len(set(identities(reader))) == 2


def test_f31_what_is_no_plain_file_is_passed_over(folder: Path, reader: Reader, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(mail(9))
    (folder / "cur" / "link:2,S").symlink_to(tmp_path / "secret")
    (folder / "cur" / "dangling:2,S").symlink_to(tmp_path / "nowhere")
    (folder / "cur" / "loop:2,S").symlink_to(folder / "cur" / "loop:2,S")
    (folder / "cur" / "folder:2,S").mkdir()
    os.mkfifo(folder / "new" / "pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        here = Path.cwd()
        os.chdir(folder / "new")
        listening.bind("socket")
        os.chdir(here)
    (folder / ".Loop").symlink_to(folder)
    assert bounded(reader.subjects) == ["Mail 1"]


def test_f31_a_pipe_that_takes_a_mails_place_holds_nobody_up(
    folder: Path, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "new" / "2").write_bytes(mail(2))
    found = maildir._item

    def swapped(each: maildir.MessageFile, until: datetime) -> object:
        if each.path.name == "2":
            each.path.unlink()
            os.mkfifo(each.path)
        return found(each, until)

    monkeypatch.setattr(maildir, "_item", swapped)
    assert bounded(reader.subjects) == ["Mail 1"]


def test_f31_a_mail_that_goes_away_while_others_are_read_is_no_fault(
    folder: Path, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "new" / "2").write_bytes(mail(2))
    (folder / "new" / "3").write_bytes(mail(3))
    found = maildir._item

    def moving(each: maildir.MessageFile, until: datetime) -> object:
        if (folder / "new" / "3").exists():
            (folder / "new" / "3").rename(folder / "cur" / "3:2,S")
        return found(each, until)

    monkeypatch.setattr(maildir, "_item", moving)
    read = reader.subjects()
    monkeypatch.setattr(maildir, "_item", found)
    assert sorted(read + reader.subjects()) == ["Mail 1", "Mail 2", "Mail 3"]


def test_f31_names_that_are_no_text_are_names(folder: Path, reader: Reader) -> None:
    for name in (b"\xff\xfe", "größe:2,S".encode(), b"a b\nc", b"x" * 250):
        Path(os.fsdecode(os.fsencode(folder / "new") + b"/" + name)).write_bytes(mail(name[0]))
    assert len(reader.items()) == 5
    assert reader.items() == []


def test_f31_a_folder_within_folders_without_end_is_read_as_deep_as_people_nest(folder: Path, reader: Reader) -> None:
    deep = folder
    for _ in range(60):
        deep /= "a"
    (deep / "cur").mkdir(parents=True)
    (deep / "cur" / "9").write_bytes(mail(9))
    assert bounded(reader.subjects) == ["Mail 1"]


MBOXES = {
    "nothing but envelopes": b"From a@b.example Wed Mar  4 18:00:00 2026\n\n" * 100_000,
    "lines that nearly are": b"\nFrom " + b"x" * 300 + b"\n" + b"\nFrom x Mon Mar\n" * 200_000,
    "no line end": b"From a@b.example Wed Mar  4 18:00:00 2026" + b" " * 10_000_000,
    "zeros": bytes(30_000_000),
    "empty lines": b"\n" * 10_000_000,
}


@pytest.mark.parametrize("kind", MBOXES)
def test_f32_a_file_of_no_mails_is_answered(tmp_path: Path, kind: str) -> None:
    (tmp_path / "INBOX").write_bytes(MBOXES[kind])
    reader = Reader(MboxSource(MboxSettings(path=str(tmp_path / "INBOX"))))
    assert bounded(lambda: len(reader.items())) <= 1


def test_f32_after_a_file_of_zeros_mails_are_read_again(tmp_path: Path) -> None:
    (tmp_path / "INBOX").write_bytes(b"\0" * 5000)
    reader = Reader(MboxSource(MboxSettings(path=str(tmp_path / "INBOX"))))
    assert reader.items(NOW) == []
    (tmp_path / "INBOX").write_bytes(b"From a@b.example Wed Mar  4 18:00:00 2026\n" + mail(1))
    assert reader.subjects() == ["Mail 1"]


NO_PATH = "/" + "a" * 300
"""One of which the system does not say whether it is there, as it does not of a disk or a network's folder that went away."""

ASKED: list[Callable[[], object]] = [
    lambda: list(MaildirSource(MaildirSettings(path=NO_PATH)).read(None, NOW)),
    lambda: MaildirSource(MaildirSettings(path=NO_PATH)).check(),
    lambda: list(MboxSource(MboxSettings(path=NO_PATH)).read(None, NOW)),
    lambda: MboxSource(MboxSettings(path=NO_PATH)).check(),
    lambda: list(IcsSource(IcsSettings(path=NO_PATH)).read(None, NOW)),
    lambda: list(IcsSource(IcsSettings(path=NO_PATH)).busy(NOW, NOW)),
    lambda: IcsSource(IcsSettings(path=NO_PATH)).check(),
    lambda: list(FolderChannel(FolderSettings(path=NO_PATH)).observe(standing(INVITE))),
    lambda: FolderChannel(FolderSettings(path=NO_PATH)).place(INVITE),
    lambda: FolderChannel(FolderSettings(path=NO_PATH)).withdraw(STANDS, START),
    lambda: FolderChannel(FolderSettings(path=NO_PATH)).check(),
]


@pytest.mark.parametrize("asked", ASKED)
def test_f05_a_place_of_which_nobody_can_say_whether_it_is_there_is_told(asked: Callable[[], object]) -> None:
    with pytest.raises(ConnectorError, match="File name too long"):
        asked()


@contextmanager
def closed(folder: Path) -> Iterator[None]:
    """Nobody may look into the folder, not even the one whose tests these are."""
    folder.chmod(0)
    if os.geteuid() == 0:
        os.seteuid(pwd.getpwnam("nobody").pw_uid)
    try:
        yield
    finally:
        os.seteuid(os.getuid())
        folder.chmod(0o755)


def test_f05_a_folder_of_calendars_that_can_not_be_opened_lost_nothing() -> None:
    with tempfile.TemporaryDirectory() as base:
        home, work = (Path(base, each) for each in ("home", "work"))
        for number, each in enumerate((Path(base), home, work)):
            each.mkdir(exist_ok=True)
            each.chmod(0o755)
            (each / f"{number}.ICS").write_bytes(calendar(entry(str(number))))
        reader = Reader(IcsSource(IcsSettings(path=base)))
        assert sorted(each.ref for each in reader.items()) == ["0", "1", "2"]

        with closed(work), pytest.raises(NeedsUser, match=r"work can't be read: give yourself the right"):
            reader.items()
        assert reader.items() == []
        (work / "2.ICS").unlink()
        assert reader.items() == [RemovedEntry(uid="2", ref="2")]


@pytest.mark.parametrize(("number", "told"), [(errno.EACCES, NeedsUser), (errno.EIO, Unavailable)])
def test_f05_a_mail_that_can_not_be_read_is_told_once_the_others_were(
    folder: Path, reader: Reader, monkeypatch: pytest.MonkeyPatch, number: int, told: type[Exception]
) -> None:
    (folder / "cur" / "0:2,S").write_bytes(mail(2))
    opened = os.open

    def refused(path: Path, *rest: int) -> int:
        if path.name == "0:2,S":
            raise OSError(number, os.strerror(number), str(path))
        return opened(path, *rest)

    with monkeypatch.context() as patched:
        patched.setattr(os, "open", refused)
        with pytest.raises(told, match="0:2,S can't be read"):
            reader.items()
    assert reader.subjects() == ["Mail 2"]
