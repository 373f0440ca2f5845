"""One pass of the service that is killed at a chosen point: `python -m tests.faults.killed POINT COUNT CONFIG NOW`.

The points are those between which a crash could tear something; COUNT is how often the point is passed before the kill.
"""

import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any

from afterword.eventlog.log import Transaction
from connectors.folder import FolderChannel
from connectors.google import calendar_api
from connectors.microsoft.calendar_api import CalendarApi as OutlookCalendarApi
from connectors.microsoft.source import MicrosoftSource
from daemon import config, service
from daemon.delivery import Delivery
from daemon.intake import Intake
from projections.engine import Engine

POINTS: dict[str, tuple[type, str]] = {
    "read": (Intake, "_take"),
    "append": (Transaction, "append"),
    "project": (Engine, "catch_up"),
    "cursor": (Transaction, "set_cursor"),
    "observe": (Delivery, "observe"),
    "deliver": (FolderChannel, "place"),
    "withdraw": (FolderChannel, "withdraw"),
    "google make": (calendar_api.CalendarApi, "create_calendar"),
    "google create": (calendar_api.CalendarApi, "create_event"),
    "google change": (calendar_api.CalendarApi, "patch_event"),
    "make": (OutlookCalendarApi, "create_calendar"),
    "create": (OutlookCalendarApi, "create_event"),
    "change": (OutlookCalendarApi, "patch_event"),
    "draft": (MicrosoftSource, "place_draft"),
}


def die_after(kind: type, name: str, count: int) -> None:
    """Kill this process right after the method has run so often."""
    real: Callable[..., Any] = getattr(kind, name)
    left = [count]

    def last(*arguments: Any, **named: Any) -> Any:
        result = real(*arguments, **named)
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(kind, name, last)


def main(point: str, count: str, path: str, now: str) -> None:
    die_after(*POINTS[point], int(count))
    service.sync(config.load(path), datetime.fromisoformat(now))


if __name__ == "__main__":
    main(*sys.argv[1:])
