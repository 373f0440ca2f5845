"""The words for what mails and meetings say, beside the event names of the log: as they are typed, and as they are shown."""

from typing import NamedTuple

from projections.applications import NOTHING


class Word(NamedTuple):
    """`typed` on the command line, `shown` in a sentence."""

    typed: str
    shown: str


WORDS = {
    "RejectionReceived": Word("rejection", "a rejection"),
    "OfferReceived": Word("offer", "an offer"),
    "DecisionPromised": Word("promise", "a promise of a decision"),
    "InterviewInvited": Word("invitation", "an invitation to an interview"),
    "InterviewScheduled": Word("interview", "an interview"),
    "InterviewRescheduled": Word("move", "a moved interview"),
    "InterviewCancelled": Word("cancellation", "a cancelled interview"),
    "AssessmentRequested": Word("assessment", "an assessment"),
    "PositionPaused": Word("pause", "a position on hold"),
    "ApplicationClosed": Word("closure", "a closed application"),
    "FeedbackReceived": Word("feedback", "feedback"),
    "ApplicationAcknowledged": Word("receipt", "a receipt for your application"),
    "EmployerWrote": Word("message", "a message from the employer"),
    "UserWrote": Word("own-mail", "a mail of your own"),
    NOTHING: Word(NOTHING, "nothing that counts"),
}
_EVENTS = {each.typed: event for event, each in WORDS.items()} | {event.casefold(): event for event in WORDS}


def typed(event: str) -> str:
    """The word that is typed for an event of that name; its own name where there is none."""
    return WORDS[event].typed if event in WORDS else event


def shown(event: str) -> str:
    """The words that are shown for an event of that name; its own name where there are none."""
    return WORDS[event].shown if event in WORDS else event


def event_of(said: str) -> str:
    """The event's name for what was typed, be it a word or the name itself; "" for what is neither."""
    return _EVENTS.get(said.casefold(), "")
