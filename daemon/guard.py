"""Connectors are anybody's code and may raise anything: whatever one raises is the trouble of its own account only."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, tzinfo
from itertools import islice
from typing import TypeVar, get_args

import structlog

from afterword.eventlog.events import Answer
from afterword.ports import (
    Batch,
    BusyTime,
    CalendarEntry,
    ConnectorError,
    Mail,
    RemovedEntry,
    Unavailable,
    UnreadableItem,
    UserAction,
)

log = structlog.get_logger()

T = TypeVar("T")


@contextmanager
def guarded(account: str) -> Iterator[None]:
    """Around each call of a connector: what it raises leaves the block as a ConnectorError, with its traceback in the service's log.

    Only that call belongs in the block: an error of ours, such as a log on a full disk, is no trouble of the account's.
    """
    try:
        yield
    except (ConnectorError, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # asyncio's CancelledError is no Exception
        log.warning("connector_failed", account=account, exc_info=error)
        raise Unavailable(_sentence(error)) from error


def guarded_items(account: str, call: Callable[[], Iterable[T]]) -> Iterator[T]:
    """Call the connector and yield its items, guarded but for what is done with each in between. Raises ConnectorError."""
    with guarded(account):
        items = iter(call())
    while True:
        with guarded(account):
            item = tuple(islice(items, 1))
        if not item:
            return
        yield from item


def checked_batch(yielded: object) -> Batch:
    """What a source yielded, if it is a batch. Raises TypeError for what is none, down to the types of its items."""
    match yielded:
        case Batch(items=tuple() as items, cursor=bytes()) if all(map(_is_item, items)):
            return yielded
    raise TypeError(type(yielded))


def checked_busy_time(yielded: object) -> BusyTime:
    """What a calendar yielded, if it is a busy time with zones. Raises TypeError for what is none."""
    match yielded:
        case BusyTime(start=datetime(tzinfo=tzinfo()), end=datetime(tzinfo=tzinfo())):
            return yielded
    raise TypeError(type(yielded))


def checked_action(yielded: object) -> UserAction:
    """What a channel observed, if it is an action with a known answer, its times with zones. Raises TypeError for what is none."""
    match yielded:
        case UserAction(uid=str(), start=None | datetime(tzinfo=tzinfo()), end=None | datetime(tzinfo=tzinfo())) if (
            yielded.answer in get_args(Answer)
        ):
            return yielded
    raise TypeError(type(yielded))


def _is_item(item: object) -> bool:
    match item:
        case Mail(raw=bytes(), ref=str(), received_at=None | datetime(tzinfo=tzinfo())):
            return True
        case CalendarEntry(raw=bytes(), ref=str()) | RemovedEntry(uid=str(), ref=str()):
            return True
    return isinstance(item, UnreadableItem) and isinstance(item.raw, bytes)


def _sentence(error: BaseException) -> str:
    """Without the error's own text, which may hold words of a mail; what the system says of a connection or a file holds none."""
    reason = f": {error.strerror}" if isinstance(error, OSError) and error.strerror else ""
    where = "the service's log, or a sync with AFTERWORD_DEBUG=1, shows where"
    return f"Its connector fails ({type(error).__name__}{reason}); {where}."
