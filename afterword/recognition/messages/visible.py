"""The text of a mail that a person sees, and the part of it that the sender wrote now: without markup, hidden text and quoted mails."""

import re
from collections.abc import Iterable, Iterator
from functools import cache, cached_property, lru_cache
from html.parser import HTMLParser
from itertools import islice
from typing import NamedTuple

from ..words.folding import composed, is_plain
from ..words.mail_words import any_of
from . import subjects
from .footers import without_footer, without_signature
from .looks import Look, look_within
from .markup import without_markup

LARGEST_HTML = 400 * 1024
LONGEST_TAG = 2000
DEEPEST = 120

_BLOCKS = frozenset(
    {
        "address",
        "article",
        "aside",
        "body",
        "br",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
    }
    | {"h6", "header", "hr", "li", "main", "ol", "p", "pre", "section", "table", "td", "th", "tr", "ul"}
)
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
_UNSEEN = frozenset({"head", "script", "style", "template", "title", "noscript", "object", "svg"})
_QUOTING_ELEMENTS = re.compile(
    r"gmail_quote|gmail_attr|yahoo_quoted|moz-cite-prefix|protonmail_quote|OutlookMessageHeader",
    re.IGNORECASE,
)
_QUOTES_THE_REST = "divRplyFwdMsg"
"""The id of the element in which Outlook puts the header fields of the quoted mail, which follows without a mark."""

_ENDLESS_CODE = re.compile(r"&#\d{100,};?")
_TAG = re.compile(r"<[^<>]*>?")
_COMMENT = re.compile(r"<!--(?:-?>|.*?(?:--!?>|\Z))", re.DOTALL)
_RIGHT_TO_LEFT = re.compile("\u202e([^\u202a-\u202e\n]*)\u202c?")
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)
_BLANKS = re.compile(r"[^\S\n ][^\S\n]*| [^\S\n]+")
"""Any run of blanks but a single space, which may stay."""

_EMPTY_LINES = re.compile(r"\n[^\S\n]*(?:\n[^\S\n]*)+")

_ATTRIBUTION_LINE = re.compile(r"\n[^\n>]{0,160}(?:@|\d{4})[^\n]{0,120}:(?=[^\n]{0,2}\n\s{0,4}>)")
"""A line above a quotation, in any language: with an address or a year in it, and a colon at its end."""

_LONGEST_FIELDS = 1000
_ONCE_QUOTED = re.compile(r"^[ \t]*[>|] ?")
_QUOTED_BELOW = re.compile(r"[^\n]{0,2}\n\s{0,4}>")
_MOST_QUOTATIONS = 20
_WRAPPED_AT = 66
"""A quoted line of at least so many characters was wrapped, and its rest is on the next line, which has no mark."""

_SENTENCE_ENDS = (".", "!", "?", ":", "…")
_CLOSING = " *_)\"'»”’"


def visible_text(html: str) -> str:
    """The text of an HTML mail as a person sees it: blocks on lines of their own, hidden and quoted elements left out."""
    return read_html(html).text


class HtmlText(NamedTuple):
    """What a person sees of an HTML mail, outside of the elements that quote earlier mails and within them."""

    text: str
    quoted: str


def read_html(html: str) -> HtmlText:
    """The visible text of an HTML mail: blocks are on lines of their own, hidden elements left out."""
    reader = _Reader()
    markup = _ENDLESS_CODE.sub("\ufffd", _COMMENT.sub("", html[:LARGEST_HTML]))
    reader.feed(_TAG.sub(_within_limits, markup))
    reader.close()
    return HtmlText(*(tidy(_INDENTED.sub("\n", "".join(parts))) for parts in (reader.text, reader.quoted)))


_INDENTED = re.compile("\n[ \t\xa0]+")
"""Blanks where a line begins, as behind the line break that mail programs write after each <br>: no browser shows them."""


def written_now(text: str) -> str:
    """What the sender wrote now: without quoted and forwarded mails, the signature and the legal footer."""
    text = _without_quoted_mails(f"\n{tidy(text)}")
    if _attribution_line(text):
        text = _ATTRIBUTION_LINE.sub("\n", text)
    text = without_signature(text)
    return "\n".join(_unquoted(text.split("\n"))).strip()


@lru_cache(maxsize=4)
def prose(text: str) -> str:
    """What a sender wrote now, without the footer below it and what programs write into it for links, pictures and bold words."""
    return without_markup(without_footer(text))


class QuotedMail(NamedTuple):
    """A mail that is quoted by its answer: the attribution line or header fields above it, what its sender wrote, and what stands below."""

    attribution: str
    text: str
    below: str = ""

    @property
    def answered(self) -> "QuotedMail":
        """The mail that this one quotes; an empty one if it quotes none."""
        return quoted_mail(self.below)


