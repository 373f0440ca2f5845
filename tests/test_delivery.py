"""Invites in the calendar: what stands there, and what the user does to it."""

import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from icalendar import Calendar, Component

from daemon import commands
from tests.homes import Home
from tests.servers.calendars import CalendarServer

HELD = datetime(2026, 3, 5, 13, 0, tzinfo=UTC)
NOW = HELD + timedelta(hours=2)
CARLA = "carla.rossi@acme.example"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Jane met Carla on Thursday at two; an hour later it was read, and two invites stand."""
    home = Home(tmp_path)
    home.meet(("talk@acme.example", HELD, HELD + timedelta(hours=1), "Interview Acme: Backend Engineer", CARLA))
    home.sync(NOW)
    return home


def item(home: Home, kind: str, now: datetime = NOW) -> str:
    found = home.owed(now, kind)
    assert found is not None
    return found.id


def event(path: Path) -> Component:
    (found,) = Calendar.from_ical(path.read_bytes()).walk("VEVENT")
    return found


def test_each_item_has_its_one_invite_inside_the_working_hours(home: Home) -> None:
    for each in home.status(NOW).owed:
        invite = event(home.invite(each.id))
        assert invite["UID"] == f"{each.id}@afterword"
        assert each.not_before <= invite.decoded("DTSTART") <= each.due
        assert 9 <= invite.decoded("DTSTART").hour < 18
    assert len(list(home.files())) == 2


def test_an_invite_says_how_to_be_done_with_it(home: Home) -> None:
    """What one does for oneself is seen in no sent mail."""
    says = {kind: str(event(home.invite(item(home, kind)))["DESCRIPTION"]) for kind in ("thank_you", "review")}
    assert "It is seen in your sent mail; or say: afterword done thank_you-" in says["thank_you"]
    assert "sent mail" not in says["review"]
    assert "Done? Say: afterword done review-" in says["review"]


def test_two_invites_never_take_the_same_quarter_of_an_hour(home: Home) -> None:
    starts = [event(path).decoded("DTSTART") for path in home.invites.glob("*.ics")]
    assert len(set(starts)) == len(starts)


def test_an_invite_keeps_off_the_meetings_in_the_calendar(tmp_path: Path) -> None:
    home = Home(tmp_path)
    busy = ("dentist@example.org", NOW, NOW + timedelta(minutes=45), "Dentist", "jane@example.org")
    home.meet(("talk@acme.example", HELD, HELD + timedelta(hours=1), "Interview Acme: Backend Engineer", CARLA), busy)
    home.sync(NOW)

    starts = [event(path).decoded("DTSTART") for path in home.invites.glob("*.ics")]
    assert min(starts) >= NOW + timedelta(minutes=45)


def test_f53_an_invite_that_the_user_deletes_is_dismissed_and_never_comes_back(home: Home) -> None:
    review = item(home, "review")
    home.invite(review).unlink()

    home.sync(NOW + timedelta(minutes=5))
    home.sync(NOW + timedelta(minutes=10))

    assert not home.invite(review).exists()
    (closed,) = (each for each in home.status(NOW + timedelta(minutes=10)).closed if each.id == review)
    assert closed.how == "dismissed"


def test_f54_an_invite_that_the_user_moves_is_snoozed_to_that_time(home: Home) -> None:
    thanks = item(home, "thank_you")
    path = home.invite(thanks)
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"(DT(?:START|END);TZID=[^:]+:)20260305", r"\g<1>20260306", text), encoding="utf-8")
    moved = path.read_text(encoding="utf-8")

    home.sync(NOW + timedelta(minutes=5))

    found = home.owed(NOW + timedelta(minutes=5), "thank_you")
    assert found is not None
    assert found.state == "snoozed"
    assert event(path).decoded("DTSTART").date().isoformat() == "2026-03-06"
    assert path.read_text(encoding="utf-8").count("BEGIN:VEVENT") == moved.count("BEGIN:VEVENT") == 1


def test_f54_an_invite_that_is_moved_to_and_fro_is_snoozed_to_where_it_was_put_last(home: Home) -> None:
    path = home.invite(item(home, "thank_you"))
    for minutes, days in enumerate([("05", "06"), ("06", "05"), ("05", "06")], start=5):
        before, after = days
        text = re.sub(
            rf"(DT(?:START|END);TZID=[^:]+:202603){before}", rf"\g<1>{after}", path.read_text(encoding="utf-8")
        )
        path.write_text(text, encoding="utf-8")
        home.sync(NOW + timedelta(minutes=minutes))

    found = home.owed(NOW + timedelta(minutes=10), "thank_you")
    assert found is not None
    assert found.invite is not None
    assert found.not_before <= found.invite.start == event(path).decoded("DTSTART")
    assert found.invite.start.day == 6


def test_an_item_is_snoozed_to_the_time_that_was_said_last_though_it_was_said_before(home: Home) -> None:
    thanks = item(home, "thank_you")
    first, second = NOW + timedelta(hours=20), NOW + timedelta(hours=22)
    for minutes, until in enumerate([first, second, first], start=1):
        commands.snooze(home.config, thanks, until, NOW + timedelta(minutes=minutes))

    assert event(home.invite(thanks)).decoded("DTSTART") == first


def test_an_invite_that_the_user_declines_is_dismissed(home: Home) -> None:
    review = item(home, "review")
    path = home.invite(review)
    text = path.read_text(encoding="utf-8").replace("STATUS:CONFIRMED", "STATUS:CANCELLED")
    path.write_text(text, encoding="utf-8")

    home.sync(NOW + timedelta(minutes=5))

    assert home.owed(NOW + timedelta(minutes=5), "review") is None


def test_what_was_done_is_marked_and_rings_no_more(home: Home) -> None:
    thanks = item(home, "thank_you")
    home.sends("thanks", NOW, CARLA, "Hi Carla,\n\nthank you very much for the interview today.\n\nJane")

    home.sync(NOW + timedelta(minutes=5))

    done = event(home.invite(thanks))
    assert str(done["SUMMARY"]).startswith("✓ ")
    assert "Done?" not in str(done["DESCRIPTION"])
    assert done.walk("VALARM") == []
    assert done["SEQUENCE"] == 1


def test_what_is_moot_is_taken_out(home: Home) -> None:
    home.sends(
        "withdrawal", NOW, CARLA, "Dear Carla,\n\nI would like to withdraw my application.\n\nJane", "Application"
    )

    home.sync(NOW + timedelta(minutes=5))

    assert list(home.files()) == []


def test_our_own_invites_are_never_read_back_as_meetings(home: Home) -> None:
    text = home.path.read_text(encoding="utf-8").replace('path = "calendar.ics"', 'path = "invites"')
    home.path.write_text(text, encoding="utf-8")
    before = len(home.events())

    home.sync(NOW + timedelta(minutes=5))

    assert len(home.events()) == before


def delivers(home: Home, *lines: str) -> None:
    """From now on the invites go where these lines say."""
    text = home.path.read_text(encoding="utf-8").partition("[delivery]")[0]
    home.path.write_text("\n".join([text, "[delivery]", *lines, ""]), encoding="utf-8")


def dismissed(home: Home, now: datetime) -> list[str]:
    return [each.kind for each in home.status(now).closed if each.how == "dismissed"]


def test_invites_that_go_to_another_folder_from_now_on_are_placed_there_and_dismissed_nowhere(home: Home) -> None:
    other = home.folder / "other"
    other.mkdir()
    delivers(home, 'kind = "folder"', 'path = "other"')

    report = home.sync(NOW + timedelta(minutes=5))
    again = home.sync(NOW + timedelta(minutes=10))

    assert (report.placed, again.deliveries, report.troubles) == (2, 0, [])
    assert sorted(each.name for each in other.iterdir()) == list(home.files())
    assert dismissed(home, NOW + timedelta(minutes=10)) == []

    (other / f"{item(home, 'review')}@afterword.ics").unlink()
    home.sync(NOW + timedelta(minutes=15))
    assert dismissed(home, NOW + timedelta(minutes=15)) == ["review"]


def test_invites_that_go_to_a_server_from_now_on_need_no_calendar_there_yet(
    home: Home, radicale: CalendarServer
) -> None:
    account = radicale.account()
    thanks = item(home, "thank_you")
    put_off = NOW + timedelta(hours=20)
    commands.snooze(home.config, thanks, put_off, NOW)
    delivers(home, account.keys())

    report = home.sync(NOW + timedelta(minutes=5))

    assert (report.placed, report.troubles) == (2, [])
    (placed,) = (each for each in account.paths("Afterword") if thanks in each)
    (invite,) = Calendar.from_ical(account.text(placed)).walk("VEVENT")
    assert invite.decoded("DTSTART") == put_off
    assert dismissed(home, NOW + timedelta(minutes=5)) == []


def test_another_password_leads_to_the_same_invites(home: Home, radicale: CalendarServer) -> None:
    account = radicale.account()
    delivers(home, account.keys())
    home.sync(NOW + timedelta(minutes=5))
    before = len(home.events())
    delivers(home, account.keys().replace("file =", "command =").replace('"/', '"cat /'))

    report = home.sync(NOW + timedelta(minutes=10))

    assert (report.deliveries, report.troubles, len(home.events())) == (0, [], before)


def test_where_no_invite_stands_any_more_the_next_one_is_placed_once_in_the_other_place(home: Home) -> None:
    for kind in ("review", "thank_you"):
        commands.dismiss(home.config, item(home, kind), NOW)
    later = NOW + timedelta(days=1)
    delivers(home, 'kind = "folder"', 'path = "other"')

    assert home.sync(later).placed == 1
    assert home.sync(later + timedelta(minutes=5)).deliveries == 0
    assert [each.name.partition("-")[0] for each in (home.folder / "other").iterdir()] == ["connect"]


def test_invites_that_go_back_to_where_they_were_are_placed_there_once_more(home: Home) -> None:
    for minutes, path in enumerate(["other", "invites", "other"], start=5):
        delivers(home, 'kind = "folder"', f'path = "{path}"')
        assert home.sync(NOW + timedelta(minutes=minutes)).placed == 2
    assert dismissed(home, NOW + timedelta(minutes=10)) == []


def test_a_folder_that_is_gone_dismisses_nothing_and_says_so(home: Home) -> None:
    shutil.rmtree(home.invites)

    report = home.sync(NOW + timedelta(minutes=5))

    assert [each.account for each in report.troubles] == ["delivery"]
    assert item(home, "review", NOW + timedelta(minutes=5))


@pytest.fixture
def busy_home(home: Home) -> Home:
    """A second interview on that day: four invites stand."""
    ended = HELD - timedelta(hours=2)
    home.meet(
        ("talk@acme.example", HELD, HELD + timedelta(hours=1), "Interview Acme: Backend Engineer", CARLA),
        ("t@borealis.example", ended - timedelta(hours=1), ended, "Interview Borealis: Analyst", "al@borealis.example"),
    )
    home.sync(NOW + timedelta(minutes=1))
    assert len(list(home.files())) == 4
    return home


def test_f26_a_folder_in_which_nothing_is_any_more_dismisses_nothing_before_an_hour_has_passed(
    busy_home: Home,
) -> None:
    """As where its disk is not mounted."""
    away = busy_home.folder / "away"
    busy_home.invites.rename(away)
    busy_home.invites.mkdir()
    for minutes in (5, 10, 60):
        (trouble,) = busy_home.sync(NOW + timedelta(minutes=minutes)).troubles
        assert trouble.sentence.startswith(
            "All 4 invites are gone at once from where they were placed: bring them back"
        )
    busy_home.invites.rmdir()
    away.rename(busy_home.invites)
    assert busy_home.sync(NOW + timedelta(minutes=90)).troubles == []
    assert dismissed(busy_home, NOW + timedelta(minutes=90)) == []


def test_f53_what_stays_deleted_is_dismissed_though_it_was_all_there_was(busy_home: Home) -> None:
    for each in busy_home.invites.iterdir():
        each.unlink()
    busy_home.sync(NOW + timedelta(minutes=5))
    busy_home.sync(NOW + timedelta(minutes=65))
    assert sorted(dismissed(busy_home, NOW + timedelta(minutes=65))) == ["review", "review", "thank_you", "thank_you"]


def test_f53_of_several_invites_one_that_is_left_shows_that_the_others_were_deleted(busy_home: Home) -> None:
    _, *others = busy_home.invites.iterdir()
    for each in others:
        each.unlink()
    assert busy_home.sync(NOW + timedelta(minutes=5)).troubles == []
    assert len(dismissed(busy_home, NOW + timedelta(minutes=5))) == 3


def test_what_was_dismissed_while_the_clock_was_ahead_stays_so_when_it_is_set_right(home: Home) -> None:
    thanks = item(home, "thank_you")
    commands.dismiss(home.config, thanks, NOW + timedelta(hours=20))

    home.sync(NOW)

    assert not home.invite(thanks).exists()


def test_an_item_that_is_put_off_by_hours_was_not_moved_by_the_user_as_well(home: Home) -> None:
    thanks = item(home, "thank_you")
    commands.snooze(home.config, thanks, NOW + timedelta(hours=2, microseconds=123456), NOW + timedelta(minutes=1))

    home.sync(NOW + timedelta(minutes=2))

    assert "InviteAnswered" not in {type(each.event).__name__ for each in home.events()}
    assert event(home.invite(thanks)).decoded("DTSTART") == NOW + timedelta(hours=2)


def test_a_time_beyond_the_logs_is_no_place_to_move_an_invite_to(home: Home) -> None:
    path = home.invite(item(home, "thank_you"))
    text = re.sub(r"(DT(?:START|END);TZID=[^:]+:)\d{8}", r"\g<1>00010102", path.read_text(encoding="utf-8"))
    path.write_text(text, encoding="utf-8")

    for minutes in range(1, 4):
        home.sync(NOW + timedelta(minutes=minutes))

    assert "InviteAnswered" not in {type(each.event).__name__ for each in home.events()}
    commands.note(home.config, "Acme", "the story about the parser", NOW + timedelta(minutes=5))
    assert "the story about the parser" in str(event(path)["DESCRIPTION"])
    assert event(path).decoded("DTSTART").year == NOW.year


def test_that_an_invite_was_accepted_is_noted_once_however_often_it_changes(home: Home) -> None:
    path = home.invite(item(home, "thank_you"))
    answer = "ATTENDEE;PARTSTAT=ACCEPTED:mailto:jane@example.org\r\nEND:VEVENT"
    path.write_bytes(path.read_bytes().replace(b"END:VEVENT", answer.encode()))
    for minutes in range(1, 4):
        commands.note(home.config, "Acme", f"story {minutes}", NOW + timedelta(minutes=minutes))
        home.sync(NOW + timedelta(minutes=minutes))

    assert [type(each.event).__name__ for each in home.events()].count("InviteAnswered") == 1


def test_an_invite_that_can_not_be_placed_keeps_no_other_back(home: Home, tmp_path: Path) -> None:
    kept = sorted(home.files())
    for name in kept:
        again = Home(tmp_path / name)
        again.meet(("talk@acme.example", HELD, HELD + timedelta(hours=1), "Interview Acme: Backend Engineer", CARLA))
        (again.invites / name).mkdir(parents=True)
        report = again.sync(NOW)
        assert [each.account for each in report.troubles] == ["delivery"]
        assert [each.name for each in sorted(again.invites.glob("*.ics")) if each.is_file()] == [
            each for each in kept if each != name
        ]
