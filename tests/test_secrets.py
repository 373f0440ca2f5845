"""Where passwords are kept, and what is said when one can't be had."""

import threading
from pathlib import Path

import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked
from msgspec import ValidationError, convert

from afterword.ports import NeedsUser
from connectors.secrets import Secret

USER = "jane@example.org"


class Kept(KeyringBackend):
    """A keyring with two passwords in it; what is asked of "locked" is locked, what is asked of "asks" waits until the user is there."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.user_is_there = threading.Event()
        self.questions = 0

    def get_password(self, service: str, username: str) -> str | None:
        if service == "locked":
            raise KeyringLocked
        if service == "asks":
            self.questions += 1
            self.user_is_there.wait(20)
            return "for jane"
        return {("afterword", USER): "for jane", ("afterword", "other"): "for another"}.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        raise NotImplementedError


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Kept:
    keyring = Kept()
    monkeypatch.setattr("keyring.core._keyring_backend", keyring)
    return keyring


def secret(**kept: str) -> str:
    return Secret(**kept).reveal(USER)


def test_a_commands_first_line_is_the_password() -> None:
    assert secret(command="printf 'correct horse \\nuser: jane\\n'") == "correct horse "


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ("false --with hunter2", r"The command false failed \(exit code 1\): try it in a terminal\."),
        ("no-such-program x", r"The command no-such-program can't be run \(No such file or directory\)"),
        ("true", "The command true printed no password: put the password into its first line."),
        ("printf 'unclosed", "The command printf can't be run"),
        (r"printf '\377'", "The command printf printed no password that is text"),
    ],
)
def test_a_command_that_gives_none_is_told(command: str, sentence: str) -> None:
    with pytest.raises(NeedsUser, match=sentence) as failed:
        secret(command=command)
    assert "hunter2" not in str(failed.value)


def test_a_command_that_waits_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.secrets.COMMAND_TIMEOUT", 0.2)
    with pytest.raises(NeedsUser, match="gave no password within"):
        secret(command="sleep 30")


def test_a_command_is_asked_nothing_on_the_terminal() -> None:
    with pytest.raises(NeedsUser, match="printed no password"):
        secret(command="cat")


def test_a_file_holds_it_in_its_first_line(tmp_path: Path) -> None:
    (tmp_path / "password").write_bytes("größe\r\nanother line\n".encode())
    assert secret(file=str(tmp_path / "password")) == "größe"


@pytest.mark.parametrize("held", [None, b"", b"\n", b"\xff\xfe"])
def test_a_file_without_one_is_told(tmp_path: Path, held: bytes | None) -> None:
    if held is not None:
        (tmp_path / "password").write_bytes(held)
    with pytest.raises(NeedsUser, match=r"The password file .*/password (can't be read|is empty)"):
        secret(file=str(tmp_path / "password"))


def test_a_credential_is_what_systemd_hands_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mail").write_text("from systemd\n", encoding="utf-8")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert secret(credential="mail") == "from systemd"


@pytest.mark.parametrize("name", ["mail", "../mail", "/etc/hostname"])
def test_a_credential_that_was_not_handed_over_is_told(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    with pytest.raises(NeedsUser, match="give it to the service by LoadCredential="):
        secret(credential=name)


@pytest.mark.usefixtures("kept")
def test_the_keyring_is_asked_for_the_accounts_user_or_the_one_named() -> None:
    assert (secret(keyring="afterword"), secret(keyring="afterword/other")) == ("for jane", "for another")


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize(
    ("service", "sentence"),
    [("elsewhere", "put it there by `keyring set elsewhere jane@example.org`"), ("locked", "is locked: unlock it")],
)
def test_a_keyring_that_gives_none_is_told(service: str, sentence: str) -> None:
    with pytest.raises(NeedsUser, match=sentence):
        secret(keyring=service)


def test_a_keyring_that_waits_for_the_user_is_asked_once_and_keeps_nobody_waiting_for_ever(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.keyrings.PATIENCE", 0.1)
    for _ in range(3):
        with pytest.raises(NeedsUser, match="The keyring waits to be unlocked: answer its question"):
            secret(keyring="asks")
    assert kept.questions == 1

    monkeypatch.setattr("connectors.keyrings.PATIENCE", 20)
    kept.user_is_there.set()
    assert (secret(keyring="asks"), secret(keyring="asks")) == ("for jane", "for jane")
    assert kept.questions == 2


def test_where_there_is_no_keyring_another_place_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from keyring.backends.fail import Keyring

    monkeypatch.setattr("keyring.core._keyring_backend", Keyring())  # type: ignore[no-untyped-call]
    with pytest.raises(NeedsUser, match="no keyring here: keep the password in a file, a credential or a command"):
        secret(keyring="afterword")


@pytest.mark.parametrize("table", [{}, {"command": "a", "file": "b"}, {"file": " "}, {"plain": "hunter2"}, "hunter2"])
def test_one_place_is_named_and_never_the_password_itself(table: object) -> None:
    with pytest.raises(ValidationError) as refused:
        convert(table, type=Secret)
    assert "hunter2" not in str(refused.value)
