"""Accounts that fail are left alone for a while, each for itself: nobody is locked out for asking too often."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from msgspec import Struct

from .intake import AccountRead
from .troubles import Trouble
from .waking import pauses


class Rest(Struct, kw_only=True):
    """What is wrong with an account, until when it is left alone, and how long the next times."""

    trouble: Trouble
    until: datetime
    pauses: Iterator[timedelta]


class Patience:
    """How long each account in trouble is left alone. A service that is started anew begins anew."""

    def __init__(self) -> None:
        self._rests: dict[str, Rest] = {}

    def resting(self, now: datetime) -> dict[str, Trouble]:
        """The accounts that are left alone at that moment, with what is wrong."""
        return {account: each.trouble for account, each in self._rests.items() if now < each.until}

    def learn(self, reads: Iterable[AccountRead], now: datetime) -> None:
        """Take in how a round went."""
        for read in reads:
            rest = self._rests.get(read.account)
            if read.trouble is None:
                self._rests.pop(read.account, None)
            elif rest is None or now >= rest.until:
                following = rest.pauses if rest is not None else pauses()
                until = now + next(following)
                self._rests[read.account] = Rest(trouble=read.trouble, until=until, pauses=following)
