"""A mail account as a source: its folders are examined, never selected, and bodies are peeked at, so that nothing changes there.

What was read is known by UID (RFC 3501, 2.3.1.1). Short marks of the mails tell those that were moved, or renumbered, from new ones.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

from msgspec import Struct, msgpack

from afterword.ports import Batch, Draft, Item, NeedsUser, Unavailable

from ..seen import LENGTH, Seen, decoded
from .cursor import Cursor, FolderCursor
from .folders import Examined, Folder, examined, opened
from .settings import ImapSettings

if TYPE_CHECKING:
    from .session import Client, SignIn

CHUNK = 50
"""So many mails are asked for at once: on a slow line that is still answered in time."""

RENUMBERED_AT_MOST = 3
MOST_REFUSED = 20
MOST_WAITING = 10_000
MOST_MARKS = 20_000


class Plan(Struct, frozen=True, kw_only=True):
    """A folder that has news: which UIDs to look at, lowest first, and where its cursor stands after them."""

    folder: Folder
    here: FolderCursor
    uids: list[int]
    next: int


class ImapSource:
    """Reads an account by IMAP, and changes nothing in it; where it is asked to, it keeps drafts there."""

    Settings: ClassVar[type[ImapSettings]] = ImapSettings
    holds_mail: ClassVar[bool] = True

    def __init__(self, settings: ImapSettings) -> None:
        self._settings = settings
        self._access_token: Callable[[str], str] | None = None

    @property
    def lender(self) -> str:
        """See `BorrowsSignIn`."""
        return self._settings.sign_in

    def borrow(self, access_token: Callable[[str], str]) -> None:
        """See `BorrowsSignIn`."""
        self._access_token = access_token

    def read(self, cursor: bytes | None, until: datetime) -> Iterator[Batch]:
        """The mails with UIDs that the cursor doesn't know, and that it has no mark of."""
        yield from self.read_heads_first(cursor, until, lambda _: True)

    def read_heads_first(
        self, cursor: bytes | None, until: datetime, is_wanted: Callable[[bytes], bool]
    ) -> Iterator[Batch]:
        """See `HeadsFirst`: what was sent is always read, and so is all that comes after the first reading."""
        known = decoded(cursor, Cursor, Cursor())
        with self._session() as client:
            yield from _Reading(client, known, until, self._settings, is_wanted).batches()

    def check(self) -> str:
        """How many mails there are, in which folders."""
        with self._session() as client:
            there = list(opened(client, self._settings.folders))
        mails, names = sum(now.mails for _, now in there), ", ".join(folder.name for folder, _ in there)
        return f"{mails} mail{'s' if mails != 1 else ''} in {names}"

    def watch(self, notice: Callable[[], None], is_stopping: Callable[[], bool]) -> None:
        """See `Watching`: by IDLE in the inbox. Returns at once where the server doesn't offer it."""
        from .watching import watch  # see _session

        with self._session() as client:
            watch(client, notice, is_stopping)

    def place_draft(self, key: str, draft: Draft, *, sender: str, at: datetime) -> None:
        """See `DraftBox`."""
        from .drafts import place

        with self._session() as client:
            place(client, key, draft, sender=sender, at=at)

    def withdraw_draft(self, key: str) -> None:
        """See `DraftBox`. One that the user changed is theirs, and stays."""
        from .drafts import withdraw

        with self._session() as client:
            withdraw(client, key)

    def _session(self) -> "AbstractContextManager[Client]":
        from .session import session  # imapclient, which `status` doesn't need

        return session(self._settings.server, self._sign_in())

    def _sign_in(self) -> "SignIn":
        from .session import by_password, by_token  # see _session

        user, password = self._settings.user, self._settings.password
        if password is not None:
            return by_password(user, password.reveal)
        if self._access_token is None:
            raise NeedsUser(f"There is no account {self.lender!r} to sign in to {self._settings.host} by.")
        return by_token(user, self._access_token, f"`afterword connect {self.lender}`")


