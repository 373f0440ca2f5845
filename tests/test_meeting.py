"""Whether a calendar entry is an interview, of which company, with whom, and when."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from afterword.eventlog.events import InterviewCancelled, InterviewScheduled, InterviewTime, Person
from afterword.recognition.entries.calendar_text import entries
from afterword.recognition.entries.meeting import read_calendar
from afterword.recognition.reading import Finding, Unreadable, User

NOW = datetime(2026, 3, 5, 18, tzinfo=UTC)
JANE = User(name="Jane Doe", addresses=("jane@home.example",), zone=ZoneInfo("Europe/Berlin"))
ANNA = "ORGANIZER;CN=Anna Berg:mailto:anna@acme.example"
CARLA = "ATTENDEE;CN=Carla Rossi;PARTSTAT=ACCEPTED:mailto:carla@acme.example"
ME = "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:jane@home.example"


def event(*lines: str, title: str = "Interview with Acme", start: str = "DTSTART:20260310T090000Z") -> str:
    named = {line.partition(":")[0].partition(";")[0] for line in lines}
    usual = {"UID": "UID:1@acme.example", "DTSTAMP": "DTSTAMP:20260301T090000Z"}
    rest = [line for name, line in usual.items() if name not in named]
    return "\r\n".join(["BEGIN:VEVENT", *rest, start, f"SUMMARY:{title}", *lines, "END:VEVENT"])


def calendar(*events: str, method: str = "", zones: str = "") -> bytes:
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Example//EN", *([f"METHOD:{method}"] if method else [])]
    return "\r\n".join([*head, *([zones] if zones else []), *events, "END:VCALENDAR", ""]).encode()


def findings(raw: bytes, sender: str = "", user: User = JANE) -> list[Finding]:
    return [each for reading in read_calendar(raw, user=user, now=NOW, sender=sender) for each in reading.findings]


def only(*lines: str, sender: str = "", method: str = "", **known: str) -> Finding:
    (found,) = findings(calendar(event(*lines, **known), method=method), sender)
    return found


def scheduled(*lines: str, **known: str) -> InterviewTime:
    found = only(*lines, **known).event
    assert isinstance(found, InterviewScheduled)
    return found


class TestItsText:
    @pytest.mark.parametrize(
        "line", ["BEGIN: 10:00 to 11:00", "END:VEVENT", "END:VCALENDAR", "BEGIN:VALARM", "METHOD:CANCEL"]
    )
    def test_what_a_folded_line_says_begins_and_ends_nothing(self, line: str) -> None:
        found = only(f"DESCRIPTION:The plan for the day is as follows\\n\r\n {line}\r\n\t and so on", ANNA)
        assert isinstance(found.event, InterviewScheduled)
        assert found.event.people[0].address == "anna@acme.example"

    def test_each_of_several_calendars_has_its_own_method(self) -> None:
        called_off, set_anew = event("UID:1@acme.example"), event("UID:2@acme.example")
        stream = (
            calendar(called_off, method="CANCEL") + calendar(set_anew, method="REQUEST") + calendar(event("UID:3@a"))
        )
        assert [type(each.event) for each in findings(stream)] == [
            InterviewCancelled,
            InterviewScheduled,
            InterviewScheduled,
        ]

    def test_the_dates_of_a_series_in_calendars_of_their_own_are_one_entry(self) -> None:
        stream = calendar(event("RRULE:FREQ=DAILY;COUNT=2")) + calendar(event("RECURRENCE-ID:20260311T090000Z"))
        assert len(list(entries(stream))) == 1

    def test_an_alarm_without_an_end_takes_no_entry_with_it(self) -> None:
        alarmed = event("BEGIN:VALARM", "TRIGGER:-PT15M", "DESCRIPTION:Soon")
        other = event("UID:2@acme.example", "BEGIN:VALARM", "TRIGGER:-PT5M", "END:VALARM", ANNA)
        assert [each.evidence.uid for each in findings(calendar(alarmed, other))] == [
            "1@acme.example",
            "2@acme.example",
        ]


class TestWhatItIs:
    @pytest.mark.parametrize(
        "title",
        [
            "Interview with Acme",
            "Acme <> Jane: phone screen",
            "Vorstellungsgespräch Acme",
            "Entretien avec Acme",
            "Colloquio con Acme",
            "Onsite: Acme / Jane Doe",
            "Candidate interview: Jane Doe",
            "Fachgespräch Acme / Frau Doe",
        ],
    )
    def test_an_interview_is_told_by_its_title(self, title: str) -> None:
        found = only(title=title)
        assert found.evidence.confidence >= 0.8
        assert found.evidence.quote == title
        assert found.evidence.cues
        assert not found.tentative

    @pytest.mark.parametrize(
        "title",
        [
            "Dentist",
            "Interview training",
            "Standup",
            "Candidate interview: Bob",
            "Yoga",
            "User interviews",
            "Zahnarzt",
            "Mock interview",
            "Lunch with Anna",
            "Interview with candidate Tom Ford",
            "Debrief: interview Tom Ford",
            "Interview: Tom Ford for Senior Data Engineer",
            "Sollicitatiegesprek – Sam de Vries voor Backend Developer",
            "Visa interview",
            "Kennenlernen Kita Sonnenschein",
            "Prep for the Acme interview",
            "Vorbereitung Vorstellungsgespräch",
            "Train to Leeds (Acme interview)",
            "Simulation d'entretien",
            "Citizenship interview",
            "Career fair",
            "Infoveranstaltung Quereinstieg",
            "Zeugnis holen, Bewerbungscoaching",
            "Treino de entrevista",
        ],
    )
    def test_what_is_no_interview_says_nothing(self, title: str) -> None:
        assert findings(calendar(event(CARLA, title=title))) == []

    @pytest.mark.parametrize(
        ("title", "domain"),
        [
            ("Interview: Jane Doe - Bexley Physio", "bexleyphysio"),
            ("Vorstellungsgespräch Jane Doe / Kita Sonnenhügel", "kita-sonnenhuegel"),
            ("Interview: Lunch supervisor, Jane Doe", "acme"),
            ("Interview: Jane Doe (Physio receptionist)", "acme"),
        ],
    )
    def test_a_word_of_the_employers_name_or_of_the_job_takes_nothing_from_it(self, title: str, domain: str) -> None:
        host = f"ORGANIZER;CN=Anna Berg:mailto:anna@{domain}.example"
        found = only(host, ME, title=title)
        assert found.evidence.confidence >= 0.8
        assert found.evidence.doubt is None

    @pytest.mark.parametrize(
        "title",
        [
            "Interview: Jane Doe - Bexley Physio",
            "Interview with Skelby Gym",
            "Interview Jane Doe / Otley Yoga",
            "Interview: Jane Doe - Birthday Cake Company",
            "Final round Jane Doe / Hotel Krone",
            "Entrevista: Jane Doe - Clínica Massage Sol",
            "Vorstellungsgespräch Jane Doe (Kita Sonnenhügel)",
            "Interview, then lunch with the team",
        ],
    )
    def test_a_word_of_everyday_appointments_beside_an_interview_is_asked_about(self, title: str) -> None:
        found = only(ANNA, ME, title=title)
        assert found.evidence.doubt == "confidence"
        assert not found.tentative
        assert found.confidence_if_matched >= 0.8

    @pytest.mark.parametrize(
        "title",
        ["Parent-teacher interview Obi", "Elternsprechtag Mia", "Entretien parents-profs", "Colloqui genitori 3B"],
    )
    def test_a_talk_with_a_childs_teacher_is_none(self, title: str) -> None:
        assert findings(calendar(event(title=title))) == []

    def test_a_note_of_ones_own_that_names_an_interview_before_such_a_word_is_asked_about(self) -> None:
        assert only(title="Interview with Skelby Gym").evidence.doubt == "confidence"
        for title in (
            "Colloquio maestre Arcobaleno",
            "Entretien maîtresse",
            "Entrevista colegio",
            "Entretien France Travail",
        ):
            assert only(title=title).evidence.doubt == "confidence", title
        assert findings(calendar(event(title="Hotel for the Acme interview"))) == []
        assert findings(calendar(event(title="Entretien chaudière"))) == []

    def test_a_talk_with_somebody_whose_house_is_called_so_may_be_one(self) -> None:
        host = "ORGANIZER;CN=Anna Berg:mailto:anna@bexleyphysio.example"
        assert only(host, ME, title="Jane / Anna - Bexley Physio reception role").tentative
        assert findings(calendar(event(ANNA, ME, title="Jane / Anna - physio"))) == []

    def test_a_talk_with_somebody_from_outside_may_be_one(self) -> None:
        found = only(ANNA, CARLA, ME, title="Chat about the role")
        assert found.tentative

    @pytest.mark.parametrize("title", ["Onsite", "Screening", "Kennenlernen"])
    def test_what_is_said_elsewhere_too_is_one_with_somebody_from_outside(self, title: str) -> None:
        assert only(title=title).tentative
        assert not only(ANNA, CARLA, ME, title=title).tentative

    @pytest.mark.parametrize(
        ("title", "description"),
        [
            ("Jane / Anna", "Intro chat about the Backend Engineer position and your application."),
            ("Jane <> Carla", "I lead the data team and would like to go through your CV for the Data Analyst role."),
            ("Termin mit Anna", "Erstes Gespräch zu deiner Bewerbung als Projektleiterin."),
        ],
    )
    def test_a_description_that_speaks_of_hiring_makes_it_one(self, title: str, description: str) -> None:
        assert only(ANNA, CARLA, ME, f"DESCRIPTION:{description}", title=title).evidence.confidence >= 0.8

    def test_a_note_of_the_users_that_speaks_of_hiring_is_asked_about(self) -> None:
        found = only(
            "DESCRIPTION:about my application as a librarian\\, bring the certificates", title="Call Dr. Hollis"
        )
        assert found.evidence.doubt == "confidence"
        assert not found.tentative

    @pytest.mark.parametrize(
        "title",
        ["Interview Priya Das", "Onsite: Priya Das", "Phone screen", "Fachgespräch", "Performance review Jane Doe"],
    )
    def test_among_colleagues_the_user_is_no_candidate(self, title: str) -> None:
        at_work = User(name="Jane Doe", addresses=("jane@home.example", "jane@work.example"))
        boss = "ORGANIZER:mailto:boss@work.example"
        guest = "ATTENDEE:mailto:priya@post.example"
        assert (
            findings(calendar(event(boss, "ATTENDEE:mailto:jane@work.example", guest, title=title)), user=at_work) == []
        )

    def test_who_invites_others_to_an_interview_holds_it(self) -> None:
        invited = event(
            "ORGANIZER:mailto:jane@home.example", ME, "ATTENDEE:mailto:tom@post.example", title="Phone screen"
        )
        assert findings(calendar(invited)) == []

    @pytest.mark.parametrize(
        "below", ["You are interviewing Tom Ford.", "Wir üben das Vorstellungsgespräch.", "Kein Bewerbungsgespräch!"]
    )
    def test_a_description_may_say_that_it_is_none(self, below: str) -> None:
        assert findings(calendar(event(ANNA, CARLA, ME, f"DESCRIPTION:{below}", title="Onsite"))) == []

    def test_a_talk_with_a_friend_is_none(self) -> None:
        assert findings(calendar(event("ORGANIZER:mailto:bob@gmail.com", title="Coffee chat"))) == []

    def test_a_webinar_is_none(self) -> None:
        crowd = [f"ATTENDEE:mailto:guest{number}@other{number}.example" for number in range(20)]
        assert findings(calendar(event(ANNA, *crowd, title="Product news"))) == []

    @pytest.mark.parametrize("line", ["RRULE:FREQ=WEEKLY", "RRULE:FREQ=DAILY;COUNT=3"])
    def test_a_series_is_none(self, line: str) -> None:
        assert findings(calendar(event(line))) == []

    def test_a_date_that_is_taken_out_of_a_series_is_told_whatever_its_title(self) -> None:
        gone = event("RECURRENCE-ID:20260310T090000Z", "STATUS:CANCELLED", title="Catch-up")
        (told,) = findings(calendar(gone))
        assert isinstance(told.event, InterviewCancelled)
        assert (told.event.recurrence_id, told.tentative) == ("2026-03-10T09:00:00+00:00", True)
        assert findings(calendar(gone), sender="anna@acme.example") == []

    def test_a_friends_own_invitation_that_they_forward_is_none(self) -> None:
        orla = "ATTENDEE;CN=Orla Kane:mailto:orla@friends.example"
        forwarded = calendar(event(ANNA, orla, title="Interview with Acme"), method="REQUEST")
        assert findings(forwarded, sender="orla@friends.example") == []
        assert len(findings(forwarded, sender="anna@acme.example")) == 1
        assert len(findings(calendar(event(ANNA, orla, ME), method="REQUEST"), sender="orla@friends.example")) == 1

    def test_the_dates_that_a_series_leaves_out_are_off_but_for_those_that_stand_beside_it(self) -> None:
        out = "EXDATE;TZID=Europe/Berlin:20260311T100000,20260312T100000"
        series = event("RRULE:FREQ=DAILY;COUNT=4", out, title="Catch-up")
        moved = event("RECURRENCE-ID:20260312T090000Z", start="DTSTART:20260312T150000Z")
        told = [each.event for each in findings(calendar(series, moved))]
        assert [(type(each), each.recurrence_id) for each in told if isinstance(each, InterviewTime)] == [
            (InterviewScheduled, "2026-03-12T09:00:00+00:00"),
            (InterviewCancelled, "2026-03-11T09:00:00+00:00"),
        ]

    def test_a_day_long_entry_of_ones_own_is_none(self) -> None:
        assert findings(calendar(event(start="DTSTART;VALUE=DATE:20260310"))) == []

    def test_somebody_from_outside_invites_to_an_interview_of_a_day(self) -> None:
        day, week = "DTEND;VALUE=DATE:20260311", "DTEND;VALUE=DATE:20260315"
        invited = scheduled(ANNA, CARLA, ME, day, title="Interview day at Acme", start="DTSTART;VALUE=DATE:20260310")
        assert (invited.start, invited.end) == (
            datetime(2026, 3, 10, 8, tzinfo=UTC),
            datetime(2026, 3, 10, 17, tzinfo=UTC),
        )
        for other in (
            event(ANNA, ME, week, title="Interview week at Acme", start="DTSTART;VALUE=DATE:20260310"),
            event(ANNA, ME, day, title="Acme is closed", start="DTSTART;VALUE=DATE:20260310"),
        ):
            assert findings(calendar(other)) == []

    @pytest.mark.parametrize("line", ["UID:abc@afterword", "X-AFTERWORD-START:20260310T090000Z"])
    def test_our_own_invites_are_never_read_back(self, line: str) -> None:
        assert findings(calendar(event(line))) == []

    @pytest.mark.parametrize("method", ["REPLY", "COUNTER", "REFRESH"])
    def test_f63_what_others_answered_is_no_meeting(self, method: str) -> None:
        assert findings(calendar(event(ME), method=method)) == []


class TestWhenItIs:
    def test_its_times_are_kept_in_utc_with_the_zone_they_were_said_in(self) -> None:
        found = scheduled(
            "DTEND;TZID=America/New_York:20260310T110000", start="DTSTART;TZID=America/New_York:20260310T100000"
        )
        assert (found.start, found.end) == (
            datetime(2026, 3, 10, 14, tzinfo=UTC),
            datetime(2026, 3, 10, 15, tzinfo=UTC),
        )
        assert found.zone == "America/New_York"

    @pytest.mark.parametrize(
        ("lines", "hours"),
        [
            (("DURATION:PT90M",), 1.5),
            ((), 1),
            (("DTEND:20260310T080000Z",), 1),
            (("DTEND:20260410T080000Z",), 1),
            (("DURATION:-PT1H",), 1),
        ],
    )
    def test_it_lasts_as_long_as_it_says_if_that_can_be(self, lines: tuple[str, ...], hours: float) -> None:
        found = scheduled(*lines)
        assert found.start is not None
        assert found.end == found.start + timedelta(hours=hours)

    def test_a_floating_time_is_the_users_own(self) -> None:
        found = only(start="DTSTART:20260310T100000")
        assert isinstance(found.event, InterviewScheduled)
        assert (found.event.start, found.event.zone) == (datetime(2026, 3, 10, 9, tzinfo=UTC), "Europe/Berlin")
        assert found.evidence.doubt is None

    def test_its_revision_is_kept(self) -> None:
        found = scheduled("SEQUENCE:3", "LAST-MODIFIED:20260302T100000Z")
        assert (found.uid, found.sequence, found.stamp) == ("1@acme.example", 3, datetime(2026, 3, 2, 10, tzinfo=UTC))

    @pytest.mark.parametrize(
        ("lines", "day"),
        [
            (("CREATED:20260301T100000Z", "LAST-MODIFIED:20260302T100000Z", "DTSTAMP:20260303T100000Z"), 2),
            (("CREATED:20260301T100000Z", "DTSTAMP:20260303T100000Z"), 3),
        ],
    )
    def test_f62_its_stamp_is_the_revisions_and_not_the_entrys(self, lines: tuple[str, ...], day: int) -> None:
        assert scheduled(*lines).stamp == datetime(2026, 3, day, 10, tzinfo=UTC)

    def test_an_export_at_another_time_is_the_same_reading(self) -> None:
        one = read_calendar(calendar(event("DTSTAMP:20260301T090000Z")), user=JANE, now=NOW)
        other = read_calendar(calendar(event("DTSTAMP:20260304T090000Z", "TRANSP:OPAQUE")), user=JANE, now=NOW)
        assert [each.identity for each in one] == [each.identity for each in other]

    def test_another_time_is_another_reading(self) -> None:
        one = read_calendar(calendar(event()), user=JANE, now=NOW)
        other = read_calendar(calendar(event(start="DTSTART:20260311T090000Z")), user=JANE, now=NOW)
        assert one[0].identity != other[0].identity


class TestCancelled:
    @pytest.mark.parametrize(
        ("lines", "method", "declined"),
        [
            ((), "CANCEL", False),
            (("STATUS:CANCELLED",), "", False),
            (("ATTENDEE;PARTSTAT=DECLINED:mailto:jane@home.example",), "", True),
            (("ATTENDEE;PARTSTAT=DECLINED:mailto:Jane+jobs@Home.example",), "", True),
        ],
    )
    def test_what_will_not_take_place_is_cancelled(self, lines: tuple[str, ...], method: str, declined: bool) -> None:
        found = only(*lines, method=method).event
        assert isinstance(found, InterviewCancelled)
        assert found.declined is declined
        assert found.start == datetime(2026, 3, 10, 9, tzinfo=UTC)

    def test_one_interviewer_who_declines_cancels_nothing(self) -> None:
        assert scheduled(CARLA.replace("ACCEPTED", "DECLINED"), ME)

    def test_one_instance_is_told_from_the_others(self) -> None:
        found = only("RECURRENCE-ID:20260310T090000Z", method="CANCEL").event
        assert isinstance(found, InterviewCancelled)
        assert found.recurrence_id == "2026-03-10T09:00:00+00:00"


class TestWho:
    def test_interviewers_are_who_takes_part_and_whoever_only_organised_is_not_one(self) -> None:
        room = "ATTENDEE;CUTYPE=ROOM;CN=Blue Room:mailto:blue@acme.example"
        found = scheduled(ANNA, CARLA, ME, room)
        assert found.people == (
            Person(address="carla@acme.example", name="Carla Rossi", part="interviewer"),
            Person(address="anna@acme.example", name="Anna Berg", part="coordinator"),
        )

    def test_whoever_organised_and_comes_alone_interviews(self) -> None:
        assert [each.part for each in scheduled(ANNA, ME).people] == ["interviewer"]

    def test_the_description_says_what_somebody_does(self) -> None:
        found = scheduled(ANNA, CARLA, "DESCRIPTION:Carla Rossi\\, Recruiter\\nAnna Berg\\, Engineering Manager")
        assert [(each.name, each.part) for each in found.people] == [
            ("Carla Rossi", "recruiter"),
            ("Anna Berg", "hiring_manager"),
        ]

    def test_the_users_own_calendar_names_no_one_else(self) -> None:
        assert scheduled("ORGANIZER:mailto:jane@home.example", ME).people == ()

    @pytest.mark.parametrize(
        ("title", "lines", "company"),
        [
            ("Interview", (CARLA,), "Acme"),
            ("Interview with Northwind", (), "Northwind"),
            ("Vorstellungsgespräch bei Contoso", (), "Contoso"),
            ("Contoso Vorstellungsgespräch", (), "Contoso"),
            ("Contoso – Interview", (), "Contoso"),
            ("ACME Interview", (CARLA,), "ACME"),
            ("Jane Doe <> Contoso: Interview", (), "Contoso"),
            ("Jane / Carla - Acme reception role", (CARLA,), "Acme"),
            ("Interview: Jane Doe / Contoso reception role", (), "Contoso"),
            ("Interview Jane / Carla", ("ATTENDEE;CN=Carla Rossi:mailto:carla@gmail.com",), ""),
            ("Jane / Carla - Acme intro call", (CARLA,), "Acme"),
            ("Interview: Coffee Lab Berlin", (), "Coffee Lab Berlin"),
            ("Interview", (), ""),
        ],
    )
    def test_the_company_is_whose_people_come_or_what_the_title_names(
        self, title: str, lines: tuple[str, ...], company: str
    ) -> None:
        assert scheduled(*lines, title=title).company == company

    def test_those_whom_the_description_names_with_an_address_are_met_where_nobody_else_takes_part(self) -> None:
        below = "DESCRIPTION:Panel: Lorna Speight (lorna@acme.example)\\, Dev Acharya <dev@acme.example>"
        people = scheduled("ORGANIZER;CN=Acme Careers:mailto:careers@acme.example", ME, below).people

        assert [(each.address, each.name, each.part) for each in people] == [
            ("lorna@acme.example", "Lorna Speight", "interviewer"),
            ("dev@acme.example", "Dev Acharya", "interviewer"),
            ("careers@acme.example", "Acme Careers", "coordinator"),
        ]

    def test_who_is_there_for_questions_is_no_interviewer(self) -> None:
        below = "DESCRIPTION:Interviewer: Carla Rossi\\nQuestions? Ask Yuki Mori\\, yuki@acme.example"
        people = scheduled(CARLA, "ATTENDEE;CN=Yuki Mori:mailto:yuki@acme.example", ME, below).people

        assert {each.name: each.part for each in people} == {"Carla Rossi": "interviewer", "Yuki Mori": "coordinator"}

    @pytest.mark.parametrize("title", ["Interview Meireles & Tanaka", "Meireles & Tanaka - phone screen"])
    def test_two_names_that_are_joined_are_one_company(self, title: str) -> None:
        assert scheduled(title=title).company == "Meireles & Tanaka"
        guest = "ATTENDEE;CN=Rita Tanaka:mailto:rita@meirelestanaka.example"
        assert scheduled(guest, title=title).company == "Meireles & Tanaka"

    @pytest.mark.parametrize(
        "title", ["Interview Acme & Jane", "Acme & Jane Doe: interview", "Interview & Acme", "Interview: Acme, Initech"]
    )
    def test_a_company_that_is_joined_with_the_user_is_not_called_so(self, title: str) -> None:
        assert scheduled(title=title).company == "Acme"

    def test_a_company_behind_w_is_found(self) -> None:
        assert scheduled(title="Phone interview w/ Marlowe - they call").company == "Marlowe"


class TestMailed:
    def test_an_invitation_from_its_organizers_house_counts(self) -> None:
        for sender in ("talent@acme.example", "jobs@careers.acme.example"):
            assert only(ANNA, sender=sender, method="REQUEST").evidence.doubt is None

    def test_f62_at_a_free_mail_service_the_organizer_is_one_address(self) -> None:
        bob = "ORGANIZER:mailto:bob@gmail.com"
        assert only(bob, sender="bob@gmail.com").evidence.doubt is None
        assert only(bob, sender="mallory@gmail.com").evidence.doubt == "sender"

    @pytest.mark.parametrize("method", ["REQUEST", "CANCEL"])
    def test_f62_one_from_elsewhere_is_a_question(self, method: str) -> None:
        assert only(ANNA, sender="mallory@evil.example", method=method).evidence.doubt == "sender"

    def test_in_the_users_own_calendar_the_organizer_may_be_anybody(self) -> None:
        assert only(ANNA).evidence.doubt is None


def test_an_entry_that_cannot_be_read_is_told() -> None:
    with pytest.raises(Unreadable):
        findings(calendar(event(start="DTSTART:yesterday")))


def test_an_entry_that_cannot_be_read_hides_no_other() -> None:
    bad = event("UID:bad@acme.example", start="DTSTART:yesterday")
    assert len(findings(calendar(bad, event()))) == 1


def test_a_text_that_is_no_calendar_says_nothing() -> None:
    assert findings(b"Hello") == findings(b"") == []
