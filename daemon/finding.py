"""What the user means by a name on the command line: an item, an application, a question."""

import re
from collections.abc import Callable, Iterable
from typing import TypeVar

from afterword.eventlog.events import Recorded
from afterword.recognition.names import company_key
from projections.applications import Application
from projections.followups import Item
from projections.overview import Overview

Found = TypeVar("Found")


class Refused(Exception):
    """What was said can't be done; the message is one sentence that says why."""


class Unknown(Refused):
    """There is nothing of that name."""


def find_item(seen: Overview, name: str) -> Item:
    """The item of that id, or the only one whose id begins so. Raises Refused."""
    _check_named(name, "item")
    items = list(seen.items())
    fitting = [each for each in items if each.id == name] or [each for each in items if each.id.startswith(name)]
    live = [each for each in fitting if each.live]
    return _only(live or fitting, f"item {name}", [each.id for each in live or fitting])


def find_application(seen: Overview, name: str, *, may_be_new: bool = False) -> Application:
    """The application of that id, or the only one whose id or company fits; one that was known by that name before, too. Raises Refused.

    Where the name `may_be_new`, a part of a known one is whole words of it: Meta is not Metafold.
    """
    _check_named(name, "application")
    known = [each.application for each in seen.outlooks]
    lowered, key = name.casefold(), company_key(name)
    part = re.compile(rf"(?<!\w){re.escape(lowered)}(?!\w)" if may_be_new else re.escape(lowered))
    tries: tuple[Callable[[Application], bool], ...] = (
        lambda each: name == each.id,
        lambda each: name == each.stream,
        lambda each: each.company.casefold() == lowered,
        lambda each: company_key(each.company) == key,
        lambda each: name in each.ids or any(company_key(former) == key for former in each.companies if key),
        lambda each: part.search(f"{each.company} {each.role}".casefold()) is not None or each.id.startswith(name),
        lambda each: part.search("\n".join(each.companies).casefold()) is not None,
    )
    fitting: list[Application] = next(
        (found for fits in tries if (found := [each for each in known if fits(each)])), []
    )
    return _only(fitting, f"application {name}", [f"{each.id} ({name_of(each)})" for each in fitting])


def find_question(seen: Overview, name: str) -> tuple[Application, Recorded]:
    """The fact of that source key, in doubt or not or ruled out, or the only one whose key begins so. Raises Refused."""
    _check_named(name, "question")
    known = [*(each.application for each in seen.outlooks), *seen.emptied]
    ways: tuple[Callable[[Application], Iterable[Recorded]], ...] = (
        lambda each: each.doubtful,
        lambda each: each.facts,
        lambda each: each.ruled_out,
    )
    pairs = ([(each, fact) for each in known for fact in of(each) if fact.source_key.startswith(name)] for of in ways)
    fitting: list[tuple[Application, Recorded]] = next(filter(None, pairs), [])
    return _only(fitting, f"question {name}", [fact.source_key for _, fact in fitting])


def _check_named(name: str, what: str) -> None:
    """Everything begins with nothing: a script's variable that is empty must not answer for the only one there is."""
    if not name.strip():
        raise Refused(f"Say which {what}: see afterword status.")


def _only(fitting: list[Found], what: str, names: list[str]) -> Found:
    if len(fitting) == 1:
        return fitting[0]
    if not fitting:
        raise Unknown(f"There is no {what}: see afterword status.")
    raise Refused(f"More than one fits {what}: {', '.join(sorted(names))}.")


def name_of(application: Application) -> str:
    """The company and the role, as far as they are known."""
    return " – ".join(each for each in (application.company, application.role) if each) or application.id
