"""Whether an answer of a Google stand-in's is one that Google could give: names and types, as the discovery documents have them.

The documents are those that google-api-python-client brings along.
"""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import googleapiclient
from msgspec import Struct

DOCUMENTS = Path(googleapiclient.__file__).parent / "discovery_cache" / "documents"
TYPES: dict[str, type | tuple[type, ...]] = {"string": str, "boolean": bool, "integer": int, "number": (int, float)}
FORMATS = {
    "date": re.compile(r"\d{4}-\d\d-\d\d"),
    "date-time": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"),
    "int64": re.compile(r"-?\d+"),
    "uint64": re.compile(r"\d+"),
}
Value = TypeVar("Value")


def checked(api: str, schema: str, value: Value) -> Value:
    """The value, which is of that schema of the API ("calendar.v3", "Events"). Fails for what is none."""
    found = list(problems(api, schema, value))
    assert not found, f"{api} has no such {schema}: {'; '.join(found[:10])}"
    return value


def checked_request(api: str, schema: str, value: Value) -> Value:
    """What was sent: a null clears a field, wherever it stands."""
    _ = checked(api, schema, _without_nulls(value))
    return value


class Method(Struct, frozen=True, kw_only=True):
    """A method of an API: how it is asked for, by which scopes, and the schemas of its request and response ("" for none)."""

    id: str
    verb: str
    path: re.Pattern[str]
    query: frozenset[str]
    scopes: frozenset[str]
    request: str
    response: str

    def check_query(self, query: Mapping[str, str]) -> None:
        """Fails for a parameter that the method does not have."""
        assert query.keys() <= self.query, f"{self.id} has no {', '.join(sorted(query.keys() - self.query))}"


@cache
def methods(api: str) -> tuple[Method, ...]:
    """Every method of an API; the paths are below the service's own."""
    return tuple(_methods(document(api), document(api)["parameters"]))


def _methods(node: dict[str, Any], shared: dict[str, Any]) -> Iterator[Method]:
    for each in node.get("methods", {}).values():
        yield Method(
            id=each["id"],
            verb=each["httpMethod"],
            path=re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", each["path"])),
            query=frozenset({*each.get("parameters", {}), *shared}),
            scopes=frozenset(each.get("scopes", ())),
            request=each.get("request", {}).get("$ref", ""),
            response=each.get("response", {}).get("$ref", ""),
        )
    for each in node.get("resources", {}).values():
        yield from _methods(each, shared)


def problems(api: str, schema: str, value: object) -> Iterator[str]:
    """The unknown names and the wrong types; what is left out is none."""
    yield from _walk(document(api)["schemas"], {"$ref": schema}, value, schema)


@cache
def document(api: str) -> dict[str, Any]:
    """The discovery document of an API."""
    known: dict[str, Any] = json.loads((DOCUMENTS / f"{api}.json").read_text(encoding="utf-8"))
    return known


def _walk(known: dict[str, Any], node: dict[str, Any], value: Any, path: str) -> Iterator[str]:
    if "$ref" in node:
        node = known[node["$ref"]]
    kind = node.get("type", "object")
    if kind == "object":
        yield from _object(known, node, value, path)
    elif kind == "array":
        yield from _array(known, node, value, path)
    elif kind != "any":
        yield from _scalar(node, value, path)


def _object(known: dict[str, Any], node: dict[str, Any], value: Any, path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{path}: {type(value).__name__} is no object"
        return
    for name, each in value.items():
        child = node.get("properties", {}).get(name) or node.get("additionalProperties")
        if child is None:
            yield f"{path}.{name} unknown"
        else:
            yield from _walk(known, child, each, f"{path}.{name}")


def _array(known: dict[str, Any], node: dict[str, Any], value: Any, path: str) -> Iterator[str]:
    if not isinstance(value, list):
        yield f"{path}: {type(value).__name__} is no array"
        return
    for number, each in enumerate(value):
        yield from _walk(known, node["items"], each, f"{path}[{number}]")


def _scalar(node: dict[str, Any], value: object, path: str) -> Iterator[str]:
    kind = node["type"]
    if not isinstance(value, TYPES[kind]) or (kind != "boolean" and isinstance(value, bool)):
        yield f"{path}: {type(value).__name__} is no {kind}"
    elif "enum" in node and value not in node["enum"]:
        yield f"{path}: {value} is none of {', '.join(node['enum'])}"
    elif (form := FORMATS.get(node.get("format", ""))) and isinstance(value, str) and not form.fullmatch(value):
        yield f"{path}: {value} is no {node['format']}"


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nulls(each) for name, each in value.items() if each is not None}
    return [_without_nulls(each) for each in value] if isinstance(value, list) else value
