"""The invites that should stand, those that do, and the steps from the one to the other."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from msgspec import Struct, field
from msgspec.structs import replace

from afterword.digests import digest
from afterword.eventlog.events import InviteAnswered, InviteChanged, InvitePlaced, InviteWithdrawn, Recorded
from afterword.ports import BusyTime, Invite, PlacedInvite

from .followups import Item
from .workdays import QUARTER, WorkCalendar


class InviteRecord(Struct, frozen=True, kw_only=True):
    """An invite as it was last seen in the calendar: placed by us, and moved by the user if they did.

    `digest` is of its text; `stream` is the one in which it was told. Withdrawing one takes a `sequence` too (RFC 5546, 3.2.5).
    """

    uid: str
    item: str
    sequence: int
    start: datetime
    end: datetime
    digest: str
    stream: str = ""
    withdrawn: bool = False

    @property
    def placed_invite(self) -> PlacedInvite:
        """The same as a channel is told it."""
        return PlacedInvite(uid=self.uid, sequence=self.sequence, start=self.start, end=self.end)


class InvitesByItem(Struct):
    """The fold's state: the invites by item id, withdrawn ones too."""

    placed: dict[str, InviteRecord] = field(default_factory=dict)


class Invites:
    """The projection of what was delivered, by item."""

    name = "invites"
    version = 3
    State = InvitesByItem

    def initial(self) -> InvitesByItem:
        return InvitesByItem()

    def apply(self, state: InvitesByItem, recorded: Recorded) -> None:
        match recorded.event:
            case InvitePlaced() | InviteChanged() as event:
                state.placed[event.item] = InviteRecord(
                    uid=event.uid,
                    item=event.item,
                    sequence=event.sequence,
                    start=event.start,
                    end=event.end,
                    digest=event.digest,
                    stream=recorded.stream,
                )
            case InviteWithdrawn(item=item) if item in state.placed:
                known = state.placed[item]
                state.placed[item] = replace(known, withdrawn=True, sequence=known.sequence + 1)
            case InviteAnswered(item=item, answer="moved", start=start, end=end) if item in state.placed:
                known = state.placed[item]
                start = start or known.start
                state.placed[item] = replace(known, start=start, end=end or start + QUARTER)
            case InviteAnswered(item=item, answer="deleted") if item in state.placed:
                state.placed[item] = replace(state.placed[item], withdrawn=True)
            case _:
                pass


class InviteText(Struct, frozen=True, kw_only=True):
    """The SUMMARY and DESCRIPTION (RFC 5545, 3.8.1) of an invite."""

    summary: str
    description: str


class PlaceInvite(Struct, frozen=True, kw_only=True):
    """Bring this invite into the calendar; `new` where none stands for its item."""

    item: str
    invite: Invite
    digest: str
    new: bool


class WithdrawInvite(Struct, frozen=True, kw_only=True):
    """Take the invite of an item that is closed, or is none any more, out of the calendar."""

    item: str
    placed_invite: PlacedInvite


def invite_uid(item: str) -> str:
    """The UID (RFC 5545, 3.8.4.7) of an item's invite."""
    return f"{item}@afterword"


class Agenda(Struct, frozen=True, kw_only=True):
    """When an invite can stand: the user's working time, their own taken times (gone through only where a place is looked for),
    those that our invites take, and the moment before which nothing fits.
    """

    work: WorkCalendar
    now: datetime
    busy: Iterable[BusyTime] = ()
    ours: tuple[BusyTime, ...] = ()

    def start_for(self, item: Item, placed: InviteRecord | None) -> datetime:
        """Where the user put it; else where it stands, if that still fits; else the first free quarter of an hour."""
        if item.snoozed_until is not None:
            return item.snoozed_until.replace(microsecond=0)  # read back from a calendar it would be another time
        if placed is not None and not placed.withdrawn and item.not_before <= placed.start <= item.lapses:
            return placed.start
        earliest, taken = max(item.not_before, self.now), (*self.busy, *self.ours)
        free = self.work.first_free_quarter(earliest, item.due, taken)
        if free is None and earliest < item.due:
            return _next_quarter(earliest)
        return free or self.work.first_free_quarter(earliest, item.lapses, taken) or _next_quarter(earliest)

    def with_taken(self, times: Iterable[BusyTime]) -> "Agenda":
        """The same with these times taken by our invites."""
        return replace(self, ours=(*self.ours, *times))


def invite_steps(
    items: Iterable[Item], texts: Mapping[str, InviteText], state: InvitesByItem, agenda: Agenda
) -> Iterator[PlaceInvite | WithdrawInvite]:
    """What to do in the calendar so that each live item has its one invite, and no other has. `texts` are by item id, also of closed
    items whose invite stands.
    """
    by_id = {each.id: each for each in items}
    delivered = [each for each in state.placed.values() if not each.withdrawn]
    agenda = agenda.with_taken(BusyTime(each.start, each.end) for each in delivered)
    for item in by_id.values():
        placed = state.placed.get(item.id)
        if item.live:
            step = _placed_step(item, texts[item.id], placed, agenda)
            agenda = agenda.with_taken([BusyTime(step.invite.start, step.invite.end)])
            if step.new or _differs(step, placed):
                yield step
    for placed in delivered:
        closed = by_id.get(placed.item)
        if closed is None or not closed.live:
            yield from _closing_steps(placed, closed, texts, agenda)


def _placed_step(item: Item, text: InviteText, placed: InviteRecord | None, agenda: Agenda) -> PlaceInvite:
    start = agenda.start_for(item, placed)
    length = placed.end - placed.start if placed is not None else QUARTER
    invite = _invite(item.id, text, placed, agenda)
    return PlaceInvite(
        item=item.id,
        invite=replace(invite, start=start, end=start + length),
        digest=digest(text.summary, text.description),
        new=placed is None or placed.withdrawn,
    )


def _closing_steps(
    placed: InviteRecord, item: Item | None, texts: Mapping[str, InviteText], agenda: Agenda
) -> Iterator[PlaceInvite | WithdrawInvite]:
    """Done is marked as done; what is moot, dismissed, lapsed or no item any more is withdrawn."""
    if item is None or item.how not in {"seen_sent", "done"}:
        yield WithdrawInvite(item=placed.item, placed_invite=placed.placed_invite)
        return
    done_digest = digest(texts[item.id].summary, "done")
    if done_digest != placed.digest:
        invite = _invite(item.id, texts[item.id], placed, agenda)
        yield PlaceInvite(item=item.id, invite=replace(invite, alarm=None, done=True), digest=done_digest, new=False)


def _invite(item: str, text: InviteText, placed: InviteRecord | None, agenda: Agenda) -> Invite:
    return Invite(
        uid=invite_uid(item),
        sequence=placed.sequence + 1 if placed is not None else 0,
        summary=text.summary,
        description=text.description,
        start=placed.start if placed is not None else agenda.now,
        end=placed.end if placed is not None else agenda.now,
        zone=str(agenda.work.zone),
        stamp=agenda.now,
    )


def _differs(step: PlaceInvite, placed: InviteRecord | None) -> bool:
    return placed is None or step.digest != placed.digest or step.invite.start != placed.start


def _next_quarter(moment: datetime) -> datetime:
    past = timedelta(minutes=moment.minute % 15, seconds=moment.second, microseconds=moment.microsecond)
    return moment if not past else moment - past + QUARTER
