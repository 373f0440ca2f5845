"""The projection of what the user did to items, by command or in their calendar."""

from msgspec import Struct, field

from afterword.eventlog.events import InviteAnswered, Recorded, TaskDismissed, TaskDone, TaskSnoozed

from .items import Act


class ActsByItem(Struct):
    """The fold's state: the acts by item id, in the order in which they were recorded."""

    acts: dict[str, tuple[Act, ...]] = field(default_factory=dict)


class FollowUps:
    """The projection of the user's acts, by item, in the order in which they were recorded."""

    name = "followups"
    version = 1
    State = ActsByItem

    def initial(self) -> ActsByItem:
        return ActsByItem()

    def apply(self, state: ActsByItem, recorded: Recorded) -> None:
        act, item = _act(recorded)
        if act is not None:
            state.acts[item] = (*state.acts.get(item, ()), act)


def _act(recorded: Recorded) -> tuple[Act | None, str]:
    at = recorded.occurred_at
    match recorded.event:
        case TaskDone(item=item) | InviteAnswered(item=item, answer="completed"):
            return Act(how="done", at=at), item
        case TaskDismissed(item=item) | InviteAnswered(item=item, answer="deleted" | "declined"):
            return Act(how="dismissed", at=at), item
        case TaskSnoozed(item=item, until=until):
            return Act(how="snoozed", at=at, until=until), item
        case InviteAnswered(item=item, answer="moved", start=start):
            return Act(how="snoozed", at=at, until=start), item
        case _:
            return None, ""
