"""The base of all JSON resources that providers' APIs return."""

from msgspec import Struct


class Resource(Struct, frozen=True, kw_only=True, rename="camel"):
    """A JSON object with camelCase property names; unknown properties are ignored when it is decoded."""
