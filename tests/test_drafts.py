"""Drafts: what they say, whom they greet, and that neither a stranger's mail nor a broken template spoils them."""

import re
import subprocess
import sys
import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from afterword.eventlog.events import Person
from projections.drafts import About, Manner, Writer
from projections.drafts.languages import languages
from projections.drafts.variables import variables
from projections.status import DraftText

KINDS = ("thank_you", "nudge", "connect", "review", "rejection_reply", "feedback_request")
BERLIN = timezone(timedelta(hours=1))
CARLA = Person("carla.rossi@acme.example", "Carla Rossi", "interviewer")
KNOWN = About(
    user_name="Jane Doe",
    to=CARLA,
    company="Acme",
    role="Backend Engineer",
    people=(CARLA,),
    interview_at=datetime(2026, 3, 3, 14, tzinfo=BERLIN),
    now=datetime(2026, 3, 3, 15, tzinfo=BERLIN),
)
UNKNOWN = About(now=datetime(2026, 3, 3, 15, tzinfo=BERLIN))


def write(kind: str, about: About, **changes: object) -> DraftText:
    writer = Writer()
    draft = writer.write(kind, replace(about, **changes))
    assert writer.problems == []
    return draft


def letter(draft: DraftText) -> str:
    return f"Subject: {draft.subject}\n\n{draft.body}"


