"""The progress of reading accounts, as it is shown: at a terminal (cli/pages.py), to the watchdog, or to nobody."""

from typing import Protocol

from . import notify


class Progress(Protocol):
    """Is told of each batch that a source yields."""

    def reading(self, account: str, total: int | None) -> None:
        """A batch of this account came; `total` are the items that the source expects in all, None where it can't tell."""

    def advance(self, account: str, items: int) -> None:
        """So many more items of it were read."""


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
