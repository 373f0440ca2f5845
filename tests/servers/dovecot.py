"""A Dovecot of the tests' own: real IMAP on free ports of this machine, with any user there is, all with one password."""

import grp
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import trustme
from imapclient import IMAPClient

from connectors.imap.settings import ImapSettings
from connectors.secrets import Secret
from connectors.tls import Tls

PASSWORD = "correct horse ü"
PATIENCE = 20.0

CONFIG = """\
protocols = imap
listen = 127.0.0.1
base_dir = {base}/run
state_dir = {base}/state
log_path = {base}/dovecot.log
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
mail_uid = {uid}
mail_gid = {gid}
first_valid_uid = {uid}
first_valid_gid = {gid}
last_valid_uid = {uid}
mail_location = maildir:{base}/mail/%u
ssl = yes
ssl_cert = <{base}/cert.pem
ssl_key = <{base}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2 oauthbearer
auth_failure_delay = 0
mail_max_userip_connections = 50
maildir_very_dirty_syncs = yes
mail_fsync = never
mail_plugins = acl
plugin {{
  acl = vfile
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {base}/oauth2.conf
}}
passdb {{
  driver = passwd-file
  args = username_format=anybody {base}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={base}/mail/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Gesendet {{
    special_use = \\Sent
    auto = create
  }}
  mailbox Drafts {{
    special_use = \\Drafts
    auto = create
  }}
  mailbox Trash {{
    special_use = \\Trash
    auto = create
  }}
  mailbox Ablage {{
    special_use = \\Archive
    auto = create
  }}
}}
namespace {{
  type = public
  separator = /
  prefix = Shared/
  location = maildir:{base}/shared
  list = children
  subscriptions = no
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    address = 127.0.0.1
    port = {tls_port}
    ssl = yes
  }}
}}
"""


INTROSPECTION = """\
introspection_mode = post
introspection_url = http://127.0.0.1:{port}/introspect
username_attribute = username
active_attribute = active
active_value = true
client_id = dovecot
client_secret = x
"""
"""Whether a token is good is asked at `introspection_port` (RFC 7662), where a test may answer."""


class Dovecot:
    """A server in a folder. It can be killed and started again; its mails stay."""

    def __init__(self, base: Path) -> None:
        self.base = base
        self.port, self.tls_port = free_port(), free_port()
        self.introspection_port = free_port()
        self.ca_file = base / "ca.pem"
        self._process: subprocess.Popen[bytes] | None = None
        self._numbers = count(1)
        self._prepare()

    def start(self) -> None:
        as_user: dict[str, Any] = {"user": self._user.pw_uid, "group": self._user.pw_gid, "extra_groups": []}
        command = ["dovecot", "-c", str(self.base / "dovecot.conf"), "-F"]
        self._process = subprocess.Popen(command, **(as_user if is_root() else {}))
        wait_until(lambda: answers(self.port))

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(PATIENCE)
            self._process = None
            wait_until(lambda: not answers(self.port))

    def account(self) -> "Account":
        """The account of a new user, with empty folders."""
        return Account(self, f"jane{next(self._numbers)}@example.org")

    def _prepare(self) -> None:
        authority = trustme.CA()
        issued = authority.issue_cert("localhost")
        authority.cert_pem.write_to_path(str(self.ca_file))
        issued.private_key_pem.write_to_path(str(self.base / "key.pem"))
        (self.base / "cert.pem").write_bytes(b"".join(each.bytes() for each in issued.cert_chain_pems))
        (self.base / "users").write_text(f"anybody:{{PLAIN}}{PASSWORD}\n", encoding="utf-8")
        told = INTROSPECTION.format(port=self.introspection_port)
        (self.base / "oauth2.conf").write_text(told, encoding="utf-8")
        self._user = pwd.getpwnam("nobody") if is_root() else pwd.getpwuid(os.getuid())
        names = {"user": self._user.pw_name, "uid": self._user.pw_uid, "gid": self._user.pw_gid}
        names["group"] = grp.getgrgid(self._user.pw_gid).gr_name
        text = CONFIG.format(base=self.base, port=self.port, tls_port=self.tls_port, **names)
        (self.base / "dovecot.conf").write_text(text, encoding="utf-8")
        self.own(self.base)

    def own(self, place: Path) -> None:
        """Make it the server's, with all that lies in it."""
        for each in (place, *place.rglob("*")):
            if is_root():
                os.chown(each, self._user.pw_uid, self._user.pw_gid)


