"""The service's own log: readable in a terminal, JSON otherwise, and above debug level without text or addresses from mail."""

import logging
import os
import re
from collections.abc import Iterator
from traceback import extract_tb
from typing import Any, TextIO

import structlog

_LEVEL = logging.INFO
_ADDRESS = re.compile(r"[^\s<>,;:\"'()@]{1,200}@[^\s<>,;:\"'()@]{1,200}")
_DEEPEST = 20
"""Places of one error that are told: a recursion without an end has a thousand."""

_OF_MAIL = frozenset({"subject", "text", "quote", "body", "sender", "to", "raw"})


def set_up(stream: TextIO, *, quiet: bool = False) -> None:
    """Log to that stream from now on; `quiet` leaves all but errors out, for commands that say in words what went wrong.

    Who sets AFTERWORD_DEBUG wants to see it all the same.
    """
    level = logging.ERROR if quiet and not os.environ.get("AFTERWORD_DEBUG") else _LEVEL
    seen = stream.isatty()
    renderer: Any = structlog.dev.ConsoleRenderer(colors=seen) if seen else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _traced,
            without_mail,
            _without_controls,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )


def without_mail(logger: object, method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Above debug level, what holds words of a mail is left out, and addresses are."""
    del logger
    if method == "debug":
        return event
    return {
        key: _ADDRESS.sub("…", value) if isinstance(value, str) else value
        for key, value in event.items()
        if key not in _OF_MAIL
    }


def _traced(logger: object, method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """An error is told by its kind and the places that it came through, without its text: a parser's quotes what it could not read."""
    del logger, method
    error = event.pop("exc_info", None)
    if isinstance(error, BaseException):
        event["traceback"] = [line for each in _causes(error) for line in _places(each)]
    return event


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _places(error: BaseException) -> Iterator[str]:
    yield type(error).__name__
    for frame in extract_tb(error.__traceback__)[-_DEEPEST:]:
        yield f"{frame.filename}:{frame.lineno} in {frame.name}"


def _without_controls(logger: object, method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """What an input's name or an error's text may hold is not obeyed by whoever shows the log."""
    del logger, method
    return {key: _plain(value) if isinstance(value, str) else value for key, value in event.items()}


def _plain(value: str) -> str:
    return "".join(char if char.isprintable() else f"\\x{ord(char):02x}" for char in value)
