"""The command line, as somebody at a terminal or a script meets it."""

import json
import os
import re
import subprocess
import sys
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
import pytest

from daemon.cli.program import GROUPS, afterword
from tests import called
from tests.called import NOW, Ask
from tests.terminal import in_a_terminal

ask, home, read = called.ask, called.home, called.read


def status(ask: Ask, *more: str) -> Any:
    return ask("status", "--json", "--now", NOW.isoformat(), *more).json


def test_without_a_command_it_shows_the_status(read: Path, ask: Ask) -> None:
    assert ask().out == ask("status").out
    assert "You owe" in ask().out


def test_help_shows_the_commands_in_groups_the_everyday_ones_first(ask: Ask) -> None:
    out = ask("--help").out

    places = [out.index(f"\n{title}:") for title in GROUPS]
    assert places == sorted(places)
    assert next(iter(GROUPS)) == "Every day"
    for group in GROUPS.values():
        assert all(f"\n  {name} " in out for name in group)


@pytest.mark.parametrize("command", [name for group in GROUPS.values() for name in group])
def test_every_command_explains_itself(command: str, ask: Ask) -> None:
    answer = ask(command, "--help")

    assert answer.code == 0
    assert "Usage: afterword " + command in answer.out
    assert "\\b" not in answer.out


@pytest.mark.parametrize("command", ["status", "show Dune"])
def test_a_narrow_terminal_shows_all_that_a_wide_one_does_but_for_the_end_of_quotes(command: str, read: Path) -> None:
    arguments = [sys.executable, "-m", "daemon.cli", *command.split(), "--now", NOW.isoformat()]
    narrow, wide = (in_a_terminal(arguments, COLUMNS=columns).replace("\r", "") for columns in ("40", "200"))

    assert max(map(len, narrow.splitlines())) <= 40
    told = [re.sub(r"(: )?“[^”]*”", "", page).split() for page in (narrow, wide)]
    assert sorted(told[0]) == sorted(told[1])


def in_ascii(*arguments: str) -> bytes:
    """What the program prints where no other signs can be shown."""
    command = [sys.executable, "-m", "daemon.cli", *arguments]
    return subprocess.run(
        command, check=True, capture_output=True, env={**os.environ, "PYTHONIOENCODING": "ascii"}
    ).stdout


def test_a_terminal_without_quotation_marks_shows_the_rest_and_machines_are_told_all_of_it(
    read: Path, ask: Ask
) -> None:
    assert b"?I will get back to you" in in_ascii("show", "Cinder")
    ask("tell", "Čapek", "offer")
    assert "Čapek".encode() in in_ascii("status", "--json")
    assert "Čapek".encode() in in_ascii("log", "--json")


def test_an_offer_that_stands_is_shown_and_is_something_to_do(home: Path, ask: Ask) -> None:
    ask("tell", "Acme", "offer")

    page = ask("status").out

    assert re.search(r"Yours to answer\nan offer +Acme *\n +offer received today", page)
    assert "Nothing to do" not in page
    assert [each["company"] for each in ask("status", "--json").json["offers"]] == ["Acme"]


def test_every_application_is_named_by_its_stage_and_shown_by_that_name(read: Path, ask: Ask) -> None:
    ask("tell", "Acme", "offer", "--role", "Cook", "--new")
    ask("tell", "Acme", "rejection", "--role", "Cookery Teacher", "--new")
    rows = ask("status").out.partition("\nApplications\n")[2].splitlines()
    named = {name: row.split()[0] for row in rows for name in row.partition(" ")[2].strip().split(", ")}

    assert named["Acme – Cook"] == "offered"
    assert len(named) == len(status(ask)["applications"])
    for name, stage in named.items():
        assert ask("show", name).out.splitlines()[0] == name
        assert ask("show", name).out.splitlines()[1].startswith(f"{stage}, ")


def test_an_interview_is_shown_until_it_ends_and_on_which_day_that_is(home: Path, ask: Ask) -> None:
    ask("tell", "Acme", "interview", "2026-03-14T23:00", "--until", "2026-03-15T01:00")

    pages = {at: ask("status", "--now", f"2026-03-{at}").out for at in ("14T10:00", "15T00:30", "15T01:00")}

    assert "today 23:00       Interview with Acme, until tomorrow 01:00" in pages["14T10:00"]
    assert "yesterday 23:00   Interview with Acme, until today 01:00" in pages["15T00:30"]
    assert "Interview with Acme" not in pages["15T01:00"]


