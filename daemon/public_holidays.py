"""The public holidays of the country that the user names."""

from collections.abc import Container
from functools import cached_property
from pathlib import Path

from .config import ConfigError


class PublicHolidays:
    """The public holidays of "DE" or "DE-BE" (ISO 3166), none of "". They are loaded when the first day is looked up."""

    def __init__(self, place: str) -> None:
        self._place = place

    def __contains__(self, day: object) -> bool:
        return day in self.days

    @cached_property
    def days(self) -> Container[object]:
        """The calendar itself. Raises ConfigError for a place that has none."""
        if not self._place:
            return ()
        import holidays  # 0.15 s that most commands don't need

        country, _, subdivision = self._place.partition("-")
        try:
            return holidays.country_holidays(country, subdiv=subdivision or None)
        except NotImplementedError:
            known = 'write a country as "DE", or "DE-BE" with its part'
            raise ConfigError(
                Path(), [f"user.holidays: {self._place!r} has no calendar of holidays; {known}."]
            ) from None
