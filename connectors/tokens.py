"""What a sign-in left (OAuth 2.0 tokens, RFC 6749): kept in a file of the user's alone or in the keyring, for daemon and CLI at once."""

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from afterword.ports import NeedsUser, Unavailable

from .whole_files import write_whole

Place = Literal["file", "keyring"]
SERVICE = "afterword"
LARGEST = 256 * 1024
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class TokenStore:
    """One account's tokens, as text whose form is the caller's. With `keyring`, the file is only what is locked."""

    def __init__(self, file: str, place: Place = "file") -> None:
        self._file = Path(file)
        self._place = place

    def check(self) -> None:
        """Raise NeedsUser where nothing could be kept."""
        with self.held():
            if self._place == "keyring":
                self._from_keyring()

    def read(self) -> str:
        """What is kept; empty before the first sign-in. Raises NeedsUser where it can't be read."""
        return self._from_keyring() if self._place == "keyring" else self._from_file()

    def keep(self, text: str) -> None:
        """Put it in the place of what was kept, whole or not at all; call it while `held`. Raises NeedsUser, and Unavailable where
        there is no room.
        """
        if self._place == "keyring":
            self._into_keyring(text)
            return
        with self._told():
            write_whole(self._file, text.encode(), 0o600)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Nobody else refreshes meanwhile: a second process waits, and then finds the fresh tokens. Not reentrant."""
        with self._told():
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = os.open(
                self._file.with_name(f"{self._file.name}.lock"), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600
            )
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            reason = error.strerror or type(error).__name__
            if error.errno in _NO_ROOM:
                raise Unavailable(
                    f"The sign-in can't be kept at {self._file} ({reason}): make room on that disk."
                ) from None
            raise NeedsUser(f"The sign-in can't be kept at {self._file} ({reason}): give yourself the right.") from None

    def _from_file(self) -> str:
        try:
            with self._file.open("rb") as file:
                return file.read(LARGEST).decode("utf-8", "replace")
        except FileNotFoundError:
            return ""
        except OSError as error:
            raise NeedsUser(
                f"The sign-in at {self._file} can't be read ({error.strerror}): give yourself the right, or sign in anew."
            ) from None

    def _from_keyring(self) -> str:
        with _keyring_told():
            import keyring  # 0.1 s that only those who use it should wait for

            return keyring.get_password(SERVICE, self._file.name) or ""

    def _into_keyring(self, text: str) -> None:
        with _keyring_told():
            import keyring  # as above

            keyring.set_password(SERVICE, self._file.name, text)


@contextmanager
def _keyring_told() -> Iterator[None]:
    from keyring.errors import KeyringError, KeyringLocked, NoKeyringError  # see _from_keyring

    try:
        yield
    except NoKeyringError:
        raise NeedsUser(
            'There is no keyring here: leave tokens = "keyring" out, and they are kept in a file.'
        ) from None
    except KeyringLocked:
        raise NeedsUser("The keyring is locked: unlock it, then try again.") from None
    except KeyringError as error:
        raise Unavailable(f"The keyring does not answer ({type(error).__name__}).") from None
