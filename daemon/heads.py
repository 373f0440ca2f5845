"""Which mails are fetched whole, told by their heads: what the header stage keeps, and all that belongs to what the log knows."""

from collections.abc import Iterator
from functools import cached_property

from afterword.eventlog.events import AnyEvent, Fact, UnknownEvent
from afterword.recognition.header_stage import worth_reading
from afterword.recognition.names import domain_of
from afterword.recognition.reading import User
from afterword.recognition.ties import Ties
from projections.applications import Ledger


class Heads:
    """Asked for each head of a full mailbox; what the log knows is looked up for the first."""

    def __init__(self, user: User, known: Ledger) -> None:
        self._user = user
        self._known = known

    def __call__(self, head: bytes) -> bool:
        """Whether the mail with this head (RFC 5322) is to be read."""
        return worth_reading(head, user=self._user, threads=self._ties.thread, people=self._people)

    @cached_property
    def _ties(self) -> Ties:
        return Ties.of(self._events())

    @cached_property
    def _people(self) -> set[str]:
        senders = {each.sender.address for each in self._events() if isinstance(each, Fact) and each.sender is not None}
        addresses = {each.lower() for each in senders | self._ties.addresses if each}
        return addresses | {domain_of(each) for each in addresses}

    def _events(self) -> Iterator[AnyEvent]:
        for stream in self._known.streams.values():
            yield from (each.event for each in stream if not isinstance(each.event, UnknownEvent))
