"""What the user owes after an interview: every item, derived from an application's facts for a given `now`.

Nothing is stored: an item's name comes from the facts that it stems from, and its state from what happened since.
"""

from .acts import ActsByItem, FollowUps
from .application_status import ApplicationStatus, derive_status
from .items import Act, Acts, Given, Item, Rules, because
from .silence import deadline, unanswered_promise

__all__ = [
    "Act",
    "Acts",
    "ActsByItem",
    "ApplicationStatus",
    "FollowUps",
    "Given",
    "Item",
    "Rules",
    "because",
    "deadline",
    "derive_status",
    "unanswered_promise",
]
