"""Requests to a CalDAV server: calendars, changes, and single resources."""

import logging
from collections.abc import Iterable, Iterator, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, unquote, urlsplit
from xml.sax.saxutils import escape

from caldav.collection import Calendar
from caldav.davclient import DAVClient
from caldav.lib import error as dav
from lxml.etree import LxmlError
from msgspec import Struct

from afterword.ports import NeedsUser, Unavailable

from .http_session import WebPage

logging.getLogger("caldav").setLevel(logging.CRITICAL)  # its warnings may hold words of an entry

MULTIGET_SIZE = 50
MAX_REFUSED = 20
"""Resources that a server may refuse in one read; if it refuses more, it is the server that fails."""

MAX_CALENDARS = 200
SAFE = "/@:+,;=!$&'()*~"
SUCCESS = range(200, 300)
MISSING = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
CREATED = {HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.MULTI_STATUS}
SERVER_FAILURE = {HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.BAD_GATEWAY, HTTPStatus.GATEWAY_TIMEOUT}
STORAGE_FULL = {HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.INSUFFICIENT_STORAGE}
NAMESPACES = 'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"'


class CalendarCollection(Struct, frozen=True, kw_only=True):
    """A calendar collection (RFC 4791, 4.2): URL and display name."""

    url: str
    name: str


class CalendarResource(Struct, frozen=True, kw_only=True):
    """A calendar object resource (RFC 4791, 4.1); `path` is the unquoted path of its URL."""

    path: str
    etag: str
    text: bytes

    @property
    def precondition(self) -> dict[str, str]:
        """The If-Match header; none for a weak ETag, which never matches (RFC 9110, 13.1.1)."""
        return {"If-Match": self.etag} if self.etag.startswith('"') else {}


class Changes(Struct, frozen=True, kw_only=True):
    """The ETags of changed resources by path, and the paths of removed ones; with `is_complete`, the ETags of all resources."""

    etags: dict[str, str]
    removed: frozenset[str] = frozenset()
    sync_token: str = ""
    is_complete: bool = False


class Refused(Unavailable):
    """The server answers a request with an error."""


class CalendarGone(Unavailable):
    """A calendar that was listed is not there."""


def is_about_one_calendar(error: Exception) -> bool:
    """Whether an error of a request about one calendar says nothing about others."""
    return isinstance(error, Refused | CalendarGone | dav.AuthorizationError) and not _is_unauthorized(error)


