"""What an address and its domain say about their owner, by the lists of cues/senders.toml."""

import re
import tomllib
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import product
from typing import Any

from .. import CUES
from ..words.folding import fold

ADDRESS = r"[^\s<>,;:\"()@]{1,200}@[^\s<>,;:\"()@]{1,200}"
"""A pattern for an address as people have them; RFC 5322 allows more."""

BULK = frozenset({"bulk", "junk", "list"})
"""What Precedence says of mail that was sent to many."""

_REPORTING = frozenset({"mailer-daemon", "postmaster"})


@cache
def senders() -> dict[str, frozenset[str]]:
    """The lists of cues/senders.toml."""
    text = (CUES / "senders.toml").read_text(encoding="utf-8")
    table: dict[str, Any] = tomllib.loads(text)
    return {key: frozenset(values) for key, values in table.items()}


def domain_of(address: str) -> str:
    return address.rpartition("@")[2].strip(" .>").lower()


def is_report(content_type: str, address: str) -> bool:
    """Whether a mail of this type, from this address, is a server's report that a mail could not be delivered (RFC 3464)."""
    return content_type == "multipart/report" or address.partition("@")[0].lower() in _REPORTING


@lru_cache(maxsize=4096)
def _listed_as(domain: str, group: str) -> str:
    entries = senders()[group]
    labels = domain.lower().strip(".").split(".")[-6:]
    tails = (".".join(labels[i:]) for i in range(len(labels)))
    return next((tail for tail in tails if tail in entries), "")


def is_freemail(domain: str) -> bool:
    """Whether anybody can have an address in a domain (gmail.com, web.de), so that it names no employer."""
    return bool(_listed_as(domain, "freemail"))


def is_service(domain: str) -> bool:
    """Whether a domain is of a service that sends mail for employers: applicant tracking, scheduling, tests, job boards."""
    return tracks_applications(domain) or bool(_listed_as(domain, "services"))


def tracks_applications(domain: str) -> bool:
    """Whether a domain is of an applicant tracking system: all its mail is about applications."""
    return bool(_listed_as(domain, "applicant_tracking"))


def is_employment_office(domain: str) -> bool:
    """Whether a domain is of a public office that counsels those who look for work."""
    return bool(_listed_as(domain, "employment_offices"))


@lru_cache(maxsize=4096)
def company_of_domain(domain: str) -> str:
    """The company's name by its domain: "Acme Robotics" for "careers.acme-robotics.co.uk"; "" for freemail and services."""
    if is_freemail(domain) or is_service(domain):
        return ""
    labels = domain.lower().strip(".").split(".")[-6:]
    rest = labels[: -_length_of_suffix(labels)]
    return _company_of_label(rest[-1]) if rest else ""


def _length_of_suffix(labels: Sequence[str]) -> int:
    """How many labels at the end of a domain are those that names are registered under, by a list in which "*" is any label."""
    for length in range(min(_LONGEST_SUFFIX, len(labels) - 1), 1, -1):
        first, second, *rest = labels[-length:]
        alike = ((first, second, *rest), ("*", second, *rest), (first, "*", *rest))
        if not senders()["suffixes"].isdisjoint(map(".".join, alike)):
            return length
    country, kind = labels[-1], labels[-2] if len(labels) > _SHORTEST_SUFFIX else ""
    return _SHORTEST_SUFFIX if len(country) == _LENGTH_OF_COUNTRY and kind in senders()["kinds_of_suffixes"] else 1


def _company_of_label(label: str) -> str:
    if label.startswith("xn--"):
        label = _from_punycode(label)
    words = [word for word in re.split(r"[-_]", label) if word]
    kept = [word for word in words if word not in senders()["desk_words"]] or words
    joined = " ".join(word.capitalize() for word in kept)
    return re.sub(r"(?<=\w{3})(?:careers?|jobs|recruiting|karriere|hiring)$", "", joined) or joined


