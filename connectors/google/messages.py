"""What Gmail is asked: which mails there are, what changed, and many mails at once (v1,
https://developers.google.com/workspace/gmail/api/reference/rest).
"""

from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator, Sequence
from http import HTTPStatus
from typing import Any, TypeVar

from googleapiclient.errors import HttpError
from msgspec import Struct, convert

from afterword.ports import Unavailable

from .asking import Answer, Quota, ask, in_some_form, is_too_much, may_pass
from .line import TooLarge

UNITS_A_MINUTE = 6000
UNITS_OF_A_MAIL = 20
UNITS_OF_A_PAGE = 5
UNITS_OF_A_DRAFT = 10
AT_ONCE = 20
"""Mails in one batch request: fifty at most are advised, and so many at the same moment are often too many already."""

PAGE = 500
MOST_PAGES = 200


class Told(Struct, frozen=True, kw_only=True, rename="camel"):
    """What Gmail answers, as far as it is used here."""


class Message(Told, frozen=True, kw_only=True):
    """`is_too_large` is ours: Google says nothing of the kind."""

    id: str
    thread_id: str = ""
    label_ids: tuple[str, ...] = ()
    internal_date: str = ""
    raw: str = ""
    is_too_large: bool = False


def content(message: Message) -> bytes | None:
    """The mail's bytes; None where they are in no form that can be read."""
    try:
        return urlsafe_b64decode(message.raw + "=" * (-len(message.raw) % 4))
    except ValueError:
        return None


class MessagePage(Told, frozen=True, kw_only=True):
    messages: tuple[Message, ...] = ()
    next_page_token: str = ""


class Changed(Told, frozen=True, kw_only=True):
    """`label_ids` are those that were taken away, or put there; those that the mail has now are its own."""

    message: Message
    label_ids: tuple[str, ...] = ()


class Change(Told, frozen=True, kw_only=True):
    messages_added: tuple[Changed, ...] = ()
    labels_removed: tuple[Changed, ...] = ()


class HistoryPage(Told, frozen=True, kw_only=True):
    history_id: str
    history: tuple[Change, ...] = ()
    next_page_token: str = ""


class Profile(Told, frozen=True, kw_only=True):
    email_address: str
    history_id: str
    messages_total: int = 0


class StoredDraft(Told, frozen=True, kw_only=True):
    id: str
    message: Message


class DraftPage(Told, frozen=True, kw_only=True):
    drafts: tuple[StoredDraft, ...] = ()
    next_page_token: str = ""


Kind = TypeVar("Kind")
Page = TypeVar("Page", MessagePage, HistoryPage, DraftPage)


