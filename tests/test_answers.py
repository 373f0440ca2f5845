"""What the user tells the program, and what it answers."""

import io
import json
import re
import shlex
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any, get_args
from zoneinfo import ZoneInfo

import pytest

from afterword.eventlog.events import AnyEvent, Fact
from daemon.cli import options
from daemon.words import WORDS
from tests import called
from tests.called import NOW, Ask

ask, home, read = called.ask, called.home, called.read


def status(ask: Ask, *more: str) -> Any:
    return ask("status", "--json", "--now", NOW.isoformat(), *more).json


def item(ask: Ask, kind: str) -> str:
    found: str = next(each["id"] for each in status(ask)["owed"] if each["kind"] == kind)
    return found


def test_done_dismissed_and_snoozed_items_are_kept_as_that(read: Path, ask: Ask) -> None:
    thanks, look_back, reply = (item(ask, kind) for kind in ("thank_you", "review", "rejection_reply"))

    assert ask("done", thanks).out == "Done: Thank Carla Rossi and Dev Patel (Acme).\n"
    assert ask("dismiss", look_back[:12]).out.startswith("Dismissed, and not to be asked for again: Look back")
    assert ask("snooze", reply, "3", "days").out.startswith("Put off until ")

    told = ask("status", "--json").json
    closed = {each["id"]: each["how"] for each in told["closed"]}
    assert (closed[thanks], closed[look_back]) == ("done", "dismissed")
    assert next(each for each in told["owed"] if each["id"] == reply)["state"] == "snoozed"
    assert "✓" in next((read / "invites").glob(f"{thanks}*")).read_text(encoding="utf-8")
    assert not list((read / "invites").glob(f"{look_back}*"))


def test_a_snoozed_item_is_shown_with_the_time_that_the_user_chose(read: Path, ask: Ask) -> None:
    thanks = item(ask, "thank_you")
    until = (NOW + timedelta(days=1)).astimezone(ZoneInfo("Europe/Berlin"))

    ask("snooze", thanks, until.isoformat())

    snoozed = next(each for each in ask("status", "--json").json["owed"] if each["id"] == thanks)
    assert datetime.fromisoformat(snoozed["snoozed_until"]) == until
    assert f"tomorrow {until:%H:%M}" in ask("status").out


def test_what_was_said_in_words_is_answered_on_the_users_own_clock(read: Path, ask: Ask) -> None:
    reply = item(ask, "rejection_reply")

    assert re.search(r"Put off until Friday, .* 15:00:", ask("snooze", reply, "friday", "15:00").out)


def test_where_two_applications_fit_the_question_says_which_a_yes_is_for_and_how_to_say_the_other(
    home: Path, ask: Ask
) -> None:
    received = "Thank you for applying for the {} position at Falcon. We have received your application."
    said = [
        received.format("Product Manager"),
        received.format("Data Analyst"),
        "Unfortunately we chose somebody else.",
    ]
    for number, text in enumerate(said):
        mail = EmailMessage()
        mail["From"], mail["To"] = "Mia Lind <mia@falcon.example>", "jane@example.org"
        mail["Subject"], mail["Message-ID"] = "Your application", f"<{number}@falcon.example>"
        mail["Date"] = NOW - timedelta(hours=9 - number)
        mail.set_content(f"Dear Jane,\n\n{text}\n\nMia Lind")
        (home / "Mail" / "cur" / f"{number}.falcon:2,S").write_bytes(bytes(mail))
    ask("sync", "--now", NOW.isoformat())
    question = next(each for each in status(ask)["unsure"] if each["company"] == "Falcon")

    shown = ask("status", "--now", NOW.isoformat()).out
    assert f"a rejection, Falcon – {question['role']}" in " ".join(shown.split())
    other = {"Product Manager": "Data Analyst", "Data Analyst": "Product Manager"}[question["role"]]
    (command,) = re.findall(r"if of another +afterword (correct .*)", shown)
    assert shlex.split(command) == ["correct", question["id"][:10], "--app", f"Falcon – {other}"]
    assert ask(*shlex.split(command)).code == 0
    stages = {each["role"]: each["stage"] for each in ask("status", "--json").json["applications"]}
    assert (stages[other], stages[question["role"]]) == ("rejected", "applied")


def test_a_note_that_no_thanks_are_open_for_is_not_said_to_go_into_them(home: Path, ask: Ask) -> None:
    ask("tell", "Acme", "interview", "yesterday", "14:00")
    open_thanks = ask("note", "Acme", "the pairing").out
    ask("done", "thank_you")
    too_late = ask("note", "Acme", "the lunch").out
    ask("tell", "Acme", "interview", NOW.isoformat())
    next_round = ask("note", "Acme", "the view").out

    assert open_thanks == "Noted for the thank-you note to Acme: “the pairing”.\n"
    assert too_late == "Noted of Acme: “the lunch”. No thank-you note is open that it could go into.\n"
    assert next_round == "Noted for the thank-you note to Acme: “the view”.\n"


