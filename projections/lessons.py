"""What was learned: the user's reviews and the employers' feedback, across all interviews."""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from msgspec import Struct

from afterword.eventlog.events import FeedbackReceived, Recorded, ReviewWritten

from .applications import Application

About = Literal["went_well", "to_improve", "feedback"]


class Lesson(Struct, frozen=True, kw_only=True):
    """What was learned of an interview with a company: the user's own words, or the employer's feedback."""

    occurred_at: datetime
    company: str
    about: About
    text: str


def lessons(application: Application) -> Iterator[Lesson]:
    """What was learned in one application, oldest first: by what its facts are now, whatever they were first taken for."""
    for each in application.of(ReviewWritten, FeedbackReceived):
        for about, text in _texts(each):
            if text:
                yield Lesson(occurred_at=each.occurred_at, company=application.company, about=about, text=text)


def _texts(recorded: Recorded) -> tuple[tuple[About, str], ...]:
    match recorded.event:
        case ReviewWritten(went_well=went_well, to_improve=to_improve):
            return ("went_well", went_well), ("to_improve", to_improve)
        case FeedbackReceived(text=text):
            return (("feedback", text or (recorded.evidence.quote if recorded.evidence else "")),)
        case _:
            return ()
