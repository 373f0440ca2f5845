"""The settings of an account."""

from typing import Annotated
from urllib.parse import urlsplit

from msgspec import Meta, Struct

from ..secrets import Secret
from ..tls import is_loopback_url


class CaldavSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`url` is the server's URL, or a domain or mail address to discover it by (RFC 6764).

    `calendars` are the names of those to read (empty: all but ours), `calendar` is the name of ours. `tasks` writes VTODOs instead of
    VEVENTs. `ca_file` holds the trusted certificates, "" for the system's.
    """

    url: Annotated[str, Meta(min_length=1)]
    user: Annotated[str, Meta(min_length=1)]
    password: Secret
    calendars: tuple[str, ...] = ()
    calendar: Annotated[str, Meta(min_length=1)] = "Afterword"
    tasks: bool = False
    ca_file: str = ""

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.username or parts.password:
            raise ValueError("url holds a user or a password: name them as user and password")
        if "://" in self.url and parts.scheme != "https" and not (parts.scheme == "http" and is_loopback_url(self.url)):
            raise ValueError("url must begin with https:// (http:// is for this machine only)")

    @property
    def host(self) -> str:
        """The host, for messages."""
        return urlsplit(self.url).hostname or self.url.rpartition("@")[2]
