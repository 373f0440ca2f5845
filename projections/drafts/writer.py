"""Fills a template with what is known: the user's own where it works, else ours."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from afterword.eventlog.events import ItemKind, Person

from ..status import DraftText
from . import plain
from .about import About
from .languages import languages
from .variables import variables

if TYPE_CHECKING:
    from jinja2 import Template

    from .sandbox import Sandbox

_OURS = Path(__file__).parent / "templates"
TO_ONESELF = frozenset({"connect", "review"})
_KINDS = get_args(ItemKind)


class Writer:
    """Writes drafts by our templates, or by the user's own.

    `overrides` are the user's templates by kind of item ("nudge"), or by kind and language ("nudge.de"). One that doesn't work is left aside for ours, and told in
    `problems`, a sentence for each: on construction where it shows by then, else once it has failed.
    """

    def __init__(self, overrides: Mapping[str, str] | None = None) -> None:
        self.problems: list[str] = []
        self._own: dict[str, Template] = {}
        for kind, text in (overrides or {}).items():
            self._take(kind, text)

    def write(self, kind: str, about: About) -> DraftText:
        """The draft for an item of that kind. Raises KeyError for a kind that there is none of."""
        if kind not in _KINDS:
            raise KeyError(kind)
        subject, body = self._by_own(kind, about) or _by_ours(kind, about)
        subject = subject or _by_ours(kind, about)[0]
        if kind in TO_ONESELF:
            return DraftText(to="", subject=subject, in_reply_to="", body=body)
        return DraftText(
            to=plain.address(about.to.address) if about.to else "",
            subject=plain.reply_subject(about.thread_subject) or subject,
            in_reply_to=plain.message_id(about.in_reply_to),
            body=body,
        )

    def _take(self, name: str, text: str) -> None:
        kind, _, spoken = name.partition(".")
        if kind not in _KINDS or (spoken and spoken not in languages()):
            self._add_problem(name, f"is for no kind of item (the kinds are {', '.join(_KINDS)})")
            return
        try:
            self._own[name] = _sandbox().compiled(text.removeprefix("\ufeff"))
        except Exception as error:  # noqa: BLE001 a user's template may fail in any way, and ours stands in
            self._add_problem(name, f"can't be read{_line_of(error)}: {_said(error)}")
            return
        self._filled(name, variables(_EXAMPLE, spoken or "en"))

    def _by_own(self, kind: str, about: About) -> tuple[str, str] | None:
        """By the one for the language of the mails, else by the one that is for all: what it is filled with is English."""
        spoken = about.manner.language
        own = ((name, each) for name, each in ((f"{kind}.{spoken}", spoken), (kind, "en")) if name in self._own)
        return next(filter(None, (self._filled(name, variables(about, each)) for name, each in own)), None)

    def _filled(self, kind: str, known: dict[str, Any]) -> tuple[str, str] | None:
        template = self._own.get(kind)
        if template is None:
            return None
        try:
            subject, body = _parted(_sandbox().rendered(template, known))
        except Exception as error:  # noqa: BLE001 as above
            self._give_up(kind, f"can't be filled: {_said(error)}")
            return None
        if not body:
            self._give_up(kind, "gives an empty text")
            return None
        return subject, body

    def _give_up(self, kind: str, what: str) -> None:
        del self._own[kind]
        self._add_problem(kind, what)

    def _add_problem(self, kind: str, what: str) -> None:
        instead = "; ours is used instead" if kind.partition(".")[0] in _KINDS else ""
        self.problems.append(f"templates/{plain.one_line(kind, 60)}.txt {what}{instead}.")


@cache
def _sandbox() -> "Sandbox":
    from .sandbox import Sandbox  # Jinja takes 0.1 s, and a status without drafts does without

    return Sandbox()


def _by_ours(kind: str, about: About) -> tuple[str, str]:
    """Letters are in the language of the mails, notes to oneself in that of the program."""
    if kind in TO_ONESELF:
        return _parted(_sandbox().rendered(_ours(kind), variables(about, "en")))
    return _parted(_sandbox().rendered(_ours(f"{about.manner.language}/{kind}"), variables(about)))


@cache
def _ours(name: str) -> "Template":
    return _sandbox().compiled((_OURS / f"{name}.txt").read_text(encoding="utf-8"))


def _parted(text: str) -> tuple[str, str]:
    """The subject, "" where the first line is none, and the body."""
    letter = plain.lines(text)
    first, _, rest = letter.partition("\n")
    if not first.lower().startswith("subject:"):
        return "", letter
    return plain.subject(first[len("subject:") :]), rest.strip("\n")


def _line_of(error: Exception) -> str:
    line = getattr(error, "lineno", None)
    return f" (line {line})" if line else ""


def _said(error: Exception) -> str:
    return plain.one_line(str(error), 200).rstrip(".") or type(error).__name__


_EXAMPLE = About(
    user_name="Jane Doe",
    to=Person("carla.rossi@acme.example", "Carla Rossi", "interviewer"),
    company="Acme",
    role="Backend Engineer",
    people=(Person("carla.rossi@acme.example", "Carla Rossi", "interviewer"),),
    highlights=("the migration story",),
    interview_at=datetime(2026, 3, 3, 14, tzinfo=UTC),
    promised_until=date(2026, 3, 6),
    promised_quote="You will hear from us by Friday.",
    asks_feedback=True,
    now=datetime(2026, 3, 3, 15, tzinfo=UTC),
)