def test_of_several_items_that_fit_each_is_named_with_its_application(read: Path, ask: Ask) -> None:
    answer = ask("dismiss", "review")

    assert (answer.code, answer.out) == (2, "")
    assert re.fullmatch(
        r"More than one fits item review: review-\w{10} \(\w+ – [\w ]+\), review-\w{10} \(\w+ – [\w ]+\)\.\n",
        answer.err,
    )


def test_a_note_is_in_the_draft(read: Path, ask: Ask) -> None:
    assert ask("note", "acme", "the", "story", "about", "the", "billing", "database").code == 0

    thanks = next(each for each in ask("status", "--json").json["owed"] if each["kind"] == "thank_you")
    assert all("the story about the billing database" in each["body"] for each in thanks["drafts"])


def test_a_review_asks_two_questions_and_is_a_lesson(read: Path, ask: Ask) -> None:
    ask("review", "Acme", "--well", "The design talk.", "--improve", "Ask about the team sooner.")

    lessons = json.loads(ask("lessons", "--json").out)
    assert [(each["company"], each["about"], each["text"]) for each in lessons] == [
        ("Acme", "went_well", "The design talk."),
        ("Acme", "to_improve", "Ask about the team sooner."),
    ]
    assert "Ask about the team sooner." in ask("lessons").out


