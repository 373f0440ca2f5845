"""Lookup by what the user types: an item, an application, or a question, by its id, by its beginning, or by a company's name."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from afterword.eventlog.events import Recorded
from afterword.recognition.parties.names import company_key
from projections.applications import Application
from projections.followups import Item
from projections.overview import Overview
from projections.status import ApplicationLine

T = TypeVar("T")

_MOST_LISTED = 20


class Refused(Exception):
    """What the user asked for can't be done; the message is one sentence that says why."""


class NotFound(Refused):
    """Nothing has that name."""


def find_item(overview: Overview, name: str) -> tuple[Application, Item]:
    """The item of that id, or the only one whose id begins so, with its application. Raises Refused."""
    _check_named(name, "item")
    pairs = list(overview.pairs())
    matches = [pair for pair in pairs if pair[1].id == name] or [pair for pair in pairs if pair[1].id.startswith(name)]
    matches = [pair for pair in matches if pair[1].live] or matches
    return _only(matches, f"item {name}", [f"{item.id} ({name_of(application)})" for application, item in matches])


def find_application(overview: Overview, name: str, *, may_be_new: bool = False) -> Application:
    """The application of that id, or the only one whose id or company fits; one that was known by that name before, too. Raises Refused.

    Where the name `may_be_new`, a part of a known one is whole words of it: Meta is not Metafold.
    """
    _check_named(name, "application")
    known = [each.application for each in overview.statuses]
    lowered, key = name.casefold(), company_key(name)
    part = re.compile(rf"(?<!\w){re.escape(lowered)}(?!\w)" if may_be_new else re.escape(lowered))
    rules: tuple[Callable[[Application], bool], ...] = (
        lambda each: name == each.id,
        lambda each: name == each.stream,
        lambda each: each.company.casefold() == lowered,
        lambda each: company_key(each.company) == key,
        lambda each: lowered in _names_of(each),
        lambda each: name in each.ids or any(company_key(former) == key for former in each.companies if key),
        lambda each: part.search(f"{each.company} {each.role}".casefold()) is not None or each.id.startswith(name),
        lambda each: part.search("\n".join(each.companies).casefold()) is not None,
    )
    matches: list[Application] = next(
        (found for matches_rule in rules if (found := [each for each in known if matches_rule(each)])), []
    )
    if not matches and known:
        raise NotFound(f"There is no application {name}. Known are {_listed(known)}.")
    return _only(matches, f"application {name}", [f"{each.id} ({name_of(each)})" for each in matches])


def find_application_named_in_full(overview: Overview, name: str) -> Application:
    """The same, for what can't be taken back: a part of its name is not enough. Raises Refused."""
    found = find_application(overview, name)
    keys = {company_key(each) for each in (found.company, *found.companies) if each}
    is_whole = name in {found.id, found.stream, *found.ids} or company_key(name) in keys
    if not is_whole and name.casefold() not in _names_of(found):
        raise Refused(f"That can't be taken back: name {name_of(found)} in full, or by its id, {found.id}.")
    return found


def _names_of(application: Application) -> set[str]:
    """Its company with its role, as they are shown and as they are typed."""
    return {name_of(application).casefold(), f"{application.company} {application.role}".casefold()}


def _listed(known: Sequence[Application]) -> str:
    """The applications by their ids, those of which something was heard last first."""
    latest = sorted((each for each in known if each.exists), key=lambda each: each.last_event_at, reverse=True)
    more = [f"{len(latest) - _MOST_LISTED} more"] if len(latest) > _MOST_LISTED else []
    return ", ".join([*(f"{each.id} ({name_of(each)})" for each in latest[:_MOST_LISTED]), *more])


def check_new(overview: Overview, name: str) -> None:
    """A word of a known name that begins so is likelier half typed than a new name. Raises Refused."""
    begins = re.compile(rf"(?<!\w){re.escape(name.casefold())}")
    known = {each.application.company for each in overview.statuses}
    meant = sorted(each for each in known if begins.search(each.casefold()))
    if meant:
        are, it = ("are", "the one that you mean") if meant[1:] else ("is", meant[0])
        known_names = f"{', '.join(meant[:-1])} and {meant[-1]}" if meant[1:] else meant[0]
        raise Refused(
            f"{name} is not known, but {known_names} {are}. Say {it}, or add --new if {name} is another company."
        )


def find_question(overview: Overview, name: str) -> tuple[Application, Recorded]:
    """The fact of that source key, in doubt or not or ruled out, or the only one whose key begins so. Raises Refused."""
    _check_named(name, "question")
    known = [*(each.application for each in overview.statuses), *overview.emptied]
    ways: tuple[Callable[[Application], Iterable[Recorded]], ...] = (
        lambda each: each.doubtful,
        lambda each: each.facts,
        lambda each: each.ruled_out,
    )
    pairs = ([(each, fact) for each in known for fact in of(each) if fact.source_key.startswith(name)] for of in ways)
    matches: list[tuple[Application, Recorded]] = next(filter(None, pairs), [])
    where = "afterword status, and afterword show APP"
    return _only(matches, f"question {name}", [fact.source_key for _, fact in matches], where)


def _check_named(name: str, what: str) -> None:
    """Everything begins with nothing: a script's variable that is empty must not answer for the only one there is."""
    if not name.strip():
        raise Refused(f"Say which {what}: see afterword status.")


def _only(matches: list[T], what: str, names: list[str], where: str = "afterword status") -> T:
    if len(matches) == 1:
        return matches[0]
    if not matches:
        raise NotFound(f"There is no {what}: see {where}.")
    raise Refused(f"More than one fits {what}: {', '.join(sorted(names))}.")


def name_of(application: Application | ApplicationLine) -> str:
    """The company and the role, as far as they are known."""
    return " – ".join(each for each in (application.company, application.role) if each) or application.id
