"""Parses a mail's structure (RFC 5322, RFC 2045) into header fields and leaf parts, within limits that no person's mail reaches.

The standard library's parser recurses with the nesting, and takes half a minute for some headers; this one takes linear time.
"""

import binascii
import codecs
import re
from base64 import b64decode
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import count, pairwise
from quopri import decodestring
from typing import NamedTuple
from urllib.parse import quote, unquote_to_bytes

from msgspec import Struct

from ..reading import Unreadable
from ..words.folding import composed

LARGEST_MAIL = 25 * 1024 * 1024
LARGEST_HEAD = 256 * 1024
MOST_FIELDS = 400
LONGEST_VALUE = 16 * 1024
DEEPEST = 12
MOST_PARTS = 150
LARGEST_TEXT = 200 * 1024

_FIELD = re.compile(rb"^([!-9;-~]+)[ \t]*:[ \t]*((?:[^\n]*\n?)(?:[ \t][^\n]*\n?)*)", re.MULTILINE)
_END_OF_HEAD = re.compile(rb"\n\r{0,2}\n|\r\r(?!\n)")
"""An empty line. Some programs write a line's end as CR CR LF."""

_ENCODED_WORD = re.compile(
    r"=\?(?P<charset>[^?*\s]{1,40})(?:\*[^?\s]{0,40})?\?(?P<encoding>[bq])\?(?P<text>.*?)\?=", re.IGNORECASE
)
_PARAMETER = re.compile(r';\s*([\w*-]{1,40})\s*=\s*(?:"([^"]{0,300})"|([^;\s"]{1,300}))')
_NOT_TEXT = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "mbcs", "oem"})
_BIDI = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_UNSEEN: dict[int, str | None] = {
    **dict.fromkeys([*range(32), *range(127, 160)], " "),
    **dict.fromkeys([0x00AD, 0x200B, 0x2060, 0xFEFF, *_BIDI, *range(0xD800, 0xE000)]),
}
_UNSEEN_BUT_LINES = {code: char for code, char in _UNSEEN.items() if code != ord("\n")} | {ord("\r"): None}
_NOT_BASE64 = bytes(
    each for each in range(256) if not (chr(each).isascii() and chr(each).isalnum()) and each not in b"+/"
)
_LONGEST_LETTER = 4
_SURROGATE = re.compile("[\ud800-\udfff]")
_READ = ("text/", "application/ics")


class Part(Struct, frozen=True, kw_only=True):
    """A leaf: its type ("text/plain"), whether it is an attachment, its file name, and its decoded bytes."""

    type: str
    charset: str = ""
    attached: bool = False
    filename: str = ""
    flowed: bool = False
    body: bytes = b""


Fields = dict[str, list[str]]


def read_fields(head: bytes) -> Fields:
    """The unfolded values of header fields by lower-case name, in their order; malformed lines are skipped."""
    fields: Fields = {}
    for number, found in enumerate(_FIELD.finditer(head[:LARGEST_HEAD])):
        if number >= MOST_FIELDS:
            break
        value = found[2][:LONGEST_VALUE]
        name = found[1].decode("ascii").lower()
        fields.setdefault(name, []).append(" ".join(_lenient(value).split()))
    return fields


def split_mail(raw: bytes) -> tuple[bytes, bytes]:
    """The head and the body of a mail. Raises Unreadable for one that is too large."""
    if len(raw) > LARGEST_MAIL:
        raise Unreadable(f"it is larger than {LARGEST_MAIL // 1024 // 1024} MB")
    head, body = _split(_Span(raw, 0, len(raw)))
    return head.text, body.text


def leaves(fields: Fields, body: bytes) -> Iterator[Part]:
    """The leaf parts of a mail, in order; those of an attached mail are left out, for its sender did not write them now."""
    left = [MOST_PARTS]
    yield from _leaves(fields, _Span(body, 0, len(body)), 0, left)


