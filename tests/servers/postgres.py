"""A PostgreSQL of the tests' own: real, reached through a socket in its own folder, with room for whoever asks for some."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import psycopg
import pytest

PROGRAMS = Path("/usr/lib/postgresql/15/bin")
SETTINGS = "listen_addresses='' fsync=off full_page_writes=off max_connections=60 lc_messages=C timezone=UTC"


class PostgresServer:
    """A cluster in a folder; places in it are named as `log.url` names them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._data = folder / "data"
        self._numbers = count(1)

    def begin(self) -> None:
        """Make the cluster, and start it."""
        self._run("initdb", "--username=tester", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync")
        self.start()

    def start(self) -> None:
        settings = [f"-c {each}" for each in (*SETTINGS.split(), f"unix_socket_directories={self._folder}")]
        self._run("pg_ctl", "start", "--wait", "--log", str(self._folder / "log"), "--options", " ".join(settings))

    def stop(self) -> None:
        self._run("pg_ctl", "stop", "--wait", "--mode=immediate")

    def restart(self) -> None:
        """As after a crash: nobody's connection outlives it."""
        self.stop()
        self.start()

    def new_log(self) -> str:
        """Where there is room for a log: a schema of its own, which is made faster than a database."""
        name = f"log{next(self._numbers)}"
        self.ask(self.url(), f"CREATE SCHEMA {name}")
        return self.url(schema=name)

    def new_database(self, encoding: str) -> str:
        name = f"log{next(self._numbers)}"
        self.ask(self.url(), f"CREATE DATABASE {name} ENCODING '{encoding}' TEMPLATE template0")
        return self.url(name)

    def url(self, database: str = "postgres", *, schema: str = "public", user: str = "tester") -> str:
        options = urlencode({"host": self._folder, "options": f"-c search_path={schema}"}, quote_via=quote)
        return f"postgresql+psycopg://{user}@/{database}?{options}"

    def ask(self, url: str, statement: str) -> list[tuple[Any, ...]]:
        """What the database answers, to one that goes round the log."""
        with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [PROGRAMS / program, "--pgdata", self._data, *arguments],
            cwd=self._folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            user=_nobody(),
            check=False,
            text=True,
        )
        assert done.returncode == 0, done.stderr


def _nobody() -> int | None:
    """PostgreSQL does not run as root."""
    return pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One server for the session; its folder has a short name, for that of a socket may have 107 letters."""
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    if (nobody := _nobody()) is not None:
        os.chown(folder, nobody, -1)
    server = PostgresServer(folder)
    server.begin()
    yield server
    server.stop()
    shutil.rmtree(folder)