GOLDEN: dict[str, tuple[dict[str, Any], str]] = {
    "thank_you": (
        {"highlights": ("the migration story",)},
        """\
Subject: Thank you for your time today

Hi Carla,

Thank you for taking the time to talk with me about the Backend Engineer role at Acme today.

One thing that has stayed with me: the migration story.

If there is anything else you need from me, just let me know.

Best regards,
Jane Doe""",
    ),
    "nudge": (
        {"promised_until": date(2026, 3, 6), "now": datetime(2026, 3, 9, 9, tzinfo=BERLIN)},
        """\
Subject: Following up on the Backend Engineer role at Acme

Hi Carla,

You mentioned that I would hear back about the Backend Engineer role at Acme by Friday, 6 March. Is there any news yet?

If you need a little longer, that is no problem at all; even a rough date would help me plan. I am still very interested.

Best regards,
Jane Doe""",
    ),
    "rejection_reply": (
        {
            "asks_feedback": True,
            "thread_subject": "RE: AW: Your application",
            "in_reply_to": "no-42@acme.example",
            "now": datetime(2026, 3, 6, 9, tzinfo=BERLIN),
        },
        """\
Subject: Re: Your application

Hi Carla,

Thank you for letting me know about the Backend Engineer role at Acme, and for the time you and your colleagues took. I had hoped for a different answer, but I enjoyed our conversation on Tuesday.

One last question, if you have a minute: what is the main thing I could do better next time? Even a sentence or two would help me a lot. If you would rather not say, I understand.

If something comes up later that might be a better fit, I would be glad to hear from you.

Best regards,
Jane Doe""",
    ),
    "feedback_request": (
        {"now": datetime(2026, 3, 20, 9, tzinfo=BERLIN)},
        """\
Subject: A question about my interview on Tuesday, 3 March

Hi Carla,

Now that the decision on the Backend Engineer role at Acme has been made, may I ask you for some feedback on my interview on Tuesday, 3 March? Two things would help me most:

- What is the one thing I could have done better?
- Which skill or experience would you have liked to see more of?

A line or two is plenty, and if you would rather not answer, or can't, that is fine too.

Best regards,
Jane Doe""",
    ),
    "connect": (
        {"company": "Bär & Söhne", "people": (Person("carla.rossi@baer.de", "Rossi, Carla"),)},
        """\
Subject: Stay in touch with the people of Bär & Söhne

Carla Rossi
  https://www.linkedin.com/search/results/people/?keywords=Carla%20Rossi%20B%C3%A4r%20%26%20S%C3%B6hne
  https://www.xing.com/search/members?keywords=Carla%20Rossi%20B%C3%A4r%20%26%20S%C3%B6hne

Bär & Söhne
  https://www.linkedin.com/search/results/companies/?keywords=B%C3%A4r%20%26%20S%C3%B6hne
  https://www.xing.com/search/companies?keywords=B%C3%A4r%20%26%20S%C3%B6hne
  Openings: https://duckduckgo.com/?q=B%C3%A4r%20%26%20S%C3%B6hne%20careers%20jobs

A line to send with the request:
  It was good to meet you today. However things turn out, I would like to stay in touch.""",
    ),
    "review": (
        {},
        """\
Subject: Look back at the interview with Acme

Take 15 minutes to look back at your interview for the Backend Engineer role at Acme today, then let it go.

1. What went well? Name one moment, and what you did to bring it about.
2. What would you do differently? Name one thing that you can practise before the next one.

Keep your answers with: afterword review Acme
After 15 minutes you are done: nothing about this interview can be changed any more.""",
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_reads_as_a_person_would_write_it(kind: str) -> None:
    changes, expected = GOLDEN[kind]
    assert letter(write(kind, KNOWN, **changes)) == expected


@pytest.mark.parametrize("kind", KINDS)
def test_sentences_are_whole_where_nothing_is_known(kind: str) -> None:
    told = letter(write(kind, UNKNOWN))
    assert not re.search(r"None|Hi ,|Dear|\.\.| [.,:?]|\{|\S  \S", told)


def test_a_thank_you_by_way_of_the_recruiter_asks_to_pass_it_on() -> None:
    body = write("thank_you", KNOWN, via_recruiter=True, highlights=("the migration story",)).body
    assert "pass on my thanks to them?" in body
    assert "welcome to pass on: the migration story." in body
    assert "talk with me" not in body


def test_the_command_that_a_review_names_is_one_that_a_shell_takes() -> None:
    assert "afterword review 'Bär & Söhne'\n" in write("review", KNOWN, company="Bär & Söhne").body


def test_whoever_is_written_to_after_a_machines_rejection_is_not_thanked_for_it() -> None:
    draft = write("rejection_reply", KNOWN, told_by_them=False)
    assert "letting me know" not in letter(draft)
    assert "my application for the Backend Engineer role at Acme was not successful." in draft.body


def test_interviewers_known_by_name_are_named_to_the_recruiter() -> None:
    met = (CARLA, Person(name="Berg, Anna", part="interviewer"), Person(name="Ben Ode", part="hiring_manager"))
    assert "pass on my thanks to Anna and Ben, too?" in write("thank_you", KNOWN, via_recruiter=True, people=met).body


def test_several_highlights_are_said_in_the_words_they_were_jotted_down_in() -> None:
    noted = ("the pairing.", 'that you say "ship it"', "small\nteam", "small team", "a fourth")
    body = write("thank_you", KNOWN, highlights=noted).body
    assert "A few things that have stayed with me: the pairing, that you say ‘ship it’ and small team.\n" in body


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0, "today"),
        (1, "yesterday"),
        (2, "on Sunday"),
        (6, "on Wednesday"),
        (7, "on Tuesday, 24 February"),
        (90, "on Wednesday, 3 December 2025"),
    ],
)
def test_the_day_is_told_from_where_the_reader_stands(days: int, said: str) -> None:
    at = KNOWN.now - timedelta(days=days)
    assert write("thank_you", KNOWN, interview_at=at).subject == f"Thank you for your time {said}"


def test_the_day_is_that_of_the_users_zone() -> None:
    late = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
    assert write("thank_you", KNOWN, interview_at=late).subject == "Thank you for your time today"


