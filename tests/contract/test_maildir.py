"""A Maildir as a source."""

import os
from pathlib import Path

import pytest

from afterword.ports import Mail, NeedsUser
from connectors.maildir import MaildirSettings, MaildirSource
from tests.contract.source_contract import LATER, NOW, MailFilesContract, Reader, mail

STORED_AT = LATER.timestamp()


def deliver(folder: Path, name: str, raw: bytes, place: str = "new") -> Path:
    path = folder / place / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(raw)
    os.utime(path, (STORED_AT, STORED_AT))
    return path


class TestMaildir(MailFilesContract):
    @pytest.fixture(autouse=True)
    def folder(self, tmp_path: Path) -> Path:
        self.root = tmp_path / "Mail"
        self.delivered = 0
        return self.root

    @pytest.fixture
    def source(self, folder: Path) -> MaildirSource:
        return MaildirSource(MaildirSettings(path=str(folder)))

    def empty(self) -> None:
        (self.root / "cur").mkdir(parents=True)

    def put(self, *mails: bytes) -> None:
        for each in mails:
            self.delivered += 1
            deliver(self.root, f"17000{self.delivered:05}.M1P1.host", each)

    def test_a_mail_whose_flags_change_is_not_new(self, reader: Reader, folder: Path) -> None:
        path = deliver(folder, "1700000001.M1P1.host:2,", mail(1), "cur")
        assert reader.subjects() == ["Mail 1"]
        path.rename(path.with_name("1700000001.M1P1.host:2,RS"))
        assert reader.subjects() == []

    def test_a_mail_that_moves_from_new_to_cur_is_not_new(self, reader: Reader, folder: Path) -> None:
        path = deliver(folder, "1700000001.M1P1.host", mail(1))
        assert reader.subjects() == ["Mail 1"]
        (folder / "cur").mkdir()
        path.rename(folder / "cur" / "1700000001.M1P1.host:2,S")
        assert reader.subjects() == []

    def test_f30_a_mail_that_moves_between_folders_is_not_new(self, reader: Reader, folder: Path) -> None:
        path = deliver(folder, "1700000001.M1P1.host", mail(1))
        reader.items()
        (folder / ".Archive.2026" / "cur").mkdir(parents=True)
        path.rename(folder / ".Archive.2026" / "cur" / "1700000001.M1P1.host:2,S")
        assert reader.subjects() == []

    @pytest.mark.parametrize(
        "name",
        [".Sent", ".INBOX.Sent", ".Gesendet", ".Sent.2026", "Sent Items", "Sent/2026", ".&AMk-l&AOk-ments envoy&AOk-s"],
    )
    def test_sent_mail_is_found(self, reader: Reader, folder: Path, name: str) -> None:
        deliver(folder, "a", mail(1))
        deliver(folder / name, "b", mail(2), "cur")
        assert {each.mailbox for each in reader.items() if b"Mail 2" in each.raw} == {"sent"}  # type: ignore[union-attr]

    @pytest.mark.parametrize(
        "name",
        [".Drafts", ".Trash", ".Junk", "Spam", ".Entw&APw-rfe", ".Trash.2026", "Papierkorb/alt", "[Gmail]/Kuka"],
    )
    def test_drafts_junk_and_trash_are_not_read(self, reader: Reader, folder: Path, name: str) -> None:
        deliver(folder, "a", mail(1))
        deliver(folder / name, "b", mail(2), "cur")
        assert reader.subjects() == ["Mail 1"]

    @pytest.mark.parametrize("name", ["Bewerbungen/Kuka", ".Jobs.Kuka", "Kuka", "Jobs/Acme Inc."])
    def test_a_folder_that_is_named_after_a_company_is_one_of_the_users_own(
        self, reader: Reader, folder: Path, name: str
    ) -> None:
        """Hungarian Gmail calls the trash Kuka; a dot at the end parts no name."""
        deliver(folder / name, "a", mail(1), "cur")
        (only,) = reader.items()
        assert isinstance(only, Mail)
        assert only.mailbox == "other"

    @pytest.mark.parametrize("flags", ["D", "ST", "T"])
    def test_a_mail_flagged_as_draft_or_trashed_is_not_read(self, reader: Reader, folder: Path, flags: str) -> None:
        deliver(folder, f"a:2,{flags}", mail(1), "cur")
        assert reader.items() == []

    def test_what_is_still_being_delivered_is_not_read(self, reader: Reader, folder: Path) -> None:
        deliver(folder, "a", mail(1), "tmp")
        (folder / "cur").mkdir()
        assert reader.items() == []

    def test_nothing_in_it_is_changed(self, reader: Reader, folder: Path) -> None:
        self.put(mail(1), mail(2))
        before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
        reader.items()
        assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before

    def test_a_mail_without_a_date_has_the_time_at_which_it_was_stored(self, reader: Reader) -> None:
        self.put(b"Subject: undated\n\nHello.\n")
        (only,) = reader.items(NOW)
        assert isinstance(only, Mail)
        assert only.received_at == LATER

    def test_a_path_that_is_none_needs_the_user(self, tmp_path: Path) -> None:
        source = MaildirSource(MaildirSettings(path=str(tmp_path / "nowhere")))
        for act in (source.check, lambda: list(source.read(None, NOW))):
            with pytest.raises(NeedsUser, match="nowhere"):
                act()

    def test_it_says_what_is_there(self, source: MaildirSource, folder: Path) -> None:
        self.put(mail(1), mail(2))
        deliver(folder / ".Sent", "c", mail(3))
        assert source.check() == "3 mails in 2 folders"

    def test_one_mail_is_one(self, source: MaildirSource) -> None:
        self.put(mail(1))
        assert source.check() == "1 mail in 1 folder"
