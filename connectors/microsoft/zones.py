"""Time zones by the names that Windows, and so Outlook, gives them."""

from functools import cache, lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_UTC = {"utc", "tzone://microsoft/utc", "etc/utc", "etc/gmt", "greenwich mean time"}


@lru_cache(maxsize=1000)
def known_zone(name: str) -> ZoneInfo | None:
    """The zone of a name of Windows' or of IANA's; None for one that nobody knows ("Customized Time Zone")."""
    if name.lower() in _UTC:
        return ZoneInfo("UTC")
    try:
        return ZoneInfo(_windows_zones().get(name.lower(), name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


@cache
def windows_name(zone: str) -> str:
    """What Windows calls an IANA zone; "" where its name is another's."""
    return next((name for name, own in _names() if own == zone), "")


@cache
def _windows_zones() -> dict[str, str]:
    return {name.lower(): zone for name, zone in _names()}


def _names() -> list[tuple[str, str]]:
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON  # not on the way of those who need no calendar

    return list(WINDOWS_TO_OLSON.items())