def quoted_mail(text: str) -> QuotedMail:
    """The mail that a text quotes; an empty one if it quotes none."""
    text = f"\n{tidy(text)}"
    match = _earlier_mail().search(text) or _attribution_line(text)
    attribution, below = _split_attribution(text[match.start() :]) if match else ("", text)
    if match is None or _QUOTED_BELOW.match(below):
        below = "\n".join(line for line in below.split("\n") if line.startswith(">"))
    return _quoted_mail("\n".join(_ONCE_QUOTED.sub("", line) for line in below.split("\n")), attribution)


def quoted_mail_in_html(quoted: str) -> QuotedMail:
    """The mail that an HTML mail quotes, from `HtmlText.quoted`."""
    return _quoted_mail(quoted, "")


def _quoted_mail(quoted: str, attribution: str) -> QuotedMail:
    more, text = _split_attribution(f"\n{tidy(quoted)}")
    written = written_now(text)
    return QuotedMail(f"{attribution}{more}".strip(), written, text.partition(written)[2] if written else text)


def _split_attribution(text: str) -> tuple[str, str]:
    """The attribution line or header fields at the beginning of a text, and what follows."""
    position = 0
    while match := _earlier_mail().match(text, position) or (
        _ATTRIBUTION_LINE.match(text, position) if position == 0 else None
    ):
        position = match.end()
        if match.lastgroup == "fields":
            position = max(position, text.find("\n\n", position, position + _LONGEST_FIELDS))
        if match.lastgroup not in ("dashed", "forwarded"):
            break
        dashes = _DASHES.match(text, position)
        position = _before_line(text, dashes.end() if dashes else position)
    return text[:position], text[position:]


_DASHES = re.compile(r"[ -]*")


def _before_line(text: str, position: int) -> int:
    """The position of the line end before the next line that is not blank."""
    rest = text[position:]
    return position + max(0, len(rest) - len(rest.lstrip()) - 1)


def _without_quoted_mails(text: str) -> str:
    """The text up to an earlier mail. One that is quoted line by line is left in, for answers may follow between and below its lines."""
    kept, position = [], 0
    for match in islice(_earlier_mail().finditer(text), _MOST_QUOTATIONS):
        kept.append(text[position : match.start()])
        if _QUOTED_BELOW.match(text, match.end()) is None:
            return "".join(kept)
        position = match.end()
    return "".join((*kept, text[position:]))


def _unquoted(lines: Iterable[str]) -> Iterator[str]:
    """The lines without quoted ones and the rest of wrapped quoted ones."""
    quoted = ""
    for line in lines:
        if _is_quoted(line) or (line and _is_wrapped(quoted)):
            quoted = line
        else:
            quoted = ""
            yield line


def _is_quoted(line: str) -> bool:
    """Whether a line has the mark of a quoted one, and is no row of a table ("| Tuesday | 10:00 |")."""
    line = line.strip()
    return line.startswith(">") or (line.startswith("|") and not (line.endswith("|") and line.strip("| ")))


def _is_wrapped(quoted: str) -> bool:
    """Whether a quoted line was wrapped. Below a sentence's end stands what is answered to it."""
    return len(quoted) >= _WRAPPED_AT and not quoted.rstrip(_CLOSING).endswith(_SENTENCE_ENDS)


def is_forward(subject: str, text: str) -> bool:
    """Whether a mail forwards another one."""
    return subjects.is_forward(subject) or _forward().search(f"\n{text}") is not None


@cache
def _earlier_mail() -> re.Pattern[str]:
    """The beginning of an earlier mail. It begins with the line end: a pattern is searched much faster if it begins with a character."""
    return re.compile(
        rf"\n[ \t]*(?:{_wrote()}|(?P<fields>{_block_of_fields()})|(?P<dashed>{_dashed()})|(?P<forwarded>{_forwarded()}))"
    )


def _attribution_line(text: str) -> re.Match[str] | None:
    return _ATTRIBUTION_LINE.search(text) if "\n>" in text else None


@cache
def _forward() -> re.Pattern[str]:
    return re.compile(rf"\n[ \t]*(?:{_forwarded()})")


def _wrote() -> str:
    on, wrote = any_of(lambda each: each.quoting.on), any_of(lambda each: each.quoting.wrote)
    wrote_by = rf"{any_of(lambda each: each.quoting.wrote_by)}(?:\s[^\n]{{1,120}}(?:\n[^\n]{{1,120}}>)?)?"
    return rf"{on}\b[^\n]{{4,200}}(?:\n[^\n]{{0,200}})?(?:{wrote}|{wrote_by})\s?:"


def _block_of_fields() -> str:
    """The header fields of an earlier mail, with the sender above the date or the date above the sender."""
    sender = rf"\*?{any_of(lambda each: each.quoting.sender)}\s?:\*?"
    date = rf"\*?{any_of(lambda each: each.quoting.date)}\s?:"
    to = rf"\*?{any_of(lambda each: each.quoting.to)}\s?:"
    sender_first = rf"{sender}[^\n]{{1,300}}\n(?:[^\n]{{0,300}}\n){{0,3}}?{date}"
    return rf"{sender_first}|{date}[^\n]{{1,300}}\n{sender}[^\n]{{1,300}}\n{to}"


