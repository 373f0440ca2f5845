"""A mailbox in which anything may happen between two reads, and between two pages: each mail is told once, and none is left out."""

from collections import Counter
from collections.abc import Mapping
from contextlib import nullcontext, suppress
from itertools import count, islice

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, rule
from msgspec import json

from afterword.ports import Unavailable
from connectors.microsoft.graph import Reply
from connectors.microsoft.mail import FOLDERS, GraphMail
from tests.contract.source_contract import NOW, mail, subjects
from tests.servers.graph_mail import GraphMailbox
from tests.servers.web import Asked

ENDPOINT = "http://127.0.0.1/v1.0/"
ANYWHERE = st.sampled_from(["inbox", "sentitems", "archive", "drafts", "deleteditems"])


class Line:
    """Asks the mailbox without a server in between."""

    def __init__(self, mailbox: GraphMailbox) -> None:
        self._mailbox = mailbox

    def ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: object = None,
        head: Mapping[str, str] | None = None,
    ) -> Reply:
        address = ENDPOINT + path.removeprefix(ENDPOINT)
        asking = "&".join(f"{name}={value}" for name, value in (query or {}).items())
        prefer = f'IdType="ImmutableId", {(head or {}).get("Prefer", "")}'
        told = self._mailbox(
            Asked(
                method=method,
                path=f"{address}?{asking}" if asking else address,
                head={"Prefer": prefer, "Host": "127.0.0.1"},
                body=json.encode(body),
            )
        )
        assert told is not None
        return Reply(told.status, told.body)

    def followable(self, link: str) -> str:
        assert link.startswith(ENDPOINT) or not link
        return link


class Mailbox(RuleBasedStateMachine):
    mails = Bundle("mails")

    @initialize(page=st.sampled_from([1, 2, 1000]))
    def begin(self, page: int) -> None:
        self.box = GraphMailbox()
        self.box.page = page
        self.source = GraphMail(lambda: nullcontext(Line(self.box)), 90)
        self.cursor: bytes | None = None
        self.numbers = count(1)
        self.told: Counter[str] = Counter()

    @rule(target=mails, folder=ANYWHERE)
    def arrives(self, folder: str) -> str:
        return self.box.put(mail(next(self.numbers)).replace(b"\n", b"\r\n"), folder)

    @rule(number=mails, folder=ANYWHERE)
    def is_moved_or_sent(self, number: str, folder: str) -> None:
        if number in self.box.kept:
            self.box.move(number, folder)
            self.box.touch(number, isDraft=folder == "drafts")

    @rule(number=mails)
    def is_marked(self, number: str) -> None:
        if number in self.box.kept:
            self.box.touch(number, isRead=True)

    @rule(number=mails)
    def is_removed_for_good(self, number: str) -> None:
        self.box.kept.pop(number, None)

    @rule(forgets=st.booleans())
    def graph_forgets(self, forgets: bool) -> None:
        self.box.forgets_links = forgets

    @rule(batches=st.integers(0, 3))
    def is_read_in_part(self, batches: int) -> None:
        with suppress(Unavailable) if self.box.forgets_links else nullcontext():
            for batch in islice(self.source.read(self.cursor, NOW), batches):
                self.cursor = batch.cursor
                self.told.update(subjects(batch.items))
        assert all(times == 1 for times in self.told.values())

    @rule()
    def is_read(self) -> None:
        self.box.forgets_links = False
        self.is_read_in_part(10**6)
        there = {each.message["subject"] for each in self.box.kept.values() if each.folder in FOLDERS}
        assert there <= self.told.keys()


TestMailbox = Mailbox.TestCase
TestMailbox.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
