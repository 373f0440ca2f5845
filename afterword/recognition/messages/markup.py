"""What mail programs write into a plain text for links, pictures and bold words: "here <https://…>", "[image: logo]", "*Friday*"."""

import re

from .addresses import is_service

_LINK = re.compile(
    r"[<(\[]{0,2}\bhttps?://(?P<host>[^\s<>()\[\]/?#:]{1,253})[^\s<>()\[\]]{0,2000}[>)\]]?(?P<last>[ \t]*(?=\n|$))?",
    re.IGNORECASE,
)
_PICTURE = re.compile(r"\[(?:image|cid|bild|imagen?|immagine|afbeelding|imagem)\s?:[^\]\n]{0,200}\]", re.IGNORECASE)
_EMPHASIS = re.compile(r"(?<![\w*])(\*{1,3})(?=[^\s*])([^*\n]{1,200})(?<=\S)\1(?![\w*])")


def without_markup(text: str) -> str:
    """A text without pictures, asterisks around words, and links within a line. Of a link at the end of a line "https" stays, for its
    words name what it leads to ("Reschedule: https://…"), and of one to a service that hiring uses the host.
    """
    if "*" in text:
        text = _EMPHASIS.sub(r"\2", text)
    if "[" in text:
        text = _PICTURE.sub(" ", text)
    return _LINK.sub(_shortened, text) if "://" in text else text


def _shortened(link: re.Match[str]) -> str:
    if is_service(link["host"]):
        return f" https {link['host']} "
    return " " if link["last"] is None else " https"