@pytest.mark.parametrize(
    ("role", "company", "said"),
    [
        ("Data Analyst (m/w/d)", "Acme Inc.", " about the Data Analyst role at Acme Inc today."),
        ("the Platform Position", "", " about the Platform Position today."),
        ("Internship in Marketing", "Acme", " about the Internship in Marketing at Acme today."),
        ("Weekend job", "Acme", " about the Weekend job at Acme today."),
        ("Job Coach", "Acme", " about the Job Coach role at Acme today."),
        ("Cook m/w/d", "Acme", " about the Cook role at Acme today."),
        ("Developer H/F", "", " about the Developer role today."),
        ("H/W Engineer (m/v/x)", "", " about the H/W Engineer role today."),
        ("Lecturer", "University of Acme", " about the Lecturer role at the University of Acme today."),
        ("Engineer at Acme", "Acme", " about the Engineer role at Acme today."),
        ("", "Acme", "to talk with me today."),
        ("x" * 200, "", "to talk with me today."),
    ],
)
def test_the_position_is_said_once_and_in_whole_words(role: str, company: str, said: str) -> None:
    assert f"{said}\n" in write("thank_you", KNOWN, role=role, company=company).body


@pytest.mark.parametrize(
    ("name", "address", "greeting"),
    [
        ("Carla Rossi", "", "Hi Carla,"),
        ("Rossi, Carla", "", "Hi Carla,"),
        ("ROSSI Carla", "", "Hi Carla,"),
        ("carla rossi", "", "Hi Carla,"),
        ("Carla Rossi, PhD", "", "Hi Carla,"),
        ("Carla Rossi, Acme GmbH", "", "Hi Carla,"),
        ("Carla Rossi (she/her) | Acme", "", "Hi Carla,"),
        ("Carla from Acme Recruiting", "", "Hi Carla,"),
        ("Dr. Anna Berg", "", "Hi Anna,"),
        ("Berg, Dr. rer. nat. Anna", "", "Hi Anna,"),
        ("van der Berg, Anna", "", "Hi Anna,"),
        ("García López, María", "maria.garcia@acme.example", "Hi María,"),
        ("Da Silva, Rui", "", "Hi Rui,"),
        ("Van den Berg, Jan", "", "Hi Jan,"),
        ("Lovelace, Ada, PhD", "", "Hi Ada,"),
        ("Frau Ursula von der Lahn", "", "Hi Ursula,"),
        ("Carla von Acme", "", "Hi Carla,"),
        ("Carla von der Personalabteilung", "", "Hi Carla,"),
        ("Van Nguyen", "", "Hi Van,"),
        ("Mevrouw J. de Vries", "", "Dear Mevrouw de Vries,"),
        ("Madame Duval", "", "Dear Madame Duval,"),
        ("Sig.ra Ricci", "", "Dear Sig.ra Ricci,"),
        ("Dott.ssa Elena Ricci", "", "Hi Elena,"),
        ("J. Robert Oppenheimer", "", "Hi Robert,"),
        ("Phil Jones", "", "Hi Phil,"),
        ("प्रिया शर्मा", "", "Hi प्रिया शर्मा,"),
        ("Dr. Berg", "", "Dear Dr. Berg,"),
        ("", "carla.rossi@acme.example", "Hi Carla,"),
        ("carla.rossi@acme.example", "", "Hi Carla,"),
        ("Acme Recruiting", "anna-lena.berg@acme.example", "Hi Anna-Lena,"),
        ("C. Rossi", "c.rossi@acme.example", "Hello,"),
        ("", "crossi@acme.example", "Hello,"),
        ("", "jobs@acme.example", "Hello,"),
        ("", "talent.acquisition@acme.example", "Hello,"),
        ("Acme", "people@acme.example", "Hello,"),
        ("Acme Talent Team", "", "Hello,"),
        ("Acme via Greenhouse", "", "Hello,"),
        ("Jobs at Acme", "", "Hello,"),
        ("http://evil.example", "", "Hello,"),
        ("\u200d \u3164", "", "Hello,"),
    ],
)
def test_people_are_greeted_by_their_first_name_and_desks_by_none(name: str, address: str, greeting: str) -> None:
    assert write("nudge", KNOWN, to=Person(address, name)).body.partition("\n")[0] == greeting


