"""The systemd unit, as systemd itself reads it."""

import os
import re
import subprocess
from pathlib import Path

import pytest

UNIT = Path(__file__).parent.parent / "systemd" / "afterword.service"


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit with a program that is there."""
    program = tmp_path / "afterword"
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(0o755)
    path = tmp_path / UNIT.name
    path.write_text(UNIT.read_text(encoding="utf-8").replace("%h/.local/bin/afterword", str(program)), encoding="utf-8")
    return path


def test_systemd_finds_nothing_wrong_with_it(unit: Path) -> None:
    ended = subprocess.run(
        ["systemd-analyze", "verify", "--user", "--man=no", unit],
        env={**os.environ, "XDG_RUNTIME_DIR": str(unit.parent)},
        check=False,
        capture_output=True,
        text=True,
    )

    assert (ended.returncode, ended.stdout + ended.stderr) == (0, "")


def test_it_is_little_exposed(unit: Path) -> None:
    ended = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", unit],
        check=False,
        capture_output=True,
        text=True,
    )

    found = re.search(r"exposure level for \S+: (\d+\.\d+)", ended.stdout)
    assert found is not None, ended.stdout + ended.stderr
    assert float(found[1]) < 6, "as a system service; of a user's, what is left are capabilities that it never had"


def test_it_does_not_start_again_where_only_the_user_can_help() -> None:
    assert "RestartPreventExitStatus=2 3 4\n" in UNIT.read_text(encoding="utf-8")
