"""Fetching of mails as MIME ($value), with limited concurrency and memory."""

from collections import deque
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from http import HTTPStatus
from urllib.parse import quote

from msgspec import Struct

from afterword.ports import Item, Mail, Mailbox, Unavailable
from afterword.recognition.messages.mime import LARGEST_MAIL

from ..large_mails import too_large
from .client import MISSING, Forbidden, GraphClient
from .throttle import MAX_CONCURRENT_REQUESTS

MAX_SEQUENTIAL = 4 * MAX_CONCURRENT_REQUESTS
"""Up to so many mails are fetched sequentially: threads would gain little, and continue when the server fails."""

FetchError = Unavailable | Forbidden
FetchResult = Item | FetchError | None
"""An item, or an error; None for a message that no longer exists."""


class MessageLocation(Struct, frozen=True, kw_only=True):
    """The folder of a mail, its time of arrival, and its conversation."""

    mailbox: Mailbox
    received_at: datetime | None = None
    thread: str = ""


def fetch_messages(graph: GraphClient, wanted: Mapping[str, MessageLocation]) -> Iterator[tuple[str, FetchResult]]:
    """Yield the id and result of each message, in order. Raises NeedsUser."""
    if len(wanted) <= MAX_SEQUENTIAL:
        yield from ((each, _fetch_message(graph, each, location)) for each, location in wanted.items())
        return
    running: deque[tuple[str, Future[FetchResult]]] = deque()
    with ThreadPoolExecutor(MAX_CONCURRENT_REQUESTS) as pool:
        for each, location in wanted.items():
            running.append((each, pool.submit(_fetch_message, graph, each, location)))
            if len(running) == MAX_CONCURRENT_REQUESTS:
                yield _pop_result(running)
        while running:
            yield _pop_result(running)


def message_ref(message: str) -> str:
    """Return the `ref` of a message's item."""
    return f"Outlook message {message[:40]}"


def _pop_result(running: deque[tuple[str, Future[FetchResult]]]) -> tuple[str, FetchResult]:
    each, future = running.popleft()
    return each, future.result()


def _fetch_message(graph: GraphClient, message: str, location: MessageLocation) -> FetchResult:
    """Errors are returned: some mails, such as those protected by rights management, always fail with 403."""
    try:
        response = graph.request("GET", f"me/messages/{quote(message, safe='')}/$value")
    except (Unavailable, Forbidden) as error:
        return error
    if response.status in MISSING:
        return None
    if response.status != HTTPStatus.OK:
        return Unavailable(f"Outlook could not give a mail ({response.status}).")
    if len(response.body) > LARGEST_MAIL:
        return too_large(response.body, message_ref(message))
    received_at, thread = location.received_at, location.thread
    return Mail(
        raw=response.body,
        ref=message_ref(message),
        mailbox=location.mailbox,
        received_at=received_at,
        thread=thread,
    )
