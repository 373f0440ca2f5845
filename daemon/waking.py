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

STOP_TIMEOUT = 4.0
"""Seconds from the signal to stop until the process ends, though a server may still hold it: what is not kept is read again."""

NO_ACCOUNT = ""
_STOP_SIGNALS = frozenset({signal.SIGTERM, signal.SIGINT})
STABLE_AFTER = 300.0
"""Seconds after which a watch counts as stable: its backoff begins anew, however often it was lost before."""


class Signals:
    """Requests to stop the service, or to begin its next pass at once. Any thread, and any Unix signal, may make one."""

    def __init__(self) -> None:
        self.stop_requested = False
        self._requests: SimpleQueue[str] = SimpleQueue()

    def listen(self) -> None:
        """Take SIGTERM and SIGINT as requests to stop, SIGHUP as one to begin a pass, from now on.

        A handler in Python runs when the main thread next does something, and the kernel may have given the signal to another thread,
        which wakes it from no wait. By a socket, a thread of ours learns of each signal at once.
        """
        receiver, sender = socket.socketpair()
        sender.setblocking(False)
        threading.Thread(target=self._receive, args=[receiver], daemon=True).start()
        signal.set_wakeup_fd(sender.detach(), warn_on_full_buffer=False)
        for each in (*_STOP_SIGNALS, signal.SIGHUP):
            signal.signal(each, lambda *_: None)

    def wait(self, timeout: timedelta) -> set[str]:
        """Wait for a request, no longer than `timeout`, and return the accounts that have told of news. The watchdog is kept quiet meanwhile."""
        ends, news = time.monotonic() + timeout.total_seconds(), set[str]()
        while not news and (left := ends - time.monotonic()) > 0:
            with suppress(Empty):
                news.add(self._requests.get(timeout=min(notify.HEARTBEAT_INTERVAL, left)))
            notify.watchdog()
        with suppress(Empty):
            while True:
                news.add(self._requests.get_nowait())
        return news - {NO_ACCOUNT}

    def wake(self) -> None:
        """Begin a pass at once."""
        self.report_news(NO_ACCOUNT)

    def report_news(self, account: str) -> None:
        """Begin a pass at once: something may have come to that account, which surely answers."""
        self._requests.put(account)

    def _receive(self, receiver: socket.socket) -> None:
        while receiver.recv(1)[0] not in _STOP_SIGNALS:
            self.wake()
        self.stop_requested = True
        self.wake()
        time.sleep(STOP_TIMEOUT)
        notify.stopping()
        os._exit(0)


def watch(sources: Mapping[str, Source], signals: Signals) -> None:
    """Have each account that can tell of news wake the service, in a thread of its own that ends with the process."""
    for account, source in sources.items():
        if isinstance(source, WatchableSource):
            threading.Thread(target=_watch, args=[account, source, signals], daemon=True).start()


def _watch(account: str, source: WatchableSource, signals: Signals) -> None:
    delays = backoff.delays()
    while True:
        begun = time.monotonic()
        try:
            with guarded(account):
                source.watch(partial(signals.report_news, account), lambda: signals.stop_requested)
        except ConnectorError as error:
            log.info("watch_lost", account=account, reason=str(error))
        else:
            return
        if time.monotonic() - begun > STABLE_AFTER:
            delays = backoff.delays()
        time.sleep(next(delays).total_seconds())
