"""An mbox as a source."""

import mailbox
import os
from email import message_from_bytes
from pathlib import Path

import pytest

from afterword.ports import Mail, NeedsUser, Unavailable
from connectors import mbox
from connectors.mbox import MboxSettings, MboxSource
from tests.contract.source_contract import NOW, MailFilesContract, Reader, mail, subjects

FROM = b"From anna@acme.example Wed Mar  4 18:00:00 2026\n"


def boxed(*mails: bytes) -> bytes:
    return b"".join(FROM + each + b"\n" for each in mails)


def append(path: Path, raw: bytes) -> None:
    with path.open("ab") as file:
        file.write(raw)


class TestMbox(MailFilesContract):
    @pytest.fixture(autouse=True)
    def path(self, tmp_path: Path) -> Path:
        self.file = tmp_path / "INBOX"
        return self.file

    @pytest.fixture
    def source(self, path: Path) -> MboxSource:
        return MboxSource(MboxSettings(path=str(path)))

    def empty(self) -> None:
        self.file.touch()

    def put(self, *mails: bytes) -> None:
        append(self.file, boxed(*mails))

    def test_a_second_run_reads_the_file_from_where_the_first_one_ended(self, reader: Reader, path: Path) -> None:
        self.put(*(mail(number) for number in range(60)))
        reader.items()
        path.write_bytes(boxed(mail(99))[:160] + path.read_bytes()[160:])
        self.put(mail(60))
        assert reader.subjects() == ["Mail 60"]

    def test_a_file_that_was_compacted_is_read_again_for_what_is_new(self, reader: Reader, path: Path) -> None:
        self.put(*(mail(number) for number in range(20)))
        reader.items()
        path.write_bytes(boxed(*(mail(number) for number in range(10, 22))))
        assert reader.subjects() == ["Mail 20", "Mail 21"]
        assert reader.subjects() == []

    def test_marks_that_a_mail_program_sets_make_no_mail_new(self, reader: Reader, path: Path) -> None:
        self.put(mail(1), mail(2))
        reader.items()
        path.write_bytes(path.read_bytes().replace(b"Subject:", b"Status: RO\nX-Mozilla-Status: 0001\nSubject:"))
        assert reader.subjects() == []

    def test_a_mail_program_that_writes_the_file_anew_makes_no_mail_new(self, reader: Reader, path: Path) -> None:
        self.put(mail(1), mail(2, body="From here on\n\nFrom there on"), mail(3))
        reader.items()
        box = mailbox.mbox(path)
        box.lock()
        del box[box.keys()[0]]
        box.add(message_from_bytes(mail(4)))
        box.flush()
        box.unlock()
        box.close()
        assert reader.subjects() == ["Mail 4"]

    @pytest.mark.parametrize(
        "body", ["From my side all is well.", ">From my side", "From: a\n\nFrom b Monday at 10:00", "\nFrom x"]
    )
    def test_f32_lines_that_begin_with_from_stay_in_their_mail(self, reader: Reader, body: str) -> None:
        self.put(mail(1, body=f"Hello.\n\n{body}\n\nBye."), mail(2))
        first, _ = reader.items()
        assert isinstance(first, Mail)
        assert first.raw.rstrip().endswith(b"Bye.")
        assert body.removeprefix(">").encode() in first.raw

    def test_f32_a_mail_that_is_being_written_is_read_once_it_is_there(self, reader: Reader, path: Path) -> None:
        whole = boxed(mail(2, body="First line.\n\nSecond line."))
        self.put(mail(1))
        append(path, whole[: whole.index(b"ine.")])
        assert reader.subjects() == ["Mail 1"]
        append(path, whole[whole.index(b"ine.") :])
        (second,) = reader.items()
        assert isinstance(second, Mail)
        assert second.raw.rstrip() == mail(2, body="First line.\n\nSecond line.").rstrip()
        assert reader.items() == []

    def test_f32_a_mail_that_came_in_two_writes_is_not_lost(self, reader: Reader, path: Path) -> None:
        whole = boxed(mail(1, body="First line.\n\nSecond line."))
        half = whole.index(b"\n\nSecond") + 2
        append(path, whole[:half])
        reader.items()
        append(path, whole[half:] + boxed(mail(2)))
        assert {b"Second line." in each.raw for each in reader.items() if isinstance(each, Mail)} == {True, False}

    def test_a_mail_without_a_last_end_of_line_is_read_when_nothing_comes_behind_it(
        self, reader: Reader, path: Path
    ) -> None:
        append(path, boxed(mail(1)).rstrip())
        assert reader.subjects() == []
        assert reader.subjects() == ["Mail 1"]

    def test_f32_a_file_that_is_cut_while_it_is_read_is_told_and_read_again(
        self, source: MboxSource, path: Path
    ) -> None:
        self.put(*(mail(number, body="a" * 1000) for number in range(450)))
        batches = source.read(None, NOW)
        first = next(batches)
        os.truncate(path, 3000)
        with pytest.raises(Unavailable, match="INBOX was written anew while it was read"):
            list(batches)
        assert len(first.items) == 200
        again = Reader(source)
        again.cursor = first.cursor
        self.put(mail(900))
        assert "Mail 900" in again.subjects()

    @pytest.mark.parametrize("block", [3_000, mbox.BLOCK_SIZE])
    def test_f32_a_file_that_is_written_anew_while_it_is_read_loses_and_doubles_nothing(
        self, reader: Reader, path: Path, monkeypatch: pytest.MonkeyPatch, block: int
    ) -> None:
        monkeypatch.setattr(mbox, "BLOCK_SIZE", block)
        mails = [mail(number, body="a" * 100 * (number % 7)) for number in range(450)]
        self.put(*mails)
        batches = reader.batches()
        read = subjects(next(batches).items)
        path.write_bytes(boxed(*mails[150:], mail(900), mail(901)))
        with pytest.raises(Unavailable):
            list(batches)
        assert sorted([*read, *reader.subjects()]) == sorted(f"Mail {each}" for each in [*range(450), 900, 901])

    def test_f32_a_mail_that_comes_while_others_are_read_is_left_for_the_next_reading(self, reader: Reader) -> None:
        self.put(*(mail(number) for number in range(250)))
        batches = reader.batches()
        next(batches)
        self.put(mail(900))
        assert sum(len(each.items) for each in batches) == 50
        assert reader.subjects() == ["Mail 900"]

    def test_mails_in_the_windows_dialect_are_told_apart(self, reader: Reader, path: Path) -> None:
        path.write_bytes(boxed(mail(1), mail(2)).replace(b"\n", b"\r\n"))
        assert reader.subjects() == ["Mail 1", "Mail 2"]

    def test_envelopes_are_found_wherever_a_block_ends(self, reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(mbox, "BLOCK_SIZE", 700)
        self.put(*(mail(number, body="a" * (number * 7)) for number in range(100)))
        assert len(reader.items()) == 100

    def test_f30_a_mail_that_moves_between_files_is_not_new(self, tmp_path: Path) -> None:
        (tmp_path / "mail").mkdir()
        append(tmp_path / "mail" / "INBOX", boxed(mail(1), mail(2)))
        reader = Reader(MboxSource(MboxSettings(path=str(tmp_path / "mail"))))
        reader.items()
        (tmp_path / "mail" / "INBOX").write_bytes(boxed(mail(2)))
        append(tmp_path / "mail" / "Archive", boxed(mail(1)))
        assert reader.subjects() == []

    @pytest.mark.parametrize(
        ("name", "box"), [("Sent", "sent"), ("Sent.mbox", "sent"), ("INBOX", "inbox"), ("Archive", "archive")]
    )
    def test_in_a_folder_a_files_name_says_what_it_holds(self, tmp_path: Path, name: str, box: str) -> None:
        (tmp_path / "mail").mkdir()
        append(tmp_path / "mail" / name, boxed(mail(1)))
        for other in ("Trash", "Drafts.mbox", "INBOX.msf", ".hidden"):
            append(tmp_path / "mail" / other, boxed(mail(2)))
        (only,) = Reader(MboxSource(MboxSettings(path=str(tmp_path / "mail")))).items()
        assert isinstance(only, Mail)
        assert only.mailbox == box

    def test_a_file_can_be_said_to_be_sent_mail(self, path: Path) -> None:
        self.put(mail(1))
        (only,) = Reader(MboxSource(MboxSettings(path=str(path), sent=True))).items()
        assert isinstance(only, Mail)
        assert only.mailbox == "sent"

    def test_a_path_that_is_none_needs_the_user(self, tmp_path: Path) -> None:
        with pytest.raises(NeedsUser, match="nowhere"):
            list(MboxSource(MboxSettings(path=str(tmp_path / "nowhere"))).read(None, NOW))
