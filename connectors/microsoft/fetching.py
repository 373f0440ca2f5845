"""Mails as they stand in the standard ($value): up to four are fetched at once, and no more of them are held than that."""

from collections import deque
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from http import HTTPStatus
from urllib.parse import quote

from msgspec import Struct

from afterword.ports import Item, Mail, Mailbox, Unavailable
from afterword.recognition.mime import LARGEST_MAIL

from ..large_mails import too_large
from .asking import MISSING, Asking, Forbidden
from .throttle import AT_ONCE

FEW = 4 * AT_ONCE
"""So many are fetched one after the other: threads would gain little, and ask on where a server is at fault."""

Failure = Unavailable | Forbidden
Found = Item | Failure | None
"""A mail, or what keeps it from being one; None where it is gone."""


class Place(Struct, frozen=True, kw_only=True):
    """Where a mail lies, since when, and in which conversation."""

    mailbox: Mailbox
    received_at: datetime | None = None
    thread: str = ""


def fetched(graph: Asking, wanted: Mapping[str, Place]) -> Iterator[tuple[str, Found]]:
    """Each message by its id, with what it is, in the order in which they are wanted. Raises NeedsUser."""
    if len(wanted) <= FEW:
        yield from ((each, _fetched(graph, each, place)) for each, place in wanted.items())
        return
    running: deque[tuple[str, Future[Found]]] = deque()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for each, place in wanted.items():
            running.append((each, pool.submit(_fetched, graph, each, place)))
            if len(running) == AT_ONCE:
                yield _first(running)
        while running:
            yield _first(running)


def ref(message: str) -> str:
    """What people call it by."""
    return f"Outlook message {message[:40]}"


def _first(running: deque[tuple[str, Future[Found]]]) -> tuple[str, Found]:
    each, future = running.popleft()
    return each, future.result()


def _fetched(graph: Asking, message: str, place: Place) -> Found:
    """Some mails are given to nobody, such as those that rights management protects (403)."""
    try:
        reply = graph.ask("GET", f"me/messages/{quote(message, safe='')}/$value")
    except (Unavailable, Forbidden) as error:
        return error
    if reply.status in MISSING:
        return None
    if reply.status != HTTPStatus.OK:
        return Unavailable(f"Outlook could not give a mail ({reply.status}).")
    if len(reply.body) > LARGEST_MAIL:
        return too_large(reply.body, ref(message))
    received_at, thread = place.received_at, place.thread
    return Mail(raw=reply.body, ref=ref(message), mailbox=place.mailbox, received_at=received_at, thread=thread)
