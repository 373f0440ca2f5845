"""Storage of OAuth 2.0 tokens (RFC 6749), in a file only the user can read or in the keyring, shared by service and CLI."""

import errno
import fcntl
import os
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal
from urllib.parse import quote, unquote

from afterword.atomic_files import write_atomically
from afterword.ports import NeedsUser, Unavailable

TokenStorage = Literal["file", "keyring"]
SERVICE = "afterword"
MAX_SIZE = 256 * 1024
_DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def token_file(folder: Path, account: str) -> Path:
    """Return the file in the folder for the tokens of the account with this name."""
    return folder / quote(account, safe="@")


def account_name(file: str) -> str:
    """Return the name of the account whose tokens are in the file."""
    return unquote(Path(file).name)


def connect_command(account: str) -> str:
    """Return what the user types to sign in to the account."""
    return f"`afterword connect {shlex.quote(account)}`"


class TokenStore:
    """The tokens of one account, as text in the caller's format. With "keyring" storage the file is only used for locking."""

    def __init__(self, file: str, storage: TokenStorage = "file") -> None:
        self._file = Path(file)
        self._storage = storage

    def check(self) -> None:
        """Raise NeedsUser if tokens can't be stored."""
        with self.locked():
            if self._storage == "keyring":
                self._from_keyring()

    def read(self) -> str:
        """Return the stored text; "" before the first sign-in. Raises NeedsUser if it can't be read."""
        return self._from_keyring() if self._storage == "keyring" else self._from_file()

    def write(self, text: str) -> None:
        """Replace the stored text atomically; call it while `locked`. Raises NeedsUser, and Unavailable on a full disk."""
        if self._storage == "keyring":
            self._into_keyring(text)
            return
        with self._translate_errors():
            write_atomically(self._file, text.encode(), 0o600)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold an exclusive lock, so that one process refreshes the tokens and others wait for them. Not reentrant."""
        with self._translate_errors():
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
    def _translate_errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            reason = error.strerror or type(error).__name__
            if error.errno in _DISK_FULL:
                raise Unavailable(
                    f"The sign-in can't be kept at {self._file} ({reason}): make room on that disk."
                ) from None
            raise NeedsUser(f"The sign-in can't be kept at {self._file} ({reason}): give yourself the right.") from None

    def _from_file(self) -> str:
        try:
            with self._file.open("rb") as file:
                return file.read(MAX_SIZE).decode("utf-8", "replace")
        except FileNotFoundError:
            return ""
        except OSError as error:
            raise NeedsUser(
                f"The sign-in at {self._file} can't be read ({error.strerror}): give yourself the right, or sign in anew."
            ) from None

    def _from_keyring(self) -> str:
        from . import keyrings  # threads, which a file needs not

        with _translate_keyring_errors():
            return keyrings.get_password(SERVICE, self._file.name) or ""

    def _into_keyring(self, text: str) -> None:
        with _translate_keyring_errors():
            import keyring  # 0.1 s that only those who use it should wait for

            keyring.set_password(SERVICE, self._file.name, text)


@contextmanager
def _translate_keyring_errors() -> Iterator[None]:
    from keyring.errors import KeyringError, KeyringLocked, NoKeyringError  # see _into_keyring

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
