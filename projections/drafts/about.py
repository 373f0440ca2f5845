"""What a draft is about."""

from datetime import date, datetime

from msgspec import Struct

from afterword.eventlog.events import Person

from .manner import Manner


class About(Struct, frozen=True, kw_only=True):
    """What is known for one draft; "" or None where it isn't, and the text does without.

    `now` and `interview_at` are in the user's zone. `highlights` are the user's own jotted phrases. `in_reply_to` is a Message-ID
    without angle brackets, and `thread_subject` the subject of the mail that it names. `told_by_them` says that whom it goes to wrote
    of the decision. All of it may come from hostile mail. `called` is what commands find the application by.
    """

    user_name: str = ""
    to: Person | None = None
    company: str = ""
    called: str = ""
    role: str = ""
    people: tuple[Person, ...] = ()
    highlights: tuple[str, ...] = ()
    interview_at: datetime | None = None
    promised_until: date | None = None
    promised_quote: str = ""
    promised_by_them: bool = True
    asks_feedback: bool = False
    thread_subject: str = ""
    in_reply_to: str = ""
    via_recruiter: bool = False
    told_by_them: bool = True
    manner: Manner = Manner()
    now: datetime
