"""One pass over the folders of an account: what is planned for each, and how its mails are gone through."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from imaplib import IMAP4

from msgspec import Struct, msgpack

from afterword.ports import Batch, Item, Unavailable

from ..seen import DIGEST_SIZE, SeenDigests
from .care import Care, Cut
from .cursor import Cursor, FolderCursor
from .fetching import Fetching
from .folders import Examined, Folder, examined, opened
from .session import Client
from .settings import ImapSettings

RENUMBERED_AT_MOST = 3
MOST_REFUSED = 20
MOST_WAITING = 10_000
MOST_MARKS = 20_000


class Plan(Struct, frozen=True, kw_only=True):
    """What to look at in a folder: UIDs, lowest first, those that could not be had before, and where its cursor stands after them."""

    folder: Folder
    here: FolderCursor
    uids: list[int]
    again: list[int]
    next: int


class Reading:
    """One pass over the folders, by one session."""

    def __init__(
        self, client: Client, known: Cursor, care: Care, settings: ImapSettings, is_wanted: Callable[[bytes], bool]
    ) -> None:
        self._client = client
        self._care = care
        self._is_wanted = is_wanted
        self._left = 0
        self._is_cut = False
        self._known = known
        self._until = until = care.until
        self._settings = settings
        self._seen = SeenDigests(known.seen)
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
        for plan in plans:
            if not self._is_cut:
                yield from self._ask_again(plan)
        if self._failing:
            raise self._not_all()

    def _planned(self, folder: Folder, now: Examined) -> Plan:
        here = self._known.folders.get(folder.name)
        if here is None:
            here = FolderCursor(validity=now.validity, since=self._since)
        elif _is_numbered_anew(here, now):
            now = self._settled(folder, now)
            here = FolderCursor(validity=now.validity, since=self._since)
        self._care.put_off(folder.name, here)
        uids = [each for each in self._wanted(here, now) if each not in here.failing]
        again = [each for each in here.failing if not self._care.is_breaking(folder.name, each)]
        return Plan(folder=folder, here=here, uids=uids, again=again, next=now.next)

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
        here, fetching = plan.here, self._fetching(plan)
        heads_first = here.since is not None and plan.folder.role != "sent"
        if plan.uids:
            self._open(plan)
        rest = plan.uids
        while rest and len(here.waiting) < MOST_WAITING:
            size = self._care.size(plan.folder.name, rest[0])
            uids, rest = rest[:size], rest[size:]
            self._left -= len(uids)
            with self._cuts_told(plan, uids):
                for items in fetching.chunk(uids, here, self._is_wanted if heads_first else None):
                    yield self._batch(items)
            if fetching.failing >= MOST_REFUSED:
                raise self._not_all()
        if not rest:
            here.next = max(here.next, plan.next)
            here.since = None

    def _ask_again(self, plan: Plan) -> Iterator[Batch]:
        """For the mails that could not be had before, each alone, and after all others: at each the server may break off."""
        here, fetching = plan.here, self._fetching(plan)
        if plan.again:
            self._open(plan)
        for uid in plan.again:
            try:
                for items in fetching.chunk([uid], here, None):
                    yield self._batch(items)
            except (IMAP4.abort, ConnectionError):
                self._is_cut = True
                yield self._batch(fetching.given_up(uid, here))
                return

    def _fetching(self, plan: Plan) -> Fetching:
        return Fetching(self._client, plan.folder, self._until, self._seen)

    def _open(self, plan: Plan) -> None:
        if examined(self._client, plan.folder).validity != plan.here.validity:
            raise Unavailable(
                f"{self._settings.host} numbered the mails of {plan.folder.name} anew: they are read next time."
            )

    @contextmanager
    def _cuts_told(self, plan: Plan, uids: list[int]) -> Iterator[None]:
        try:
            yield
        except (IMAP4.abort, ConnectionError) as error:
            raise Cut(self._settings.host, plan.folder.name, uids) from error

    @property
    def _failing(self) -> int:
        return sum(len(each.failing) for each in self._known.folders.values())

    def _not_all(self) -> Unavailable:
        host, failing = self._settings.host, self._failing
        return Unavailable(f"{host} does not give {failing} of the mails: they are asked for again.")

    def _batch(self, items: tuple[Item, ...]) -> Batch:
        """Its total sinks with each mail that is left out."""
        self._care.given += len(items)
        return Batch(items=items, cursor=self._packed(), total=self._care.given + self._left)

    def _packed(self) -> bytes:
        self._known.seen = self._seen.to_bytes()[-MOST_MARKS * DIGEST_SIZE :]
        return msgpack.encode(self._known)


def _is_numbered_anew(here: FolderCursor, now: Examined) -> bool:
    """By its UIDVALIDITY; or, where a server has none or was set back to an older state, by a next UID that can't follow ours."""
    if here.validity != now.validity:
        return True
    return now.next != here.next if now.validity == 0 else 0 < now.next < here.next
