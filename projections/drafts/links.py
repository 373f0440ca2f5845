"""Where to find people and a company. Links are text for the user to open; nothing here is ever fetched."""

from collections.abc import Iterator, Sequence
from urllib.parse import quote

_LINKEDIN = "https://www.linkedin.com/search/results/{what}/?keywords={words}"
_XING = "https://www.xing.com/search/{what}?keywords={words}"
_WEB = "https://duckduckgo.com/?q={words}"


def to_person(name: str, company: str, *, german: bool) -> tuple[str, ...]:
    """Searches for one person, by name and company."""
    found = [_LINKEDIN.format(what="people", words=_words(name, company))]
    if german:
        found.append(_XING.format(what="members", words=_words(name, company)))
    return tuple(found)


def to_company(company: str, *, german: bool) -> tuple[str, ...]:
    """Searches for the company's page; none where its name isn't known."""
    return tuple(_company_searches(company, german=german)) if company else ()


def to_openings(company: str) -> str:
    """A web search for the company's open jobs; "" where its name isn't known."""
    return _WEB.format(words=_words(company, "careers", "jobs")) if company else ""


def is_german(addresses: Sequence[str]) -> bool:
    """Whether one of the addresses is under .de, where people are as likely to be found on XING."""
    return any(each.lower().rstrip(".").endswith(".de") for each in addresses)


def _company_searches(company: str, *, german: bool) -> Iterator[str]:
    yield _LINKEDIN.format(what="companies", words=_words(company))
    if german:
        yield _XING.format(what="companies", words=_words(company))


def _words(*parts: str) -> str:
    return quote(" ".join(part for part in parts if part), safe="")
