"""What a template can say: text, lists of text, and yes or no; docs/drafts.md tells of each."""

from typing import Any

from . import links, names, phrases, plain
from .about import About

_LONGEST_COMPANY = 80
_LONGEST_QUOTE = 300
_MOST_PEOPLE = 12
_ORGANISERS = frozenset({"recruiter", "coordinator"})


def variables(about: About) -> dict[str, Any]:
    """Everything by the name that templates use. All of it is cleaned; what isn't known is "", an empty list or false."""
    company = plain.one_line(about.company, _LONGEST_COMPANY).rstrip(" .")
    role = phrases.role_of(about.role, company)
    user_name = plain.one_line(about.user_name, _LONGEST_COMPANY)
    highlights = phrases.notes(about.highlights)
    return {
        "greeting": names.greeting(about.to, company),
        "sign_off": f"Best regards,\n{user_name}" if user_name else "Best regards",
        "first_name": names.first_name(about.to, company),
        "user_name": user_name,
        "company": company,
        "role": role,
        "position": phrases.position(role, company),
        "day": phrases.day_of(about.interview_at, about.now),
        "promised_day": phrases.date_of(about.promised_until, about.now),
        "promised_quote": plain.one_line(about.promised_quote, _LONGEST_QUOTE),
        "promised_by_them": about.promised_by_them,
        "highlights": highlights,
        "noted": phrases.quoted(highlights),
        "asks_feedback": about.asks_feedback,
        "via_recruiter": about.via_recruiter,
        "in_thread": bool(plain.reply_subject(about.thread_subject)),
        **_people(about, company),
    }


def _people(about: About, company: str) -> dict[str, Any]:
    people = about.people[:_MOST_PEOPLE]
    german = links.is_german([each.address for each in people])
    called = dict.fromkeys(filter(None, (names.full_name(each, company) for each in people)))
    others = [each for each in people if each != about.to and each.part not in _ORGANISERS]
    return {
        "people": [{"name": name, "links": links.to_person(name, company, german=german)} for name in called],
        "others": phrases.joined([name for each in others if (name := names.first_name(each, company))]),
        "company_links": links.to_company(company, german=german),
        "openings_link": links.to_openings(company),
    }
