"""Who stands behind a mail."""

import pytest

from afterword.recognition.messages.message import parse_message
from afterword.recognition.messages.trust import is_out_of_office, nature, reply_address, sender_fails

OURS = ("mx.home.example",)


def head(*lines: str, sender: str = "Anna <anna@acme.example>") -> bytes:
    return "\r\n".join([f"From: {sender}", *lines, "", "Hello.", ""]).encode()


@pytest.mark.parametrize(
    ("lines", "sender", "kind"),
    [
        ((), "Anna <anna@acme.example>", "person"),
        (("Auto-Submitted: no",), "anna@acme.example", "person"),
        (("Auto-Submitted: auto-replied (vacation)",), "anna@acme.example", "auto_reply"),
        (("Auto-Submitted: auto-replied", "Subject: Your application"), "careers@acme.example", "automatic"),
        (("Auto-Submitted: auto-replied", "Subject: Automatic reply: Hi"), "careers@acme.example", "auto_reply"),
        (("Subject: Automatic reply: Thank you",), "anna@acme.example", "auto_reply"),
        (("Subject: Abwesenheitsnotiz: Danke",), "anna@acme.example", "auto_reply"),
        (("Subject: OOO Re: Thank you",), "anna@acme.example", "auto_reply"),
        (("Subject: Re: Thank you (Out of Office)",), "anna@acme.example", "auto_reply"),
        (("X-Autoreply: yes",), "anna@acme.example", "auto_reply"),
        (("Auto-Submitted: auto-generated",), "anna@acme.example", "automatic"),
        (("Precedence: bulk",), "anna@acme.example", "automatic"),
        (("List-Unsubscribe: <mailto:u@acme.example>",), "anna@acme.example", "automatic"),
        ((), "no-reply@acme.example", "automatic"),
        ((), "Acme Labs <acme@myworkday.com>", "automatic"),
        ((), "Anna Berg <anna.berg-acme@m.personio.de>", "person"),
        (("Auto-Submitted: auto-generated",), "Anna Berg <anna.berg-acme@m.personio.de>", "automatic"),
        ((), "Acme <jobs-noreply@acme.example>", "automatic"),
        ((), "keine-antwort@acme.example", "automatic"),
        (("List-Id: <dev.lists.example>",), "anna@acme.example", "list"),
        (("Content-Type: multipart/report; report-type=delivery-status; boundary=b",), "x@acme.example", "bounce"),
        ((), "MAILER-DAEMON@mx.acme.example", "bounce"),
        (("Return-Path: <>",), "anna@acme.example", "bounce"),
    ],
)
def test_f67_what_kind_of_sender_wrote(lines: tuple[str, ...], sender: str, kind: str) -> None:
    assert nature(parse_message(head(*lines, sender=sender))) == kind


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("I am out of the office until Monday. In urgent cases please ask Tom.", True),
        ("Ich bin bis zum 9. März nicht im Büro. In dringenden Fällen wenden Sie sich an Tom Winter.", True),
        ("Ik ben afwezig tot 9 maart. Voor dringende zaken kunt u contact opnemen met Tom.", True),
        ("I am out of the office until Monday, and will tell you then what we decided.", False),
    ],
)
def test_f67_an_answer_that_reads_as_an_out_of_office_is_one(text: str, is_one: bool) -> None:
    answer = parse_message(head("In-Reply-To: <1@home.example>", "Subject: Re: Thank you"))

    assert is_out_of_office(answer, text) is is_one


@pytest.mark.parametrize(
    ("lines", "sender", "address"),
    [
        ((), "anna@acme.example", "anna@acme.example"),
        (("Reply-To: talent@acme.example",), "no-reply@acme.example", "talent@acme.example"),
        (("Reply-To: no-reply@acme.example",), "anna@acme.example", ""),
        ((), "no-reply@acme.example", ""),
        ((), "Anna Berg <anna.berg-acme@m.personio.de>", "anna.berg-acme@m.personio.de"),
        ((), "Acme Labs <acme@myworkday.com>", ""),
    ],
)
def test_where_a_person_can_be_answered(lines: tuple[str, ...], sender: str, address: str) -> None:
    assert reply_address(parse_message(head(*lines, sender=sender))) == address


@pytest.mark.parametrize(
    "result",
    [
        "mx.home.example; dmarc=fail header.from=acme.example",
        "MX.Home.Example 1; spf=pass smtp.mailfrom=x@evil.example; DMARC = FAIL (p=none)",
        "mx.home.example (our (own) server); spf=none; dmarc\r\n =fail",
        'mx.home.example; spf=none smtp.mailfrom="; dmarc=pass "@evil.example; dmarc=fail',
        "mx.home.example; spf=none (says: dmarc=pass); dmarc=fail",
        'mx.home.example; spf=none smtp.mailfrom="("@evil.example; dmarc=fail; x=")"',
        "mx.home.example; dmarc=permerror",
        "mx.home.example; spf=fail; dkim=fail",
        "mx.home.example; spf=fail smtp.mailfrom=acme.example; dkim=none",
    ],
)
def test_a_sender_that_our_own_server_refutes_fails(result: str) -> None:
    assert sender_fails(parse_message(head(f"Authentication-Results: {result}")), OURS)


@pytest.mark.parametrize(
    "result",
    [
        "mx.home.example; dmarc=pass header.from=acme.example",
        "mx.evil.example; dmarc=fail",
        "mx.home.example.evil.example; dmarc=fail",
        "mx.home.example; spf=fail; dkim=fail; dmarc=pass",
        "mx.home.example; spf=fail smtp.mailfrom=list.example; dkim=pass header.d=acme.example",
        "mx.home.example; spf=softfail; dkim=none",
        "mx.home.example; none",
        "(mx.home.example) mx.evil.example; dmarc=fail",
        ";;;",
        '"',
    ],
)
def test_without_our_own_servers_word_no_sender_fails(result: str) -> None:
    assert not sender_fails(parse_message(head(f"Authentication-Results: {result}")), OURS)


def test_f60_a_result_that_came_along_with_the_mail_is_not_believed() -> None:
    genuine, forged = (
        "Authentication-Results: mx.home.example; dmarc=fail",
        "Authentication-Results: mx.home.example; dmarc=pass",
    )
    assert sender_fails(parse_message(head(genuine, forged)), OURS)
    assert sender_fails(parse_message(head(genuine.upper(), forged)), OURS)
    assert not sender_fails(parse_message(head(forged.replace("pass", "fail"))), ())


def test_a_recruiting_system_writes_to_one_also_where_it_calls_that_a_list() -> None:
    raw = (
        b"From: no-reply@us.greenhouse-mail.io\nTo: jane@example.org\nSubject: Update\nList-Id: <1.example>\n\nHello\n"
    )
    assert nature(parse_message(raw)) == "automatic"
