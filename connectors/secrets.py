"""Passwords from a command, the keyring, a systemd credential or a file; never from the configuration itself."""

import os
import shlex
import subprocess
from pathlib import Path

from msgspec import Struct

from afterword.ports import NeedsUser

COMMAND_TIMEOUT = 60.0
"""Seconds for a command, which may have to wait for the user to unlock a key."""

MAX_SIZE = 64 * 1024


class Secret(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The place of a secret: exactly one of the fields.

    `command` is a program with its arguments, run without a shell; `keyring` is "service" or "service/user"; `credential` is the
    name of a systemd credential (LoadCredential=); `file` is a path. The secret is the first line of the output or content.
    """

    command: str | None = None
    keyring: str | None = None
    credential: str | None = None
    file: str | None = None

    def __post_init__(self) -> None:
        named = [each for each in (self.command, self.keyring, self.credential, self.file) if each is not None]
        if len(named) != 1 or not named[0].strip():
            raise ValueError('name one place, such as { command = "pass show mail" } or { keyring = "afterword" }')

    def reveal(self, user: str) -> str:
        """Return the secret; `user` is the keyring's user where `keyring` names none. Raises NeedsUser."""
        if self.command is not None:
            return _first_line(_run_command(self.command), f"The command {_program(self.command)} printed no password")
        if self.keyring is not None:
            service, _, named = self.keyring.partition("/")
            return _from_keyring(service, named or user)
        if self.credential is not None:
            return _from_file(_credential(self.credential))
        return _from_file(Path(self.file or "").expanduser())


def _run_command(command: str) -> bytes:
    program = _program(command)
    try:
        completed = subprocess.run(  # noqa: S603 - the user's own command, from their own configuration, without a shell
            shlex.split(command), stdin=subprocess.DEVNULL, capture_output=True, timeout=COMMAND_TIMEOUT, check=False
        )
    except subprocess.TimeoutExpired:
        raise NeedsUser(
            f"The command {program} gave no password within {COMMAND_TIMEOUT:.0f} s: try it in a terminal."
        ) from None
    except (OSError, ValueError) as error:
        raise NeedsUser(
            f"The command {program} can't be run ({_reason(error)}): correct the account's password."
        ) from None
    if completed.returncode != 0:
        raise NeedsUser(f"The command {program} failed (exit code {completed.returncode}): try it in a terminal.")
    return completed.stdout


def _program(command: str) -> str:
    return command.split(maxsplit=1)[0]


def _from_keyring(service: str, user: str) -> str:
    from keyring.errors import KeyringError, KeyringLocked, NoKeyringError  # 0.1 s that few should wait for

    from . import keyrings  # as above

    try:
        password = keyrings.get_password(service, user)
    except NoKeyringError:
        raise NeedsUser("There is no keyring here: keep the password in a file, a credential or a command.") from None
    except KeyringLocked:
        raise NeedsUser("The keyring is locked: unlock it, then try again.") from None
    except KeyringError as error:
        raise NeedsUser(f"The keyring can't be read ({type(error).__name__}): unlock it, then try again.") from None
    if not password:
        raise NeedsUser(f"The keyring holds no password for {user}: put it there by `keyring set {service} {user}`.")
    return password


def _credential(name: str) -> Path:
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    if not folder or "/" in name:
        raise NeedsUser(
            f"There is no credential {name!r}: give it to the service by LoadCredential={name}:FILE in its unit."
        )
    return Path(folder) / name


def _from_file(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_SIZE)
    except OSError as error:
        raise NeedsUser(
            f"The password file {path} can't be read ({_reason(error)}): mend it, or name another."
        ) from None
    return _first_line(content, f"The password file {path} is empty")


def _first_line(content: bytes, problem: str) -> str:
    try:
        first = content.decode("utf-8").split("\n", 1)[0].rstrip("\r")
    except UnicodeDecodeError:
        raise NeedsUser(f"{problem} that is text: mend it.") from None
    if not first:
        raise NeedsUser(f"{problem}: put the password into its first line.")
    return first


def _reason(error: Exception) -> str:
    return error.strerror or type(error).__name__ if isinstance(error, OSError) else str(error)
