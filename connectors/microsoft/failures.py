"""Mails that can't be fetched: retried for some days and then given up, unless the server is at fault."""

from collections.abc import Iterator
from datetime import datetime

from afterword.ports import Unavailable

from ..seen import GIVE_UP_AFTER
from .client import Forbidden
from .fetching import FetchError

MAX_CONSECUTIVE_FAILURES = 3
"""Consecutive failures after which the server is considered at fault, not the mails."""

PROTECTED_SENTENCE = (
    "Outlook withholds a mail, as it does protected ones: it is asked for again for three days, and then set aside."
)


class FailureTracker:
    """The failures of one read. The cursor keeps `since`, the time of each mail's first failure, and `was_ever_given`, whether any mail
    could ever be fetched: if so, a 403 means a protected mail, not a missing permission.
    """

    def __init__(self, since: dict[str, datetime], until: datetime, *, was_ever_given: bool) -> None:
        self._since, self._until = since, until
        self.was_ever_given = was_ever_given
        self._retryable: list[FetchError] = []
        self._consecutive = 0
        self._had_success = False

    def record_success(self, each: str) -> None:
        """Record that a mail was fetched."""
        self._since.pop(each, None)
        self._consecutive, self._had_success, self.was_ever_given = 0, True, True

    def record_missing(self, each: str) -> None:
        """Record that a mail no longer exists."""
        self._since.pop(each, None)

    def record_failure(self, each: str, failure: FetchError) -> bool:
        """Record a failure; return whether to give the mail up. None is given up while all mails fail."""
        since = self._since[each] = min(self._since.get(each, self._until), self._until)
        is_protected = isinstance(failure, Forbidden) and self.was_ever_given
        is_message_failing = is_protected or self._had_success or len(self._since) < MAX_CONSECUTIVE_FAILURES
        if is_message_failing and self._until - since >= GIVE_UP_AFTER:
            del self._since[each]
            return True
        self._retryable.append(failure)
        self._consecutive += not is_protected
        return False

    @property
    def is_server_failing(self) -> bool:
        """Whether to stop fetching."""
        return self._consecutive >= MAX_CONSECUTIVE_FAILURES

    @property
    def last(self) -> FetchError:
        return self._retryable[-1]

    def errors(self) -> Iterator[Unavailable]:
        """Yield the error to raise at the end of the read, if mails are to be retried."""
        for each in self._retryable[:1]:
            yield Unavailable(PROTECTED_SENTENCE) if isinstance(each, Forbidden) else each