def test_a_lesson_is_of_the_users_day(read: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    half_past_midnight = datetime(2026, 3, 16, 23, 30, tzinfo=UTC)
    monkeypatch.setattr(options, "present", lambda: half_past_midnight)

    ask("review", "Acme", "--well", "The design talk.", "--improve", "")

    assert "17 Mar 2026       Acme, went well: The design talk." in ask("lessons").out
    assert ask("lessons", "--json").json[0]["occurred_at"] == "2026-03-17T00:30:00+01:00"


def test_a_review_asks_nothing_of_what_is_not_known_or_can_not_be_kept(
    read: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("The design talk.\nAsk sooner.\n"))
    unknown = ask("review", "Zorro")
    (read / "state" / "log.db").write_bytes(b"no log any more, by a fault of the disk")
    damaged = ask("review", "Acme")

    assert (unknown.code, unknown.out, unknown.err.partition(".")[0]) == (2, "", "There is no application Zorro")
    assert (damaged.code, damaged.out) == (1, "")


def test_a_review_says_whom_it_asks_about(read: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("The design talk.\nAsk sooner.\n"))

    answer = ask("review", "acm")

    assert answer.out.startswith("Your interview with Acme – Platform Engineer:\nWhat went well: ")
    assert [each["text"] for each in ask("lessons", "--json").json] == ["The design talk.", "Ask sooner."]


def test_an_unsure_recognition_is_confirmed_by_its_beginning(read: Path, ask: Ask) -> None:
    (question,) = status(ask)["unsure"]

    assert question["guess"] == "RejectionReceived"
    assert ask("confirm", question["id"][:10]).out == "Confirmed: Ember – QA Engineer, a rejection.\n"
    told = ask("status", "Ember", "--json").json
    assert (told["unsure"], told["applications"][0]["stage"]) == ([], "rejected")


def test_who_asks_for_a_question_that_there_is_not_is_told_where_their_ids_stand(read: Path, ask: Ask) -> None:
    answer = ask("confirm", "zzz")

    assert answer.code == 2
    assert answer.err == "There is no question zzz: see afterword status, and afterword show APP.\n"


def test_a_wrong_recognition_is_corrected_to_nothing(read: Path, ask: Ask) -> None:
    (question,) = status(ask)["unsure"]

    ask("correct", question["id"], "nothing")

    told = ask("status", "Ember", "--json").json
    assert (told["unsure"], told["applications"][0]["stage"]) == ([], "applied")


def test_what_was_told_makes_an_application(home: Path, ask: Ask) -> None:
    begin = (NOW - timedelta(hours=2)).isoformat()

    assert ask("tell", "Delta", "interview", begin, "--with", "Kim Roe <kim@delta.example>").code == 0

    told = ask("status", "Delta", "--json").json
    assert told["applications"][0]["company"] == "Delta"
    assert [each["to"] for each in told["owed"] if each["kind"] == "thank_you"] == [["kim@delta.example"]]


def events(ask: Ask) -> int:
    return len(ask("log").out.splitlines())


def test_an_item_that_is_answered_already_is_said_to_be_so(read: Path, ask: Ask) -> None:
    thanks, look_back, reply = (item(ask, kind) for kind in ("thank_you", "review", "rejection_reply"))
    said = [("done", thanks), ("dismiss", look_back), ("snooze", reply, "2099-03-05T18:00")]
    for command in said:
        ask(*command)
    before = events(ask)

    answers = [ask(*command) for command in said]

    assert [(each.code, each.out) for each in answers] == [
        (0, "That was done already: Thank Carla Rossi and Dev Patel (Acme).\n"),
        (0, "That was dismissed already: Look back at the interview with Borealis.\n"),
        (0, "That was put off until Thursday, 5 March 2099, 18:00 already: Reply to Dune's rejection.\n"),
    ]
    assert events(ask) == before


@pytest.mark.parametrize("command", [("done",), ("snooze", "3", "days")], ids=lambda each: each[0])
def test_what_was_dismissed_is_neither_done_nor_put_off(command: tuple[str, ...], read: Path, ask: Ask) -> None:
    thanks, (name, *more) = item(ask, "thank_you"), command
    ask("dismiss", thanks)
    before = events(ask)

    answer = ask(name, thanks, *more)

    assert (answer.code, answer.out, answer.err) == (2, "", "That was dismissed already.\n")
    assert events(ask) == before


@pytest.mark.parametrize(
    ("command", "what"),
    [(("done",), "mark as done"), (("dismiss",), "dismiss"), (("snooze", "3", "days"), "put off")],
    ids=["done", "dismiss", "snooze"],
)
def test_what_lapsed_is_refused_with_the_day(
    command: tuple[str, ...], what: str, read: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    look_back, (name, *more) = item(ask, "review"), command
    monkeypatch.setattr(options, "present", lambda: NOW + timedelta(days=9))
    ask("sync")
    lapsed = next(each for each in ask("status", "--json").json["closed"] if each["id"] == look_back)
    on, before = datetime.fromisoformat(lapsed["at"]), events(ask)

    answer = ask(name, look_back, *more)

    assert lapsed["how"] == "lapsed"
    assert answer.code == 2
    assert answer.err == f"That lapsed on {on:%A}, {on.day} {on:%B}: there is nothing to {what}.\n"
    assert events(ask) == before


def test_a_note_is_kept_once(read: Path, ask: Ask) -> None:
    noted, before = ask("note", "acme", "the billing story").out, events(ask)

    assert noted == "Noted for the thank-you note to Acme – Platform Engineer: “the billing story”.\n"
    assert ask("note", "acme", "the billing story").out.startswith(
        "That was noted already for the thank-you note to Acme"
    )
    assert events(ask) == before


def test_a_recognition_is_confirmed_and_corrected_once(read: Path, ask: Ask) -> None:
    (question,) = status(ask)["unsure"]
    name = "Ember – QA Engineer"
    said = [("confirm",), ("confirm",), ("correct", "offer"), ("correct", "OfferReceived"), ("correct", "nothing")]
    said.append(("correct", "rejection"))
    told = [ask(command, question["id"][:10], *meaning).out for command, *meaning in said]

    assert told == [
        f"Confirmed: {name}, a rejection.\n",
        f"That was known already: {name}, a rejection.\n",
        f"Corrected: {name}, not a rejection but an offer.\n",
        f"That was known already: {name}, an offer.\n",
        f"Corrected: {name}, not an offer but nothing that counts.\n",
        f"Corrected: {name}, a rejection after all.\n",
    ]
    kinds = [json.loads(line)["type"] for line in ask("log", "--json").out.splitlines()]
    assert (kinds.count("RecognitionConfirmed"), kinds.count("RecognitionCorrected")) == (1, 3)


def test_what_belongs_to_another_application_is_said_with_both_names(read: Path, ask: Ask) -> None:
    (question,) = status(ask)["unsure"]

    moved = ask("correct", question["id"], "--app", "Dune").out

    assert (
        moved == "Corrected: a rejection of Dune – Site Reliability Engineer, not a rejection of Ember – QA Engineer.\n"
    )


def test_everything_that_a_mail_or_a_meeting_can_say_has_a_word_of_its_own() -> None:
    facts = [each.__name__ for each in get_args(AnyEvent) if issubclass(each, Fact)]

    assert {*facts, "nothing"} == WORDS.keys()
    assert len({each.typed for each in WORDS.values()}) == len(WORDS)


@pytest.mark.parametrize("word", [each.typed for each in WORDS.values()])
def test_the_help_of_correct_and_its_answer_to_a_wrong_word_name_every_word(word: str, read: Path, ask: Ask) -> None:
    assert re.search(rf"\b{word}\b", ask("correct", "--help").out)
    answer = ask("correct", status(ask)["unsure"][0]["id"], "refusal")
    assert answer.code == 2
    assert answer.err.startswith("refusal isn't one of: rejection, offer,")
    assert word in {"promise", "wait"} or re.search(rf"\b{word}\b", answer.err)


@pytest.mark.parametrize("word", ["promise", "wait"])
def test_what_needs_a_day_is_told_with_it_instead_of_made_of_something_else(word: str, read: Path, ask: Ask) -> None:
    answer = ask("correct", status(ask)["unsure"][0]["id"], word)

    assert (answer.code, answer.err) == (2, f"A {word} needs its day: tell it by afterword tell APP promise DAY.\n")


def test_what_can_be_told_may_be_called_by_its_events_name(home: Path, ask: Ask) -> None:
    assert ask("tell", "Delta", "OfferReceived").out == "Delta, a new application: an offer.\n"
