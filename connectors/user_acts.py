"""What the user did to an invite of ours, from how it stands in their calendar, and what of it a new version must keep."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from msgspec.structs import replace

from afterword.eventlog.codec import EARLIEST, LATEST
from afterword.ports import Invite, PlacedInvite, UserAction

if TYPE_CHECKING:
    from .placed_entry import Entry


class UserActs:
    """What the user did to the invites of one calendar. A time that they chose is theirs until `seen` is told it as the one that stands."""

    def __init__(self) -> None:
        self._known_starts: dict[str, datetime] = {}

    def seen(self, placed: PlacedInvite, there: "Entry | None") -> Iterator[UserAction]:
        """What they did to an invite that is `there`, None where it can't be read."""
        if there is not None:
            if there.start == placed.start:
                self._known_starts[placed.uid] = there.start
            yield from _acts(placed, there)

    def respected(self, invite: Invite, there: "Entry | None") -> Invite:
        """The invite with the words that the user wrote, and at the time that they chose, unless that time is known to us already."""
        known = self._known_starts.get(invite.uid)
        if there is not None and there.moved and there.start != known and _is_a_time(there.start):
            invite = replace(invite, start=there.start, end=there.end)
        if there is not None and there.edited:
            invite = replace(invite, summary=there.summary, description=there.description)
        return invite


def _acts(placed: PlacedInvite, there: "Entry") -> Iterator[UserAction]:
    """A PARTSTAT or a mark of done counts as said; another start is a move."""
    if there.done:
        yield UserAction(uid=placed.uid, answer="completed")
    elif there.partstat == "DECLINED" or there.status == "CANCELLED":
        yield UserAction(uid=placed.uid, answer="declined")
    elif there.start != placed.start and _is_a_time(there.start):
        yield UserAction(uid=placed.uid, answer="moved", start=there.start, end=there.end)
    elif there.partstat == "ACCEPTED":
        yield UserAction(uid=placed.uid, answer="accepted")
    elif there.partstat == "TENTATIVE":
        yield UserAction(uid=placed.uid, answer="tentative")


def _is_a_time(moment: datetime) -> bool:
    """A program's placeholder in the year 1, or in 9999, is no time that anybody chose, and none that the log could keep."""
    return EARLIEST <= moment <= LATEST
