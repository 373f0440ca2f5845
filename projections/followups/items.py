"""An item, the rules that it follows, and how it ends."""

from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from afterword.digests import digest
from afterword.eventlog.events import ItemKind, Person, Recorded

from ..status import Because, How, Mailbox
from ..workdays import WorkCalendar

ItemState = Literal["upcoming", "open", "snoozed", "closed"]


class Rules(Struct, frozen=True, kw_only=True):
    """The user's settings. `grace` after a promise and the wait where none was given (`unpromised_after`) are business days of `work`,
    `at_most` the nudges for one silence. `mailboxes` are those that must have been read before silence is believed.
    """

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
    """What the user did to an item, by command or in the calendar."""

    how: Literal["done", "dismissed", "snoozed"]
    at: datetime
    until: datetime | None = None


Acts = Mapping[str, tuple[Act, ...]]


class Given(Struct, frozen=True, kw_only=True):
    """What is derived from an application's facts depends on these too: the rules, what the user did to items (`acts`, by item id), the
    items of which an invite was `placed`, by id, and the moment.
    """

    rules: Rules
    acts: Acts
    now: datetime
    placed: Container[str] = ()


class Ending(Struct, frozen=True, order=True):
    """A moment at which an item ends, and how."""

    at: datetime
    how: How


class Item(Struct, frozen=True, kw_only=True):
    """Something owed from `not_before`, by `due`, until it `lapses`. `how` and `at` say how and when a closed one ended; the
    fields from `answers` on are for its drafts: the mail that they answer first. `other_ids` are those that it had, or would have, when
    less was known: what the user did to it by one of these counts.
    """

    id: str
    other_ids: frozenset[str] = frozenset()
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


def name_item(kind: ItemKind, names: Iterable[Sequence[str]], given: Given) -> dict[str, Any]:
    """The `id` and `other_ids` of an item that may stem from each of these names, the best first: one that is in use is kept."""
    ids = list(dict.fromkeys(item_id(kind, *each) for each in names))
    chosen = next((each for each in ids if each in given.placed or each in given.acts), ids[0])
    return {"id": chosen, "other_ids": frozenset(ids) - {chosen}}


def settle(item: Item, endings: Iterable[Ending], given: Given) -> Item | None:
    """The item in its state at `given.now`; None if it was moot before it could be asked for.

    An ending counts from now at the latest: the clock may have been ahead when it was recorded.
    """
    by_any_id = (act for each in (item.id, *sorted(item.other_ids)) for act in given.acts.get(each, ()))
    acts = sorted(by_any_id, key=lambda each: each.at) if item.other_ids else list(by_any_id)
    item = _snoozed(item, acts)
    ends = [*endings, *(Ending(each.at, each.how) for each in acts if each.how != "snoozed")]
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


def _snoozed(item: Item, acts: Sequence[Act]) -> Item:
    until = next((each.until for each in reversed(acts) if each.until), None)
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