def test_the_status_of_one_application_names_all_that_was_closed_of_it(read: Path, ask: Ask) -> None:
    def closed(*app: str) -> list[str]:
        page = ask("status", *app, "--now", NOW.isoformat()).out
        return page.partition("\nClosed\n")[2].partition("\n\n")[0].splitlines()

    assert len(closed()) == 3
    assert len(closed("Glacier")) == len(status(ask, "Glacier")["closed"]) > 3


def test_of_many_applications_ten_are_named(home: Path, ask: Ask) -> None:
    for number in range(12):
        ask("tell", f"Company{number:02}", "offer", "--new")
    assert re.search(r"\noffered +(Company\d\d, ){10}and 2 more\n", ask("status").out)


def test_two_applications_at_one_company_are_told_apart_by_titles_and_by_the_commands_that_are_named(
    home: Path, ask: Ask
) -> None:
    for role, hour in (("Data Analyst", "14:00"), ("Cook (m/f/d)", "16:00")):
        ask("tell", "Acme", "interview", "yesterday", hour, "--role", role, "--new")

    owed = status(ask)["owed"]

    assert {each["title"] for each in owed} == {
        "Thank the interviewers (Acme, Data Analyst)",
        "Thank the interviewers (Acme, Cook)",
        "Look back at the interview with Acme (Data Analyst)",
        "Look back at the interview with Acme (Cook)",
    }
    page = ask("show", "Cook").out
    (review,) = re.findall(r"Keep your answers with: afterword (.*)", page)
    (tell,) = re.findall(r"add it: afterword (.*) --with", page)
    for command in ([*review.split(), "--well", "a", "--improve", "b"], [*tell.split(), "--with", "bo@acme.example"]):
        assert "Acme – Cook" in ask(*command).out


def test_a_stdout_that_was_closed_is_no_fault(read: Path) -> None:
    command = ["sh", "-c", 'exec "$@" >&-', "sh", sys.executable, "-m", "daemon.cli", "status"]

    ended = subprocess.run(command, check=False, stderr=subprocess.PIPE)

    assert (ended.returncode, ended.stderr) == (0, b"")


def test_the_status_for_machines_has_the_keys_of_its_contract(read: Path, ask: Ask) -> None:
    told = status(ask)

    assert {"now", "owed", "waiting", "unsure", "closed", "applications"} <= told.keys()
    owed = next(each for each in told["owed"] if each["kind"] == "thank_you")
    assert owed.keys() >= {
        "id",
        "kind",
        "application",
        "company",
        "role",
        "state",
        "not_before",
        "due",
        "lapses",
        "to",
        "because",
        "drafts",
        "invite",
    }
    assert owed["because"][0].keys() >= {"event", "occurred_at", "quote"}
    assert owed["drafts"][0].keys() == {"to", "subject", "in_reply_to", "body"}
    assert owed["invite"].keys() == {"uid", "start", "end"}
    assert told["waiting"][0].keys() >= {"application", "company", "role", "until", "because"}
    assert told["unsure"][0].keys() >= {"id", "application", "guess", "confidence", "quote"}
    assert told["closed"][0].keys() >= {"id", "kind", "application", "how", "at"}
    assert told["applications"][0].keys() == {"id", "company", "role", "stage", "last_event_at"}
    assert datetime.fromisoformat(told["now"]) == NOW


def test_f77_what_a_clock_recorded_that_was_ahead_is_shown_all_the_same(home: Path, ask: Ask) -> None:
    assert ask("sync", "--now", (NOW + timedelta(days=1)).isoformat()).code == 0

    assert status(ask)["applications"] == []
    assert {each["company"] for each in ask("status", "--json").json["applications"]} > {"Acme"}
    assert ask("show", "Acme").code == 0


def test_a_status_from_before_the_first_sync_says_since_when_something_is_known(read: Path, ask: Ask) -> None:
    since = NOW.astimezone(ZoneInfo("Europe/Berlin"))

    page = ask("status", "--now", (NOW - timedelta(days=7)).isoformat()).out

    assert page == (
        f"Nothing was known at that time: what is known begins on {since:%A}, {since.day} {since:%B %Y, %H:%M}.\n"
    )
    assert ask("status", "--json").json["known_since"] is None


