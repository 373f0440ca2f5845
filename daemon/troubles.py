"""What went wrong in the service's last pass, kept beside the log so that `status` can tell it."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import DecodeError, Struct, json

from afterword.ports import ConnectorError, NeedsUser, Unavailable

from .config import Config

DELIVERY = "delivery"
"""What the channel is called among the accounts."""


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


class Kept(Struct, frozen=True, kw_only=True):
    """The troubles of the pass at that moment."""

    at: datetime
    troubles: tuple[Trouble, ...]


def keep(config: Config, troubles: Sequence[Trouble], now: datetime) -> None:
    """Keep them for `known`; none takes away what was kept."""
    path = config.troubles
    if not troubles:
        path.unlink(missing_ok=True)
        return
    draft = path.with_suffix(".new")
    draft.write_bytes(json.encode(Kept(at=now, troubles=tuple(troubles))))
    draft.replace(path)


def known(config: Config, now: datetime) -> tuple[str, ...]:
    """A sentence for each account that is in trouble since the last pass, as far as it was before that moment."""
    kept = _kept(config)
    return tuple(f"{each.account}: {each.sentence}" for each in kept.troubles) if kept and kept.at <= now else ()


def kept_at(config: Config) -> tuple[datetime, ...]:
    """The moment of the last pass, where it met any."""
    kept = _kept(config)
    return (kept.at,) if kept else ()


def _kept(config: Config) -> Kept | None:
    try:
        return json.decode(config.troubles.read_bytes(), type=Kept)
    except (OSError, DecodeError):
        return None
