"""httplib2's transport, which Google's library uses, with a limit on responses and without unsafe retries."""

from functools import partial
from http.client import BadStatusLine, HTTPResponse, IncompleteRead
from typing import Any

import httplib2
from httplib2.decode import DecodeLimitError, DecodeRatioError

from afterword.ports import Unavailable

TIMEOUT = 30.0
MAX_RESPONSE_SIZE = 64 * 1024 * 1024


class ResponseTooLarge(Unavailable):
    """A response is larger than MAX_RESPONSE_SIZE, or compressed beyond httplib2's limits."""

    def __init__(self) -> None:
        super().__init__("Google gave an answer that is too large.")


class HttpTransport(httplib2.Http):  # type: ignore[misc] # httplib2 has no types
    """Does not follow redirects, and raises ResponseTooLarge.

    A POST is not repeated after the server closed the connection without a response, as httplib2 would do: it may have been done.
    """

    def __init__(self) -> None:
        super().__init__(timeout=TIMEOUT, decode_limit_hard=MAX_RESPONSE_SIZE)
        self.follow_redirects = False

    def _conn_request(self, conn: Any, request_uri: str, method: str, body: Any, headers: Any) -> Any:
        try:
            return super()._conn_request(_CheckedConnection(conn, method), request_uri, method, body, headers)
        except (ResponseTooLarge, IncompleteRead):
            conn.close()
            raise
        except (DecodeLimitError, DecodeRatioError) as error:
            raise ResponseTooLarge from error


class _CheckedConnection:
    """A connection for one request."""

    def __init__(self, connection: Any, method: str) -> None:
        self._connection, self._method = connection, method

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def getresponse(self) -> HTTPResponse:
        try:
            response: HTTPResponse = self._connection.getresponse()
        except BadStatusLine as error:
            if self._method == "POST":
                raise ConnectionResetError("no answer") from error
            raise
        response.read = partial(_read_whole, response, response.read)  # type: ignore[method-assign] # httplib2 reads by nothing else
        return response


def _read_whole(response: HTTPResponse, read: Any) -> bytes:
    content: bytes = read(MAX_RESPONSE_SIZE + 1)
    is_too_large, missing = len(content) > MAX_RESPONSE_SIZE, response.length
    response.close()
    if is_too_large:
        raise ResponseTooLarge
    if missing:
        raise IncompleteRead(content, missing)
    return content
