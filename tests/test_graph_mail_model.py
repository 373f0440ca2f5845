"""A mailbox in which anything may happen between two reads, and between two pages: each mail is told once, and none is left out."""

from collections import Counter
from collections.abc import Mapping
from contextlib import nullcontext, suppress
from itertools import count, islice
from urllib.parse import unquote

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, rule
from msgspec import json

from afterword.ports import Unavailable
from connectors.microsoft.client import Forbidden, Response
from connectors.microsoft.fetching import FetchError
from connectors.microsoft.mail import FOLDERS, GraphMail
from tests.contract.source_contract import NOW, mail, subjects
from tests.servers.graph_mail import GraphMailbox
from tests.servers.web import Asked

ENDPOINT = "http://127.0.0.1/v1.0/"
ANYWHERE = st.sampled_from(["inbox", "sentitems", "archive", "drafts", "deleteditems"])


class Line:
    """Asks the mailbox without a server in between."""

    def __init__(self, mailbox: GraphMailbox, withheld: Mapping[str, FetchError]) -> None:
        self._mailbox, self._withheld = mailbox, withheld

    def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        if path.endswith("/$value") and (failure := self._withheld.get(unquote(path.split("/")[2]))) is not None:
            raise failure
        address = ENDPOINT + path.removeprefix(ENDPOINT)
        asking = "&".join(f"{name}={value}" for name, value in (query or {}).items())
        prefer = f'IdType="ImmutableId", {(headers or {}).get("Prefer", "")}'
        told = self._mailbox(
            Asked(
                method=method,
                path=f"{address}?{asking}" if asking else address,
                head={"Prefer": prefer, "Host": "127.0.0.1"},
                body=json.encode(body),
            )
        )
        assert told is not None
        return Response(told.status, told.body)

    def check_link(self, link: str) -> str:
        assert link.startswith(ENDPOINT) or not link
        return link


class Mailbox(RuleBasedStateMachine):
    mails = Bundle("mails")

    @initialize(page=st.sampled_from([1, 2, 1000]))
    def begin(self, page: int) -> None:
        self.box = GraphMailbox()
        self.box.page = page
        self.withheld: dict[str, FetchError] = {}
        self.source = GraphMail(lambda: nullcontext(Line(self.box, self.withheld)), 90)
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

    @rule(number=mails, failure=st.sampled_from([Unavailable("500"), Forbidden("403")]))
    def is_withheld(self, number: str, failure: FetchError) -> None:
        self.withheld[number] = failure

    @rule(forgets=st.booleans())
    def graph_forgets(self, forgets: bool) -> None:
        self.box.forgets_links = forgets

    @rule(batches=st.integers(0, 3))
    def is_read_in_part(self, batches: int) -> None:
        with suppress(Unavailable, Forbidden) if self.box.forgets_links or self.withheld else nullcontext():
            for batch in islice(self.source.read(self.cursor, NOW), batches):
                self.cursor = batch.cursor
                self.told.update(subjects(batch.items))
        assert all(times == 1 for times in self.told.values())

    @rule()
    def is_read(self) -> None:
        self.box.forgets_links = False
        self.withheld.clear()
        self.is_read_in_part(10**6)
        there = {each.message["subject"] for each in self.box.kept.values() if each.folder in FOLDERS}
        assert there <= self.told.keys()


ANYTHING = st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), st.lists, max_leaves=4)
MOMENTS = st.sampled_from(
    ["2026-03-05T12:00:00Z", "2026-03-05T12:00:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59+14:00"]
)
LINKS = st.sampled_from(["", f"{ENDPOINT}next", f"{ENDPOINT}other"])


def messages(other: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    """Those with an id, a time and the rest as Graph has them, or in whose place there is something other."""
    fields = {"receivedDateTime": MOMENTS | other, "isDraft": st.booleans() | other, "subject": ANYTHING}
    return st.fixed_dictionaries({"id": st.text(max_size=3) | other}, optional=fields)


def pages(other: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    links = {"@odata.nextLink": LINKS | other, "@odata.deltaLink": LINKS | other}
    return st.fixed_dictionaries({"value": st.lists(messages(other), max_size=3) | other}, optional=links)


class Talking:
    """Says anything but where it should lead to."""

    def __init__(self, page: object) -> None:
        self._page = page

    def request(self, method: str, path: str, **others: object) -> Response:
        _ = method, others
        return Response(200, mail(1) if path.endswith("$value") else json.encode(self._page))

    def check_link(self, link: str) -> str:
        return link


@given(page=pages(st.nothing()) | pages(ANYTHING))
def test_f41_whatever_graph_says_is_read_or_told(page: object) -> None:
    with suppress(Unavailable):
        list(GraphMail(lambda: nullcontext(Talking(page)), 90).read(None, NOW))


TestMailbox = Mailbox.TestCase
TestMailbox.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
