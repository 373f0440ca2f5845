"""Which mails of a full mailbox are fetched whole, by their headers: those that the header stage keeps, and what belongs to a known application."""

from collections.abc import Iterator
from functools import cached_property

from afterword.eventlog.events import AnyEvent, Fact, UnknownEvent
from afterword.recognition.messages.addresses import domain_of
from afterword.recognition.messages.header_stage import worth_reading
from afterword.recognition.reading import User
from afterword.recognition.ties import Ties
from projections.applications import Ledger


class HeaderFilter:
    """Called with the headers of each mail; what it needs of the log is looked up at the first call."""

    def __init__(self, user: User, ledger: Ledger) -> None:
        self._user = user
        self._ledger = ledger

    def __call__(self, headers: bytes) -> bool:
        """Whether the mail with these headers (RFC 5322, 2.2) is to be read whole."""
        return worth_reading(headers, user=self._user, threads=self._ties.thread, people=self._people)

    @cached_property
    def _ties(self) -> Ties:
        return Ties.of(self._events())

    @cached_property
    def _people(self) -> set[str]:
        senders = {each.sender.address for each in self._events() if isinstance(each, Fact) and each.sender is not None}
        addresses = {each.lower() for each in senders | self._ties.addresses if each}
        return addresses | {domain_of(each) for each in addresses}

    def _events(self) -> Iterator[AnyEvent]:
        for stream in self._ledger.streams.values():
            yield from (each.event for each in stream if not isinstance(each.event, UnknownEvent))