def decoded(value: str) -> str:
    """A header value with encoded words (RFC 2047) decoded, in composed form (NFC), on one line, without control characters."""
    if "=?" in value:
        value = _decoded_words(value[:4096])
    return " ".join(composed(value).translate(_UNSEEN).split())


def without_controls(text: str) -> str:
    """A text without control and direction characters, except line feeds."""
    return text.translate(_UNSEEN_BUT_LINES)


def date_of(value: str) -> tuple[datetime | None, bool]:
    """The time of a Date or Received value, None if malformed, and whether its zone is known (that of "-0000" is not)."""
    try:
        moment = parsedate_to_datetime(value[:100])
    except (ValueError, TypeError, IndexError, OverflowError):
        return None, False
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC), False
    try:
        moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None, False
    return moment, True


def as_text(body: bytes, charset: str, most: int = LARGEST_TEXT) -> str:
    """The text of the first bytes (at most `most`) in their charset, or else in UTF-8, or else in Windows-1252 with undecodable ones
    replaced. Where the last letter is cut, it is left out.
    """
    cut, body = len(body) > most, body[:most]
    for name in (charset, "utf-8"):
        try:
            codec = codecs.lookup(name).name.replace("_", "-")
            if codec == "utf-8":
                return _decoded_up_to(body, name, cut=cut)
            if codec not in _NOT_TEXT:
                return _SURROGATE.sub("\ufffd", _decoded_up_to(body, name, cut=cut))
        except (LookupError, ValueError, TypeError):
            continue
    return body.decode("utf-8" if charset.lower() in {"utf-8", "utf8"} else "cp1252", "replace")


def _decoded_up_to(body: bytes, charset: str, *, cut: bool) -> str:
    """The text of bytes, without their last letter if that was cut. Raises what the codec does."""
    try:
        return body.decode(charset)
    except UnicodeDecodeError as error:
        if not cut or error.start < len(body) - _LONGEST_LETTER:
            raise
        return body[: error.start].decode(charset)


class _Span(NamedTuple):
    """A part of a mail where it stands: a copy at each level of nesting would take many times the mail's size."""

    raw: bytes
    start: int
    end: int

    @property
    def text(self) -> bytes:
        return self.raw[self.start : self.end]


def _split(mail: _Span) -> tuple[_Span, _Span]:
    """The head and the body of a mail or a part."""
    raw, start, end = mail
    if raw.startswith((b"\n", b"\r\n", b"\r\r\n"), start, end):
        return _Span(raw, start, start), mail
    found = _END_OF_HEAD.search(raw, start, end)
    head_end, body_start = (found.start() + 1, found.end()) if found else (end, end)
    return _Span(raw, start, head_end), _Span(raw, body_start, end)


def _leaves(fields: Fields, body: _Span, depth: int, left: list[int]) -> Iterator[Part]:
    content_type, parameters = _content_type(fields)
    if content_type.startswith("multipart/") and not parameters.get("boundary"):
        content_type = "text/plain"
    if content_type.startswith("multipart/") and depth < DEEPEST:
        is_divided = False
        for piece in _pieces(body, parameters["boundary"]):
            is_divided = True
            left[0] -= 1
            if left[0] < 0:
                return
            head, inner = _split(piece)
            yield from _leaves(read_fields(head.text), inner, depth + 1, left)
        if is_divided:
            return
        content_type = "text/plain"
    if not content_type.startswith(("multipart/", "message/rfc822")):
        yield _leaf(content_type, parameters, fields, body)


def _leaf(content_type: str, parameters: dict[str, str], fields: Fields, body: _Span) -> Part:
    disposition = fields.get("content-disposition", [""])[0]
    filename = decoded(_parameters(disposition).get("filename") or parameters.get("name", ""))
    is_read = content_type.startswith(_READ) or filename.lower().endswith(".ics")
    return Part(
        type=content_type,
        charset=parameters.get("charset", ""),
        attached=disposition.lower().startswith("attachment"),
        filename=filename,
        flowed=parameters.get("format", "").lower() == "flowed",
        body=_transferred(body.text, fields.get("content-transfer-encoding", [""])[0]) if is_read else b"",
    )


