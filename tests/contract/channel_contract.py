"""What every calendar channel keeps to. A connector's tests inherit the class, and say what a user does in the calendar."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from afterword.eventlog.events import Answer
from afterword.ports import CalendarChannel, Invite, PlacedInvite, Unavailable, UserAction

START = datetime(2026, 3, 6, 9, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
INVITE = Invite(
    uid="k3j5h2@afterword",
    sequence=0,
    summary="Thank Carla Rossi (Acme)",
    description="The interview ended on Thursday at 18:00.\n\nTo: carla@acme.example\n\nDear Carla,\nthank you; it was good to talk.",
    start=START,
    end=START + QUARTER,
    zone="Europe/Berlin",
    stamp=datetime(2026, 3, 5, 18, tzinfo=UTC),
    alarm=0,
)
OTHER = replace(INVITE, uid="q8w7e6@afterword", summary="Write a review")


def standing(*invites: Invite) -> list[PlacedInvite]:
    return [PlacedInvite(uid=each.uid, sequence=each.sequence, start=each.start, end=each.end) for each in invites]


STANDS = standing(INVITE)[0]


def answers(acts: Iterable[UserAction]) -> dict[str, str]:
    return {each.uid: each.answer for each in acts}


class PlacingContract(ABC):
    """What every channel keeps to, those too that can't look at what they placed."""

    @pytest.fixture
    @abstractmethod
    def channel(self) -> CalendarChannel: ...

    @abstractmethod
    def shown(self) -> dict[str, Any]:
        """What stands in the calendar: something that can be compared, by UID."""

    def test_it_is_a_channel(self, channel: CalendarChannel) -> None:
        assert isinstance(channel, CalendarChannel)
        assert channel.check()

    def test_placing_twice_is_placing_once(self, channel: CalendarChannel) -> None:
        channel.place(INVITE)
        before = self.shown()
        channel.place(INVITE)
        assert self.shown() == before
        assert list(before) == [INVITE.uid]

    def test_a_change_takes_the_place_of_what_stood(self, channel: CalendarChannel) -> None:
        channel.place(INVITE)
        before = self.shown()
        changed = replace(INVITE, sequence=1, start=START + QUARTER, end=START + 2 * QUARTER)
        channel.place(changed)
        assert list(self.shown()) == [INVITE.uid]
        assert self.shown() != before
        assert list(channel.observe(standing(changed))) == []

    def test_withdrawing_twice_is_withdrawing_once(self, channel: CalendarChannel) -> None:
        channel.place(INVITE)
        channel.place(OTHER)
        channel.withdraw(STANDS, START)
        channel.withdraw(STANDS, START)
        assert list(self.shown()) == [OTHER.uid]

    def test_a_user_who_does_nothing_says_nothing(self, channel: CalendarChannel) -> None:
        channel.place(INVITE)
        assert list(channel.observe(standing(INVITE))) == []
        assert list(channel.observe([])) == []


class ChannelContract(PlacingContract):
    @abstractmethod
    def delete(self, uid: str) -> None: ...

    @abstractmethod
    def move(self, uid: str, start: datetime, end: datetime) -> None: ...

    @abstractmethod
    def rewrite(self, uid: str, description: str) -> None: ...

    @abstractmethod
    def answer(self, uid: str, answer: Answer) -> None: ...

    @abstractmethod
    def lose(self) -> None:
        """Take the whole calendar away."""

    def test_f53_an_invite_that_was_deleted_is_told(self, channel: CalendarChannel) -> None:
        channel.place(INVITE)
        channel.place(OTHER)
        self.delete(INVITE.uid)
        assert answers(channel.observe(standing(INVITE, OTHER))) == {INVITE.uid: "deleted"}

    def test_f53_an_invite_that_was_deleted_is_not_made_again_to_be_marked_as_done(
        self, channel: CalendarChannel
    ) -> None:
        """Whoever did what was owed, and took it out of the calendar before anybody looked."""
        for each in (INVITE, OTHER):
            channel.place(each)
        self.delete(INVITE.uid)
        for each in (INVITE, OTHER):
            channel.place(replace(each, sequence=1, alarm=None, done=True))
        assert list(self.shown()) == [OTHER.uid]

    def test_f54_an_invite_that_was_moved_is_told_and_stays_there(self, channel: CalendarChannel) -> None:
        channel.place(INVITE)
        there = START + timedelta(days=1)
        self.move(INVITE.uid, there, there + QUARTER)
        moved = UserAction(uid=INVITE.uid, answer="moved", start=there, end=there + QUARTER)
        assert list(channel.observe(standing(INVITE))) == [moved]
        channel.place(replace(INVITE, sequence=1, description="Changed."))
        assert list(channel.observe(standing(INVITE))) == [moved]

    def test_f54_what_was_moved_and_placed_there_by_us_is_ours_again(self, channel: CalendarChannel) -> None:
        channel.place(INVITE)
        there = START + timedelta(days=1)
        self.move(INVITE.uid, there, there + QUARTER)
        ours = replace(INVITE, sequence=1, start=there, end=there + QUARTER)
        channel.place(ours)
        assert list(channel.observe(standing(ours))) == []

    def test_f54_a_move_that_is_known_does_not_bind_us_for_ever(self, channel: CalendarChannel) -> None:
        channel.place(INVITE)
        there = START + timedelta(days=1)
        self.move(INVITE.uid, there, there + QUARTER)
        known = replace(INVITE, start=there, end=there + QUARTER)
        assert list(channel.observe(standing(known))) == []
        later = replace(INVITE, sequence=1, start=there + timedelta(days=1), end=there + timedelta(days=1) + QUARTER)
        channel.place(later)
        assert list(channel.observe(standing(later))) == []

    def test_f52_words_that_the_user_wrote_stay(self, channel: CalendarChannel) -> None:
        channel.place(INVITE)
        self.rewrite(INVITE.uid, "Ask her about the team.")
        channel.place(replace(INVITE, sequence=1, description="A draft that changed."))
        assert "Ask her about the team." in str(self.shown())
        assert "A draft that changed." not in str(self.shown())

    @pytest.mark.parametrize("answer", ["accepted", "tentative", "declined", "completed"])
    def test_an_answer_is_told(self, channel: CalendarChannel, answer: Answer) -> None:
        channel.place(INVITE)
        self.answer(INVITE.uid, answer)
        assert answers(channel.observe(standing(INVITE))) == {INVITE.uid: answer}

    def test_f26_a_calendar_that_is_gone_was_not_emptied_by_the_user(self, channel: CalendarChannel) -> None:
        channel.place(INVITE)
        self.lose()
        with pytest.raises(Unavailable):
            list(channel.observe(standing(INVITE)))

    def test_nothing_placed_yet_is_nothing_to_observe(self, channel: CalendarChannel) -> None:
        assert list(channel.observe([])) == []