@pytest.mark.parametrize("before", ["", "Re: ", "RE: AW: ", "Re[2]: re : ", "SV: Antw: "])
def test_an_answer_says_re_once(before: str) -> None:
    draft = write("nudge", KNOWN, thread_subject=f"{before}Fwd: Interview", in_reply_to="<a.b@acme.example>")
    assert (draft.subject, draft.in_reply_to) == ("Re: Fwd: Interview", "a.b@acme.example")


def test_a_thread_without_a_subject_gets_ours() -> None:
    assert write("rejection_reply", KNOWN, thread_subject="Re: ").subject == "Thank you for letting me know"


def test_what_is_for_the_user_alone_goes_to_nobody_and_into_no_thread() -> None:
    for kind in ("connect", "review"):
        draft = write(kind, KNOWN, thread_subject="Interview", in_reply_to="a@acme.example")
        assert (draft.to, draft.in_reply_to) == ("", "")


def test_f68_line_ends_and_bidi_in_fields_inject_nothing() -> None:
    evil = "x\r\nBcc: eve@evil.example\x00\u202e\u2028y"
    about = replace(KNOWN, to=Person(f"a@acme.example{evil}", evil), company=evil, role=evil, user_name=evil)
    for kind in KINDS:
        draft = write(kind, about, thread_subject=evil, in_reply_to=evil, highlights=(evil,), people=(about.to,))
        assert draft.to == ""
        assert draft.in_reply_to == ""
        assert len(draft.subject.splitlines()) == 1
        assert not re.search(r"[\r\x00\u202e\u2028]|^Bcc", letter(draft), re.MULTILINE)


@pytest.mark.parametrize(
    "address",
    [
        "a@x.example, b@y.example",
        "a@x.example;b@y.example",
        "<a@x.example>",
        "a@b@c",
        "a b@x.example",
        "x" * 300 + "@y.example",
    ],
)
def test_f68_a_draft_goes_to_one_address_or_to_none(address: str) -> None:
    assert write("nudge", KNOWN, to=Person(address)).to == ""


TEXT = st.text(st.characters() | st.sampled_from('\r\n\x00\x85\u2028\u202e\u200d,.@<>"{}% '), max_size=60).filter(
    lambda text: "none" not in unicodedata.normalize("NFKC", text).casefold()
)
PEOPLE = st.builds(Person, address=TEXT, name=TEXT)
MOMENTS = st.datetimes(timezones=st.sampled_from([UTC, BERLIN, timezone(timedelta(hours=-12))]))
ABOUTS = st.builds(
    About,
    user_name=TEXT,
    to=st.none() | PEOPLE,
    company=TEXT,
    role=TEXT,
    people=st.lists(PEOPLE, max_size=3).map(tuple),
    highlights=st.lists(TEXT, max_size=4).map(tuple),
    interview_at=st.none() | MOMENTS,
    promised_until=st.none() | st.dates(),
    promised_quote=TEXT,
    asks_feedback=st.booleans(),
    thread_subject=TEXT,
    in_reply_to=TEXT,
    via_recruiter=st.booleans(),
    told_by_them=st.booleans(),
    manner=st.builds(Manner, language=st.sampled_from(languages()), formal=st.booleans()),
    now=MOMENTS,
)


@given(kind=st.sampled_from(KINDS), about=ABOUTS)
def test_whatever_stands_in_the_fields_the_draft_is_fit_to_send(kind: str, about: About) -> None:
    draft = write(kind, about)
    assert draft.subject
    for header in (draft.subject, draft.to, draft.in_reply_to):
        assert len(header.splitlines()) <= 1
        assert all(char.isprintable() or char in "\u200c\u200d" for char in header)
    assert "None" not in letter(draft)
    assert not re.search(r"\S  \S", letter(draft))
    assert not re.search(r"^(?:Hi|Dear|Hello)\s*,$", draft.body.replace("Hello,", ""), re.MULTILINE)
    assert all(char.isprintable() or char in "\n\u200c\u200d" for char in draft.body)
    draft.body.encode()


