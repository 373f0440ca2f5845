"""Whether a person sees an element's text, by what its attributes and its style (CSS) say, and what the elements around it do."""

import re
from functools import lru_cache
from typing import NamedTuple

_TRANSPARENT, _PICTURE, _WHITE = "transparent", "picture", "#ffffff"

_CSS_COMMENT = re.compile(r"/\*[^*]{0,200}\*/")
_ZERO = re.compile(r"(?:0+(?:\.0*)?|\.0+)(?:px|pt|em|rem|%)?")
_FAR_OUT = re.compile(r"-\d{3,}")
_LENGTH = re.compile(r"(\d+(?:\.\d*)?|\.\d+)\s*([a-z]*|%)$")
_SIZE_IN_FONT = re.compile(r"(?:^|\s)(0|(?:\d+(?:\.\d*)?|\.\d+)(?:[a-z]+|%))(?=[\s/]|$)")
_HEX = re.compile(r"#?([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})$")
_RGB = re.compile(r"rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})(?:[\s,/]+(\d+(?:\.\d*)?|\.\d+)(%)?)?\s*\)")
_COLOUR = re.compile(r"#[0-9a-f]{3,8}\b|(?:rgb|hsl)a?\([^()]*\)|^[a-z]+(?:\(.*\))?")
_MOST_SHORT_DIGITS = 4
_NAMED = {"white": _WHITE, "black": "#000000"}
_AS_AROUND = frozenset({"", "inherit", "unset", "revert", "currentcolor", "none", "initial"})
_SIZES_AS_AROUND = frozenset({"", "inherit", "unset", "revert", "smaller", "larger"})
_RELATIVE_UNITS = frozenset({"em", "ex", "ch", "%"})
_SMALLEST = 1
"""Letters of so many pixels nobody reads: what is written in them is for the preview in a list of mails."""


class Look(NamedTuple):
    """How text looks. What hides its element (`hidden`) hides all within; size, visibility and colours hold until an element within
    has its own.
    """

    hidden: bool = False
    legible: bool = True
    visible: bool = True
    colour: str = ""
    behind: str = _WHITE

    @property
    def is_seen(self) -> bool:
        return not self.hidden and self.legible and self.visible and self.colour not in (_TRANSPARENT, self.behind)


class _Declared(NamedTuple):
    """What a style says of its element: None or "" where it says nothing, so that it is as around it."""

    hides: bool = False
    hides_in_word: bool = False
    legible: bool | None = None
    visible: bool | None = None
    colour: str = ""
    behind: str = ""


def look_within(attributes: dict[str, str | None], around: Look) -> Look:
    """How the text of an element with these attributes looks, within another one."""
    if not attributes:
        return around
    is_link = "href" in attributes  # a button is hidden from Word alone, for which another one is drawn
    style = _declared(attributes.get("style") or "")
    colour = style.colour or _colour(attributes.get("color") or attributes.get("text") or "")
    behind = style.behind or (
        _PICTURE if attributes.get("background") else _background(attributes.get("bgcolor") or "")
    )
    return Look(
        hidden=around.hidden or style.hides or (style.hides_in_word and not is_link) or "hidden" in attributes,
        legible=("size" in attributes or around.legible) if style.legible is None else style.legible,
        visible=around.visible if style.visible is None else style.visible,
        colour=colour or around.colour,
        behind=behind or around.behind,
    )


@lru_cache(maxsize=512)
def _declared(style: str) -> _Declared:
    values = _values(style)
    return _Declared(
        hides=_hides(values),
        hides_in_word=values.get("mso-hide") == "all",
        legible=_is_legible(values),
        visible={"hidden": False, "collapse": False, "visible": True, "initial": True}.get(
            values.get("visibility", "")
        ),
        colour=_colour(values.get("color", "")),
        behind=_behind(values),
    )


def _values(style: str) -> dict[str, str]:
    """The last value of each property, or else the last one that is marked as important."""
    values: dict[str, str] = {}
    important: set[str] = set()
    for each in _CSS_COMMENT.sub("", style).lower().split(";"):
        name, _, value = each.partition(":")
        name, (value, mark, _) = name.strip(), value.partition("!")
        if mark or name not in important:
            values[name] = value.strip()
        if mark:
            important.add(name)
    return values


def _hides(values: dict[str, str]) -> bool:
    """Whether a style hides an element with all that is in it."""
    if values.get("display") == "none" or _is_zero(values.get("opacity", "")):
        return True
    if any(_FAR_OUT.match(values.get(each, "")) for each in ("text-indent", "left", "top")):
        return True
    overflow = values.get("overflow-y") or values.get("overflow", "")
    return overflow in {"hidden", "clip"} and any(_is_zero(values.get(each, "")) for each in ("height", "max-height"))


def _is_zero(value: str) -> bool:
    return bool(value) and _ZERO.fullmatch(value) is not None


def _is_legible(values: dict[str, str]) -> bool | None:
    in_font = _SIZE_IN_FONT.search(values.get("font", ""))
    size = values.get("font-size") or (in_font[1] if in_font else "")
    if size in _SIZES_AS_AROUND:
        return None
    length = _LENGTH.match(size)
    if length is None:
        return True
    number, unit = float(length[1]), length[2]
    if unit in _RELATIVE_UNITS:
        return False if number == 0 else None
    return number > (_SMALLEST if unit in {"", "px", "pt"} else 0)


def _behind(values: dict[str, str]) -> str:
    """The colour behind an element's text, or that it is a picture or a gradient; "" if it is that of what is around it."""
    images = values.get("background", "") + values.get("background-image", "")
    if "url(" in images or "gradient(" in images:
        return _PICTURE
    return _background(values.get("background-color", "")) or _background(values.get("background", ""))


def _background(value: str) -> str:
    """The colour of a background; "" of one that lets through what is behind."""
    found = _COLOUR.search(value.lower())
    colour, opacity = _colour_and_opacity(found[0] if found else "")
    return colour if opacity == 1 else ""


def _colour(value: str) -> str:
    """The colour of a text, "transparent" included; "" if it is as around."""
    colour, opacity = _colour_and_opacity(value.strip().lower())
    return colour if opacity else _TRANSPARENT


def _colour_and_opacity(value: str) -> tuple[str, float]:
    """A colour as "#rrggbb" or else as it is named, "" for none of its own, and how much it hides what is behind, from 0 to 1."""
    if value in _AS_AROUND:
        return "", 1
    if (rgb := _RGB.match(value)) is not None:
        red, green, blue = (min(int(each), 255) for each in rgb.groups()[:3])
        return f"#{red:02x}{green:02x}{blue:02x}", float(rgb[4] or 1) / (100 if rgb[5] else 1)
    if (digits := _HEX.match(value)) is not None:
        long = digits[1] if len(digits[1]) > _MOST_SHORT_DIGITS else "".join(each * 2 for each in digits[1])
        return f"#{long[:6]}", int(long[6:] or "ff", 16) / 255
    return _NAMED.get(value, value), float(value != _TRANSPARENT)
