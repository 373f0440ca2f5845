"""Bad luck with a server: three of ten answers are none, the same ones each time a test runs."""

import random
from collections.abc import Callable, Iterator

from msgspec.structs import replace

from tests.servers.web import Answered, Asked

REFUSALS = (403, 429, 500, 502, 503)
BROKEN = ("nothing is said", "it breaks off", "a page for people")
PORTAL = Answered(head={"Content-Type": "text/html"}, body=b"<html><p>Log in to the hotel's network</html>")


class Unlucky:
    """Lets through what another answers, but for its share; `refuse` makes an error as the server tells it.

    The first `hangs` of the faults are answers that never come.
    """

    def __init__(
        self,
        answer: Callable[[Asked], Answered],
        refuse: Callable[[int], Answered],
        luck: random.Random,
        hangs: int = 0,
    ) -> None:
        self.asked = 0
        self._answer = answer
        self._refuse = refuse
        self._fails = _dealt(luck)
        self._luck = luck
        self._hangs = hangs

    def __call__(self, asked: Asked) -> Answered:
        self.asked += 1
        return self._fault(asked) if next(self._fails) else self._answer(asked)

    def _fault(self, asked: Asked) -> Answered:
        """Some of these come when the server has already done what it was asked."""
        if self._hangs:
            self._hangs -= 1
            return replace(self._answer(asked), never=True)
        match self._luck.choice((*REFUSALS, *BROKEN)):
            case int(status):
                return self._refuse(status)
            case "nothing is said":
                return replace(self._answer(asked), cut=-1)
            case "it breaks off":
                told = self._answer(asked)
                return replace(told, cut=len(told.body) // 2) if told.body else replace(told, cut=-1)
            case _:
                return PORTAL


def _dealt(luck: random.Random) -> Iterator[bool]:
    """Whether each answer fails: of ten, three, in another order each time."""
    while True:
        ten = [True] * 3 + [False] * 7
        luck.shuffle(ten)
        yield from ten
