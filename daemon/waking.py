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
from .troubles import Trouble

log = structlog.get_logger()

STOP_TIMEOUT = 4.0
"""Seconds from the signal to stop until the process ends, though a server may still hold it: what is not kept is read again."""

NO_ACCOUNT = ""
"""What stands among the accounts that have told of news for whoever just asks for a pass."""

_STOP_SIGNALS = frozenset({signal.SIGTERM, signal.SIGINT})
STABLE_AFTER = 300.0
"""Seconds after which a watch counts as stable: its backoff begins anew, however often it was lost before."""

PERSISTS_AFTER = 3
"""A watch that is lost so often in a row is a trouble of its account: a server restarts, and a line breaks, without one."""


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
        """Wait for a request, no longer than `timeout`, and return the accounts that have told of news; NO_ACCOUNT where somebody asked for
        a pass. The watchdog is kept quiet meanwhile.
        """
        ends, news = time.monotonic() + timeout.total_seconds(), set[str]()
        while not news and (left := ends - time.monotonic()) > 0:
            with suppress(Empty):
                news.add(self._requests.get(timeout=min(notify.HEARTBEAT_INTERVAL, left)))
            notify.watchdog()
        with suppress(Empty):
            while True:
                news.add(self._requests.get_nowait())
        return news

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


class Watch:
    """An account that tells of news by itself, and the thread that has it wake the service, which ends with the process."""

    def __init__(self, account: str, source: WatchableSource, signals: Signals) -> None:
        self._account = account
        self._source = source
        self._signals = signals
        self._begun: float | None = None
        self._lost_in_a_row = 0
        self._reason = ""

    def begin(self) -> None:
        """Watch it from now on, and again whenever that is lost."""
        threading.Thread(target=self._run, daemon=True).start()

    @property
    def trouble(self) -> Trouble | None:
        """What is wrong, where it was lost several times in a row and has not been stable since: the account is read all the same."""
        begun = self._begun
        if self._lost_in_a_row < PERSISTS_AFTER or (begun is not None and _is_stable(begun)):
            return None
        sentence = f"It can't be watched for news, and is only read once a minute: {self._reason}"
        return Trouble(account=self._account, sentence=sentence)

    def _run(self) -> None:
        delays = backoff.delays()
        while True:
            self._begun = begun = time.monotonic()
            try:
                with guarded(self._account):
                    self._source.watch(
                        partial(self._signals.report_news, self._account), lambda: self._signals.stop_requested
                    )
            except ConnectorError as error:
                log.info("watch_lost", account=self._account, reason=str(error))
                self._reason = str(error)
            else:
                self._lost_in_a_row = 0
                return
            if _is_stable(begun):
                delays, self._lost_in_a_row = backoff.delays(), 0
            self._begun, self._lost_in_a_row = None, self._lost_in_a_row + 1
            time.sleep(next(delays).total_seconds())


def watch(sources: Mapping[str, Source], signals: Signals) -> list[Watch]:
    """Have each account that can tell of news wake the service."""
    watches = [
        Watch(account, source, signals) for account, source in sources.items() if isinstance(source, WatchableSource)
    ]
    for each in watches:
        each.begin()
    return watches


def _is_stable(begun: float) -> bool:
    return time.monotonic() - begun > STABLE_AFTER
