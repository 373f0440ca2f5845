"""Delivery: from the invites that stand to those that should, and what the user did to them in between.

Each step is done in the calendar first and then kept in the log: whoever is killed in between does it again, with the same UID
and to the same effect.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from afterword.digests import digest
from afterword.eventlog.events import InviteAnswered, InviteChanged, InvitePlaced, InviteWithdrawn, NewEvent
from afterword.ports import BusyTime, CalendarChannel, ConnectorError, NeedsUser, Unavailable, UserAction
from projections.invites import Agenda, InviteRecord, InviteText, PlaceInvite, WithdrawInvite, invite_steps
from projections.overview import Overview

from .guard import checked_action, guarded, guarded_items
from .journal import Journal
from .troubles import DELIVERY, Trouble, trouble

PLACE, EMPTIED = "\x1fdelivery", "\x1femptied"
"""The names under which the log keeps, beside the cursors of the accounts, where invites were delivered last, and which of them were
all found missing at once, and when.
"""

MAX_DELETED_AT_ONCE = 2
BELIEVED_AFTER = timedelta(hours=1)
"""How many invites a user deletes who leaves none, and how long more than that must be missing to be believed: a disk that is not
mounted, or a server that was set back, is empty too, and what is dismissed never comes back.
"""


class Delivered(Struct, kw_only=True):
    """How many invites were placed, changed and withdrawn, and what went wrong."""

    placed: int = 0
    changed: int = 0
    withdrawn: int = 0
    trouble: Trouble | None = None


class Delivery:
    """Brings a channel in line with what is owed."""

    def __init__(self, journal: Journal, channel: CalendarChannel) -> None:
        self._journal = journal
        self._channel = channel

    def settle(self, place: bytes, now: datetime) -> bool:
        """Note where invites go, once there are any; return whether it is noted.

        Those that stand in another place count as withdrawn: they are placed anew, and nobody deleted them.
        """
        with self._journal.step(now) as step:
            before = step.cursors().get(PLACE)
            standing = [each for each in step.model.invites.placed.values() if not each.withdrawn]
            if before is not None and before.cursor == place:
                return True
            if before is None and not standing:
                return False
            if before is not None:
                step.append([_moved_away(each, now) for each in standing])
            step.set_cursor(PLACE, place, now)
        return True

    def observe(self, overview: Overview, now: datetime) -> None:
        """Record what the user did to the invites of live items. Raises ConnectorError."""
        live = {item.id: application.stream for application, item in overview.pairs() if item.live}
        placed = overview.model.invites.placed.values()
        delivered = {each.uid: each for each in placed if not each.withdrawn and each.item in live}
        invites = [each.placed_invite for each in delivered.values()]
        acts = guarded_items(
            DELIVERY, lambda: ((act, delivered[act.uid]) for act in map(checked_action, self._channel.observe(invites)))
        )
        known_acts = overview.model.followups.acts
        events = [
            _answered(act, invite, live[invite.item], len(known_acts.get(invite.item, ())), now) for act, invite in acts
        ]
        deleted = [each for each in events if isinstance(each.event, InviteAnswered) and each.event.answer == "deleted"]
        if MAX_DELETED_AT_ONCE < len(delivered) == len(deleted):
            self._check_emptied(deleted, now)
        if events:
            with self._journal.step(now) as step:
                step.append(events)

    def _check_emptied(self, deleted: Sequence[NewEvent], now: datetime) -> None:
        """Raise Unavailable unless these have been missing for BELIEVED_AFTER."""
        which = digest(*sorted(each.source_key for each in deleted)).encode()
        with self._journal.step(now) as step:
            noted = step.cursors().get(EMPTIED)
            if noted is None or noted.cursor != which or noted.read_at > now:
                step.set_cursor(EMPTIED, which, now)
            elif now - noted.read_at >= BELIEVED_AFTER:
                return
        raise Unavailable(
            f"All {len(deleted)} invites are gone at once from where they were placed: bring them back, or wait an hour, and they count "
            "as dismissed."
        )

    def deliver(self, overview: Overview, texts: dict[str, InviteText], busy: Iterable[BusyTime]) -> Delivered:
        """Place, change and withdraw what differs. One invite that fails keeps no other back; a second behind it ends it, for then
        it is the channel that fails. What was done is kept.

        `busy` are the user's taken times; they may be gone through for each invite that looks for its place.
        """
        done = Delivered()
        agenda = Agenda(work=overview.given.rules.work, now=overview.given.now, busy=busy)
        streams, failed = overview.streams(), False
        for step in invite_steps(overview.items(), texts, overview.model.invites, agenda):
            try:
                self._carry_out(step, streams, overview.given.now, done)
            except ConnectorError as error:
                done.trouble = done.trouble or trouble(DELIVERY, error)
                if failed or isinstance(error, NeedsUser):
                    break
                failed = True
            else:
                failed = False
        return done

    def _carry_out(
        self, step: PlaceInvite | WithdrawInvite, streams: dict[str, str], now: datetime, done: Delivered
    ) -> None:
        if isinstance(step, WithdrawInvite):
            with guarded(DELIVERY):
                self._channel.withdraw(step.placed_invite, now)
            event: InviteWithdrawn | InvitePlaced | InviteChanged = InviteWithdrawn(
                item=step.item, uid=step.placed_invite.uid
            )
            done.withdrawn += 1
        else:
            with guarded(DELIVERY):
                self._channel.place(step.invite)
            event = _placed(step)
            done.placed += step.new
            done.changed += not step.new
        self._record(step.item, event, streams, now)

    def _record(
        self,
        item: str,
        event: InviteWithdrawn | InvitePlaced | InviteChanged,
        streams: dict[str, str],
        now: datetime,
    ) -> None:
        with self._journal.step(now) as step:
            placed = step.model.invites.placed.get(item)
            sequence = placed.sequence if placed is not None else 0
            key = digest(type(event).__name__, event.uid, str(getattr(event, "sequence", sequence)))
            stream = streams.get(item, "delivery")
            step.append([NewEvent(stream=stream, event=event, occurred_at=now, source_key=key)])


def _placed(step: PlaceInvite) -> InvitePlaced | InviteChanged:
    kind = InvitePlaced if step.new else InviteChanged
    invite = step.invite
    return kind(
        item=step.item,
        uid=invite.uid,
        sequence=invite.sequence,
        start=invite.start,
        end=invite.end,
        digest=step.digest,
    )


def _moved_away(placed: InviteRecord, now: datetime) -> NewEvent:
    event = InviteWithdrawn(item=placed.item, uid=placed.uid)
    key = digest("InviteWithdrawn", placed.uid, str(placed.sequence))
    return NewEvent(stream=placed.stream, event=event, occurred_at=now, source_key=key)


def _answered(act: UserAction, placed: InviteRecord, stream: str, before: int, now: datetime) -> NewEvent:
    """`before` are the acts that were known of the item: what is moved to and fro comes to the same place more than once.

    That it was accepted is noted once: the answer stands in the entry whatever becomes of that.
    """
    version = "" if act.answer in {"accepted", "tentative"} else f"{placed.sequence} {before}"
    event = InviteAnswered(item=placed.item, uid=act.uid, answer=act.answer, start=act.start, end=act.end)
    moved_to = act.start.isoformat() if act.start else ""
    key = digest("InviteAnswered", act.uid, version, act.answer, moved_to)
    return NewEvent(stream=stream, event=event, occurred_at=now, source_key=key)
