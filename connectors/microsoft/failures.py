"""Mails that could not be had: asked for again for some days and then given up, unless it is the server that gives none."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from afterword.ports import Unavailable

from .asking import Forbidden
from .fetching import Failure

GIVES_UP_AFTER = timedelta(days=3)
MOST_FAILURES = 3
"""Mails in a row that can't be had before it is the server that is at fault, and not they."""

WITHHELD = (
    "Outlook withholds a mail, as it does protected ones: it is asked for again for three days, and then set aside."
)


class Failures:
    """Those of one pass. Kept from pass to pass are `since`, when each of those that fail did so first, and `was_ever_given`, whether
    any mail was given: where that is so and others are listed, one that is refused is a protected one, and all is allowed.
    """

    def __init__(self, since: dict[str, datetime], until: datetime, *, was_ever_given: bool) -> None:
        self._since, self._until = since, until
        self.was_ever_given = was_ever_given
        self._met: list[Failure] = []
        self._in_a_row = 0
        self._was_any_had = False

    def had(self, each: str) -> None:
        """Take note that a mail was given."""
        self._since.pop(each, None)
        self._in_a_row, self._was_any_had, self.was_ever_given = 0, True, True

    def gone(self, each: str) -> None:
        """Take note that one is no more, which says nothing of the others."""
        self._since.pop(each, None)

    def is_given_up(self, each: str, failure: Failure) -> bool:
        """Whether one has failed for long enough. None is where many do and no other is given: they may all come back."""
        since = self._since[each] = min(self._since.get(each, self._until), self._until)
        is_protected = isinstance(failure, Forbidden) and self.was_ever_given
        is_at_fault = is_protected or self._was_any_had or len(self._since) < MOST_FAILURES
        if is_at_fault and self._until - since >= GIVES_UP_AFTER:
            del self._since[each]
            return True
        self._met.append(failure)
        self._in_a_row += not is_protected
        return False

    @property
    def are_of_the_server(self) -> bool:
        """Whether to ask for no more."""
        return self._in_a_row >= MOST_FAILURES

    @property
    def last(self) -> Failure:
        return self._met[-1]

    def told(self) -> Iterator[Unavailable]:
        """What to say of those that are asked for again; nothing where there are none."""
        for each in self._met[:1]:
            yield Unavailable(WITHHELD) if isinstance(each, Forbidden) else each