class Messages:
    """Requests about one mailbox, within the quota. What goes wrong is raised as the library does."""

    def __init__(self, client: Any, quota: Quota) -> None:
        self._client = client
        self._users = client.users()
        self._quota = quota

    def profile(self) -> Profile:
        """Whose mailbox it is, and where its history stands."""
        return self._asked(self._users.getProfile(userId="me"), Profile, 1)

    def listed(self, query: str) -> Iterator[Message]:
        """The mails that a search finds, the newest first, with no more than their ids."""
        for page in self._pages(self._users.messages(), MessagePage, q=query, maxResults=PAGE):
            yield from page.messages

    def history(self, start: str) -> Iterator[HistoryPage]:
        """What happened since; an HttpError of 404 where the server has forgotten that far back."""
        kinds = ["messageAdded", "labelRemoved"]
        return self._pages(
            self._users.history(), HistoryPage, startHistoryId=start, historyTypes=kinds, maxResults=PAGE
        )

    def mails(self, ids: Sequence[str]) -> dict[str, Message | Unavailable]:
        """The mails that are there, by their ids; one that is too large to be held has no content, and in the place of one that
        Google has and can't give, while it gives others, stands why.
        """
        told: dict[str, Message | Unavailable] = {}
        for start in range(0, len(ids), AT_ONCE):
            told |= self._together(ids[start : start + AT_ONCE])
        return told

    def drafts(self) -> Iterator[StoredDraft]:
        """All drafts, with no more than their ids."""
        for page in self._pages(self._users.drafts(), DraftPage, maxResults=PAGE):
            yield from page.drafts

    def create_draft(self, message: dict[str, str]) -> None:
        """Asked for once: a repeat would make another."""
        self._quota.spend(UNITS_OF_A_DRAFT)
        Answer(self._users.drafts().create(userId="me", body={"message": message}), StoredDraft).execute()

    def delete_draft(self, draft: str) -> None:
        """Remove a draft; one that is gone is no error."""
        try:
            self._asked(self._users.drafts().delete(userId="me", id=draft), type(None), UNITS_OF_A_DRAFT)
        except HttpError as error:
            if error.status_code != HTTPStatus.NOT_FOUND:
                raise

    def _together(self, ids: Sequence[str]) -> dict[str, Message | Unavailable]:
        """By one request, by another for those that were too many at once, and by two where the answer is too large."""
        together = _Together(self._batch, self._users.messages(), ids)
        try:
            ask(together)
        except TooLarge:
            if len(ids) == 1:
                return {ids[0]: Message(id=ids[0], is_too_large=True)}
            half = len(ids) // 2
            return self._together(ids[:half]) | self._together(ids[half:])
        except (HttpError, ValueError):
            if not together.only_some_failed:
                raise
        return together.told()

    def _batch(self, callback: Callable[..., None], count: int) -> Any:
        self._quota.spend(UNITS_OF_A_MAIL * count)
        return self._client.new_batch_http_request(callback=callback)

    def _pages(self, collection: Any, kind: type[Page], **asked: Any) -> Iterator[Page]:
        seen = {""}
        token = None
        while token not in seen and len(seen) <= MOST_PAGES:
            page = self._asked(collection.list(userId="me", pageToken=token, **asked), kind, UNITS_OF_A_PAGE)
            yield page
            seen |= {token} if token else set()
            token = page.next_page_token
        if token:
            raise Unavailable("Google's list of your mail has no end: it is read again later.")

    def _asked(self, request: Any, kind: type[Kind], units: int) -> Kind:
        self._quota.spend(units)
        return ask(Answer(request, kind))


class _Together:
    """Mails asked for by one request: each time, those that have not been told yet."""

    def __init__(self, batch: Callable[..., Any], messages: Any, ids: Sequence[str]) -> None:
        self._answers: dict[str, Message | None] = {}
        self._batch, self._messages, self._ids = batch, messages, ids
        self._failed: dict[str, HttpError | ValueError] = {}

    def execute(self) -> None:
        missing = [each for each in self._ids if each not in self._answers]
        self._failed = {}
        batch = self._batch(self._take, len(missing))
        for each in missing:
            batch.add(self._messages.get(userId="me", id=each, format="raw"), request_id=each)
        with in_some_form():
            batch.execute()
        failed = self._failed.values()
        if failed:
            raise next((each for each in failed if may_pass(each)), next(iter(failed)))

    @property
    def only_some_failed(self) -> bool:
        """Whether it is about single mails, and neither about the request as a whole nor about who asks, or how often."""
        return bool(self._failed) and not any(_is_of_the_account(each) for each in self._failed.values())

    def told(self) -> dict[str, Message | Unavailable]:
        """What came of it, without the mails that are gone."""
        told: dict[str, Message | Unavailable] = {
            each: answer for each, answer in self._answers.items() if answer is not None
        }
        return told | {
            each: Unavailable(f"Google can't give a mail ({_why(error)}).") for each, error in self._failed.items()
        }

    def _take(self, each: str, answer: Any, error: HttpError | None) -> None:
        if error is not None and error.status_code == HTTPStatus.NOT_FOUND:
            self._answers[each] = None
            return
        try:
            if error is not None:
                raise error
            self._answers[each] = convert(answer, Message)
        except (HttpError, ValueError) as failed:
            self._failed[each] = failed


def _is_of_the_account(error: Exception) -> bool:
    return isinstance(error, HttpError) and (
        error.status_code in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN} or is_too_much(error)
    )


def _why(error: Exception) -> str:
    return f"status {error.status_code}" if isinstance(error, HttpError) else type(error).__name__
