"""A password in the desktop's own keyring (Secret Service): a real one, on a session bus that ends with the test."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

PATIENCE = 60
ROOT = Path(__file__).parent.parent
UNLOCKED = "printf pw | gnome-keyring-daemon --unlock --components=secrets"
KEPT = "keyring set afterword jane@example.org"
REVEALED = """
from afterword.ports import NeedsUser
from connectors.secrets import Secret
try:
    print(ascii(Secret(keyring="afterword").reveal("jane@example.org")))
except NeedsUser as error:
    print(error)
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "run").mkdir(mode=0o700)
    return tmp_path


def on_a_bus(home: Path, *commands: str) -> str:
    """What the last of these commands prints, run one after the other on a bus of their own."""
    python = Path(sys.executable)
    known = {"HOME": home, "XDG_RUNTIME_DIR": home / "run", "PYTHONPATH": ROOT, "LC_ALL": "C.UTF-8"}
    path = f"{python.parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["dbus-run-session", "--", "sh", "-ec", "\n".join(commands)],
        env={"PATH": path, **{name: str(value) for name, value in known.items()}},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    return done.stdout.strip().splitlines()[-1]


def test_a_password_that_was_put_into_the_keyring_is_found_there(home: Path) -> None:
    told = on_a_bus(home, UNLOCKED, f"printf %s größe | {KEPT}", shlex.join(["python", "-c", REVEALED]))
    assert told == ascii("größe")


def test_a_password_that_was_never_put_there_is_told(home: Path) -> None:
    told = on_a_bus(home, UNLOCKED, shlex.join(["python", "-c", REVEALED]))
    assert told == f"The keyring holds no password for jane@example.org: put it there by `{KEPT}`."


def test_a_keyring_that_nobody_unlocks_is_told(home: Path) -> None:
    told = on_a_bus(home, shlex.join(["python", "-c", REVEALED]))
    assert told.startswith("The keyring ")
    assert told.endswith(": unlock it, then try again.")