class _Reading:
    """One pass over the folders."""

    def __init__(
        self,
        client: "Client",
        known: Cursor,
        until: datetime,
        settings: ImapSettings,
        is_wanted: Callable[[bytes], bool],
    ) -> None:
        self._client = client
        self._is_wanted = is_wanted
        self._given = self._left = self._refused = 0
        self._known = known
        self._until = until
        self._settings = settings
        self._seen = Seen(known.seen)
        before = min(known.read_until or until, until)
        self._since = (before - timedelta(days=settings.first_days)).date()

    def batches(self) -> Iterator[Batch]:
        plans = [self._planned(folder, now) for folder, now in opened(self._client, self._settings.folders)]
        names = {each.folder.name for each in plans}
        self._known.folders = {name: each for name, each in self._known.folders.items() if name in names}
        self._left = sum(len(each.uids) for each in plans)
        for plan in plans:
            self._known.folders[plan.folder.name] = plan.here
            yield from self._read_folder(plan)
        self._known.read_until = self._until
        yield self._batch(())
        if self._refused:
            raise self._not_all(self._refused)

    def _planned(self, folder: Folder, now: Examined) -> Plan:
        here = self._known.folders.get(folder.name)
        if here is None:
            here = FolderCursor(validity=now.validity, since=self._since)
        elif _is_numbered_anew(here, now):
            now = self._settled(folder, now)
            here = FolderCursor(validity=now.validity, since=self._since)
        return Plan(folder=folder, here=here, uids=self._wanted(here, now), next=now.next)

    def _settled(self, folder: Folder, now: Examined) -> Examined:
        """The folder when it has the same UIDVALIDITY twice running; some servers make up another one each time."""
        for _ in range(RENUMBERED_AT_MOST):
            again = examined(self._client, folder)
            if again.validity == now.validity:
                return again
            now = again
        raise Unavailable(
            f"{self._settings.host} numbers the mails of {folder.name} anew each time: tell its administrator."
        )

    def _wanted(self, here: FolderCursor, now: Examined) -> list[int]:
        """UIDs to look at. A search from n on always finds the last one, even below n (RFC 3501, 6.4.8)."""
        if 0 < now.next <= here.next or not now.mails:
            return here.waiting
        criteria: list[object] = ["UID", f"{here.next}:*"]
        if here.since is not None:
            criteria += ["SINCE", here.since]
        found = {each for each in self._client.search(criteria) if each >= here.next}
        return sorted(found.union(here.waiting))

    def _read_folder(self, plan: Plan) -> Iterator[Batch]:
        from .fetching import Fetching  # see ImapSource._session

        here, fetching = plan.here, Fetching(self._client, plan.folder, self._until, self._seen)
        heads_first = here.since is not None and plan.folder.role != "sent"
        if plan.uids and examined(self._client, plan.folder).validity != here.validity:
            raise Unavailable(
                f"{self._settings.host} numbered the mails of {plan.folder.name} anew: they are read next time."
            )
        for start in range(0, len(plan.uids), CHUNK):
            if len(here.waiting) >= MOST_WAITING:
                return
            uids = plan.uids[start : start + CHUNK]
            self._left -= len(uids)
            for items in fetching.chunk(uids, here, self._is_wanted if heads_first else None):
                yield self._batch(items)
            if fetching.failing >= MOST_REFUSED:
                raise self._not_all(fetching.refused)
        self._refused += fetching.refused
        here.next = max(here.next, plan.next)
        here.since = None

    def _not_all(self, refused: int) -> Unavailable:
        return Unavailable(f"{self._settings.host} does not give {refused} of the mails: they are asked for again.")

    def _batch(self, items: tuple[Item, ...]) -> Batch:
        """Its total sinks with each mail that is left out."""
        self._given += len(items)
        return Batch(items=items, cursor=self._packed(), total=self._given + self._left)

    def _packed(self) -> bytes:
        self._known.seen = self._seen.packed()[-MOST_MARKS * LENGTH :]
        return msgpack.encode(self._known)


def _is_numbered_anew(here: FolderCursor, now: Examined) -> bool:
    """By its UIDVALIDITY; or, where a server has none or was set back to an older state, by a next UID that can't follow ours."""
    if here.validity != now.validity:
        return True
    return now.next != here.next if now.validity == 0 else 0 < now.next < here.next
