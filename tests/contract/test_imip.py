"""iMIP keeps to what can be asked of a channel that only tells: shown is what a calendar makes of the mails."""

from typing import Any

import pytest
from icalendar import Calendar

from connectors.imip import ImipChannel
from tests.contract.channel_contract import PlacingContract
from tests.servers.smtp import Submission


class TestImip(PlacingContract):
    @pytest.fixture(autouse=True)
    def server(self, submission: Submission) -> Submission:
        self.submission = submission
        return submission

    @pytest.fixture
    def channel(self, server: Submission) -> ImipChannel:
        return ImipChannel(server.settings())

    def shown(self) -> dict[str, Any]:
        there: dict[str, Any] = {}
        for given in self.submission.given:
            calendar = Calendar.from_ical(given.calendar)
            (event,) = calendar.walk("VEVENT")
            if calendar["METHOD"] == "CANCEL":
                there.pop(str(event["UID"]), None)
            else:
                there[str(event["UID"])] = event.to_ical()
        return there
