"""The settings of an account, and of its server."""

from typing import Annotated

from msgspec import Meta, Struct

from ..secrets import Secret
from ..tls import Tls, check_tls

PORTS = {"implicit": 993, "starttls": 143, "none": 143}


class Server(Struct, frozen=True, kw_only=True):
    """A server's address. `ca_file` holds the trusted certificates, "" for the system's."""

    host: str
    port: int
    tls: Tls = "implicit"
    ca_file: str = ""


class ImapSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`port` 0 is the default of the TLS mode. `sign_in` names another account whose sign-in replaces the password. `folders` are
    those to read (empty: inbox, sent and archive). The initial read goes back `first_days`. `drafts` allows storing drafts.
    """

    host: Annotated[str, Meta(min_length=1)]
    user: Annotated[str, Meta(min_length=1)]
    password: Secret | None = None
    sign_in: str = ""
    port: Annotated[int, Meta(ge=0, le=65535)] = 0
    tls: Tls = "implicit"
    ca_file: str = ""
    folders: tuple[str, ...] = ()
    first_days: Annotated[int, Meta(ge=1, le=3650)] = 90
    drafts: bool = False

    def __post_init__(self) -> None:
        check_tls(self.tls, self.host)
        if (self.password is None) == (not self.sign_in):
            raise ValueError("name either password or sign_in")

    @property
    def server(self) -> Server:
        return Server(host=self.host, port=self.port or PORTS[self.tls], tls=self.tls, ca_file=self.ca_file)
