"""Who fails is left alone for a while, each for itself: nobody is locked out for asking too often."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

import structlog
from msgspec import Struct

from .troubles import Trouble
from .waking import LONGEST, LONGEST_OF_ALL, pauses

log = structlog.get_logger()


class Rest(Struct, kw_only=True):
    """What is wrong, until when it is left alone, and how long the next times."""

    trouble: Trouble
    until: datetime
    pauses: Iterator[timedelta]


class Patience:
    """How long each that is in trouble is left alone. A service that is started anew begins anew."""

    def __init__(self) -> None:
        self._rests: dict[str, Rest] = {}

    def resting(self, now: datetime) -> dict[str, Trouble]:
        """Who is left alone at that moment, with what is wrong; nobody for longer than we ever do, where the clock fell back."""
        return {name: each.trouble for name, each in self._rests.items() if now < each.until <= now + LONGEST_OF_ALL}

    def end(self, names: Iterable[str], now: datetime) -> None:
        """Leave these alone no longer: they answer."""
        for rest in (self._rests[each] for each in names if each in self._rests):
            rest.until = min(rest.until, now)

    def learn(self, outcomes: Mapping[str, Trouble | None], now: datetime) -> None:
        """Take in how a round went: the trouble of each, None for one that is well."""
        for name, trouble in outcomes.items():
            rest = self._rests.get(name)
            if trouble is None and rest is not None:
                del self._rests[name]
                log.info("answers_again", account=name)
            elif trouble is not None and name not in self.resting(now):
                following = rest.pauses if rest is not None else pauses()
                asked = min(timedelta(seconds=trouble.retry_after), LONGEST)
                until = now + max(next(following), asked)
                self._rests[name] = Rest(trouble=trouble, until=until, pauses=following)
