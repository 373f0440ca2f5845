"""The wheel: what is in it, what is not, and that it runs by itself."""

import subprocess
import sys
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
        "afterword/recognition/cues/dates/de.toml",
        "afterword/recognition/cues/senders.toml",
        "afterword/eventlog/migrations/versions/v0001_events.py",
        "projections/drafts/templates/thank_you.txt",
        "daemon/sample/story.toml",
    ):
        assert data in names
    assert any(name.endswith("/licenses/LICENSE") for name in names)


def test_every_file_of_the_rooms_is_in_it(names: set[str]) -> None:
    rooms = [ROOT / each for each in ("afterword", "connectors", "daemon", "projections")]
    files = {str(each.relative_to(ROOT)) for room in rooms for each in room.rglob("*") if each.is_file()}
    assert {each for each in files if "__pycache__" not in each} <= names


def test_it_installs_the_command_and_the_connectors(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as opened:
        (name,) = (each for each in opened.namelist() if each.endswith("/entry_points.txt"))
        told = opened.read(name).decode()
    assert "afterword = daemon.cli:main" in told
    assert all(f"\n{kind} = connectors." in told for kind in ("maildir", "mbox", "ics", "folder"))


def test_it_runs_from_the_wheel_alone(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as opened:
        opened.extractall(tmp_path)
    script = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        f"import daemon.cli; assert daemon.cli.__file__.startswith({str(tmp_path)!r}), daemon.cli.__file__\n"
        f"daemon.cli.main(['demo', {str(tmp_path / 'home')!r}])"
    )
    ended = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, check=False, capture_output=True, text=True)

    assert (ended.returncode, ended.stderr) == (0, "")
    assert "You owe" in ended.stdout
