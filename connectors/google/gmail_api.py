"""Requests to the Gmail API (v1, https://developers.google.com/workspace/gmail/api/reference/rest)."""

from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator, Sequence
from http import HTTPStatus
from typing import Any, TypeVar

from googleapiclient.errors import HttpError
from msgspec import convert

from afterword.ports import Unavailable

from ..resources import Resource
from .execution import TypedRequest, execute_with_retries, is_rate_limited, is_retryable, malformed_as_value_error
from .quota import Quota
from .transport import ResponseTooLarge

UNITS_PER_MINUTE = 6000
UNITS_PER_MESSAGE = 20
UNITS_PER_PAGE = 5
UNITS_PER_DRAFT = 10
BATCH_SIZE = 20
"""Mails in one batch request: Google recommends at most 50, which often exceeds the limit of concurrent requests."""

PAGE_SIZE = 500
MAX_PAGES = 200


class Message(Resource, frozen=True, kw_only=True):
    """`is_too_large` is not Google's: we set it for a message that is too large to fetch."""

    id: str
    thread_id: str = ""
    label_ids: tuple[str, ...] = ()
    internal_date: str = ""
    raw: str = ""
    is_too_large: bool = False


def message_bytes(message: Message) -> bytes | None:
    """Decode the raw message (base64url); None if that fails."""
    try:
        return urlsafe_b64decode(message.raw + "=" * (-len(message.raw) % 4))
    except ValueError:
        return None


class MessagePage(Resource, frozen=True, kw_only=True):
    messages: tuple[Message, ...] = ()
    next_page_token: str = ""


class MessageChange(Resource, frozen=True, kw_only=True):
    """`label_ids` are the labels that were added or removed; `message` has the current ones."""

    message: Message
    label_ids: tuple[str, ...] = ()


class HistoryRecord(Resource, frozen=True, kw_only=True):
    messages_added: tuple[MessageChange, ...] = ()
    labels_removed: tuple[MessageChange, ...] = ()


class HistoryPage(Resource, frozen=True, kw_only=True):
    history_id: str
    history: tuple[HistoryRecord, ...] = ()
    next_page_token: str = ""


class Profile(Resource, frozen=True, kw_only=True):
    email_address: str
    history_id: str
    messages_total: int = 0


class StoredDraft(Resource, frozen=True, kw_only=True):
    id: str
    message: Message


class DraftPage(Resource, frozen=True, kw_only=True):
    drafts: tuple[StoredDraft, ...] = ()
    next_page_token: str = ""


T = TypeVar("T")
Page = TypeVar("Page", MessagePage, HistoryPage, DraftPage)


