"""Gmail as the mail of an account: listed once, then followed by its history (https://developers.google.com/workspace/gmail/api/guides/sync)."""

from base64 import urlsafe_b64decode
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from googleapiclient.errors import HttpError
from msgspec import Struct, field, msgpack

from afterword.ports import Batch, Item, Mail, Mailbox, SetAside, Unavailable
from afterword.recognition.message import has_arrived
from afterword.recognition.mime import LARGEST_MAIL

from ..seen import LENGTH, Seen, decoded, mark
from .service import RETRIES, Quota, opened
from .settings import GoogleSettings

UNITS_A_MINUTE = 6000
UNITS_OF_A_MAIL = 5
UNITS_OF_A_PAGE = 5
AT_ONCE = 40
"""Mails in one batch request: https://developers.google.com/workspace/gmail/api/guides/batch says fifty at most."""

PAGE = 500
MOST_PAGES = 200
MOST_MARKS = 20_000
MOST_WAITING = 10_000
_LEFT_OUT = frozenset({"DRAFT", "SPAM", "TRASH", "CHAT"})
_NOT_FOUND = 404
_WHAT = "your mail"


class Cursor(Struct, kw_only=True):
    """The history up to which all was read ("" while the first reading lasts: then `begun` is where the history starts).

    `seen` holds marks of the mails that were read, `waiting` the ids of those that had not arrived yet.
    """

    history: str = ""
    begun: str = ""
    seen: bytes = b""
    waiting: list[str] = field(default_factory=list)


class Gmail:
    """Reads mail, and changes nothing in it."""

    def __init__(self, settings: GoogleSettings) -> None:
        self._settings = settings
        self._quota = Quota(UNITS_A_MINUTE)

    def read(self, cursor: bytes | None, until: datetime) -> Iterator[Batch]:
        """The mails that the cursor doesn't know, without drafts, spam and what was thrown away."""
        known = decoded(cursor, Cursor, Cursor())
        with opened("gmail", self._settings, _WHAT) as gmail:
            yield from _Reading(gmail, self._quota, self._settings.first_days).batches(known, until)

    def check(self) -> str:
        """Whose mailbox it is, and how many mails are in it."""
        profile = self._profile()
        return f"{profile.get('messagesTotal', 0)} mails of {profile.get('emailAddress', 'an unknown address')}"

    def address(self) -> str:
        """The address that was signed in with."""
        return str(self._profile().get("emailAddress", ""))

    def _profile(self) -> dict[str, Any]:
        with opened("gmail", self._settings, _WHAT) as gmail:
            return _Reading(gmail, self._quota, self._settings.first_days).profile()


