"""Selection of the calendars to read, and of our own."""

import re
from urllib.parse import unquote, urljoin

from msgspec import Struct

from ..calendar_names import check_calendars_exist
from .server import CalendarCollection, Server
from .settings import CaldavSettings

_NOT_IN_PATHS = re.compile(r"[^a-z0-9]+")


class CalendarSelection(Struct, frozen=True, kw_only=True):
    """The calendars to `read`, `ours` (None: not created yet), and the `new` one to create."""

    read: tuple[CalendarCollection, ...]
    ours: CalendarCollection | None
    new: CalendarCollection


def select_calendars(server: Server, settings: CaldavSettings) -> CalendarSelection:
    """Ours is identified by name, or by the URL that we created it at, in case the user renamed it. Raises NeedsUser."""
    home, existing = server.calendars()
    slug = _NOT_IN_PATHS.sub("-", settings.calendar.lower()).strip("-") or "afterword"
    new = CalendarCollection(url=urljoin(home.rstrip("/") + "/", f"{slug}/"), name=settings.calendar)
    by_name = [each for each in existing if each.name == settings.calendar]
    by_url = [each for each in existing if unquote(each.url).rstrip("/") == unquote(new.url).rstrip("/")]
    ours = next(iter([*by_name, *by_url]), None)
    others = [each for each in existing if ours is None or each.url != ours.url]
    return CalendarSelection(read=tuple(_to_read(others, settings)), ours=ours, new=new)


def _to_read(calendars: list[CalendarCollection], settings: CaldavSettings) -> list[CalendarCollection]:
    check_calendars_exist(settings.host, settings.calendars, {each.name for each in calendars})
    return [each for each in calendars if not settings.calendars or each.name in settings.calendars]
