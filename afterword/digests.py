"""Stable ids, made of what they stand for."""

import base64
import hashlib


def digest(*parts: str) -> str:
    """A stable id for these parts: the first 16 bytes of their SHA-256 in lower-case base32, 26 characters."""
    data = hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).digest()
    return base64.b32encode(data[:16]).decode().rstrip("=").lower()
