"""Which projections there are: the only list of them."""

from collections.abc import Mapping

from msgspec import Struct, field

from .applications import Applications, Ledger
from .followups import ActsByItem, FollowUps
from .invites import Invites, InvitesByItem
from .placed_drafts import DraftsByKey, PlacedDrafts

PROJECTIONS = (Applications(), FollowUps(), Invites(), PlacedDrafts())


class ReadModel(Struct, frozen=True, kw_only=True):
    """The state of every projection at one position of the log."""

    applications: Ledger = field(default_factory=Ledger)
    followups: ActsByItem = field(default_factory=ActsByItem)
    invites: InvitesByItem = field(default_factory=InvitesByItem)
    placed_drafts: DraftsByKey = field(default_factory=DraftsByKey)

    @classmethod
    def of(cls, states: Mapping[str, object]) -> "ReadModel":
        """From the states that the engine hands out, by projection name."""
        return cls(**states)  # type: ignore[arg-type]  # each projection's State is the type of its field