def _from_punycode(label: str) -> str:
    try:
        return label.encode("ascii").decode("idna")
    except UnicodeError:
        return label


def tenant_of(address: str) -> str:
    """The employer that an address of a service names ("no-reply@acme.recruitee.com", "acme@myworkday.com"), "" if none."""
    local, _, domain = address.lower().rpartition("@")
    below = _listed_as(domain, "tenant_below_domain")
    label = domain.removesuffix(below).strip(".").rpartition(".")[2] if below else ""
    if label and not is_desk(label):
        return _company_of_label(label)
    local = local.partition("+")[0]
    if _listed_as(domain, "tenant_in_local_part") and not is_desk(local) and "." not in local:
        return _company_of_label(local)
    return ""


def is_hiring_desk(address: str, name: str) -> bool:
    """Whether an address ("careers@acme.example") or a display name ("Acme Recruiting") is of those who hire."""
    words = re.findall(r"[a-z]+", f"{address.partition('@')[0]} {name}".lower())
    return not senders()["hiring_desks"].isdisjoint(words)


def is_personal(address: str, name: str) -> bool:
    """Whether an address is its owner's own: "carla@acme.example" of Carla Rossi; not one that a desk or a company is called by."""
    is_name = len(name.split()) <= _MOST_OF_A_NAME and not is_desk(address.partition("@")[0].lower())
    return is_name and bool(parts_of_name(address, name))


def parts_of_name(address: str, name: str) -> tuple[str, ...]:
    """The parts of a local part that are made of its owner's name, but for what the domain is called by, too: "rossi", "crossi" or
    "carlar" of Carla Rossi.
    """
    local, _, domain = fold(address).partition("@")
    words, labels = set(_NO_LETTERS.split(fold(name))) - {""}, _NO_LETTERS.split(domain)
    names = {word for word in words if len(word) >= _SHORTEST_NAME and word not in labels}
    pieces = words | {word[0] for word in words}
    return tuple(part for part in _NO_LETTERS.split(local) if names and _is_made_of(part, pieces, names))


def _is_made_of(part: str, pieces: set[str], names: set[str]) -> bool:
    """Whether a part of an address is nothing but words and initials of a name, with one of these names among them."""
    reached = {(0, False)}
    for position, is_named in product(range(len(part)), (False, True)):
        if (position, is_named) in reached:
            found = (each for each in pieces if part.startswith(each, position))
            reached |= {(position + len(each), is_named or each in names) for each in found}
    return (len(part), True) in reached


_SHORTEST_NAME, _MOST_OF_A_NAME = 3, 3
_SHORTEST_SUFFIX, _LONGEST_SUFFIX = 2, 3
"""Of how many labels is a suffix that says more than the country or the kind."""

_LENGTH_OF_COUNTRY = 2
_NO_LETTERS = re.compile(r"[^a-z]+")


def says_office(name: str) -> bool:
    """Whether a display name has a word for an office or a kind of house, so that it is no person's: "Notaría Grau", "Hotel Flora"."""
    return not senders()["offices"].isdisjoint(re.findall(r"[a-z]+", fold(name)))


def makes_domain(name: str, address: str) -> bool:
    """Whether words of a name, in their order, make the domain of an address: "Die Grau & Soler" at grausoler.example."""
    rest = re.sub(r"[^a-z0-9]", "", fold(company_of_domain(domain_of(address))))
    for word in re.findall(r"[a-z0-9]+", fold(name)) if rest else ():
        rest = rest.removeprefix(word)
        if not rest:
            return True
    return False


def is_desk(label: str) -> bool:
    """Whether a local part, or each of its parts, is that of a shared address ("jobs", "hr-team")."""
    desks = _shared()
    return label in desks or all(not part or part in desks or part.isdigit() for part in re.split(r"[-_.]", label))


@cache
def _shared() -> frozenset[str]:
    return senders()["desks"] | senders()["offices"]
