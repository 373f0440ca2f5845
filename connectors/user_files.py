"""Reading of the user's files and folders, with errors translated to Unavailable and NeedsUser."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from afterword.ports import NeedsUser, Unavailable


@contextmanager
def translate_read_errors(path: Path) -> Iterator[None]:
    """Raise an OSError inside the block, about files below `path`, as Unavailable or NeedsUser.

    Wrap checks for existence too: they fail where a disk is gone, a network file system hangs, or a name is too long.
    """
    try:
        yield
    except PermissionError as error:
        raise NeedsUser(f"{error.filename or path} can't be read: give yourself the right to.") from error
    except OSError as error:
        raise Unavailable(f"{path} can't be read ({error.strerror or type(error).__name__}).") from error
