"""TLS settings of connections: verified certificates, and no plain text except on loopback."""

from ipaddress import ip_address
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from afterword.ports import NeedsUser

if TYPE_CHECKING:
    from ssl import SSLCertVerificationError, SSLContext

Tls = Literal["implicit", "starttls", "none"]


def check_tls(tls: Tls, host: str) -> None:
    """Raise ValueError for a plain-text connection to another machine."""
    if tls == "none" and not is_loopback(host):
        raise ValueError('tls = "none" is for this machine only: use "implicit" or "starttls"')


def is_loopback(host: str) -> bool:
    """Whether the host is "localhost" or a loopback address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def is_loopback_url(address: str) -> bool:
    """Whether the URL's host is a loopback host."""
    return is_loopback(urlsplit(address).hostname or "")


def tls_context(ca_file: str, section: str) -> "SSLContext":
    """Return a context that verifies certificates against `ca_file`, "" for the system's store.

    Raises NeedsUser, with the configuration `section` to fix ("account" or "delivery"), if the file can't be read.
    """
    import ssl  # which `status` does not need

    try:
        return ssl.create_default_context(cafile=ca_file or None)
    except OSError as error:
        raise NeedsUser(f"The certificates in {ca_file} can't be read: correct the {section}'s ca_file.") from error


def certificate_error(host: str, error: "SSLCertVerificationError", section: str) -> NeedsUser:
    """Return the error for a certificate that can't be verified; `section` as in `tls_context`."""
    hint = f"check the {section}'s host, or name the authority's certificate as ca_file"
    return NeedsUser(f"The certificate of {host} can't be trusted ({error.verify_message}): {hint}.")
