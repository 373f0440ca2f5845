"""Files and folders of the user's own, that are only read: what goes wrong with them is told in a sentence."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from afterword.ports import NeedsUser, Unavailable


@contextmanager
def read_errors_told(path: Path) -> Iterator[None]:
    """Whatever the system says of files below that path inside the block is raised as Unavailable or NeedsUser.

    Even whether something is there may fail: the disk may be gone, a network's own folder may hang, a name be too long.
    """
    try:
        yield
    except PermissionError as error:
        raise NeedsUser(f"{error.filename or path} can't be read: give yourself the right to.") from error
    except OSError as error:
        raise Unavailable(f"{path} can't be read ({error.strerror or type(error).__name__}).") from error
