"""What a template can say: text, lists of text, and yes or no; docs/drafts.md tells of each."""

import shlex
from typing import Any

from afterword.eventlog.events import Person

from . import links, names, phrases, plain
from .about import About
from .languages import Language, language

_LONGEST_COMPANY = 80
_LONGEST_QUOTE = 300
_MOST_PEOPLE = 12
_ORGANISERS = frozenset({"recruiter", "coordinator"})


def variables(about: About, spoken: str = "") -> dict[str, Any]:
    """Everything by the name that templates use, in the language `spoken`, else in that of the mails so far.

    All of it is cleaned; what isn't known is "", an empty list or false.
    """
    company = plain.one_line(about.company, _LONGEST_COMPANY).rstrip(" .")
    called = plain.one_line(about.called, _LONGEST_COMPANY) or company
    user_name = plain.one_line(about.user_name, _LONGEST_COMPANY)
    spoken = spoken or about.manner.language
    return {
        "first_name": names.first_name(about.to, company),
        "user_name": user_name,
        "company": company,
        "role": phrases.role_of(about.role, company),
        "promised_quote": plain.one_line(about.promised_quote, _LONGEST_QUOTE),
        "promised_by_them": about.promised_by_them,
        "told_by_them": about.told_by_them,
        "highlights": phrases.notes(about.highlights),
        "asks_feedback": about.asks_feedback,
        "via_recruiter": about.via_recruiter,
        "in_thread": bool(plain.reply_subject(about.thread_subject)),
        "language": spoken,
        "formal": about.manner.formal,
        "review_command": shlex.join(["afterword", "review", *([called] if called else [])]),
        "request": _request(about, company),
        **_in_words(about, company, user_name, language(spoken)),
        **_people(about, company, language(spoken)),
    }


def _in_words(about: About, company: str, user_name: str, spoken: Language) -> dict[str, Any]:
    """What differs from language to language."""
    formal = about.manner.formal
    sign_off = spoken.sign_off.said(formal=formal)
    return {
        "greeting": names.greeting(about.to, company, spoken, formal=formal),
        "sign_off": f"{sign_off}\n{user_name}" if user_name else sign_off.rstrip(","),
        "position": phrases.position(phrases.role_of(about.role, company), company, spoken),
        "at_company": phrases.at_company(company, spoken),
        "day": phrases.day_of(about.interview_at, about.now, spoken.days),
        "promised_day": phrases.date_of(about.promised_until, about.now, spoken.days),
        "remembered": phrases.joined(phrases.notes(about.highlights), spoken.enumeration),
        "noted": phrases.quoted(phrases.notes(about.highlights), spoken.enumeration),
    }


def _request(about: About, company: str) -> str:
    """What goes with a request to connect, always in the language of the mails: the notes around it are for the user."""
    spoken = language(about.manner.language)
    day = phrases.day_of(about.interview_at, about.now, spoken.days)
    position = phrases.position(phrases.role_of(about.role, company), company, spoken)
    said = spoken.request.said(formal=about.manner.formal)
    return said.format(day=f" {day}" if day else "", position=position)


def _people(about: About, company: str, spoken: Language) -> dict[str, Any]:
    people = about.people[:_MOST_PEOPLE]
    german = links.is_german([each.address for each in people])
    called = dict.fromkeys(filter(None, (names.full_name(each, company) for each in people)))
    others = [each for each in people if each != about.to and each.part not in _ORGANISERS]
    other_names = [name for each in others if (name := _called(each, about, company, spoken))]
    return {
        "people": [{"name": name, "links": links.to_person(name, company, german=german)} for name in called],
        "others": phrases.joined(other_names, spoken.enumeration),
        "company_links": links.to_company(company, german=german),
        "openings_link": links.to_openings(company),
    }


def _called(other: Person, about: About, company: str, spoken: Language) -> str:
    return names.formal_name(other, company, spoken) if about.manner.formal else names.first_name(other, company)
