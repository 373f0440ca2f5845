"""What was learned: the user's reviews and the employers' feedback, across all interviews."""

from datetime import datetime
from typing import Literal

from msgspec import Struct, field

from afterword.eventlog.events import FeedbackReceived, Recorded, ReviewWritten


class Lesson(Struct, frozen=True, kw_only=True):
    stream: str
    at: datetime
    about: Literal["went_well", "to_improve", "feedback"]
    text: str
    source_key: str


class AllLessons(Struct):
    lessons: list[Lesson] = field(default_factory=list)


class Lessons:
    """The projection of reviews and feedback, in the order in which they were recorded."""

    name = "lessons"
    version = 1
    State = AllLessons

    def initial(self) -> AllLessons:
        return AllLessons()

    def apply(self, state: AllLessons, recorded: Recorded) -> None:
        match recorded.event:
            case ReviewWritten(went_well=went_well, to_improve=to_improve):
                said = [("went_well", went_well), ("to_improve", to_improve)]
            case FeedbackReceived(text=text):
                said = [("feedback", text or (recorded.evidence.quote if recorded.evidence else ""))]
            case _:
                return
        for about, text in said:
            if text:
                state.lessons.append(
                    Lesson(
                        stream=recorded.stream,
                        at=recorded.occurred_at,
                        about=about,  # type: ignore[arg-type]  # a literal that went through a list
                        text=text,
                        source_key=recorded.source_key,
                    )
                )