class _Reading:
    """One pass over the mailbox."""

    def __init__(self, gmail: Any, quota: Quota, first_days: int) -> None:
        self._gmail = gmail
        self._users = gmail.users()
        self._quota = quota
        self._first_days = first_days

    def profile(self) -> dict[str, Any]:
        profile: dict[str, Any] = self._asked(self._users.getProfile(userId="me"), 1)
        return profile

    def batches(self, known: Cursor, until: datetime) -> Iterator[Batch]:
        ids = self._since(known.history) if known.history else None
        if ids is None:
            if not known.begun:
                known.begun = str(self.profile()["historyId"])
            known.history, ids = "", (self._listed(until), known.begun)
        yield from self._fetched(known, ids[0], until)
        known.history, known.begun = ids[1], ""
        yield Batch(items=(), cursor=msgpack.encode(known))

    def _since(self, history: str) -> tuple[list[str], str] | None:
        """The ids of what came since, and the history's new end; None where the server has forgotten that far back."""
        ids: dict[str, None] = {}
        try:
            for page in self._pages(
                self._users.history(),
                startHistoryId=history,
                historyTypes=["messageAdded", "labelRemoved"],
                maxResults=PAGE,
            ):
                history = str(page.get("historyId", history))
                ids |= dict.fromkeys(_added(page.get("history", ())))
        except HttpError as error:
            if error.status_code == _NOT_FOUND:
                return None
            raise
        return list(ids), history

    def _listed(self, until: datetime) -> list[str]:
        """The ids of all mails of the last days, the oldest first; the words of a query would know less than recognition does."""
        since = until.astimezone(UTC) - timedelta(days=self._first_days)
        pages = self._pages(self._users.messages(), q=f"after:{since.timestamp():.0f}", maxResults=PAGE)
        ids = [each["id"] for page in pages for each in page.get("messages", ())]
        return ids[::-1]

    def _pages(self, collection: Any, **asked: Any) -> Iterator[dict[str, Any]]:
        request = collection.list(**{"userId": "me", **asked})
        seen: set[str] = set()
        while request is not None:
            page = self._asked(request, UNITS_OF_A_PAGE)
            yield page
            token = page.get("nextPageToken")
            if token in seen or len(seen) >= MOST_PAGES:
                raise Unavailable("Google's list of your mail has no end: it is read again later.")
            seen.add(str(token))
            request = collection.list_next(request, page)

    def _fetched(self, known: Cursor, ids: Sequence[str], until: datetime) -> Iterator[Batch]:
        seen, waiting = Seen(known.seen), dict.fromkeys(known.waiting)
        wanted = [each for each in dict.fromkeys([*waiting, *ids]) if mark(each.encode()) not in seen]
        for start in range(0, len(wanted), AT_ONCE):
            items = []
            for each, answer in self._mails(wanted[start : start + AT_ONCE]):
                item = _item(answer) if answer is not None else None
                if isinstance(item, Mail) and not has_arrived(item.raw, until) and len(waiting) < MOST_WAITING:
                    waiting[each] = None
                    continue
                waiting.pop(each, None)
                seen.add(mark(each.encode()))
                items += [item] if item is not None else []
            known.seen, known.waiting = seen.packed()[-MOST_MARKS * LENGTH :], list(waiting)
            yield Batch(items=tuple(items), cursor=msgpack.encode(known), total=len(wanted))

    def _mails(self, ids: Iterable[str]) -> list[tuple[str, dict[str, Any] | None]]:
        """Each mail's answer, None for one that is gone: by one request, and again for those that were too many at once."""
        answers: dict[str, dict[str, Any] | None] = {}
        failed: dict[str, HttpError] = {}
        wanted = list(ids)

        def keep(number: str, answer: dict[str, Any] | None, error: HttpError | None) -> None:
            if error is None or error.status_code == _NOT_FOUND:
                answers[number] = None if error else answer
            else:
                failed[number] = error

        batch = self._gmail.new_batch_http_request(callback=keep)
        for each in wanted:
            batch.add(self._one(each), request_id=each)
        self._quota.spend(UNITS_OF_A_MAIL * len(wanted))
        batch.execute()
        for each in failed:
            keep(each, self._if_there(each), None)
        return [(each, answers[each]) for each in wanted]

    def _one(self, each: str) -> Any:
        return self._users.messages().get(userId="me", id=each, format="raw")

    def _if_there(self, each: str) -> dict[str, Any] | None:
        try:
            answer: dict[str, Any] = self._asked(self._one(each), UNITS_OF_A_MAIL)
        except HttpError as error:
            if error.status_code == _NOT_FOUND:
                return None
            raise
        return answer

    def _asked(self, request: Any, units: int) -> Any:
        self._quota.spend(units)
        return request.execute(num_retries=RETRIES)


def _added(entries: Iterable[dict[str, Any]]) -> Iterator[str]:
    """What a history adds: new mails, and those that are no spam after all."""
    for entry in entries:
        for each in entry.get("messagesAdded", ()):
            yield each["message"]["id"]
        for each in entry.get("labelsRemoved", ()):
            if not _LEFT_OUT.isdisjoint(each.get("labelIds", ())):
                yield each["message"]["id"]


def _item(answer: dict[str, Any]) -> Item | None:
    labels = frozenset(answer.get("labelIds", ()))
    if labels & _LEFT_OUT:
        return None
    raw = urlsafe_b64decode(answer["raw"] + "=" * (-len(answer["raw"]) % 4))
    ref = f"Gmail message {answer['id']}"
    if len(raw) > LARGEST_MAIL:
        return SetAside(raw=raw[: 64 * 1024], ref=ref, reason="it is too large")
    received = datetime.fromtimestamp(int(answer["internalDate"]) / 1000, UTC) if "internalDate" in answer else None
    return Mail(raw=raw, ref=ref, mailbox=_mailbox(labels), received_at=received)


def _mailbox(labels: frozenset[str]) -> Mailbox:
    if "SENT" in labels:
        return "sent"
    return "inbox" if "INBOX" in labels else "archive"
