"""Which of the server's calendars are read, and which one is ours."""

import re
from urllib.parse import unquote, urljoin

from msgspec import Struct

from ..calendar_names import check_calendars_exist
from .server import Place, Server
from .settings import CaldavSettings

_NOT_FOR_PATHS = re.compile(r"[^a-z0-9]+")


class Places(Struct, frozen=True, kw_only=True):
    """The calendars to read, ours (None: not made yet), and where it would be made."""

    read: tuple[Place, ...]
    ours: Place | None
    new: Place


def found(server: Server, settings: CaldavSettings) -> Places:
    """Ours is known by its name, or by the address that we gave it: the user may have renamed it. Raises NeedsUser."""
    home, there = server.calendars()
    slug = _NOT_FOR_PATHS.sub("-", settings.calendar.lower()).strip("-") or "afterword"
    new = Place(url=urljoin(home.rstrip("/") + "/", f"{slug}/"), name=settings.calendar)
    named = [each for each in there if each.name == settings.calendar]
    made = [each for each in there if unquote(each.url).rstrip("/") == unquote(new.url).rstrip("/")]
    ours = next(iter([*named, *made]), None)
    others = [each for each in there if ours is None or each.url != ours.url]
    return Places(read=tuple(_chosen(others, settings)), ours=ours, new=new)


def _chosen(there: list[Place], settings: CaldavSettings) -> list[Place]:
    check_calendars_exist(settings.host, settings.calendars, {each.name for each in there})
    return [each for each in there if not settings.calendars or each.name in settings.calendars]