class Account:
    """A user's mailbox, as their own mail program has it."""

    def __init__(self, server: Dovecot, user: str) -> None:
        self.server = server
        self.user = user

    def settings(self, tls: Tls = "none", **others: object) -> ImapSettings:
        """The settings to read it with."""
        port = self.server.tls_port if tls == "implicit" else self.server.port
        known = {"ca_file": "" if tls == "none" else str(self.server.ca_file), "port": port, "password": self.secret()}
        return ImapSettings(**{"host": "localhost", "user": self.user, "tls": tls, **known, **others})  # type: ignore[arg-type]

    def keys(self, port: int = 0) -> str:
        """How to read it by STARTTLS, as lines of a configuration's table; `port` is that of something in between."""
        known = self.settings("starttls")
        server = f'host = "localhost"\nport = {port or known.port}\ntls = "starttls"\nca_file = "{known.ca_file}"\n'
        return f'kind = "imap"\n{server}user = "{self.user}"\npassword = {{ file = "{self.secret().file}" }}\n'

    def secret(self) -> Secret:
        file = self.server.base / "password"
        file.write_text(f"{PASSWORD}\n", encoding="utf-8")
        return Secret(file=str(file))

    def program(self) -> IMAPClient:
        """A mail program that is signed in."""
        client = IMAPClient("localhost", self.server.port, ssl=False, timeout=PATIENCE)
        client.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.sasl_login("PLAIN", lambda _: f"\0{self.user}\0{PASSWORD}".encode())
        return client

    def put(self, *mails: bytes, folder: str = "INBOX", stored: datetime | None = None) -> None:
        with self.program() as client:
            for each in mails:
                client.append(folder, each, msg_time=stored)

    def share(self, folder: str, *mails: bytes) -> None:
        """Let everybody read a folder with these mails, in the namespace for that (RFC 2342)."""
        place = self.server.base / "shared" / f".{folder.replace('/', '.')}"
        for name in ("cur", "new", "tmp"):
            (place / name).mkdir(parents=True)
        for number, each in enumerate(mails):
            (place / "cur" / f"{number}:2,S").write_bytes(each)
        (place / "dovecot-acl").write_text("anyone lrwstipe\n", encoding="utf-8")
        self.server.own(self.server.base / "shared")

    def show_only(self, folder: str) -> None:
        """Let the folder be listed from now on, and not be opened (RFC 4314: the right l, and not r)."""
        place = self.server.base / "mail" / self.user / f".{folder.replace('/', '.')}"
        (place / "dovecot-acl").write_text("owner l\n", encoding="utf-8")


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), 1) as asking:
            return asking.recv(4) == b"* OK"
    except OSError:
        return False


def wait_until(holds: Callable[[], bool], patience: float = PATIENCE) -> None:
    ends = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < ends, "it did not come to be"
        time.sleep(0.02)


def is_root() -> bool:
    return os.getuid() == 0


def running() -> Iterator[Dovecot]:
    """A server in a folder that its user can reach, whoever owns pytest's own."""
    base = Path(tempfile.mkdtemp(prefix="afterword-dovecot-"))
    base.chmod(0o755)
    server = Dovecot(base)
    server.start()
    yield server
    server.stop()
    shutil.rmtree(base)


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    yield from running()


@pytest.fixture
def own_dovecot() -> Iterator[Dovecot]:
    """One that a test may kill."""
    yield from running()