def _dashed() -> str:
    return rf"-{{2,}}\s?{any_of(lambda each: each.quoting.original)}\s?-{{2,}}|_{{20,}}"


def _forwarded() -> str:
    dashed, begins = any_of(lambda each: each.quoting.forwarded), any_of(lambda each: each.quoting.forwarded_begins)
    return rf"-{{3,}}\s?{dashed}|{begins}:"


def joined_flowed(text: str) -> str:
    """The paragraphs of a format=flowed text (RFC 3676) on one line each, but for those of quoted mails. A paragraph ends where a
    quotation begins or ends (4.5).
    """
    lines: list[str] = []
    flows = False
    for line in text.split("\n"):
        if flows and not line.startswith(">"):
            lines[-1] += line.removeprefix(" ")
        else:
            lines.append(line)
        flows = line.endswith(" ") and line != "-- " and not line.startswith(">")
    return "\n".join(lines)


def tidy(text: str) -> str:
    """A text in composed form (NFC), without invisible characters, with single spaces and at most one empty line in a row."""
    plain = is_plain(text)
    if not plain:
        text = _RIGHT_TO_LEFT.sub(lambda match: match[1][::-1], composed(text))
        text = _INVISIBLE.sub("", text)
    if not plain or "  " in text:
        text = _BLANKS.sub(" ", text)
    return _EMPTY_LINES.sub("\n\n", text).strip()


def _within_limits(match: re.Match[str]) -> str:
    """A tag, escaped if it has no end, left out if it is too long: for those the standard library's parser takes quadratic time.

    Declarations are left out, too: that parser raises an AssertionError for those that it does not know (<![endif]>).
    """
    tag = match[0]
    if not tag.endswith(">"):
        return "&lt;" + tag[1:]
    return "" if tag.startswith("<!") or len(tag) > LONGEST_TAG else tag


class _Element(NamedTuple):
    tag: str
    look: Look
    quotes: bool = False


_NOTHING = _Element("", Look())


class _Reader(HTMLParser):
    """Collects the text that a person sees, and apart from it that of elements which quote an earlier mail."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text: list[str] = []
        self.quoted: list[str] = []
        self._open: list[_Element] = []
        self._too_deep = self._hidden_from = 0  # of the elements below `DEEPEST`, which are only counted
        self._rest_is_quoted = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self._end_line()
            self._end_before(tag)
        if tag in _VOID:
            return
        around = self._open[-1] if self._open else _NOTHING
        attributes = dict(attrs)
        if len(self._open) >= DEEPEST:
            self._too_deep += 1
            if not self._hidden_from and (tag in _UNSEEN or not look_within(attributes, around.look).is_seen):
                self._hidden_from = self._too_deep
            return
        self._rest_is_quoted = self._rest_is_quoted or attributes.get("id") == _QUOTES_THE_REST
        look = look_within(attributes, around.look)
        quotes = around.quotes or _quotes(tag, attributes)
        self._open.append(_Element(tag, look._replace(hidden=True) if tag in _UNSEEN else look, quotes))

    def _end_before(self, tag: str) -> None:
        """Close the head or paragraph that a block ends, or the row or item that the next one ends, without an end tag."""
        last = self._open[-1].tag if self._open else ""
        if last in {"p", "head"} or (last == tag and tag in {"li", "td", "th", "tr", "dd", "dt"}):
            self._open.pop()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """In HTML the slash means nothing: the element is open. For those that hide an end tag has to follow: XHTML writes an empty title so."""
        if tag not in _UNSEEN or tag in self._closed:
            self.handle_starttag(tag, attrs)

    @cached_property
    def _closed(self) -> frozenset[str]:
        """Those of the elements that nobody sees which have an end tag."""
        markup = self.rawdata.lower()
        return frozenset(each for each in _UNSEEN - {"svg"} if f"</{each}" in markup)

    def handle_endtag(self, tag: str) -> None:
        """Close the element with all in it; the end tag of an inline element closes no block."""
        if tag in _BLOCKS:
            self._end_line()
        if self._too_deep:
            self._too_deep -= 1
            self._hidden_from = self._hidden_from if self._hidden_from <= self._too_deep else 0
            return
        for depth in range(len(self._open) - 1, -1, -1):
            if self._open[depth].tag == tag:
                del self._open[depth:]
                return
            if self._open[depth].tag in _BLOCKS and tag not in _BLOCKS:
                return

    def handle_data(self, data: str) -> None:
        around = self._open[-1] if self._open else _NOTHING
        if around.look.is_seen and not self._hidden_from:
            is_quoted = self._rest_is_quoted or around.quotes
            (self.quoted if is_quoted else self.text).append(data.replace("\n", " ").replace("\r", " "))

    def _end_line(self) -> None:
        self.text.append("\n")
        self.quoted.append("\n")


def _quotes(tag: str, attributes: dict[str, str | None]) -> bool:
    """Whether an element quotes an earlier mail."""
    named = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
    is_cited = tag == "blockquote" and (attributes.get("type") or "").lower() == "cite"
    return is_cited or _QUOTING_ELEMENTS.search(named) is not None
