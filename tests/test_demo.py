"""The sample shows the same story on any day, at any hour."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from daemon import look
from daemon.cli import main
from daemon.config import load

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
MOMENTS = [
    MONDAY + timedelta(days=day, hours=hour) for day, hour in zip(range(7), (0, 5, 10, 14, 15, 20, 23), strict=True)
]
MOMENTS += [MONDAY + timedelta(hours=hour) for hour in (8, 11, 15)]
MOMENTS += [datetime(2026, 12, 31, 23, 30, tzinfo=UTC), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)]
KINDS = {"thank_you", "nudge", "connect", "review", "rejection_reply", "feedback_request"}


@pytest.mark.parametrize("now", MOMENTS, ids=lambda each: f"{each:%a-%H%M-%d%b}")
@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/Los_Angeles"])
def test_it_shows_each_kind_of_item_and_each_kind_of_silence(
    now: datetime, zone: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TZ", zone)

    with pytest.raises(SystemExit) as ended:
        main(["demo", str(tmp_path / "home"), "--now", now.isoformat()])

    assert ended.value.code == 0
    config = load(str(tmp_path / "home" / "config.toml"))
    assert config.user.timezone == ZoneInfo(zone)
    told = look.status(config, now)
    stages = {each.company: each.stage for each in told.applications}
    assert {each.kind for each in told.owed} == KINDS
    assert next((each.company, each.because[0].event) for each in told.waiting) == ("Borealis", "DecisionPromised")
    assert [(each.company, each.guess) for each in told.unsure] == [("Ember", "RejectionReceived")]
    assert ("Borealis", "thank_you", "seen_sent") in {(each.company, each.kind, each.how) for each in told.closed}
    assert stages["Fjord"] == "applied"
    assert (stages["Glacier"], stages["Dune"]) == ("closed", "rejected")
    assert len(stages) == 8
    assert not {each.company for each in told.owed} & {"Fjord", "Glacier", "Ember", "Harbor"}
    assert "Try next:" in capsys.readouterr().out


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "diary.txt").write_text("mine", encoding="utf-8")

    with pytest.raises(SystemExit) as ended:
        main(["demo", str(tmp_path)])

    assert ended.value.code == 2
    assert capsys.readouterr().err == f"{tmp_path} holds something already: name a folder that is new or empty.\n"
    assert [each.name for each in tmp_path.iterdir()] == ["diary.txt"]
