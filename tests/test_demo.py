"""The sample shows the same story on whatever day the demo is played: nothing in it is overdue."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from daemon import queries
from daemon.cli import main
from daemon.config import load
from daemon.sample import good_moment

README = Path(__file__).parents[1] / "README.md"
BERLIN, LOS_ANGELES = "Europe/Berlin", "America/Los_Angeles"
KINDS = {"thank_you", "nudge", "connect", "review", "rejection_reply", "feedback_request"}
A_WEEK = [date(2026, 11, 23) + timedelta(days=day) for day in range(5)]
CLOCKS_CHANGE = [date(2026, 3, 27), date(2026, 3, 30), date(2026, 10, 26), date(2026, 3, 9), date(2026, 11, 2)]
HOLIDAYS = [date(2026, 12, 24), date(2026, 12, 25), date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 4)]
A_LEAP_DAY = [date(2028, 2, 29), date(2028, 3, 1)]
PLAYED = [*((day, BERLIN) for day in (*A_WEEK, *CLOCKS_CHANGE[:3], *HOLIDAYS, *A_LEAP_DAY))]
PLAYED += [(day, LOS_ANGELES) for day in (A_WEEK[0], *CLOCKS_CHANGE[3:])]


@pytest.mark.parametrize(("day", "zone"), PLAYED, ids=lambda each: str(each).rpartition("/")[2])
def test_it_shows_each_kind_of_item_and_each_kind_of_silence_and_nothing_overdue(
    day: date, zone: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TZ", zone)
    moment = datetime.combine(day, time(11), ZoneInfo(zone))

    with pytest.raises(SystemExit) as ended:
        main(["demo", str(tmp_path / "home"), "--now", (moment + timedelta(hours=3)).isoformat()])

    assert ended.value.code == 0
    out = capsys.readouterr().out
    assert f"looked at on {day:%A}, {day.day} {day:%B %Y}, 11:00." in out
    config = load(str(tmp_path / "home" / "config.toml"))
    assert config.user.timezone == ZoneInfo(zone)
    told = queries.status(config, moment)
    stages = {each.company: each.stage for each in told.applications}
    assert {each.kind for each in told.owed} == KINDS
    assert [each.title for each in told.owed if each.due < moment] == []
    assert {each.company: each.kind for each in told.owed if each.kind in {"thank_you", "nudge"}} == {
        "Acme": "thank_you",
        "Cinder": "nudge",
    }
    assert next((each.company, each.because[0].event) for each in told.waiting) == ("Borealis", "DecisionPromised")
    assert [(each.company, each.guess) for each in told.unsure] == [("Ember", "RejectionReceived")]
    assert ("Borealis", "thank_you", "seen_sent") in {(each.company, each.kind, each.how) for each in told.closed}
    assert stages["Fjord"] == "applied"
    assert (stages["Glacier"], stages["Dune"]) == ("closed", "rejected")
    assert len(stages) == 8
    assert not {each.company for each in told.owed} & {"Fjord", "Glacier", "Ember", "Harbor"}


@pytest.mark.parametrize("zone", [BERLIN, LOS_ANGELES, "Pacific/Auckland"])
def test_it_is_played_at_eleven_on_the_last_working_day_at_any_hour_of_a_year(zone: str) -> None:
    for hour in range(366 * 24):
        now = datetime(2026, 1, 1, 0, 30, tzinfo=UTC) + timedelta(hours=hour)
        moment = good_moment(now, ZoneInfo(zone))
        assert (moment.time(), moment.weekday() < 5, moment.tzinfo) == (time(11), True, ZoneInfo(zone))
        assert timedelta(0) <= now - moment.astimezone(UTC) < timedelta(days=3, hours=1)


def test_what_it_suggests_leads_to_what_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TZ", BERLIN)

    def told(*arguments: str) -> str:
        with pytest.raises(SystemExit) as ended:
            main(list(arguments))
        assert ended.value.code == 0
        return " ".join(capsys.readouterr().out.split())

    home = tmp_path / 'her "home" 100%41'
    said = told("demo", str(home), "--now", "2026-11-28T09:00+01:00")
    monkeypatch.setenv("AFTERWORD_CONFIG", str(home / "config.toml"))

    for command in (
        "show Acme --now 2026-11-27T11:00",
        "show Cinder --now 2026-11-27T11:00",
        "status --now 2026-12-04",
    ):
        assert command in said
    assert said.count("due last") == 0
    assert "the story of how you moved the billing database" in told("show", "Acme", "--now", "2026-11-27T11:00")
    assert "To: tom.okafor@cinder.example" in told("show", "Cinder", "--now", "2026-11-27T11:00")
    assert "explained the streaming pipeline" in told("lessons")
    assert "Ask Borealis whether there is news" in told("status", "--now", "2026-12-04")


def test_the_readme_shows_what_it_prints(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    request: pytest.FixtureRequest,
) -> None:
    """`pytest tests/test_demo.py --accept` writes it there."""
    monkeypatch.setenv("TZ", BERLIN)
    with pytest.raises(SystemExit):
        main(["demo", str(tmp_path / "home"), "--now", "2026-11-24T12:00+01:00"])
    printed = capsys.readouterr().out
    page = printed[printed.index("Tuesday, 24 November 2026, 11:00\n") : printed.index("\nComing\n")]
    text = README.read_text(encoding="utf-8")
    before, _, after = text.partition("`make demo` shows this")
    head, _, rest = after.partition("\n```\n")
    shown, _, after = rest.partition("```\n")
    if request.config.getoption("--accept"):
        README.write_text(f"{before}`make demo` shows this{head}\n```\n{page}```\n{after}", encoding="utf-8")
    else:
        assert shown == page


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "diary.txt").write_text("mine", encoding="utf-8")

    with pytest.raises(SystemExit) as ended:
        main(["demo", str(tmp_path)])

    assert ended.value.code == 2
    assert capsys.readouterr().err == f"{tmp_path} holds something already: name a folder that is new or empty.\n"
    assert [each.name for each in tmp_path.iterdir()] == ["diary.txt"]