class GmailApi:
    """Requests about one mailbox, within the quota. Errors are the client library's."""

    def __init__(self, client: Any, quota: Quota) -> None:
        self._client = client
        self._users = client.users()
        self._quota = quota

    def profile(self) -> Profile:
        """Return the address and the current history id."""
        return self._execute(self._users.getProfile(userId="me"), Profile, 1)

    def list_messages(self, query: str) -> Iterator[Message]:
        """Yield the messages that match a search query, newest first, with ids only."""
        for page in self._pages(self._users.messages(), MessagePage, q=query, maxResults=PAGE_SIZE):
            yield from page.messages

    def list_history(self, start: str) -> Iterator[HistoryPage]:
        """Yield the history since a history id. Raises HttpError with status 404 for one that expired."""
        kinds = ["messageAdded", "labelRemoved"]
        return self._pages(
            self._users.history(), HistoryPage, startHistoryId=start, historyTypes=kinds, maxResults=PAGE_SIZE
        )

    def get_messages(self, ids: Sequence[str]) -> dict[str, Message | Unavailable]:
        """Return the existing messages by id; for one that Google can't return while it returns others, the error."""
        results: dict[str, Message | Unavailable] = {}
        for start in range(0, len(ids), BATCH_SIZE):
            results |= self._get_batch(ids[start : start + BATCH_SIZE])
        return results

    def list_drafts(self) -> Iterator[StoredDraft]:
        """Yield all drafts, with ids only."""
        for page in self._pages(self._users.drafts(), DraftPage, maxResults=PAGE_SIZE):
            yield from page.drafts

    def create_draft(self, message: dict[str, str]) -> None:
        """Create a draft, without retries, which could create a second one."""
        self._quota.spend(UNITS_PER_DRAFT)
        TypedRequest(self._users.drafts().create(userId="me", body={"message": message}), StoredDraft).execute()

    def delete_draft(self, draft: str) -> None:
        """Delete a draft; a missing one is no error."""
        try:
            self._execute(self._users.drafts().delete(userId="me", id=draft), type(None), UNITS_PER_DRAFT)
        except HttpError as error:
            if error.status_code != HTTPStatus.NOT_FOUND:
                raise

    def _get_batch(self, ids: Sequence[str]) -> dict[str, Message | Unavailable]:
        """Get messages in one batch; messages that failed temporarily are retried, and a batch with too large a response is split."""
        batch_request = _BatchRequest(self._batch, self._users.messages(), ids)
        try:
            execute_with_retries(batch_request)
        except ResponseTooLarge:
            if len(ids) == 1:
                return {ids[0]: Message(id=ids[0], is_too_large=True)}
            half = len(ids) // 2
            return self._get_batch(ids[:half]) | self._get_batch(ids[half:])
        except (HttpError, ValueError):
            if not batch_request.has_only_message_errors:
                raise
        return batch_request.results()

    def _batch(self, callback: Callable[..., None], count: int) -> Any:
        self._quota.spend(UNITS_PER_MESSAGE * count)
        return self._client.new_batch_http_request(callback=callback)

    def _pages(self, collection: Any, kind: type[Page], **parameters: Any) -> Iterator[Page]:
        tokens = {""}
        token = None
        while token not in tokens and len(tokens) <= MAX_PAGES:
            page = self._execute(collection.list(userId="me", pageToken=token, **parameters), kind, UNITS_PER_PAGE)
            yield page
            tokens |= {token} if token else set()
            token = page.next_page_token
        if token:
            raise Unavailable("Google's list of your mail has no end: it is read again later.")

    def _execute(self, request: Any, kind: type[T], units: int) -> T:
        self._quota.spend(units)
        return execute_with_retries(TypedRequest(request, kind))


class _BatchRequest:
    """A batch request for messages; each execution requests those that are still missing."""

    def __init__(self, batch: Callable[..., Any], messages: Any, ids: Sequence[str]) -> None:
        self._messages_by_id: dict[str, Message | None] = {}
        self._batch, self._messages, self._ids = batch, messages, ids
        self._failed: dict[str, HttpError | ValueError] = {}

    def execute(self) -> None:
        missing = [each for each in self._ids if each not in self._messages_by_id]
        self._failed = {}
        batch = self._batch(self._on_response, len(missing))
        for each in missing:
            batch.add(self._messages.get(userId="me", id=each, format="raw"), request_id=each)
        with malformed_as_value_error():
            batch.execute()
        failed = self._failed.values()
        if failed:
            raise next((each for each in failed if is_retryable(each)), next(iter(failed)))

    @property
    def has_only_message_errors(self) -> bool:
        """Whether the errors are about single messages, and none is about authorization or rate limits."""
        return bool(self._failed) and not any(_is_account_error(each) for each in self._failed.values())

    def results(self) -> dict[str, Message | Unavailable]:
        """Return the messages, or errors, by id, without messages that don't exist."""
        results: dict[str, Message | Unavailable] = {
            each: answer for each, answer in self._messages_by_id.items() if answer is not None
        }
        return results | {
            each: Unavailable(f"Google can't give a mail ({_reason(error)}).") for each, error in self._failed.items()
        }

    def _on_response(self, each: str, response: Any, error: HttpError | None) -> None:
        if error is not None and error.status_code == HTTPStatus.NOT_FOUND:
            self._messages_by_id[each] = None
            return
        try:
            if error is not None:
                raise error
            self._messages_by_id[each] = convert(response, Message)
        except (HttpError, ValueError) as failed:
            self._failed[each] = failed


def _is_account_error(error: Exception) -> bool:
    return isinstance(error, HttpError) and (
        error.status_code in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN} or is_rate_limited(error)
    )


def _reason(error: Exception) -> str:
    return f"status {error.status_code}" if isinstance(error, HttpError) else type(error).__name__
