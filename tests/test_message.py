"""A mail's head and parts as values."""

from base64 import b64encode
from datetime import UTC, datetime, timedelta
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afterword.eventlog.events import Person
from afterword.recognition.messages.message import has_arrived, occurred_at, parse_message, people_in
from afterword.recognition.messages.mime import as_text, date_of, decoded

NOW = datetime(2026, 3, 5, 18, tzinfo=UTC)


def mail(body: str = "Hello.", **fields: str) -> bytes:
    head = "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in fields.items())
    return f"{head}\n{body}\n".encode()


def multipart(*parts: str, subtype: str = "mixed", boundary: str = "b") -> bytes:
    body = "".join(f"--{boundary}\r\n{part}\r\n" for part in parts)
    return f'Content-Type: multipart/{subtype}; boundary="{boundary}"\r\n\r\n{body}--{boundary}--\r\n'.encode()


def part(type_: str, body: str, *lines: str) -> str:
    return "\r\n".join([f"Content-Type: {type_}", *lines, "", body])


class TestHead:
    def test_who_wrote_to_whom(self) -> None:
        message = parse_message(
            mail(
                From='"Berg, Anna" <Anna@Acme.example>',
                To="jane@home.example, Carla <carla@acme.example>",
                Cc="d@acme.example",
            )
        )
        assert message.sender == Person(address="anna@acme.example", name="Berg, Anna")
        assert message.recipients == ("jane@home.example", "carla@acme.example", "d@acme.example")

    def test_a_folded_field_is_one(self) -> None:
        message = parse_message(b"Subject: Your\r\n application\r\n\tat Acme\r\nFrom: a@b.example\r\n\r\nHi\r\n")
        assert message.subject == "Your application at Acme"
        assert message.sender.address == "a@b.example"

    def test_lines_that_end_in_two_carriage_returns_end_no_head(self) -> None:
        raw = b"From: a@b.example\nSubject: Hi\n" + multipart(part("text/plain", "One\r\ntwo"))
        message = parse_message(raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\r\n"))
        assert (message.sender.address, message.subject) == ("a@b.example", "Hi")
        assert message.text.strip() == "One\ntwo"

    def test_a_threads_ids_stand_without_brackets(self) -> None:
        message = parse_message(mail(Message_ID="<3@a>", In_Reply_To="<2@a>", References="<1@a>\n <2@a> <1@a>"))
        assert (message.message_id, message.in_reply_to, message.references) == ("3@a", ("2@a",), ("1@a", "2@a"))

    @pytest.mark.parametrize(
        ("value", "text"),
        [
            ("=?utf-8?Q?Gespr=C3=A4ch?= am Montag", "Gespräch am Montag"),
            ("=?utf-8?B?R2VzcHLDpGNo?=", "Gespräch"),
            ("=?iso-8859-1?Q?Gr=FC=DFe?= =?utf-8?Q?_aus?=", "Grüße aus"),
            ("Interview – Gespräch =?utf-8?Q?J=C3=B6rg?= 面接", "Interview – Gespräch Jörg 面接"),
            ("=?utf-8?Q?J=C3?= =?UTF-8?Q?=B6rg?=  =?iso-8859-1*de?Q?Gr=FC=DFe?=", "JörgGrüße"),
            ("=?utf-8?Q?J=C3=B6rg?= (=?utf-8?Q?=C3=96l?=) =?", "Jörg (Öl) =?"),
            ("=?utf-8?Q?Neu?_Ja=5F?=", "Neu? Ja_"),
            ("=?nonsense?Q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
            ("=?utf-8?B?R2VzcHLDpG?=", "Gesprä"),
            ("=?utf-8?Q?a=0D=0ABcc:_x=40y?=", "a Bcc: x@y"),
            ("e\u0301te\u0301", "été"),
        ],
    )
    def test_encoded_words_are_decoded_on_one_line(self, value: str, text: str) -> None:
        assert decoded(value) == text

    def test_f57_thousands_of_marks_on_one_letter_take_no_time(self) -> None:
        start = process_time()
        assert decoded("e" + "\u0315\u0300" * 20_000).startswith("è")
        assert process_time() - start < 0.5

    def test_a_head_in_raw_utf8_or_latin1_is_read(self) -> None:
        assert parse_message("Subject: Grüße\n\n".encode()).subject == "Grüße"
        assert parse_message("Subject: Grüße\n\n".encode("latin-1")).subject == "Grüße"

    @pytest.mark.parametrize(
        ("value", "addresses"),
        [
            ("Team: a@x.example, B <b@x.example>; c@x.example", ["a@x.example", "b@x.example", "c@x.example"]),
            ("undisclosed-recipients:;", []),
            ("nobody", []),
            ("<<a@x.example>>", ["a@x.example"]),
            ('"a@evil.example" <b@x.example>', ["b@x.example"]),
        ],
    )
    def test_the_mailboxes_of_a_field(self, value: str, addresses: list[str]) -> None:
        assert [each.address for each in people_in(value)] == addresses

    @pytest.mark.parametrize(
        ("value", "names"),
        [
            ("=?utf-8?Q?Berg,_Anna?= <anna@acme.example>", ["Berg, Anna"]),
            ("=?UTF-8?q?B=C3=A4r;_A.?= <a@x.example>, =?utf-8?B?TcO8aGw=?= <m@x.example>", ["Bär; A.", "Mühl"]),
            ("Anna =?x, Tom <tom@x.example>", ["Tom"]),
            ('"=?utf-8?Q?Berg,_Anna?=" <anna@acme.example>', ["Berg, Anna"]),
        ],
    )
    def test_a_comma_in_an_encoded_name_divides_nothing(self, value: str, names: list[str]) -> None:
        assert [each.name for each in people_in(value)] == names

    def test_the_identity_is_the_same_for_every_copy(self) -> None:
        sent = mail(From="a@b.example", Message_ID="<1@b>", Subject="Hi")
        received = b"Received: from x; Thu, 5 Mar 2026 10:00:00 +0000\nX-Spam: no\n" + sent.replace(
            b"Hello.", b"Hello. "
        )
        assert parse_message(sent).identity == parse_message(received).identity
        assert parse_message(sent).identity != parse_message(sent.replace(b"Hello", b"Goodbye")).identity


class TestTime:
    @pytest.mark.parametrize(
        ("value", "moment", "known"),
        [
            ("Thu, 5 Mar 2026 10:00:00 +0100", datetime(2026, 3, 5, 9, tzinfo=UTC), True),
            ("Thu, 5 Mar 2026 10:00:00 -0000", datetime(2026, 3, 5, 10, tzinfo=UTC), False),
            ("5 Mar 26 10:00 GMT (sometime)", datetime(2026, 3, 5, 10, tzinfo=UTC), True),
            ("Thu, 99 Mar 2026 10:00:00 +0000", None, False),
            ("Fri, 31 Dec 9999 23:59:59 -2359", None, False),
            ("1" * 5000, None, False),
            ("", None, False),
        ],
    )
    def test_a_date_says_a_moment_and_maybe_a_zone(self, value: str, moment: datetime | None, known: bool) -> None:
        found, zone_known = date_of(value)
        assert (found.astimezone(UTC) if found else None, zone_known) == (moment, known)

    @pytest.mark.parametrize("date", ["Thu, 5 Mar 2099 10:00:00 +0000", "Thu, 1 Jan 1970 00:00:00 +0000", "never"])
    def test_f78_a_date_that_cannot_be_gives_way_to_the_servers(self, date: str) -> None:
        received_at = NOW - timedelta(hours=2)
        assert occurred_at(parse_message(mail(Date=date)), received_at, NOW) == (received_at, "")
        message = parse_message(mail(Date=date, Received="from x by y; Thu, 5 Mar 2026 09:00:00 +0100"))
        assert occurred_at(message, received_at, NOW) == (datetime(2026, 3, 5, 8, tzinfo=UTC), "")

    def test_f78_a_date_without_a_zone_gives_way_to_the_servers_where_there_is_one(self) -> None:
        unzoned = {"Date": "Thu, 5 Mar 2026 10:00:00 -0000"}
        received = mail(**unzoned, Received="from x by y; Thu, 5 Mar 2026 09:30:00 +0000")
        assert occurred_at(parse_message(received), None, NOW) == (datetime(2026, 3, 5, 9, 30, tzinfo=UTC), "")
        assert occurred_at(parse_message(mail(**unzoned)), None, NOW) == (datetime(2026, 3, 5, 10, tzinfo=UTC), "")

    def test_the_zone_of_the_date_is_kept(self) -> None:
        message = parse_message(mail(Date="Thu, 5 Mar 2026 10:00:00 +0530"))
        assert occurred_at(message, NOW, NOW) == (datetime(2026, 3, 5, 4, 30, tzinfo=UTC), "+05:30")

    def test_nothing_occurred_after_now(self) -> None:
        message = parse_message(mail(Date="Thu, 5 Mar 2026 18:05:00 +0000"))
        assert occurred_at(message, None, NOW)[0] == NOW

    def test_a_mail_has_arrived_by_the_earliest_that_it_tells_of_itself(self) -> None:
        head = mail(Date="Thu, 5 Mar 2026 10:00:00 +0000", Received="by y; Thu, 5 Mar 2026 09:00:00 +0000")
        nine = datetime(2026, 3, 5, 9, tzinfo=UTC)
        assert has_arrived(head, nine)
        assert not has_arrived(head, nine - timedelta(minutes=1))

    def test_a_mail_without_a_time_or_with_one_that_can_not_be_has_arrived(self) -> None:
        assert has_arrived(b"\n", NOW)
        assert has_arrived(mail(Date="Thu, 5 Mar 2099 10:00:00 +0000"), NOW)
        assert not has_arrived(mail(Date="Thu, 12 Mar 2026 10:00:00 +0000"), NOW)


class TestParts:
    def test_the_plain_part_is_read_before_the_html_one(self) -> None:
        raw = multipart(part("text/plain", "plain"), part("text/html", "<p>html"), subtype="alternative")
        assert parse_message(raw).text.strip() == "plain"

    def test_an_empty_plain_part_gives_way_to_the_html_one(self) -> None:
        raw = multipart(part("text/plain", " "), part("text/html", "<p>html"), subtype="alternative")
        assert parse_message(raw).text == "html"

    @pytest.mark.parametrize(
        ("encoding", "body"),
        [
            ("base64", b64encode("Grüße".encode()).decode()),
            ("quoted-printable", "Gr=C3=BC=C3=\r\n=9Fe"),
            ("8BIT", "Grüße"),
            ("x-unknown", "Grüße"),
        ],
    )
    def test_a_body_is_decoded(self, encoding: str, body: str) -> None:
        raw = mail(body, Content_Type="text/plain; charset=utf-8", Content_Transfer_Encoding=encoding)
        assert parse_message(raw).text.strip() == "Grüße"

    @pytest.mark.parametrize("charset", ["utf-8", "gb18030", "us-ascii"])
    @pytest.mark.parametrize("type_", ["text/plain", "text/html"])
    def test_a_text_that_is_too_long_is_cut_between_two_letters(self, charset: str, type_: str) -> None:
        body = ("Grüße€😀 " * 60_000).encode(charset if charset != "us-ascii" else "utf-8")
        for more in range(4):
            raw = (
                mail("", Content_Type=f"{type_}; charset={charset}") + b"<i>"[: more % 3] * (charset != "utf-16") + body
            )
            text = parse_message(raw).text
            assert "Grüße€😀 Grüße€😀" in text
            assert not {"Ã", "\ufffd"} & set(text)

    def test_attachments_are_not_read(self) -> None:
        raw = multipart(
            part("text/plain", "See the offer."),
            part("text/plain", "secret", 'Content-Disposition: attachment; filename="notes.txt"'),
            part(
                "application/pdf", "JVBERi0=", "Content-Disposition: attachment; filename*=UTF-8''Vertrag%20%C3%BC.pdf"
            ),
        )
        assert parse_message(raw).text.strip() == "See the offer."

    @pytest.mark.parametrize(
        "head",
        [
            ("text/calendar; method=REQUEST",),
            ("application/ics; name=invite.ics",),
            ("application/octet-stream", "Content-Disposition: attachment; filename=i.ics"),
            ("application/octet-stream", "Content-Disposition: attachment; filename*=utf-8''i%2Eics"),
            ("application/octet-stream", "Content-Disposition: attachment; filename*=i.ics"),
            ("application/octet-stream", 'Content-Disposition: attachment; filename*0="invi"; filename*1=te.ics'),
            (
                "application/octet-stream",
                "Content-Disposition: attachment; filename*0*=utf-8''invi%C3; filename*1*=%A4; filename*2=.ics",
            ),
            ("application/octet-stream; name*1=ics; name*0=i.", "Content-Disposition: attachment"),
        ],
    )
    def test_calendars_are_found_however_they_are_named(self, head: tuple[str, ...]) -> None:
        raw = multipart(part("text/plain", "Hi"), part(head[0], "BEGIN:VCALENDAR", *head[1:]))
        assert [each.strip() for each in parse_message(raw).calendars] == [b"BEGIN:VCALENDAR"]
        assert parse_message(raw).text.strip() == "Hi"

    def test_a_boundary_that_begins_another_is_another(self) -> None:
        inner = multipart(part("text/plain", "inner"), boundary="bb").decode()
        assert parse_message(multipart(inner, part("text/plain", "outer"), boundary="b")).text.split() == [
            "inner",
            "outer",
        ]

    @pytest.mark.parametrize(
        "type_", ["multipart/alternative", "multipart/mixed; boundary=", "multipart/mixed; boundary=x"]
    )
    def test_a_mail_in_parts_without_a_boundary_is_read_as_it_stands(self, type_: str) -> None:
        assert parse_message(mail("Hello.", Content_Type=type_)).text.strip() == "Hello."

    def test_a_forwarded_mail_is_not_what_its_sender_wrote(self) -> None:
        raw = multipart(part("text/plain", "See below."), part("message/rfc822", "Subject: x\r\n\r\nUnfortunately no."))
        assert parse_message(raw).text.strip() == "See below."

    def test_flowed_lines_are_joined(self) -> None:
        raw = mail("By the end \nof next week.\n-- \nAnna", Content_Type="text/plain; format=flowed")
        assert parse_message(raw).text.startswith("By the end of next week.\n-- \n")


@settings(deadline=None)
@given(st.binary(max_size=2000))
def test_any_bytes_are_a_mail(raw: bytes) -> None:
    message = parse_message(raw)
    message.identity.encode("ascii")
    (message.text + message.subject + message.sender.name).encode("utf-8")


@settings(deadline=None)
@given(st.binary(max_size=200), st.text(max_size=30))
def test_any_bytes_in_any_charset_are_text(body: bytes, charset: str) -> None:
    as_text(body, charset).encode("utf-8")
