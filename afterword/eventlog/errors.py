"""What can go wrong with the log, each in one sentence that says what to do."""

import re
import sqlite3

RESTORE = (
    "Put back a copy of it from a backup, or move it away: the mailboxes are then read again from their beginning."
)


class LogError(Exception):
    """Base of the errors below."""


class LogDamaged(LogError):
    """The file is no log, or is torn: nothing is read from it, and nothing is written over it."""


class LogTooNew(LogError):
    """A newer version of the program wrote the log."""


class LogUnwritable(LogError):
    """The log can't be read or written now. `retry` says whether it may go by itself (a full disk, a lock)."""

    def __init__(self, message: str, *, retry: bool) -> None:
        super().__init__(message)
        self.retry = retry


class VersionConflict(LogError):
    """Somebody wrote to the stream since it was read: decide again from its fresh state."""

    def __init__(self, stream: str, *, expected: int, actual: int) -> None:
        super().__init__(f"The stream {stream} is at version {actual}, not {expected}.")
        self.stream = stream
        self.expected = expected
        self.actual = actual


def too_new(where: str) -> LogTooNew:
    """The error for a log with a schema that this program doesn't know."""
    return LogTooNew(f"The log {where} was written by a newer version of Afterword: install that version to use it.")


def too_old(where: str) -> LogError:
    """The error for one who only looks at a log that is still to be migrated."""
    return LogError(f"The log {where} was written by an older version of Afterword: run `afterword sync` once.")


def damaged(where: str, what: str) -> LogDamaged:
    """The error for a file that can't be read as a log; `what` says why."""
    return LogDamaged(f"The log {where} {what}. {RESTORE}")


_NO_TEXT = "Could not decode to UTF-8"
"""How Python's sqlite3 begins an error of its own, which has no code of SQLite's."""


def log_error(error: sqlite3.Error, where: str) -> LogError:
    """What an error of SQLite's means for the log."""
    name = getattr(error, "sqlite_errorname", "") or ""
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")) or str(error).startswith(_NO_TEXT):
        return damaged(where, "is damaged")
    if name.startswith("SQLITE_FULL"):
        return LogUnwritable(f"There is no room left on the disk for the log {where}.", retry=True)
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return LogUnwritable(f"Another program holds the log {where}.", retry=True)
    if name.startswith(("SQLITE_READONLY", "SQLITE_PERM", "SQLITE_CANTOPEN")):
        return LogUnwritable(f"The log {where} can't be written: check the permissions of its folder.", retry=False)
    if name.startswith("SQLITE_IOERR"):
        return LogUnwritable(f"The disk that holds the log {where} fails ({name}).", retry=False)
    return LogError(f"The log {where} can't be used ({name or type(error).__name__}: {error}).")


_REASONS = {
    "23": "refuses what was to be written",
    "25006": "may only be read",
    "42501": "may not be used by this user: grant it what it needs",
    "28": "does not let this user in",
    "3D000": "is not there: make it (createdb)",
}
_PASSING = ("08", "40", "53", "55P03", "57P")
"""Connections that broke, writers that met, no room, a lock that is held, a server that starts or stops."""

_PASSWORD = re.compile(r"(?<=//)([^/?#@:]*):[^/?#@]*@")


def postgresql_error(state: str | None, reason: str, where: str) -> LogError:
    """What an error of PostgreSQL's means for the log: by its SQLSTATE (manual, appendix A), None where no server answered."""
    if state is None:
        return LogUnwritable(f"The log {where} can't be reached ({reason}).", retry=True)
    if state.startswith("XX"):
        return damaged(where, f"is damaged ({reason})")
    if state.startswith(_PASSING):
        return LogUnwritable(f"The log {where} can't be used just now ({reason}).", retry=True)
    for known, what in _REASONS.items():
        if state.startswith(known):
            return LogUnwritable(f"The log {where} {what} ({reason}).", retry=False)
    return LogError(f"The log {where} can't be used ({state}: {reason}).")


def psycopg_is_missing() -> LogError:
    """The error for an Afterword that was installed without what speaks to PostgreSQL."""
    return LogError("log.url: PostgreSQL needs psycopg beside Afterword: pipx inject afterword 'psycopg[binary]'.")


def without_password(url: str) -> str:
    """A database's URL as sentences may show it: without a password, and without what tells how to connect."""
    return _PASSWORD.sub(r"\1@", url.partition("?")[0])