def test_the_status_of_one_application_is_about_it_alone(read: Path, ask: Ask) -> None:
    told = status(ask, "dune")

    assert {each["company"] for each in told["applications"]} == {"Dune"}
    assert {each["kind"] for each in told["owed"]} == {"rejection_reply", "feedback_request"}


def test_an_application_that_nobody_knows_is_wrong_usage(read: Path, ask: Ask) -> None:
    answer = ask("status", "Zorro")

    assert answer.code == 2
    assert answer.err.startswith("There is no application Zorro. Known are app-")
    assert all(each["id"] in answer.err for each in status(ask)["applications"])


def test_one_mail_that_does_for_two_items_is_said_to_be_one(read: Path, ask: Ask) -> None:
    titles = {each["kind"]: each["title"] for each in status(ask, "dune")["owed"]}

    assert titles["feedback_request"] == "Ask Dune for feedback, in the reply to the rejection"


def test_show_tells_what_happened_and_holds_the_drafts(read: Path, ask: Ask) -> None:
    out = ask("show", "Acme", "--now", NOW.isoformat()).out

    assert "Platform Engineer" in out
    assert "To: carla.rossi@acme.example" in out
    assert "To: dev.patel@acme.example" in out


def test_explain_tells_facts_with_their_cues_and_keeps_nothing(home: Path, ask: Ask) -> None:
    before = sorted(each.name for each in home.iterdir())

    told = [json.loads(line) for line in ask("explain", "--json", home / "Mail").out.splitlines()]

    rejection = next(each for each in told if each["message_id"] == "dune-rejection@sample.example")
    (fact,) = (each for each in rejection["facts"] if each["type"] == "RejectionReceived")
    assert fact["confidence"] > 0.9
    assert fact["cues"]
    assert "another candidate" in fact["quote"]
    assert next(each for each in told if each["message_id"] == "newsletter@sample.example")["facts"] == []
    assert sorted(each.name for each in home.iterdir()) == before


def test_explain_reads_a_mail_from_standard_input(home: Path) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"] = "Mia Lind <mia@borealis.example>", "jane@example.org"
    mail["Subject"], mail["Date"] = "Your interview", "Wed, 18 Mar 2026 10:00:00 +0100"
    mail["Message-ID"] = "<1@borealis.example>"
    mail.set_content("Hi Jane,\n\nthank you for the interview. You will hear from us by Friday.\n\nMia")

    ended = subprocess.run(
        [sys.executable, "-m", "daemon.cli", "explain", "--json", "-"],
        input=bytes(mail),
        capture_output=True,
        check=True,
    )

    told = json.loads(ended.stdout)
    assert told["path"] == "-"
    assert [(each["type"], each["until"]) for each in told["facts"]] == [("DecisionPromised", "2026-03-20")]


def test_explain_says_days_and_times_as_show_does(home: Path, ask: Ask) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Message-ID"] = "Mia <mia@borealis.example>", "jane@example.org", "<1@b.example>"
    mail["Subject"], mail["Date"] = "Your interview", "Wed, 4 Mar 2026 10:00:00 +0100"
    moved = "We'd like to move your interview to Friday at 10:00 instead of Tuesday at 14:00."
    mail.set_content(f"Hi Jane,\n\n{moved}\nWe will get back to you by 13 March.\n\nMia")
    (home / "moved.eml").write_bytes(bytes(mail))

    said = ask("explain", home / "moved.eml").out

    assert "\n    Fri 6 Mar 2026, 10:00 (Europe/Berlin)\n    old time: Tue 10 Mar 2026, 14:00 (Europe/Berlin)\n" in said
    assert "\n    until: Fri 13 Mar 2026\n" in said


def test_explain_says_that_a_private_promise_counts_for_known_applications_only(home: Path, ask: Ask) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Message-ID"] = "Mom <mom@example.com>", "jane@example.org", "<1@example.com>"
    mail["Subject"], mail["Date"] = "Sunday", "Wed, 18 Mar 2026 10:00:00 +0100"
    mail.set_content("Hi Jane,\n\nI will let you know by Friday whether Dad comes.\n\nMom")
    (home / "mom.eml").write_bytes(bytes(mail))
    told = "    counts only if its sender or thread belongs to a known application\n"

    private = ask("explain", home / "mom.eml").out

    assert private.splitlines()[1] == "  Nothing about a job application by itself. In a known one it would say:"
    assert re.search(rf"\n  promise .*\n{told}", private)
    assert ask("explain", "--json", home / "mom.eml").json["facts"][0]["tentative"]
    mail.set_content("We will not be moving forward with your application for the QA Engineer position at Ember.")
    (home / "no.eml").write_bytes(bytes(mail))
    of_a_job = ask("explain", home / "no.eml").out
    assert told not in of_a_job
    assert "Nothing about" not in of_a_job


