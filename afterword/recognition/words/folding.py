"""The folded form in which texts are compared, and the composed one."""

import re
import unicodedata

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l"})


def composed(text: str) -> str:
    """The composed form (NFC). Of a run of marks thirty are kept: normalising takes the square of its length."""
    return text if text.isascii() or is_plain(text) else unicodedata.normalize("NFC", _MARKS.sub(r"\1", text))


def is_plain(text: str) -> bool:
    """Whether a text has only composed Latin letters, visible signs, spaces and line feeds, so that nothing need be normalised."""
    if text.isascii():
        return text.replace("\n", "").isprintable()
    return _NOT_PLAIN.search(text) is None


_NOT_PLAIN = re.compile("[^\n -~\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u2030-\u205e\u20ac]")
_MARKS = re.compile(r"([^\w\s\x00-\x7f]{30})[^\w\s\x00-\x7f]+")


def fold(text: str) -> str:
    """The text case-folded and in compatibility form (NFKC), with umlauts written out (ä → ae) and without other accents."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_UMLAUTS)
    if folded.isascii():
        return folded
    return "".join(c for c in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(c))