def _pieces(body: _Span, boundary: str) -> Iterator[_Span]:
    """The parts between the delimiter lines (RFC 2046, 5.1.1)."""
    raw, _, end = body
    delimiter = b"--" + boundary.encode("utf-8", "replace")
    lines = re.compile(rb"^" + re.escape(delimiter) + rb"(?:--)?[ \t]*\r{0,2}$", re.MULTILINE)
    starts = [found.start() for found in lines.finditer(*body)]
    for here, there in pairwise([*starts, end]):
        line_end = raw.find(b"\n", here, end)
        if raw.startswith(b"--", here + len(delimiter)):
            return
        if line_end >= 0:
            yield _Span(raw, line_end + 1, there)


def _content_type(fields: Fields) -> tuple[str, dict[str, str]]:
    value = fields.get("content-type", ["text/plain"])[0]
    name = value.partition(";")[0].strip().lower()
    return (name if name.count("/") == 1 else "text/plain"), _parameters(value)


def _parameters(value: str) -> dict[str, str]:
    found = {key.lower(): quoted or plain for key, quoted, plain in _PARAMETER.findall(value[:2000])}
    return found | _extended(found) if "*" in value else found


def _extended(found: dict[str, str]) -> dict[str, str]:
    """The parameters that are encoded or in pieces (RFC 2231: filename*=UTF-8''Einladung%20.ics, name*0=invi; name*1=te.ics)."""
    texts: dict[str, str] = {}
    for name in dict.fromkeys(key.partition("*")[0] for key in found if "*" in key):
        keys = [f"{name}*"] if f"{name}*" in found else list(_pieces_of(name, found))
        encoded = "".join(found[each] if each.endswith("*") else quote(found[each]) for each in keys)
        charset, _, text = encoded.split("'", 2) if encoded.count("'") > 1 else ("", "", encoded)
        if text:
            texts[name] = as_text(unquote_to_bytes(text), charset or "utf-8")
    return texts


def _pieces_of(name: str, found: dict[str, str]) -> Iterator[str]:
    """The keys of the pieces of a parameter, in their order."""
    for number in count():
        key = next((each for each in (f"{name}*{number}*", f"{name}*{number}") if each in found), None)
        if key is None:
            return
        yield key


def _transferred(body: bytes, encoding: str) -> bytes:
    match encoding.strip().lower():
        case "base64":
            clean = body.translate(None, delete=_NOT_BASE64)
            try:
                return b64decode(clean[: len(clean) // 4 * 4] + _padded(clean))
            except (binascii.Error, ValueError):
                return b""
        case "quoted-printable":
            return decodestring(body)
        case _:
            return body


def _padded(clean: bytes) -> bytes:
    rest = clean[len(clean) // 4 * 4 :]
    return rest + b"=" * (4 - len(rest)) if len(rest) > 1 else b""


def _decoded_words(value: str) -> str:
    """A value with its encoded words decoded, those of one charset together: some mail programs divide a letter's bytes."""
    text: list[str] = []
    charset, run, end = "", b"", 0
    for word in _ENCODED_WORD.finditer(value):
        between = value[end : word.start()]
        is_next = end > 0 and not between.strip()
        if not is_next or word["charset"].lower() != charset:
            text.append(as_text(run, charset) + ("" if is_next else between))
            charset, run = word["charset"].lower(), b""
        encoded = word["text"].encode("utf-8", "replace")
        run += _transferred(encoded, "base64") if word["encoding"] in "bB" else decodestring(encoded, header=True)
        end = word.end()
    return "".join((*text, as_text(run, charset), value[end:]))


def _lenient(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("cp1252", "replace")
