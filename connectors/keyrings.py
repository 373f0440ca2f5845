"""Reading from the desktop's keyring, which may ask the user to unlock it: their answer is waited for, but not for ever."""

import threading
from concurrent.futures import Future
from contextlib import suppress

from afterword.ports import NeedsUser

PATIENCE = 60.0
"""Seconds to wait for an answer, as for a password command."""

_lock = threading.Lock()
_pending: dict[tuple[str, str], Future[str | None]] = {}
"""What the keyring was asked for and has not answered yet: it is not asked again, for each time it would ask the user."""


def get_password(service: str, user: str) -> str | None:
    """Return the password; None if there is none. Raises NeedsUser while the keyring waits to be unlocked, and keyring's errors."""
    answer = _ask(service, user)
    try:
        return answer.result(PATIENCE)
    except TimeoutError:
        if answer.done():
            raise
        raise NeedsUser(
            "The keyring waits to be unlocked: answer its question, or unlock it, then try again."
        ) from None
    finally:
        if answer.done():
            _forget(service, user)


def _ask(service: str, user: str) -> Future[str | None]:
    with _lock:
        answer = _pending.get((service, user))
        if answer is None:
            answer = _pending[service, user] = Future()
            threading.Thread(target=_answer, args=[answer, service, user], daemon=True).start()
    return answer


def _answer(answer: Future[str | None], service: str, user: str) -> None:
    try:
        import keyring  # 0.1 s that only those who use it should wait for

        answer.set_result(keyring.get_password(service, user))
    except BaseException as error:  # noqa: BLE001 - whatever it is, the caller is told
        answer.set_exception(error)


def _forget(service: str, user: str) -> None:
    with _lock, suppress(KeyError):
        del _pending[service, user]