def test_explain_tells_a_calendar_entry_by_its_uid(home: Path, ask: Ask) -> None:
    told = {
        each["uid"]: each["facts"]
        for each in map(json.loads, ask("explain", "--json", home / "calendar.ics").out.splitlines())
    }

    assert told["dentist@home.example"] == []
    (fact,) = told["harbor-1@calendar.harbor.example"]
    assert fact["type"] == "InterviewScheduled"
    assert datetime.fromisoformat(fact["start"]).astimezone(ZoneInfo("Europe/Berlin")).strftime("%H:%M") == "10:30"


def test_explain_says_of_a_folder_that_there_is_nothing_in_it_that_it_knows(home: Path, ask: Ask) -> None:
    (home / "saved").mkdir()
    (home / "saved" / "mail.eml").write_bytes(b"Subject: Hello\n\nHello\n")

    answer = ask("explain", home / "saved")

    assert (answer.code, answer.out) == (1, "")
    assert answer.err.endswith(
        "/saved: there is no mail and no .ics in it; of a folder with other files, name the files\n"
    )


def test_explain_says_of_what_has_no_header_field_that_it_is_no_mail(home: Path, ask: Ask) -> None:
    path = home / "gen.py"
    path.write_text("import sys\n\nsys.exit(1)\n", encoding="utf-8")
    said = (1, "", f"{path}: this is no mail, for it has no header field\n")

    assert ask("explain", path) == said
    assert ask("explain", "--json", path) == said


def test_a_page_shows_times_on_the_users_clock(home: Path, ask: Ask) -> None:
    ask("tell", "Quartz", "offer")

    assert re.match(r" +1  2026-03-14 10:00 CET  OfferReceived {12}", ask("log").out)
    entries = ask("explain", home / "calendar.ics").out
    assert re.search(r"\n    \w{3} \d{1,2} \w{3} \d{4}, \d\d:\d\d \(Europe/Berlin\)\n", entries)
    assert "UTC" not in entries


def test_what_can_not_be_read_is_one_sentence_and_the_rest_goes_on(home: Path, ask: Ask) -> None:
    answer = ask("explain", "--json", home / "missing.eml", home / "calendar.ics")

    assert answer.code == 1
    assert answer.err == f"{home / 'missing.eml'}: No such file or directory\n"
    assert len(answer.out.splitlines()) == 7


def test_the_log_is_whole_and_comes_out_the_same_when_it_is_folded_anew(read: Path, ask: Ask) -> None:
    assert ask("verify").out.startswith("The log is intact: ")
    rebuilt = ask("rebuild")
    assert (rebuilt.code, rebuilt.out) == (0, "Rebuilt; nothing changed.\n")


def test_one_of_a_thing_is_said_as_one(home: Path, ask: Ask) -> None:
    endless = b"BEGIN:VEVENT\r\nUID:1\r\nDTSTART:20260305T100000Z\r\nRRULE:FREQ=SECONDLY\r\nEND:VEVENT\r\n"
    (home / "calendar.ics").write_bytes(b"BEGIN:VCALENDAR\r\n" + endless + b"END:VCALENDAR\r\n")

    read = ask("sync", "--now", NOW.isoformat()).out
    checked = ask("doctor").out

    assert "1 item could not be read and was set aside: afterword doctor shows it.\n" in read
    assert "1 item that could not be read, in " in checked


def test_who_looks_at_a_log_that_is_not_there_makes_none(home: Path, ask: Ask) -> None:
    assert ask("log") == (0, "", "")
    assert ask("verify") == (0, "There is no log yet: the first sync makes it.\n", "")
    assert ask("verify", "--json").json == {"events": 0, "problems": []}
    assert ask("status").out.startswith("No applications yet")
    assert not (home / "state").exists()


