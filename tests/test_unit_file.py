"""The systemd unit, as systemd itself reads it."""

import os
import re
import subprocess
from pathlib import Path

import pytest

UNIT = Path(__file__).parent.parent / "systemd" / "afterword.service"

FOR_ROOTS_SERVICES = {
    "AmbientCapabilities",
    "CapabilityBoundingSet",
    "DynamicUser",
    "Group",
    "PrivateDevices",
    "ProtectClock",
    "ProtectKernelLogs",
    "ProtectKernelModules",
    "SupplementaryGroups",
    "User",
}
"""With one of these a user's manager doesn't start a service (218/CAPABILITIES, 216/GROUP): `verify` doesn't know."""


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit with a program that is there."""
    program = tmp_path / "afterword"
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(0o755)
    path = tmp_path / UNIT.name
    path.write_text(UNIT.read_text(encoding="utf-8").replace("%h/.local/bin/afterword", str(program)), encoding="utf-8")
    return path


def analyzed(verb: str, unit: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """What systemd-analyze says of it as a user's, who has a home and a runtime folder."""
    return subprocess.run(
        ["systemd-analyze", verb, "--user", *options, unit],
        env={**os.environ, "HOME": str(unit.parent), "XDG_RUNTIME_DIR": str(unit.parent)},
        check=False,
        capture_output=True,
        text=True,
    )


def test_systemd_finds_nothing_wrong_with_it(unit: Path) -> None:
    ended = analyzed("verify", unit, "--man=no")

    assert (ended.returncode, ended.stdout + ended.stderr) == (0, "")


def test_a_users_manager_can_start_it() -> None:
    settings = set(re.findall(r"^(\w+)=", UNIT.read_text(encoding="utf-8"), re.MULTILINE))

    assert "NoNewPrivileges" in settings
    assert not settings & FOR_ROOTS_SERVICES


def test_it_is_little_exposed(unit: Path) -> None:
    ended = analyzed("security", unit, "--offline=true", "--no-pager")

    found = re.search(r"exposure level for \S+: (\d+\.\d+)", ended.stdout)
    assert found is not None, ended.stdout + ended.stderr
    assert float(found[1]) < 6.5, "what is left are capabilities that it never had, and folders that must stay open"


def test_it_does_not_start_again_where_only_the_user_can_help() -> None:
    assert "RestartPreventExitStatus=2 3 4\n" in UNIT.read_text(encoding="utf-8")
