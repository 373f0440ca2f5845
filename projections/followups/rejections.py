"""After a rejection: the reply to it, and asking for feedback."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from msgspec.structs import replace

from afterword.eventlog.events import FeedbackReceived, Person, Recorded, RejectionReceived, UserWrote

from .course import Course
from .items import Ending, Given, Item, item_id, settle
from .people import address_of, contact_of, last_mail_from, who_can_be_answered


def after_a_rejection(course: Course, given: Given) -> Iterator[Item]:
    """The reply, and the request for feedback; a rejection that did not last makes both moot."""
    for rejection, next_step in course.overturned:
        yield from _after(course, rejection, [Ending(next_step.occurred_at, "moot")], given)
    if course.rejection is not None:
        yield from _after(course, course.rejection, [], given)
    elif course.offer is not None and given.rules.feedback_after_offer:
        request = _feedback_request(course, course.offer, [], given)
        if request is not None:
            yield request


def _after(course: Course, rejection: Recorded, endings: Sequence[Ending], given: Given) -> Iterator[Item]:
    """While both are open, one mail does for both."""
    reply = _rejection_reply(course, rejection, endings, given)
    request = _feedback_request(course, rejection, endings, given)
    together = reply is not None and request is not None and reply.live and request.live
    if reply is not None:
        yield replace(reply, asks_feedback=together)
    if request is not None:
        one_mail = reply if together and reply else request
        yield replace(request, to=one_mail.to, answers=one_mail.answers, asks_feedback=together)


def _rejection_reply(course: Course, rejection: Recorded, endings: Sequence[Ending], given: Given) -> Item | None:
    to = who_can_be_answered(course, rejection)
    if to is None:
        return None
    opens = rejection.occurred_at
    days = course.days_about(opens)
    replies = (each for each in course.user_words if _replies_to(each, rejection, to))
    item = Item(
        id=item_id("rejection_reply", rejection.source_key),
        kind="rejection_reply",
        not_before=opens,
        due=given.rules.work.off_a_day_off(opens + timedelta(hours=48)),
        lapses=given.rules.work.add_days(opens, 7),
        to=(to,),
        because=(rejection,),
        answers=_thread_with(course, to, rejection),
        interview_at=days[-1].start if days else None,
    )
    return settle(item, [*endings, *(Ending(each.occurred_at, "seen_sent") for each in replies)], given)


def _feedback_request(course: Course, decision: Recorded, endings: Sequence[Ending], given: Given) -> Item | None:
    opens = decision.occurred_at
    held = [day for day in course.days_about(opens) if day.end <= opens]
    to = who_can_be_answered(course, decision) or contact_of(course)
    if not held and not (to and _is_after_an_interview(decision)):
        return None
    asked = [Ending(each.occurred_at, "seen_sent") for each in course.written("feedback_request", opens)]
    received = [each for each in course.application.of(FeedbackReceived) if each.occurred_at > opens]
    item = Item(
        id=item_id("feedback_request", decision.source_key),
        kind="feedback_request",
        not_before=opens,
        due=given.rules.work.off_a_day_off(given.rules.work.add_days(opens, 5)),
        lapses=given.rules.work.add_days(opens, 14),
        to=(to,) if to else (),
        because=(decision,),
        answers=_thread_with(course, to, decision),
        interview_at=held[-1].start if held else None,
    )
    return settle(item, [*endings, *asked, *(Ending(each.occurred_at, "moot") for each in received)], given)


def _is_after_an_interview(decision: Recorded) -> bool:
    """Whether it tells of an interview by itself, which no mail and no calendar spoke of before."""
    return isinstance(decision.event, RejectionReceived) and decision.event.after_interview


def _thread_with(course: Course, to: Person | None, decision: Recorded) -> Recorded | None:
    """The decision's own thread if they wrote it; else the one that they wrote in: an answer to a machine's mail would puzzle them."""
    return decision if to and to.address == address_of(decision) else last_mail_from(course, to)


def _replies_to(word: Recorded, rejection: Recorded, to: Person) -> bool:
    """A reply as such, any answer in the rejection's thread, and whatever is written to them and is for nothing else that is known."""
    event = word.event
    if not isinstance(event, UserWrote) or word.occurred_at < rejection.occurred_at:
        return False
    rejected_in = getattr(rejection.event, "message_id", "")
    in_thread = rejected_in != "" and rejected_in in event.references
    to_them = to.address in event.to and set(event.purposes) <= {"thank_you"}
    return "rejection_reply" in event.purposes or in_thread or to_them