class Server:
    """Requests to one account's server. Made by `connect`."""

    def __init__(self, client: DAVClient, host: str) -> None:
        self._client: Any = client  # its types leave open whether an answer must be awaited
        self._host = host

    def calendars(self) -> tuple[str, list[CalendarCollection]]:
        """Return the URL of the calendar home set (RFC 4791, 6.2.1), and its calendars."""
        principal = self._principal()
        home = principal.calendar_home_set
        if home is None or home.url is None:
            raise NeedsUser(f"{self._host} has no calendars for this user: check the account's url.")
        found = self._client.get_calendars(principal)[:MAX_CALENDARS]
        if not found:
            self._propfind_etags(str(home.url), depth=0)
        return str(home.url), [CalendarCollection(url=str(each.url), name=_name(each)) for each in found]

    def make_calendar(self, url: str, name: str, component: str) -> bool:
        """Create a calendar (MKCALENDAR: RFC 4791, 5.3.1) for VEVENT and VTODO, or for `component` only, if the server mixes none.

        False if the server refuses.
        """
        return any(self._mkcalendar(url, name, kinds) for kinds in (("VEVENT", "VTODO"), (component,)))

    def _mkcalendar(self, url: str, name: str, kinds: tuple[str, ...]) -> bool:
        components = "".join(f'<C:comp name="{each}"/>' for each in kinds)
        body = (
            f"<C:mkcalendar {NAMESPACES}><D:set><D:prop><D:displayname>{escape(name)}</D:displayname>"
            f"<C:supported-calendar-component-set>{components}</C:supported-calendar-component-set>"
            "</D:prop></D:set></C:mkcalendar>"
        )
        try:
            status = self._client.mkcalendar(url, body).status
        except dav.AuthorizationError as error:
            if error.status != HTTPStatus.FORBIDDEN:
                raise
            return False
        if status in SERVER_FAILURE:
            self._check(status)
        return status in CREATED

    def changes(self, calendar: CalendarCollection, sync_token: str) -> Changes:
        """Return the changes since the sync token (RFC 6578); all resources if the server does not support that or expired the token."""
        try:
            collection: Any = Calendar(self._client, url=calendar.url).get_objects_by_sync_token(
                sync_token or None, disable_fallback=True
            )
        except (WebPage, dav.DAVError, AttributeError, KeyError, TypeError, ValueError, LxmlError) as error:
            if _is_unauthorized(error):
                raise
            return self._list_all(calendar)
        if collection.truncated or not collection.sync_token:
            return self._list_all(calendar)
        removed = frozenset(_path(each) for each in collection.deleted_urls)
        etags = {_path(each.url): str(each.props.get("{DAV:}getetag") or "") for each in collection.objects}
        etags = {path: etag for path, etag in etags.items() if path not in removed and _is_resource(path, calendar)}
        return Changes(etags=etags, removed=removed, sync_token=str(collection.sync_token), is_complete=not sync_token)

    def multiget(
        self, calendar: CalendarCollection, paths: Iterable[str], refused: set[str] | None = None
    ) -> Iterator[CalendarResource]:
        """Yield the resources at these paths (calendar-multiget: RFC 4791, 7.9), without missing ones.

        With `refused`, the paths of those that the server can't give are added to it, up to MAX_REFUSED; otherwise the first raises.
        """
        wanted = list(paths)
        for start in range(0, len(wanted), MULTIGET_SIZE):
            chunk = wanted[start : start + MULTIGET_SIZE]
            found = self._multiget_chunk(calendar, chunk)
            for path in chunk:
                try:
                    resource = found.get(path) or self.get(calendar, path)
                except (Refused, dav.AuthorizationError) as error:
                    if refused is None or len(refused) >= MAX_REFUSED or _is_unauthorized(error):
                        raise
                    refused.add(path)
                else:
                    if resource is not None:
                        yield resource

    def _multiget_chunk(self, calendar: CalendarCollection, paths: list[str]) -> dict[str, CalendarResource]:
        """The resources by path; none if the server refuses them all for one that is damaged, or has put one into XML that can hold no
        such character (XML 1.0, 2.2).
        """
        hrefs = "".join(f"<D:href>{escape(_quote_path(each))}</D:href>" for each in paths)
        body = f"<C:calendar-multiget {NAMESPACES}>{_ETAG_AND_DATA}{hrefs}</C:calendar-multiget>"
        try:
            return {each.path: each for each in self._report(calendar, body)}
        except (Refused, LxmlError):
            return {}

    def query(self, calendar: CalendarCollection, component: str, condition: str = "") -> list[CalendarResource]:
        """Return the resources with such a component (calendar-query: RFC 4791, 7.8) that match the XML `condition`, if any."""
        inner = f'<C:comp-filter name="{component}">{condition}</C:comp-filter>'
        filter_ = f'<C:filter><C:comp-filter name="VCALENDAR">{inner}</C:comp-filter></C:filter>'
        body = f"<C:calendar-query {NAMESPACES}>{_ETAG_AND_DATA}{filter_}</C:calendar-query>"
        return list(self._report(calendar, body))

    def find_by_uid(self, calendar: CalendarCollection, component: str, uid: str) -> CalendarResource | None:
        """Return the resource with that UID, at any path."""
        uid_filter = (
            f'<C:prop-filter name="UID"><C:text-match collation="i;octet">{escape(uid)}</C:text-match></C:prop-filter>'
        )
        return next((each for each in self.query(calendar, component, uid_filter) if uid.encode() in each.text), None)

    def get(self, calendar: CalendarCollection, path: str) -> CalendarResource | None:
        """Return the resource at a path; None if there is none."""
        response = self._client.request(_url(calendar, path))
        if response.status in MISSING:
            return None
        self._check(response.status)
        return CalendarResource(path=path, etag=str(response.headers.get("ETag") or ""), text=_bytes(response))

    def put(self, calendar: CalendarCollection, path: str, text: bytes, precondition: Mapping[str, str]) -> bool:
        """Write a resource. False if the precondition fails, or the server has the UID at another path."""
        headers = {"Content-Type": "text/calendar; charset=utf-8", **precondition}
        status = self._client.put(_url(calendar, path), text.decode("utf-8"), headers).status
        if status in {HTTPStatus.CONFLICT, HTTPStatus.PRECONDITION_FAILED} or (status in MISSING and precondition):
            return False
        if status in STORAGE_FULL:
            raise Unavailable(f"{self._host} has no room left in the calendar ({status}).")
        self._check(status)
        return True

    def delete(self, calendar: CalendarCollection, resource: CalendarResource) -> bool:
        """Remove a resource; a missing one is no error. False if it was changed since it was read."""
        status = self._client.delete(_url(calendar, resource.path), resource.precondition).status
        if status == HTTPStatus.PRECONDITION_FAILED:
            return False
        if status not in MISSING:
            self._check(status)
        return True

    def _principal(self) -> Any:
        """By the configured URL, else by the well-known one (RFC 6764, 5)."""
        try:
            return self._client.principal()
        except (WebPage, dav.NotFoundError, dav.PropfindError, AssertionError, AttributeError, TypeError):
            self._client.url = self._client.url.join("/.well-known/caldav")
            return self._client.principal()

    def _list_all(self, calendar: CalendarCollection) -> Changes:
        etags = self._propfind_etags(calendar.url, depth=1)
        return Changes(
            etags={path: etag for path, etag in etags.items() if _is_resource(path, calendar)}, is_complete=True
        )

    def _propfind_etags(self, url: str, depth: int) -> dict[str, str]:
        """The ETags by path. Raises Unavailable for an empty response: it has to contain at least the collection (RFC 4918, 9.1)."""
        response = self._client.propfind(url, ["getetag"], depth=depth)
        self._check(response.status)
        if not response.results:
            raise Unavailable(f"{self._host} gave an answer that can't be understood (nothing is in it).")
        return {each.href: str(each.properties.get("{DAV:}getetag") or "") for each in response.results}

    def _report(self, calendar: CalendarCollection, body: str) -> Iterator[CalendarResource]:
        response = self._client.report(calendar.url, body, depth=1)
        self._check(response.status)
        for each in response.parse_calendar_query():
            if each.calendar_data and each.status == HTTPStatus.OK:
                yield CalendarResource(path=each.href, etag=each.etag or "", text=each.calendar_data.encode("utf-8"))

    def _check(self, status: int) -> None:
        if status in MISSING:
            raise CalendarGone(f"A calendar on {self._host} is gone.")
        if status not in SUCCESS:
            raise Refused(f"{self._host} could not do what it was asked ({status}).")


_ETAG_AND_DATA = "<D:prop><D:getetag/><C:calendar-data/></D:prop>"


def _is_unauthorized(error: Exception) -> bool:
    return isinstance(error, dav.AuthorizationError) and error.status == HTTPStatus.UNAUTHORIZED


def _name(calendar: Any) -> str:
    return str(calendar.get_display_name() or unquote(str(calendar.url)).rstrip("/").rpartition("/")[2])


def _path(url: object) -> str:
    """The unquoted path of a URL: servers quote the same path differently."""
    return unquote(urlsplit(str(url)).path)


def _is_resource(path: str, calendar: CalendarCollection) -> bool:
    return path.startswith(_path(calendar.url)) and not path.endswith("/")


def _quote_path(path: str) -> str:
    return quote(path, safe=SAFE)


def _url(calendar: CalendarCollection, path: str) -> str:
    parts = urlsplit(calendar.url)
    return f"{parts.scheme}://{parts.netloc}{_quote_path(path)}"


def _bytes(response: Any) -> bytes:
    raw = response.raw
    return raw if isinstance(raw, bytes) else str(raw).encode("utf-8")
