"""What went wrong in the service's last pass, kept beside the log so that `status` can tell it."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import DecodeError, Struct, json

from afterword.atomic_files import write_atomically
from afterword.ports import ConnectorError, NeedsUser, Unavailable

from .config import Config

DELIVERY = "delivery"
"""What the channel is called among the accounts."""

_OWNER_ONLY = 0o600


class Trouble(Struct, frozen=True, kw_only=True):
    """An account that could not be read or written: a sentence, and whether only the user can mend it.

    `retry_after` are the seconds for which the place asked to be left alone.
    """

    account: str
    sentence: str
    needs_user: bool = False
    retry_after: float = 0.0


def trouble(account: str, error: ConnectorError) -> Trouble:
    """What an error means for the account, kept in the service's own log as well."""
    import structlog  # a status, which only looks, does without

    structlog.get_logger().warning("account_failed", account=account, reason=str(error))
    rest = error.retry_after if isinstance(error, Unavailable) else 0.0
    return Trouble(account=account, sentence=str(error), needs_user=isinstance(error, NeedsUser), retry_after=rest)


class LastPass(Struct, frozen=True, kw_only=True):
    """When the last pass was, and its troubles; as JSON in a file beside the log."""

    at: datetime
    troubles: tuple[Trouble, ...]


def save(config: Config, troubles: Sequence[Trouble], now: datetime) -> None:
    """Save the troubles of the pass at `now`, in place of those of the one before; where there are none, nothing is left."""
    if troubles:
        write_atomically(config.troubles, json.encode(LastPass(at=now, troubles=tuple(troubles))), _OWNER_ONLY)
    else:
        config.troubles.unlink(missing_ok=True)


def sentences(config: Config, now: datetime) -> tuple[str, ...]:
    """A sentence for each account that was in trouble in the last pass; none where that came after `now`."""
    last = _load(config)
    return tuple(f"{each.account}: {each.sentence}" for each in last.troubles) if last and last.at <= now else ()


def last_pass_at(config: Config) -> tuple[datetime, ...]:
    """When the last pass was, if it met troubles; else nothing."""
    last = _load(config)
    return (last.at,) if last else ()


def _load(config: Config) -> LastPass | None:
    try:
        return json.decode(config.troubles.read_bytes(), type=LastPass)
    except (OSError, DecodeError):
        return None
