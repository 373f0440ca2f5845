"""What wakes the service: signals, and accounts that tell of news by themselves; and what ends it, whatever it waits for."""

import os
import signal
import socket
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from functools import partial
from queue import Empty, SimpleQueue

import structlog

from afterword.ports import ConnectorError, Source, WatchableSource

from . import backoff, notify
from .guard import guarded

log = structlog.get_logger()

LAST_WORDS = 4.0
"""Seconds from the signal to stop until the process ends, though a server may still hold it: what is not kept is read again."""

NOBODY = ""
_ENDS = frozenset({signal.SIGTERM, signal.SIGINT})
WELL = 300.0
"""Seconds after which a watch that is lost had been well: the next begins soon again, however many were lost before."""


class Told:
    """What the service was told: to stop, or to look again at once. Any thread, and any signal, may tell it."""

    def __init__(self) -> None:
        self.to_stop = False
        self._wakes: SimpleQueue[str] = SimpleQueue()

    def listen(self) -> None:
        """Listen to SIGTERM, SIGINT and SIGHUP from now on.

        A handler in Python runs when the main thread next does something, and the kernel may have told another thread, which wakes it
        from no wait. Told by a socket, a thread of ours learns of each signal at once.
        """
        hears, tells = socket.socketpair()
        tells.setblocking(False)
        threading.Thread(target=self._heed, args=[hears], daemon=True).start()
        signal.set_wakeup_fd(tells.detach(), warn_on_full_buffer=False)
        for each in (*_ENDS, signal.SIGHUP):
            signal.signal(each, lambda *_: None)

    def wait(self, longest: timedelta) -> set[str]:
        """Until something is told, or the time is over: which accounts have told of news. The watchdog is kept quiet meanwhile."""
        ends, news = time.monotonic() + longest.total_seconds(), set[str]()
        while not news and (left := ends - time.monotonic()) > 0:
            with suppress(Empty):
                news.add(self._wakes.get(timeout=min(notify.HEARTBEAT, left)))
            notify.watchdog()
        with suppress(Empty):
            while True:
                news.add(self._wakes.get_nowait())
        return news - {NOBODY}

    def wake(self) -> None:
        """Look again at once."""
        self.news_of(NOBODY)

    def news_of(self, account: str) -> None:
        """Look again at once: something may have come to that account, which surely answers."""
        self._wakes.put(account)

    def _heed(self, hears: socket.socket) -> None:
        while hears.recv(1)[0] not in _ENDS:
            self.wake()
        self.to_stop = True
        self.wake()
        time.sleep(LAST_WORDS)
        notify.stopping()
        os._exit(0)


def watch(sources: Mapping[str, Source], told: Told) -> None:
    """Have each account that can tell of news wake the service, in a thread of its own that ends with the process."""
    for account, source in sources.items():
        if isinstance(source, WatchableSource):
            threading.Thread(target=_watch, args=[account, source, told], daemon=True).start()


def _watch(account: str, source: WatchableSource, told: Told) -> None:
    delays = backoff.delays()
    while True:
        begun = time.monotonic()
        try:
            with guarded(account):
                source.watch(partial(told.news_of, account), lambda: told.to_stop)
        except ConnectorError as error:
            log.info("watch_lost", account=account, reason=str(error))
        else:
            return
        if time.monotonic() - begun > WELL:
            delays = backoff.delays()
        time.sleep(next(delays).total_seconds())
