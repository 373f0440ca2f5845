"""What a sign-in left, when the program is killed while it is kept."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from connectors.tokens import TokenStore
from tests.token_stores import keep

KILLED = """
import os, signal, sys
from pathlib import Path
from connectors.tokens import TokenStore

point = sys.argv[2]
real = getattr(os, point)

def last(*given, **named):
    if point == "fsync":
        real(*given)
    os.kill(os.getpid(), signal.SIGKILL)

setattr(os, point, last)
store = TokenStore(sys.argv[1])
with store.locked():
    store.write("new " * 10_000)
"""


@pytest.mark.parametrize("point", ["fsync", "chmod", "replace"])
def test_f03_killed_while_it_is_kept_the_old_one_is_there_whole(tmp_path: Path, point: str) -> None:
    file = tmp_path / "tokens" / "gmail"
    store = TokenStore(str(file))
    keep(store, "old")
    ended = subprocess.run([sys.executable, "-c", KILLED, str(file), point], check=False)
    assert ended.returncode == -signal.SIGKILL
    assert store.read() == "old"
    keep(store, "newer")
    assert store.read() == "newer"
