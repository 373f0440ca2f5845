"""Who watches while accounts are read: somebody at a terminal, the watchdog, or nobody."""

from typing import Protocol

from . import notify


class Progress(Protocol):
    """What is shown while accounts are read."""

    def reading(self, account: str, total: int | None) -> None: ...

    def advance(self, account: str, items: int) -> None: ...


class NoProgress:
    """Progress that nobody watches."""

    def reading(self, account: str, total: int | None) -> None:
        pass

    def advance(self, account: str, items: int) -> None:
        pass


class WatchdogProgress:
    """Progress that the watchdog is told of: a first reading may take longer than it waits."""

    def reading(self, account: str, total: int | None) -> None:
        _ = account, total
        notify.watchdog()

    def advance(self, account: str, items: int) -> None:
        _ = account, items
        notify.watchdog()
