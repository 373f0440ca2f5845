"""What an error says to the user, and the exit code that it ends with."""

from afterword.eventlog.errors import LogError
from afterword.eventlog.lock import AnotherIsRunning
from afterword.ports import ConnectorError, NeedsUser
from daemon.config import ConfigError
from daemon.lookup import Refused

from .exits import BUSY, FAILED, NEEDS_USER, WRONG

_CODES: tuple[tuple[type[Exception], int], ...] = (
    (Refused, WRONG),
    (AnotherIsRunning, BUSY),
    (NeedsUser, NEEDS_USER),
    (LogError, FAILED),
    (ConnectorError, FAILED),
)


def message_and_exit_code(error: Exception) -> tuple[str, int]:
    """What to print for an error, a sentence a line, and the exit code."""
    if isinstance(error, ConfigError):
        return "\n".join(error.problems), WRONG
    if isinstance(error, OSError):
        return f"{error.strerror or error}: {error.filename or ''}".rstrip(": ") + ".", FAILED
    for kind, code in _CODES:
        if isinstance(error, kind):
            return str(error), code
    return f"Something went wrong inside ({type(error).__name__}); AFTERWORD_DEBUG=1 shows where.", FAILED
