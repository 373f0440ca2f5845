"""The zone of a name, as mails write it and as it stands beside a time in the log."""

from datetime import datetime, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo


@lru_cache(maxsize=256)
def zone_of(name: str) -> tzinfo | None:
    """The zone of an IANA name or an offset ("+01:00", "UTC+01:00"); None for "", and for one that this machine doesn't know."""
    offset = name.removeprefix("UTC")
    try:
        return datetime.strptime(offset, "%z").tzinfo if offset[:1] in {"+", "-"} else ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None
