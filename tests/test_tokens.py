"""What a sign-in leaves: kept whole, for the user alone, and changed by one process at a time."""

import subprocess
import sys
from pathlib import Path

import pytest
from keyring.errors import InitError, KeyringLocked, NoKeyringError

from afterword.ports import NeedsUser, Unavailable
from connectors.tokens import MAX_SIZE, TokenStore
from tests.servers.dovecot import PATIENCE
from tests.token_stores import Ring, keep

COUNTING = """
import sys
from connectors.tokens import TokenStore

store = TokenStore(sys.argv[1])
for _ in range(50):
    with store.locked():
        store.write(str(int(store.read() or 0) + 1))
"""


WITHOUT_ROOM = """
import resource, signal, sys
from afterword.ports import Unavailable
from connectors.tokens import TokenStore

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
store = TokenStore(sys.argv[1])
with store.locked():
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, resource.RLIM_INFINITY))
    try:
        store.write("a" * 1000)
    except Unavailable as error:
        print(f"{type(error).__name__}: {error}")
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "tokens" / "gmail"


def test_what_is_kept_is_read(file: Path) -> None:
    store = TokenStore(str(file))
    assert store.read() == ""
    keep(store, "one")
    keep(store, "two")
    assert TokenStore(str(file)).read() == "two"


def test_it_is_for_the_user_alone(file: Path) -> None:
    keep(TokenStore(str(file)), "one")
    modes = {each.name: each.stat().st_mode & 0o777 for each in (file.parent, *file.parent.iterdir())}
    assert modes == {"tokens": 0o700, "gmail": 0o600, "gmail.lock": 0o600}


def test_a_file_that_was_open_to_others_is_closed_to_them(file: Path) -> None:
    file.parent.mkdir()
    file.write_text("old", encoding="utf-8")
    file.chmod(0o644)
    keep(TokenStore(str(file)), "new")
    assert file.stat().st_mode & 0o777 == 0o600


def test_two_processes_change_it_one_after_the_other(file: Path) -> None:
    command = [sys.executable, "-c", COUNTING, str(file)]
    running = [subprocess.Popen(command) for _ in range(2)]
    assert [each.wait() for each in running] == [0, 0]
    assert TokenStore(str(file)).read() == "100"


def test_whoever_was_killed_holds_it_no_more(file: Path) -> None:
    holding = "import sys; from connectors.tokens import TokenStore\nwith TokenStore(sys.argv[1]).locked(): print('held', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", holding, str(file)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        holder.kill()
    keep(TokenStore(str(file)), "one")


def test_a_file_without_an_end_is_read_to_a_limit(file: Path) -> None:
    file.parent.mkdir()
    file.write_bytes(b"a" * (MAX_SIZE + 1))
    assert len(TokenStore(str(file)).read()) == MAX_SIZE


def test_f04_where_there_is_no_room_what_was_kept_stays_and_another_try_may_do(file: Path) -> None:
    keep(TokenStore(str(file)), "one")
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_ROOM, str(file)], capture_output=True, text=True, check=True, timeout=PATIENCE
    )
    assert done.stdout.startswith(f"Unavailable: The sign-in can't be kept at {file}")
    assert TokenStore(str(file)).read() == "one"
    assert {each.name for each in file.parent.iterdir()} == {"gmail", "gmail.lock"}


def test_a_place_that_can_not_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "tokens").write_text("a file", encoding="utf-8")
    store = TokenStore(str(tmp_path / "tokens" / "gmail"))
    with pytest.raises(NeedsUser, match="can't be kept"):
        keep(store, "one")
    with pytest.raises(NeedsUser, match="can't be read"):
        store.read()


def test_in_the_keyring_nothing_stands_in_a_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ring = Ring()
    monkeypatch.setattr("keyring.core._keyring_backend", ring)
    store = TokenStore(str(file), "keyring")
    assert store.read() == ""
    keep(store, "secret")
    assert store.read() == "secret"
    assert ring.held == {("afterword", "gmail"): "secret"}
    assert [each.read_bytes() for each in file.parent.iterdir()] == [b""]


@pytest.mark.parametrize(
    ("wrong", "kind", "sentence"),
    [
        (NoKeyringError(), NeedsUser, 'leave tokens = "keyring" out'),
        (KeyringLocked(), NeedsUser, "unlock it"),
        (InitError(), Unavailable, "does not answer"),
    ],
)
def test_a_keyring_that_fails_is_told(
    file: Path, monkeypatch: pytest.MonkeyPatch, wrong: Exception, kind: type[Exception], sentence: str
) -> None:
    monkeypatch.setattr("keyring.core._keyring_backend", Ring(wrong))
    store = TokenStore(str(file), "keyring")
    with pytest.raises(kind, match=sentence):
        store.read()
    with pytest.raises(kind, match=sentence):
        keep(store, "secret")
