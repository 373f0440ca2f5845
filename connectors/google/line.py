"""The line to Google: httplib2, which Google's library speaks by, made careful with what it hears and with what it repeats."""

from functools import partial
from http.client import BadStatusLine, HTTPResponse, IncompleteRead
from typing import Any

import httplib2
from httplib2.decode import DecodeLimitError, DecodeRatioError

from afterword.ports import Unavailable

PATIENCE = 30.0
LARGEST_ANSWER = 64 * 1024 * 1024


class TooLarge(Unavailable):
    """An answer has no end, or is longer than can be held."""

    def __init__(self) -> None:
        super().__init__("Google gave an answer that is too large.")


class Line(httplib2.Http):  # type: ignore[misc] # httplib2 has no types
    """Follows no redirect, and reads no answer that is too large: raises TooLarge.

    Where the server hangs up without a word, a POST is not repeated as httplib2 does it: what it asks for may be done.
    """

    def __init__(self) -> None:
        super().__init__(timeout=PATIENCE, decode_limit_hard=LARGEST_ANSWER)
        self.follow_redirects = False

    def _conn_request(self, conn: Any, request_uri: str, method: str, body: Any, headers: Any) -> Any:
        try:
            return super()._conn_request(_Careful(conn, method), request_uri, method, body, headers)
        except (TooLarge, IncompleteRead):
            conn.close()
            raise
        except (DecodeLimitError, DecodeRatioError) as error:
            raise TooLarge from error


class _Careful:
    """A connection for one request."""

    def __init__(self, connection: Any, method: str) -> None:
        self._connection, self._method = connection, method

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def getresponse(self) -> HTTPResponse:
        try:
            answer: HTTPResponse = self._connection.getresponse()
        except BadStatusLine as error:
            if self._method == "POST":
                raise ConnectionResetError("no answer") from error
            raise
        answer.read = partial(_whole, answer, answer.read)  # type: ignore[method-assign] # httplib2 reads by nothing else
        return answer


def _whole(answer: HTTPResponse, read: Any) -> bytes:
    content: bytes = read(LARGEST_ANSWER + 1)
    is_too_large, left = len(content) > LARGEST_ANSWER, answer.length
    answer.close()
    if is_too_large:
        raise TooLarge
    if left:
        raise IncompleteRead(content, left)
    return content
