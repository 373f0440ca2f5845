"""The wheel: what is in it, what is not, and that it runs by itself."""

import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as opened:
        return set(opened.namelist())


def test_it_holds_the_four_rooms_their_data_and_the_licence(names: set[str]) -> None:
    tops = {name.partition("/")[0] for name in names if ".dist-info/" not in name}
    assert tops == {"afterword", "connectors", "daemon", "projections"}
    for data in (
        "afterword/recognition/cues/en.toml",
        "afterword/recognition/cues/wording/en.tsv",
        "afterword/recognition/cues/dates/de.toml",
        "afterword/recognition/cues/mails/de.toml",
        "afterword/recognition/cues/senders.toml",
        "afterword/eventlog/migrations/versions/v0001_events.py",
        "projections/drafts/templates/de/thank_you.txt",
        "projections/drafts/languages/de.toml",
        "daemon/sample/story.toml",
    ):
        assert data in names
    assert any(name.endswith("/licenses/LICENSE") for name in names)


def test_every_file_of_the_rooms_is_in_it(names: set[str]) -> None:
    rooms = [ROOT / each for each in ("afterword", "connectors", "daemon", "projections")]
    files = {str(each.relative_to(ROOT)) for room in rooms for each in room.rglob("*") if each.is_file()}
    assert {each for each in files if "__pycache__" not in each} <= names


@pytest.fixture(scope="session")
def unpacked(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("unpacked")
    with zipfile.ZipFile(wheel) as opened:
        opened.extractall(folder)
    return folder


def test_the_example_configuration_is_in_it(unpacked: Path) -> None:
    example = (ROOT / "config.example.toml").read_bytes()
    assert (unpacked / "daemon" / "config.example.toml").read_bytes() == example


def run_alone(unpacked: Path, script: str) -> subprocess.CompletedProcess[str]:
    """The script in a Python that knows neither the checkout's folder nor the user's, and finds the wheel's packages first."""
    first = f"import sys; sys.path.insert(0, {str(unpacked)!r})\n"
    return subprocess.run([sys.executable, "-I", "-c", first + script], check=False, capture_output=True, text=True)


def test_its_command_and_its_connectors_are_there_by_their_entry_points(unpacked: Path) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = {"console_scripts": project["scripts"], **project["entry-points"]}
    promised = {f"{group} {name}" for group, names in groups.items() for name in names}

    ended = run_alone(
        unpacked,
        "from importlib.metadata import distributions\n"
        f"(ours,) = distributions(name='afterword', path=[{str(unpacked)!r}])\n"
        "for each in ours.entry_points:\n"
        "    each.load()\n"
        f"    assert sys.modules[each.module].__file__.startswith({str(unpacked)!r}), each\n"
        "    print(each.group, each.name)\n",
    )

    assert ended.stderr == ""
    assert set(ended.stdout.splitlines()) == promised


def test_it_begins_from_the_wheel_alone(unpacked: Path, tmp_path: Path) -> None:
    file = tmp_path / "config.toml"

    ended = run_alone(unpacked, f"import daemon.cli; daemon.cli.main(['init', '--config', {str(file)!r}])")

    assert (ended.returncode, ended.stderr) == (0, "")
    assert file.read_bytes() == (ROOT / "config.example.toml").read_bytes()


def test_it_runs_from_the_wheel_alone(unpacked: Path, tmp_path: Path) -> None:
    ended = run_alone(unpacked, f"import daemon.cli; daemon.cli.main(['demo', {str(tmp_path / 'home')!r}])")

    assert (ended.returncode, ended.stderr) == (0, "")
    assert "You owe" in ended.stdout
