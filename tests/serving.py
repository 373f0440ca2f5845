"""The service as a process, and what it tells systemd."""

import os
import signal
import socket
import subprocess
import sys
from ctypes import CDLL
from pathlib import Path

ENDS_WITHIN = 5
PATIENCE = 60


class Running:
    """`afterword run` with the configuration at a path; `more` is added to its environment."""

    def __init__(self, path: Path, **more: str) -> None:
        self._listening = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._listening.settimeout(PATIENCE)
        address = path.parent / "notify"
        self._listening.bind(str(address))
        command = [sys.executable, "-m", "daemon.cli", "run", "--config", str(path)]
        self.process = subprocess.Popen(
            command, env={**os.environ, "NOTIFY_SOCKET": str(address), **more}, stderr=subprocess.PIPE, text=True
        )

    def hears(self, beginning: str) -> str:
        """The next thing it tells that begins so."""
        while True:
            told = self._listening.recv(4096).decode()
            if told.startswith(beginning):
                return told

    def logs(self, event: str) -> str:
        """The next line of its log that is of this event."""
        assert self.process.stderr is not None
        return next(line for line in self.process.stderr if f'"event": "{event}"' in line)

    def wake(self) -> None:
        self.process.send_signal(signal.SIGHUP)

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(ENDS_WITHIN)

    def tell_another_thread(self, number: signal.Signals) -> None:
        """Send a signal as the kernel does while the main thread has yet to take one: to any of the others."""
        pid = self.process.pid
        other = next(thread for each in Path(f"/proc/{pid}/task").iterdir() if (thread := int(each.name)) != pid)
        assert CDLL(None).tgkill(pid, other, number) == 0

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()
        self._listening.close()
