"""The drafts that should stand in the user's mailbox, those that do, and the steps from the one to the other."""

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from afterword.digests import digest
from afterword.eventlog.events import DraftPlaced, DraftWithdrawn, Recorded

from .followups import Item
from .status import DraftText


class PlacedDraft(Struct, frozen=True, kw_only=True):
    """A draft that was placed in an account's mailbox; one that was withdrawn is never placed again."""

    item: str
    account: str
    withdrawn: bool = False


class DraftsByKey(Struct):
    """The fold's state: the drafts by key, withdrawn ones too."""

    placed: dict[str, PlacedDraft] = field(default_factory=dict)


class PlacedDrafts:
    """The projection of the drafts that were placed, by their keys."""

    name = "placed_drafts"
    version = 1
    State = DraftsByKey

    def initial(self) -> DraftsByKey:
        return DraftsByKey()

    def apply(self, state: DraftsByKey, recorded: Recorded) -> None:
        match recorded.event:
            case DraftPlaced(item=item, account=account, draft=key):
                state.placed[key] = PlacedDraft(item=item, account=account)
            case DraftWithdrawn(draft=key) if key in state.placed:
                state.placed[key] = replace(state.placed[key], withdrawn=True)
            case _:
                pass


class PlaceDraft(Struct, frozen=True, kw_only=True):
    """Put this draft into the mailbox: none was ever placed under its key."""

    item: str
    key: str
    draft: DraftText


class WithdrawDraft(Struct, frozen=True, kw_only=True):
    """Take away the draft of an item that is closed, or to somebody who is owed nothing any more."""

    item: str
    key: str
    account: str


def draft_key(item: str, to: str) -> str:
    """What finds a draft again: the same wherever the same facts are known."""
    return digest("draft", item, to)


def draft_steps(
    live: Mapping[str, tuple[Item, tuple[DraftText, ...]]], known: DraftsByKey
) -> Iterator[PlaceDraft | WithdrawDraft]:
    """What to do, from the live items with their drafts, by their ids. One that the user put off keeps its draft, and gets none."""
    wanted = {each.key: each for each in _wanted_drafts(live, known)}
    for key, placed in list(known.placed.items()):  # a step that is carried out changes it
        if key not in wanted and not placed.withdrawn:
            yield WithdrawDraft(item=placed.item, key=key, account=placed.account)
    for key, step in wanted.items():
        if key not in known.placed and live[step.item][0].state == "open":
            yield step


def _wanted_drafts(live: Mapping[str, tuple[Item, tuple[DraftText, ...]]], known: DraftsByKey) -> Iterable[PlaceDraft]:
    """Each draft once, though two items ask for it: a reply to a rejection that asks for feedback. One that stands is kept."""
    wanted: dict[DraftText, PlaceDraft] = {}
    for item, drafts in live.values():
        for each in drafts:
            step = PlaceDraft(item=item.id, key=draft_key(item.id, each.to), draft=each)
            stands = step.key in known.placed and not known.placed[step.key].withdrawn
            if each.to and (stands or each not in wanted):
                wanted[each] = step
    return wanted.values()
