"""Programs, run in a terminal."""

import os
import re
import subprocess
from contextlib import suppress


def in_a_terminal(command: list[str], code: int = 0, *, coloured: bool = False, **others: str) -> str:
    """What a program shows that ends with this code, without moves of the cursor, and without colours if they are not asked for."""
    shown, terminal = os.openpty()
    environment = {**os.environ, "TERM": "xterm", "LC_ALL": "C.UTF-8", **others}
    with subprocess.Popen(command, stdout=terminal, stderr=terminal, env=environment) as running:
        os.close(terminal)
        told = b""
        with suppress(OSError):  # so Linux says that nobody writes any more
            while block := os.read(shown, 65536):
                told += block
    os.close(shown)
    assert running.returncode == code, told
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-ln-z]" if coloured else r"\x1b\[[0-9;?]*[A-Za-z]", "", told.decode())
