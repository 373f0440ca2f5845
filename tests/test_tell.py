"""What the user tells: of the application that they mean, or of a new one."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from afterword.eventlog.events import InterviewScheduled, OfferReceived, RejectionReceived
from daemon import commands
from tests.homes import Home

NOW = datetime(2026, 3, 5, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("known", "new"),
    [("Яндекс", "Сбер"), ("株式会社サンプル", "合同会社テスト"), ("Metafold", "Meta"), ("Research", "Arc")],
)
def test_a_new_name_makes_an_application_whatever_it_is_part_of_and_however_it_is_written(
    known: str, new: str, tmp_path: Path
) -> None:
    home = Home(tmp_path)
    commands.tell(home.config, known, OfferReceived(), NOW)

    assert commands.tell(home.config, new, RejectionReceived(), NOW) == f"Kept for {new}."
    stages = {each.company: each.stage for each in home.status(NOW).applications}
    assert stages == {known: "offered", new: "rejected"}


@pytest.mark.parametrize("said", ["acme robotics", "Acme", "ACME Robotics GmbH", "robotics", "engineer"])
def test_a_known_name_is_found_by_its_words(said: str, tmp_path: Path) -> None:
    home = Home(tmp_path)
    commands.tell(home.config, "Acme Robotics", OfferReceived(role="Data Engineer"), NOW)

    assert commands.tell(home.config, said, RejectionReceived(), NOW) == "Kept for Acme Robotics – Data Engineer."


def test_an_interview_that_is_told_of_two_applications_is_owed_once(tmp_path: Path) -> None:
    home = Home(tmp_path)
    for name, role in (("Acme", "Data Engineer"), ("Acme ML", "ML Engineer")):
        commands.tell(home.config, name, OfferReceived(company="Acme", role=role), NOW)
    for number, application in enumerate(home.status(NOW).applications, start=1):
        held = InterviewScheduled(company="Acme", start=NOW - timedelta(hours=3))
        commands.tell(home.config, application.id, held, NOW + timedelta(minutes=number))

    later = NOW + timedelta(hours=1)
    owed = [each.kind for each in home.status(later).owed]
    commands.dismiss(home.config, "review", later)

    assert owed == ["review", "thank_you"]
    assert home.owed(later, "review") is None
