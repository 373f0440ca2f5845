"""An item, the rules that it follows, and how it ends."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from afterword.eventlog.events import ItemKind, Person, Recorded
from afterword.recognition.reading import digest

from ..status import Because, How, Mailbox
from ..workdays import WorkCalendar

ItemState = Literal["upcoming", "open", "snoozed", "closed"]


class Rules(Struct, frozen=True, kw_only=True):
    """The user's settings; business days are counted in `work`. `mailboxes` are those in which silence must be known to be believed."""

    work: WorkCalendar = WorkCalendar()
    grace: int = 1
    unpromised_after: int = 7
    at_most: int = 1
    feedback_after_offer: bool = False
    mailboxes: tuple[Mailbox, ...] = ()

    def unread_since(self, moment: datetime) -> tuple[Mailbox, ...]:
        """The mailboxes that have not been read since then."""
        return tuple(each for each in self.mailboxes if each.read_until is None or each.read_until < moment)


class Act(Struct, frozen=True, kw_only=True):
    """What the user said of an item, by command or in the calendar."""

    how: Literal["done", "dismissed", "snoozed"]
    at: datetime
    until: datetime | None = None


Acts = Mapping[str, tuple[Act, ...]]


class Given(Struct, frozen=True, kw_only=True):
    """What an answer depends on besides the facts: the rules, what the user said of items, and the moment."""

    rules: Rules
    acts: Acts
    now: datetime


class Ending(Struct, frozen=True, order=True):
    """A moment at which an item ends, and how."""

    at: datetime
    how: How


class Item(Struct, frozen=True, kw_only=True):
    """Something owed: from `not_before`, by `due`, until it `lapses`. What a draft needs to know stands in the last fields."""

    id: str
    kind: ItemKind
    not_before: datetime
    due: datetime
    lapses: datetime
    to: tuple[Person, ...] = ()
    because: tuple[Recorded, ...] = ()
    state: ItemState = "open"
    snoozed_until: datetime | None = None
    how: How | None = None
    at: datetime | None = None
    answers: Recorded | None = None
    interview_at: datetime | None = None
    promised_until: date | None = None
    asks_feedback: bool = False
    via_recruiter: bool = False
    meant_for: tuple[Person, ...] = ()
    """Those whom it goes to by way of somebody else, or whose addresses nobody knows."""

    @property
    def live(self) -> bool:
        """Whether there is something to do for it, now or at the time that the user chose."""
        return self.state in {"open", "snoozed"}


def item_id(kind: ItemKind, *stems_from: str) -> str:
    """The item's name: the same wherever the same facts are known."""
    return f"{kind}-{digest(kind, *stems_from)[:10]}"


def settle(item: Item, endings: Iterable[Ending], given: Given) -> Item | None:
    """The item in its state at that moment; None if it ended before it could be asked for.

    What is known counts from now at the latest: the clock may have been ahead when it was said.
    """
    said = given.acts.get(item.id, ())
    item = _snoozed(item, said)
    ends = [*endings, *(Ending(each.at, each.how) for each in said if each.how != "snoozed")]
    known = (Ending(min(each.at, given.now), each.how) for each in ends)
    ended = min((*known, Ending(item.lapses, "lapsed")))
    if ended.at <= item.not_before and ended.how == "moot":
        return None
    if ended.at <= given.now:
        return replace(item, state="closed", how=ended.how, at=ended.at)
    if item.not_before > given.now:
        return replace(item, state="upcoming")
    asleep = item.snoozed_until is not None and item.snoozed_until > given.now
    return replace(item, state="snoozed" if asleep else "open")


def _snoozed(item: Item, said: Sequence[Act]) -> Item:
    until = next((each.until for each in reversed(said) if each.until), None)
    if until is None:
        return replace(item, lapses=max(item.lapses, item.due))
    return replace(
        item, snoozed_until=until, due=max(item.due, until), lapses=max(item.lapses, until + timedelta(days=1))
    )


def because(facts: Iterable[Recorded]) -> tuple[Because, ...]:
    """The facts as `status` shows them."""
    return tuple(
        Because(
            event=type(each.event).__name__,
            occurred_at=each.occurred_at,
            quote=each.evidence.quote if each.evidence else "",
        )
        for each in facts
    )
