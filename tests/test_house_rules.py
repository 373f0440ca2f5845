"""What every file of the house keeps to."""

import ast
import re
import subprocess
import tomllib
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from msgspec.structs import fields

from connectors import registry
from daemon.config import _KEYS, _TABLES

ROOT = Path(__file__).parent.parent
ROOMS = ("afterword", "connectors", "daemon", "projections")
MODULES = [each for room in ROOMS for each in sorted((ROOT / room).rglob("*.py"))]
WRITTEN = [
    each for place in (*ROOMS, "benchmarks", "evaluation", "tests") for each in sorted((ROOT / place).rglob("*.py"))
]
VAGUE = {"utils", "util", "helpers", "common", "misc", "manager", "base", "core", "tools"}
LONGEST = 500


def kept_files() -> list[Path]:
    told = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [path for name in told.split("\0") if name and (path := ROOT / name).is_file()]


@pytest.mark.parametrize("lock", sorted((ROOT / "requirements").glob("*.txt")), ids=lambda each: each.name)
def test_every_requirement_is_pinned_and_hashed_and_names_no_host(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert "://" not in text
    requirements = re.split(
        r"\n(?=\S)", "\n".join(line for line in text.splitlines() if not line.strip().startswith("#"))
    )
    for each in filter(None, requirements):
        assert re.match(r"[\w.\[\]-]+==\S+", each), each
        assert "--hash=sha256:" in each, each


def test_what_the_project_needs_is_what_the_lock_pins() -> None:
    needed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    pinned = (ROOT / "requirements" / "runtime.txt").read_text(encoding="utf-8")
    for each in needed:
        assert f"\n{re.split('[>=<]', each)[0]}==" in f"\n{pinned}"


def test_no_file_names_a_place_of_the_machine_that_it_was_written_on() -> None:
    places = re.compile(r"/(?:work|root)/\w|/home/(?!jane\b)\w|/tmp/\w")
    for path in kept_files():
        if path != Path(__file__):
            found = places.search(path.read_text(encoding="utf-8", errors="replace"))
            assert found is None, f"{path}: {found}"


def test_no_audit_hook_stays_in_the_midst_of_all_tests_where_trace_functions_are_installed() -> None:
    """CPython 3.11 installs none while another one's audit hook runs; a hook in a process of its own harms nobody."""
    for path in (ROOT / "tests" / "conftest.py", *(ROOT / "tests" / "servers").glob("*.py")):
        assert "addaudithook" not in path.read_text(encoding="utf-8"), path


def test_module_names_say_what_is_in_them() -> None:
    assert not {each.stem for each in WRITTEN} & VAGUE


def test_every_module_opens_with_what_it_is_for() -> None:
    for path in MODULES:
        assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), path


def test_no_module_is_too_long_to_be_read_at_once() -> None:
    for path in WRITTEN:
        assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST, path


def test_neither_the_ground_floor_nor_a_projection_reads_a_clock() -> None:
    clock = re.compile(r"\.now\(|\.today\(|\.utcnow\(|^(?:import|from) time\b", re.MULTILINE)
    for path in MODULES:
        if path.relative_to(ROOT).parts[0] in {"afterword", "projections"}:
            assert clock.search(path.read_text(encoding="utf-8")) is None, path


def test_only_the_event_log_speaks_sql_to_its_tables() -> None:
    spoken = re.compile(r"\b(?:FROM|JOIN|INTO|UPDATE) (?:events|sources|alembic_version)\b|eventlog\.schema\b")
    log = ROOT / "afterword" / "eventlog"
    for path in MODULES:
        assert log in path.parents or spoken.search(path.read_text(encoding="utf-8")) is None, path


GIVEN = {"addresses", "delivers", "imap", "name", "token_file"}
FOR_TESTS = {("google", "endpoint"), ("microsoft", "endpoint"), ("microsoft", "ca_file")}


def test_the_example_configuration_holds_every_setting() -> None:
    example = (ROOT / "config.example.toml").read_text(encoding="utf-8")
    for name in {*_TABLES, *(key for keys in _KEYS.values() for key in keys)}:
        assert re.search(rf"\b{name}\b", example), name


@pytest.mark.parametrize("kind", sorted(each.name for each in entry_points(group=registry.SOURCES)))
def test_the_example_configuration_holds_every_setting_of_an_account(kind: str) -> None:
    """But for what the daemon gives, and what is there for tests."""
    example = (ROOT / "config.example.toml").read_text(encoding="utf-8")
    block = next(each for each in example.split("\n\n") if re.search(rf'^kind = "{kind}"', each, re.MULTILINE))
    settings = {each.encode_name for each in fields(registry.source_class(kind).Settings)} - GIVEN
    assert [each for each in settings if (kind, each) not in FOR_TESTS and not shows(block, each)] == []


def test_the_example_configuration_holds_every_setting_of_a_delivery_by_mail() -> None:
    example = (ROOT / "config.example.toml").read_text(encoding="utf-8")
    block = next(each for each in example.split("\n\n") if '# kind = "imip"' in each)
    settings = {each.encode_name for each in fields(registry.channel_class("imip").Settings)} - GIVEN
    assert [each for each in settings if not shows(block, each)] == []


def shows(block: str, setting: str) -> bool:
    return re.search(rf"^(?:# )?{setting} = ", block, re.MULTILINE) is not None
