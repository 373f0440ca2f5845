"""How far a line to a server is trusted: by TLS, where somebody vouches for the server; without it on this machine only."""

from ipaddress import ip_address
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from afterword.ports import NeedsUser

if TYPE_CHECKING:
    from ssl import SSLCertVerificationError, SSLContext

Tls = Literal["implicit", "starttls", "none"]


def check_tls(tls: Tls, host: str) -> None:
    """Raise ValueError where a password would go over a network that others hear."""
    if tls == "none" and not is_loopback(host):
        raise ValueError('tls = "none" is for this machine only: use "implicit" or "starttls"')


def is_loopback(host: str) -> bool:
    """Whether a host is this machine itself."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_here(address: str) -> bool:
    """Whether a URL leads to this machine itself."""
    return is_loopback(urlsplit(address).hostname or "")


def trusting(ca_file: str, whose: str) -> "SSLContext":
    """What is needed for TLS 1.2 or newer with a server that the certificates of that file vouch for; none: the system's.

    Raises NeedsUser, with `whose` ("account" or "delivery") setting is to be mended.
    """
    import ssl  # which `status` does not need

    try:
        return ssl.create_default_context(cafile=ca_file or None)
    except OSError as error:
        raise NeedsUser(f"The certificates in {ca_file} can't be read: mend the {whose}'s ca_file.") from error


def untrusted(host: str, error: "SSLCertVerificationError", whose: str) -> NeedsUser:
    """What to tell the user of a server that nobody vouches for; `whose` setting may be wrong, as in `trusting`."""
    hint = f"check the {whose}'s host, or name the authority's certificate as ca_file"
    return NeedsUser(f"The certificate of {host} can't be trusted ({error.verify_message}): {hint}.")
