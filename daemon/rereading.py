"""Reading again what was read beside a gap: while another account could not be read, or was not there yet.

A mail may say something only beside what another account knows: the thank-you of yesterday, to somebody whom only the calendar names.
Of mail that says nothing only the cursor is kept, so that it is read once more from where the gap began, as soon as it is closed.
"""

from collections.abc import Collection, Iterable, Mapping

from afterword.eventlog.codec import SourceState

from .account_read import AccountRead
from .journal import Step

FROM_THE_BEGINNING = b""
_GAP = "\x1fgap"


def cursors_to_reread(
    step: Step,
    reads: Collection[AccountRead],
    before: Mapping[str, SourceState],
    mailboxes: Iterable[str],
    accounts: int,
) -> dict[str, bytes]:
    """The cursor from which each mailbox is to be read again now; none while a gap is open. Either is noted in the log until that is done.

    `before` is how far each account had been read when the pass began, `accounts` how many there are.
    """
    new = {each.account for each in reads if each.account not in before and each.cursor is not None}
    since = {each: _since(each, before, new) for each in mailboxes}
    states = step.cursors()
    noted = {each: state.cursor for each in since if (state := states.get(each + _GAP))}
    closed = len(reads) == accounts and all(each.is_whole for each in reads)
    gaps = {each for each in since if new - {each} and each in before}
    if not closed:
        gaps |= {each.account for each in reads if each.cursor is not None} & since.keys() - noted.keys()
    for each in gaps:
        step.set_cursor(each + _GAP, since[each], step.now)
    return noted | {each: since[each] for each in gaps} if closed else {}


def close_gaps(step: Step, reads: Iterable[AccountRead]) -> None:
    """Forget the gap of each mailbox that was read again to its end."""
    for each in reads:
        if each.is_whole:
            step.drop_cursor(each.account + _GAP)


def _since(account: str, before: Mapping[str, SourceState], new: Collection[str]) -> bytes:
    known = before.get(account)
    return FROM_THE_BEGINNING if known is None or set(new) - {account} else known.cursor
