"""Keys by which names are compared, and what an address and its domain say about their owner."""

import re
import tomllib
import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l"})


@cache
def senders() -> dict[str, frozenset[str]]:
    """The lists of cues/senders.toml."""
    text = (Path(__file__).parent / "cues" / "senders.toml").read_text(encoding="utf-8")
    table: dict[str, Any] = tomllib.loads(text)
    return {key: frozenset(values) for key, values in table.items()}


def composed(text: str) -> str:
    """The composed form (NFC). Of a run of marks thirty are kept: normalising takes the square of its length."""
    return text if text.isascii() or is_plain(text) else unicodedata.normalize("NFC", _MARKS.sub(r"\1", text))


def is_plain(text: str) -> bool:
    """Whether a text has only composed Latin letters, visible signs, spaces and line feeds, so that nothing need be normalised."""
    if text.isascii():
        return text.replace("\n", "").isprintable()
    return _NOT_PLAIN.search(text) is None


_NOT_PLAIN = re.compile("[^\n -~\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u2030-\u205e\u20ac]")
_MARKS = re.compile(r"([^\w\s\x00-\x7f]{30})[^\w\s\x00-\x7f]+")


def fold(text: str) -> str:
    """The text case-folded and in compatibility form (NFKC), with umlauts written out (ä → ae) and without other accents."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_UMLAUTS)
    if folded.isascii():
        return folded
    return "".join(c for c in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(c))


def domain_of(address: str) -> str:
    return address.rpartition("@")[2].strip(" .>").lower()


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


@lru_cache(maxsize=4096)
def company_of_domain(domain: str) -> str:
    """The company's name by its domain: "Acme Robotics" for "careers.acme-robotics.co.uk"; "" for freemail and services."""
    if is_freemail(domain) or is_service(domain):
        return ""
    labels = domain.lower().strip(".").split(".")[-6:]
    tail = 2 if labels[:-2] and ".".join(labels[-2:]) in senders()["suffixes"] else 1
    rest = labels[:-tail]
    return _company_of_label(rest[-1]) if rest else ""


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


def is_desk(label: str) -> bool:
    """Whether a local part, or each of its parts, is that of a shared address ("jobs", "hr-team")."""
    desks = senders()["desks"]
    return label in desks or all(not part or part in desks or part.isdigit() for part in re.split(r"[-_.]", label))


@lru_cache(maxsize=8192)
def company_key(name: str) -> str:
    """The key by which companies are compared: "acme" for "Acme GmbH", "ACME Inc." and "Acme Careers"."""
    return "".join(_distinctive_words(name, senders()["legal_forms"] | senders()["desk_words"]))


@lru_cache(maxsize=8192)
def short_key(name: str) -> str:
    """The key without what the company does, as domains often have it: "lindquist" for "Lindquist Systems"; "" if it is the same."""
    lists = senders()
    short = "".join(_distinctive_words(name, lists["legal_forms"] | lists["desk_words"] | lists["lines_of_business"]))
    return short if short != company_key(name) else ""


def _distinctive_words(name: str, generic: frozenset[str]) -> list[str]:
    """The words of a name without an article, and without those at its end that many names have: the `generic` ones."""
    words = re.findall(r"[^\W_]+", re.sub(r"(?<=\w)[.'’](?=\w)", "", fold(name)))
    while len(words) > 1 and words[-1] in generic:
        words.pop()
    while len(words) > 1 and words[0] in ("the", "die", "das", "der", "la", "le", "les"):
        words.pop(0)
    return words


_ROLE_NOISE = re.compile(
    r"\((?:[^()]{0,40})\)|\[[^\]]{0,40}\]|\b[mfwdxh](?:\s?[/|*]\s?[mfwdxha]){1,3}\b|\ball genders\b"
    r"|\b(?:job|req|ref|id|nr|r)[-# .:]{0,3}\d{2,}\b|#\w+"
)
_ROLE_SPELLINGS = (
    (re.compile(r"\bsr\b"), "senior"),
    (re.compile(r"\bjr\b"), "junior"),
    (re.compile(r"\bback[ -]end\b"), "backend"),
    (re.compile(r"\bfront[ -]end\b"), "frontend"),
    (re.compile(r"\bfull[ -]?stack\b"), "fullstack"),
    (re.compile(r"\bdev[ -]ops\b"), "devops"),
    (re.compile(r"(?<=\w{3})(?:er|eur)(?:[*:_/(-]|/-)?in\b"), "er"),
)


@lru_cache(maxsize=8192)
def role_key(title: str) -> str:
    """The key by which job titles are compared: without "(m/w/d)", reference numbers, and the gender of its ending."""
    text = _ROLE_NOISE.sub(" ", fold(title)[:200])
    text = re.sub(r"\.(?=\s|$)", "", text)
    for pattern, spelling in _ROLE_SPELLINGS:
        text = pattern.sub(spelling, text)
    return " ".join(re.findall(r"(?:[^\W_]|[+#])+", text))
