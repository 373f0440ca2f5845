"""Drafts in the user's mailbox, where they allow it: placed when an item opens, withdrawn when it is done or moot.

As with invites, each is done in the mailbox first and kept in the log then: whoever is killed in between does it again, to the
same effect.
"""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from afterword.digests import digest
from afterword.eventlog.events import DraftPlaced, DraftWithdrawn, NewEvent
from afterword.ports import ConnectorError, Draft, DraftBox
from projections.author import Author
from projections.overview import Overview
from projections.placed_drafts import PlaceDraft, WithdrawDraft, draft_steps

from .guard import guarded
from .journal import Journal
from .troubles import Trouble, trouble


class Drafting(Struct, frozen=True, kw_only=True):
    """Brings the draft boxes in line with what is owed; the first account's box takes what is new."""

    journal: Journal
    boxes: Mapping[str, DraftBox]
    author: Author
    sender: str

    def reconcile(self, overview: Overview, waiting: Mapping[str, Trouble]) -> dict[str, Trouble]:
        """Withdraw and place what differs; the accounts whose box fails or is waiting for its retry, with what is wrong: the others go on."""
        live = {
            item.id: (item, self.author.lasting_drafts(item, application))
            for application, item in overview.pairs()
            if item.live
        }
        streams = overview.streams()
        failed = dict(waiting)
        for step in draft_steps(live, overview.model.placed_drafts):
            account = step.account if isinstance(step, WithdrawDraft) else next(iter(self.boxes), "")
            if account in self.boxes and account not in failed:
                try:
                    self._carry_out(step, account, streams.get(step.item, "delivery"), overview.given.now)
                except ConnectorError as error:
                    failed[account] = trouble(account, error)
        return failed

    def _carry_out(self, step: PlaceDraft | WithdrawDraft, account: str, stream: str, now: datetime) -> None:
        box = self.boxes[account]
        if isinstance(step, WithdrawDraft):
            with guarded(account):
                box.withdraw_draft(step.key)
            event: DraftPlaced | DraftWithdrawn = DraftWithdrawn(item=step.item, account=account, draft=step.key)
        else:
            with guarded(account):
                box.place_draft(step.key, _draft(step), sender=self.sender, at=now)
            event = DraftPlaced(item=step.item, account=account, draft=step.key)
        with self.journal.step(now) as journal_step:
            key = digest(type(event).__name__, step.key)
            journal_step.append([NewEvent(stream=stream, event=event, occurred_at=now, source_key=key)])


def _draft(step: PlaceDraft) -> Draft:
    text = step.draft
    return Draft(to=(text.to,), subject=text.subject, body=text.body, in_reply_to=text.in_reply_to)