def test_the_users_own_template_is_used() -> None:
    own = "Subject: News on {{ role }}?\n\n{{ greeting }}\n{% if day %}\nWe met {{ day }}{% if company %} at {{ company }}{% endif %}\n{% endif %}\nBye\n"
    writer = Writer({"nudge": own})
    assert writer.problems == []
    assert (
        letter(writer.write("nudge", KNOWN))
        == "Subject: News on Backend Engineer?\n\nHi Carla,\nWe met today at Acme\nBye"
    )


def test_a_template_without_a_subject_gets_ours() -> None:
    draft = Writer({"nudge": "{{ greeting }} any news?"}).write("nudge", KNOWN)
    assert draft.subject == "Following up on the Backend Engineer role at Acme"
    assert draft.body == "Hi Carla, any news?"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{% if %}", r"can't be read \(line 1\)"),
        ("{{ salary }}", "'salary' is undefined"),
        ("Subject: Hm\n\n", "empty text"),
        ("{{ role.__class__.__mro__ }}", "unsafe"),
        ("{{ ''['__class__'] }}", "unsafe"),
        ("{% include '/etc/hostname' %}", "can't be filled"),
        ("{% for each in range(10**9) %}x{% endfor %}", "too much"),
        ("{% for a in range(1999) %}{% for b in 'abcdefgh' %}{% endfor %}{% endfor %}", "too much"),
        ("{% macro a() %}{{ a() }}{{ a() }}{% endmacro %}{{ a() }}", "can't be filled"),
        ("{% for a in [1] recursive %}{{ loop([1, 1]) }}{% endfor %}", "call itself"),
        ("{{ 9 ** 9 ** 9 }}", "too much"),
        ("{{ 'x' * 10 ** 10 }}", "too much"),
        ("{{ '{:>9999999999}'.format(1) }}", "unsafe"),
        ("{{ 'x'.rjust(9999999999) }}", "unsafe"),
        ("{{ 1 | center(9999999999) }}", "No filter named"),
    ],
)
def test_a_template_that_does_not_work_is_told_at_once_and_ours_is_used(text: str, why: str) -> None:
    writer = Writer({"nudge": text})
    assert len(writer.problems) == 1
    assert re.match(rf"templates/nudge\.txt .*{why}.*; ours is used instead\.$", writer.problems[0])
    assert writer.write("nudge", KNOWN) == Writer().write("nudge", KNOWN)


def test_a_template_that_fails_later_is_told_once_it_has() -> None:
    writer = Writer({"thank_you": "{{ greeting }} {{ highlights[0] }}"})
    assert writer.problems == []
    for _ in range(2):
        assert writer.write("thank_you", UNKNOWN) == Writer().write("thank_you", UNKNOWN)
    assert len(writer.problems) == 1


def test_a_template_of_an_unknown_name_is_told() -> None:
    (problem,) = Writer({"thankyou": "Hi"}).problems
    assert problem == f"templates/thankyou.txt is for no kind of item (the kinds are {', '.join(KINDS)})."


def test_what_a_field_says_is_never_run_as_a_template() -> None:
    assert "with me: {{ 7 * 7 }}." in write("thank_you", KNOWN, highlights=("{{ 7 * 7 }}",)).body


def test_jinja_is_loaded_only_when_something_is_written() -> None:
    program = "import sys; from projections.drafts import Writer; Writer(); sys.exit('jinja2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_every_variable_is_told_of_in_the_documentation() -> None:
    page = (Path(__file__).parents[1] / "docs" / "drafts.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)) == set(variables(KNOWN)) | set(KINDS)


def test_the_example_in_the_documentation_works() -> None:
    page = (Path(__file__).parents[1] / "docs" / "drafts.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```jinja\n(.*?)```", page, re.DOTALL)
    writer = Writer({"thank_you": example})
    assert writer.problems == []
    for about in (KNOWN, UNKNOWN, replace(KNOWN, highlights=("the migration story",))):
        assert writer.write("thank_you", about).body.startswith(write("nudge", about).body.partition("\n")[0])
    assert writer.problems == []