def test_the_log_can_be_followed(read: Path, ask: Ask) -> None:
    known = ask("log").out.splitlines(keepends=True)
    command = [sys.executable, "-m", "daemon.cli", "log", "--follow"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as following:
        assert following.stdout is not None
        assert [following.stdout.readline() for _ in known] == known
        ask("tell", "Quartz", "offer")
        assert "OfferReceived" in following.stdout.readline()
        following.terminate()


def test_the_log_for_machines_has_the_keys_of_its_contract(read: Path, ask: Ask) -> None:
    told = [json.loads(line) for line in ask("log", "--json").out.splitlines()]

    assert [each["position"] for each in told] == list(range(1, len(told) + 1))
    for each in told:
        assert each.keys() == {
            "position",
            "stream",
            "version",
            "type",
            "occurred_at",
            "recorded_at",
            "data",
            "evidence",
        }


def test_the_log_for_machines_tells_each_field_though_it_is_empty(read: Path, ask: Ask) -> None:
    ask("tell", "Quartz", "interview", "2026-03-05T18:00")
    ask("tell", "Quartz", "withdrawal")
    events = [json.loads(line) for line in ask("log", "--json").out.splitlines()]
    interview, withdrawal = [each for each in events if each["evidence"] and each["evidence"]["account"] == "user"]

    assert interview["data"]["uid"] == ""
    assert (withdrawal["data"]["to"], withdrawal["data"]["purposes"]) == ([], ["withdrawal"])
    assert (withdrawal["evidence"]["quote"], withdrawal["evidence"]["confidence"]) == ("", 1.0)


def test_the_check_of_the_log_can_be_read_by_machines(read: Path, ask: Ask) -> None:
    assert ask("verify", "--json").json == {"events": len(ask("log").out.splitlines()), "problems": []}


@pytest.mark.parametrize("command", [name for group in GROUPS.values() for name in group])
def test_every_command_takes_a_configuration(command: str, ask: Ask) -> None:
    assert "--config FILE" in ask(command, "--help").out


def test_doctor_finds_nothing_wrong_with_the_sample(read: Path, ask: Ask) -> None:
    answer = ask("doctor", "--json")

    assert answer.code == 0
    assert {each["what"] for each in answer.json} >= {"config", "account mail", "account calendar", "delivery", "log"}


def test_doctor_says_which_account_is_out_of_reach(read: Path, ask: Ask) -> None:
    (read / "calendar.ics").unlink()

    answer = ask("doctor")

    assert answer.code in {1, 3}
    assert "account calendar" in answer.out


def test_f69_what_a_mail_says_is_shown_and_not_obeyed(home: Path, ask: Ask) -> None:
    mail = (
        b'From: "Evil \x1b]0;owned\x07" <hr@evil.example>\r\nTo: jane@example.org\r\n'
        b"Subject: Your application to Ev\xe2\x80\xaeil\r\nDate: Tue, 17 Mar 2026 10:00:00 +0100\r\nMessage-ID: <e@evil.example>\r\n"
        b"Content-Type: text/plain; charset=utf-8\r\n\r\nDear Jane, unfortunately we will not be moving forward with your "
        b"application \x1b[31mfor the Engineer position\x1b[0m \xe2\x80\xaeevil.\r\n"
    )
    (home / "Mail" / "new" / "1.evil").write_bytes(mail)
    ask("sync", "--now", NOW.isoformat())

    shown = [ask(*command).out for command in (("status",), ("log",), ("explain", home / "Mail" / "new" / "1.evil"))]

    assert not any(char in out for out in shown for char in "\x1b\x07\u202e\u009b")


@pytest.mark.parametrize("command", ["status", "show Acme", "lessons"])
def test_looking_imports_no_sqlalchemy(command: str, read: Path) -> None:
    script = (
        "import sys; from daemon.cli import main\n"
        f"try: main({[*command.split(), '--json']!r})\n"
        "except SystemExit: pass\n"
        "heavy = {'sqlalchemy', 'alembic', 'structlog', 'icalendar', 'rich'} & sys.modules.keys(); assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", script], check=True, env={**os.environ}, capture_output=True)


@pytest.mark.parametrize("command", [name for group in GROUPS.values() for name in group])
def test_every_command_and_option_is_documented(command: str) -> None:
    documented = (Path(__file__).parent.parent / "docs" / "cli.md").read_text(encoding="utf-8")
    section = documented.partition(f"### `afterword {command} ")[2].partition("###")[0]
    known = afterword.get_command(click.Context(afterword), command)
    assert known is not None
    shared = {"--config", "--json", "--now", "--help"}
    for option in (name for each in known.params if isinstance(each, click.Option) for name in each.opts):
        assert option in shared or option in section, option
