"""Asks a stand-in of Graph's what the connector asks, without a sign-in."""

from collections.abc import Mapping

import requests
from msgspec import json

from afterword.ports import Unavailable
from connectors.microsoft.client import Forbidden, Response

GIVEN_BACK = {200, 201, 204, 400, 404, 409, 410, 412}
FORBIDDEN = 403


class GraphLine:
    """Requests to a server on a port of this machine."""

    def __init__(self, port: int) -> None:
        self._root = f"http://127.0.0.1:{port}/v1.0/"

    def check_link(self, link: str) -> str:
        return link

    def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        prefer = ", ".join(
            ['IdType="ImmutableId"', *(value for name, value in (headers or {}).items() if name == "Prefer")]
        )
        answer = requests.request(
            method,
            path if "://" in path else self._root + path,
            params=query,
            data=json.encode(body) if body is not None else None,
            headers={"Content-Type": "application/json", **(headers or {}), "Prefer": prefer},
            timeout=20,
        )
        if answer.status_code == FORBIDDEN:
            raise Forbidden("Graph does not allow it.")
        if answer.status_code not in GIVEN_BACK:
            raise Unavailable(f"Graph said {answer.status_code}.")
        return Response(answer.status_code, answer.content)
