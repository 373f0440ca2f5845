"""What is handed to other programs, and what is forgotten."""

import csv
import io
import json
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import replace

from afterword.eventlog.events import (
    AnyEvent,
    ApplicationAcknowledged,
    ApplicationForgotten,
    ApplicationsMerged,
    RecognitionCorrected,
    RejectionReceived,
)
from projections.applications import Applications, applications
from projections.projection import fold
from tests import called
from tests.called import NOW, Ask
from tests.telling import at, recorded

ask, home, read = called.ask, called.home, called.read


def test_everything_is_exported_as_each_command_tells_it(read: Path, ask: Ask) -> None:
    whole = ask("export").json
    assert list(whole) == ["program", "exported_at", "owner", "status", "applications", "lessons", "events"]
    assert whole["owner"] == "me"
    assert whole["events"] == [json.loads(line) for line in ask("log", "--json").out.splitlines()]
    names = {each["id"] for each in whole["status"]["applications"]}
    assert names <= {each["id"] for each in whole["applications"]}
    shown = ask("show", "--json", whole["applications"][0]["id"]).json
    assert shown["entries"] == whole["applications"][0]["entries"]


def test_an_export_goes_into_a_new_file_of_the_users_alone(read: Path, ask: Ask) -> None:
    file = read / "export.json"
    assert ask("export", file).out == f"Written: {file}.\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    nowhere = ask("export", read / "gone" / "export.json")
    assert (nowhere.code, nowhere.err) == (
        2,
        f"There is no folder {read / 'gone'}: name a file in one that is there.\n",
    )
    again = ask("export", file)
    assert (again.code, again.err) == (2, f"{file} is there already: name another file.\n")


def test_a_table_has_a_row_for_each_application_and_no_formula_in_it(read: Path, ask: Ask) -> None:
    ask("tell", '=HYPERLINK("https://evil.example")', "offer")
    rows = list(csv.DictReader(io.StringIO(ask("export", "--csv").out)))
    assert len(rows) == len(ask("export").json["applications"])
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]
    assert any(row["company"].startswith("'=HYPERLINK") for row in rows)


@pytest.mark.parametrize(
    ("payload", "data"),
    [
        (b'{"event":{"type":"MoonLanded","crater":"Tycho"}}', {"crater": "Tycho"}),
        (b"\x00", {"payload": "AA=="}),
        (b"[]", {"payload": "W10="}),
    ],
)
def test_f18_an_event_that_is_not_known_is_told_as_far_as_it_can_be_read(
    payload: bytes, data: dict[str, str], read: Path, ask: Ask
) -> None:
    with closing(sqlite3.connect(read / "state" / "log.db")) as log:
        log.execute(
            "INSERT INTO events SELECT owner, position + 1, 'moon', 1, 'MoonLanded', 1, 0, 0, 'moon', ? FROM events"
            " ORDER BY position DESC LIMIT 1",
            (payload,),
        )
        log.commit()

    (*_, last) = ask("export").json["events"]
    assert (last["type"], last["data"]) == ("MoonLanded", data)
    assert json.loads(ask("log", "--json").out.splitlines()[-1]) == last


def test_one_format_at_a_time(read: Path, ask: Ask) -> None:
    assert ask("export", "--csv", "--json").code == 2


def test_what_was_forgotten_is_owed_nothing_and_its_invites_are_gone(read: Path, ask: Ask) -> None:
    before = ask("status", "--json").json
    acme = next(each["application"] for each in before["owed"] if each["company"] == "Acme")
    ours = {each["id"] for each in before["owed"] if each["application"] == acme}
    assert ours

    assert ask("forget", acme).out.startswith("Forgotten: Acme")
    after = ask("status", "--json").json
    assert acme not in {each["id"] for each in after["applications"]}
    assert {each["id"] for each in after["owed"]} == {each["id"] for each in before["owed"]} - ours
    assert not [file for file in (read / "invites").glob("*.ics") if file.stem.partition("@")[0] in ours]
    assert ask("show", acme).code == 2
    assert ask("forget", acme).code == 2
    assert ask("rebuild").code == 0
    assert ask("sync", "--now", NOW.isoformat()).code == 0
    assert {each["id"] for each in ask("status", "--json").json["owed"]} == {each["id"] for each in after["owed"]}


def told(*events: tuple[str, AnyEvent]) -> list[str]:
    """The companies of the applications that are left by these events, each with its stream."""
    log = [
        replace(recorded(event, at("2026-03-02T09:00"), stream=stream), source_key=f"{number}")
        for number, (stream, event) in enumerate(events)
    ]
    return [each.company for each in applications(fold([Applications()], log)["applications"]) if each.exists]


def test_whatever_was_merged_or_moved_into_it_is_forgotten_and_what_was_moved_away_is_not() -> None:
    acme, beta, gamma = (RejectionReceived(company=each) for each in ("Acme", "Beta", "Gamma"))
    merged = ("acme", ApplicationsMerged(other="beta"))
    assert told(("acme", acme), ("beta", beta), merged, ("acme", ApplicationForgotten())) == []
    moved = ("gamma", RecognitionCorrected(fact="1", application="acme"))
    assert told(("acme", acme), ("gamma", gamma), moved, ("acme", ApplicationForgotten())) == []
    assert told(("acme", acme), ("gamma", gamma), moved, ("gamma", ApplicationForgotten())) == ["Acme"]


def test_what_comes_after_it_was_forgotten_begins_anew() -> None:
    first, later = RejectionReceived(company="Acme", role="Analyst"), ApplicationAcknowledged(company="Acme")
    assert told(("acme", first), ("acme", ApplicationForgotten()), ("acme", later)) == ["Acme"]
