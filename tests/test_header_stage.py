"""What the headers of mails tell before their bodies are fetched: much is left aside, nothing of hiring ever."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterword.recognition.messages.header_stage import FIELDS, worth_reading
from afterword.recognition.reading import User
from evaluation.labelled import own_mails

JANE = User(addresses=("jane@home.example",))
UNSUBSCRIBE = "List-Unsubscribe: <https://news.example/u/1>"


def headers(sender: str, subject: str, *further: str) -> bytes:
    return "\r\n".join((f"From: {sender}", "To: jane@home.example", f"Subject: {subject}", *further, "")).encode()


def kept(raw: bytes, *threads: str) -> bool:
    return worth_reading(raw, user=JANE, threads=frozenset(threads))


def test_no_labelled_mail_that_says_something_is_lost() -> None:
    telling = [mail for mail in own_mails() if any(mail.expected)]
    assert len(telling) > 200
    assert [mail.name for mail in telling if not kept(mail.raw.partition(b"\r\n\r\n")[0])] == []


@pytest.mark.parametrize("half", ["mails", "held"])
def test_none_would_be_lost_even_if_each_came_as_bulk_mail(half: str) -> None:
    telling = [mail for mail in own_mails(half) if any(mail.expected)]
    assert len(telling) > 200
    lost = [mail for mail in telling if not kept(UNSUBSCRIBE.encode() + b"\r\n" + mail.raw.partition(b"\r\n\r\n")[0])]
    assert len(lost) == 0


@pytest.mark.parametrize(
    ("sender", "subject", "mark"),
    [
        ("Shop <orders@shop.example>", "Your order has shipped", UNSUBSCRIBE),
        ("Orders <orders@shop.example>", "On its way: your parcel", UNSUBSCRIBE),
        ("Shop <shop@shop.example>", "On its way: your parcel", UNSUBSCRIBE),
        ("Der Laden <info@laden.example>", "Nur heute: 20 % Rabatt", UNSUBSCRIBE),
        ("Morning Brief <brief@news.example>", "Why the harbour grows", UNSUBSCRIBE),
        ("Morning Brief <newsletter@news.example>", "Why the harbour grows", "X-Mailer: Postbox"),
        ("Tom <tom@example.org>", "patch for the parser", "List-Id: <dev.lists.example.org>"),
        ("Tom <tom@example.org>", "patch for the parser", "Precedence: list"),
        ("Friends <notify@social.example>", "Tom liked your picture", "Precedence: bulk"),
        ("Mail Delivery <mailer-daemon@mx.example>", "Undelivered mail", "Auto-Submitted: auto-generated"),
    ],
)
def test_bulk_lists_and_bounces_are_set_aside(sender: str, subject: str, mark: str) -> None:
    assert not kept(headers(sender, subject, mark))


@pytest.mark.parametrize(
    ("sender", "subject"),
    [
        ("Tailspin <news@tailspin.example>", "Your application to Tailspin"),
        ("Tailspin <news@tailspin.example>", "=?utf-8?q?Ihre_Bewerbung_als_K=C3=B6chin?="),
        ("Tailspin <no-reply@greenhouse.io>", "Tailspin"),
        ("Tailspin Careers <info@tailspin.example>", "Tailspin"),
        ("Tailspin <jobs@tailspin.example>", "Tailspin"),
        ("Tailspin <info@tailspin.example>", "An update from Tailspin"),
        ("Tailspin <info@tailspin.example>", "Tu entrevista"),
        ("Tailspin <info@tailspin.example>", "Votre candidature"),
        ("Tailspin <info@tailspin.example>", "Je sollicitatie"),
        ("Tailspin <info@tailspin.example>", "Seu processo seletivo"),
        ("Tailspin <info@tailspin.example>", "Il tuo colloquio"),
        ("Tailspin <info@tailspin.example>", "Re: Monday"),
        ("Jane <jane@home.example>", "Hello"),
        ("Anna Berg <anna.berg@tailspin.example>", "Quick check-in"),
        ("Anna Berg <a.berg@tailspin.example>", "A survey, a deal and a parcel"),
        ("Anna Berg <aberg@tailspin.example>", "A survey, a deal and a parcel"),
    ],
)
def test_what_may_be_of_hiring_is_read_though_it_comes_as_bulk_mail(sender: str, subject: str) -> None:
    assert kept(headers(sender, subject, UNSUBSCRIBE))


def test_a_list_that_speaks_of_hiring_is_read() -> None:
    assert kept(headers("Tailspin <info@tailspin.example>", "Your application", "List-Id: <hiring.tailspin.example>"))


def test_an_automatic_reply_may_answer_an_invite_and_is_read() -> None:
    assert kept(headers("Calendar <calendar@home.example>", "Declined: your parcel", "Auto-Submitted: auto-replied"))


def test_a_person_is_always_read() -> None:
    assert kept(headers("Tom <tom@example.org>", "20 % discount on your parcel"))


def test_what_belongs_to_a_known_thread_is_read() -> None:
    raw = headers(
        "Tom <tom@example.org>", "x", "List-Id: <l.example.org>", "References: <a@b.example>\r\n <c@d.example>"
    )
    assert kept(raw, "c@d.example")
    assert not kept(raw, "e@f.example")


def test_the_nearest_mail_of_a_long_thread_is_known() -> None:
    ids = "\r\n ".join(f"<{number:060}@example.org>" for number in range(100))
    raw = headers("Tom <tom@example.org>", "x", "List-Id: <l.example.org>", f"References: {ids}\r\n <c@d.example>")
    assert kept(raw, "c@d.example")
    assert kept(raw, f"{0:060}@example.org")
    assert not kept(raw, "e@f.example")


@pytest.mark.parametrize("raw", [b"", b"From: a@b.example\r\n", b"Subject: sale\r\nPrecedence: bulk\r\n"])
def test_what_has_headers_that_tell_too_little_is_read(raw: bytes) -> None:
    assert kept(raw)


@pytest.mark.parametrize("known", ["tom@example.org", "example.org"])
def test_what_somebody_known_writes_is_read(known: str) -> None:
    raw = headers("Tom <Tom@example.org>", "patch for the parser", "List-Id: <l.example.org>", UNSUBSCRIBE)
    assert not kept(raw)
    assert worth_reading(raw, user=JANE, people=frozenset({known}))


def test_nothing_but_the_fields_that_are_named_is_looked_at() -> None:
    for mail in own_mails():
        whole = UNSUBSCRIBE.encode() + b"\r\n" + mail.raw.partition(b"\r\n\r\n")[0]
        named = tuple(f"{each}:".lower().encode() for each in FIELDS)
        assert kept(b"\r\n".join(each for each in whole.split(b"\r\n") if each.lower().startswith(named))) == kept(
            whole
        )


def test_of_two_senders_none_is_believed() -> None:
    assert kept(headers("Shop <newsletter@shop.example>", "Sale", "From: Anna <anna@tailspin.example>"))


NAMES = st.sampled_from([b"From", b"Subject", b"List-Id", b"Precedence", b"References", b"Auto-Submitted"])


@given(st.one_of(st.binary(max_size=2000), st.lists(st.tuples(NAMES, st.binary(max_size=80))).map(lambda each: b"\n".join(b": ".join(pair) for pair in each))))  # fmt: skip
def test_no_head_is_too_odd(raw: bytes) -> None:
    assert worth_reading(raw, user=JANE) in (True, False)


@pytest.mark.parametrize("piece", [b"From: ", b"a@", b"\n ", b"<", b"=?utf-8?q?", b"a ", b"\xc3\xa9", b"\nFrom: a@b"])
def test_an_endless_head_takes_no_longer_than_its_length(piece: bytes) -> None:
    start = time.perf_counter()
    worth_reading(b"From: x@y.example\nPrecedence: bulk\nSubject: " + piece * (1_000_000 // len(piece)), user=JANE)
    assert time.perf_counter() - start < 0.5
