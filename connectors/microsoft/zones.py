"""Time zones by their Windows names, which Outlook uses."""

from functools import cache, lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_UTC = {"utc", "tzone://microsoft/utc", "etc/utc", "etc/gmt", "greenwich mean time"}


@lru_cache(maxsize=1000)
def find_zone(name: str) -> ZoneInfo | None:
    """Return the zone for a Windows or IANA name; None if unknown ("Customized Time Zone")."""
    if name.lower() in _UTC:
        return ZoneInfo("UTC")
    try:
        return ZoneInfo(_windows_zones().get(name.lower(), name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


@cache
def windows_name(zone: str) -> str:
    """Return the Windows name of an IANA zone; "" if there is none."""
    return next((name for name, own in _windows_to_iana() if own == zone), "")


@cache
def _windows_zones() -> dict[str, str]:
    return {name.lower(): zone for name, zone in _windows_to_iana()}


def _windows_to_iana() -> list[tuple[str, str]]:
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON  # not on the way of those who need no calendar

    return list(WINDOWS_TO_OLSON.items())
