"""A server, as far as we use it: its calendars, what changed in them, and single entries read, written and removed."""

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

from .line import WebPage

logging.getLogger("caldav").setLevel(logging.CRITICAL)  # its warnings may hold words of an entry

AT_ONCE = 50
MOST_CALENDARS = 200
SAFE = "/@:+,;=!$&'()*~"
DONE = range(200, 300)
MISSING = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
MADE = {HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.MULTI_STATUS}
BROKEN = {HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.BAD_GATEWAY, HTTPStatus.GATEWAY_TIMEOUT}
FULL = {HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.INSUFFICIENT_STORAGE}
NAMESPACES = 'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"'


class Place(Struct, frozen=True, kw_only=True):
    """A calendar: where it is, and what the user calls it."""

    url: str
    name: str


class Stored(Struct, frozen=True, kw_only=True):
    """An entry as it stands on the server; `path` is its name there, without escapes."""

    path: str
    etag: str
    text: bytes

    @property
    def precondition(self) -> dict[str, str]:
        """What holds if nobody changed it since. A weak ETag says nothing of that (RFC 9110, 13.1.1)."""
        return {"If-Match": self.etag} if self.etag.startswith('"') else {}


class Changes(Struct, frozen=True, kw_only=True):
    """Paths with their ETags. `whole` says that these are all there are; else they are those that changed, and `gone` those that left."""

    there: dict[str, str]
    gone: frozenset[str] = frozenset()
    token: str = ""
    whole: bool = False


class Server:
    """Requests to one account's server. Made by `connected`."""

    def __init__(self, client: DAVClient, host: str) -> None:
        self._client: Any = client  # its types leave open whether an answer must be awaited
        self._host = host

    def calendars(self) -> tuple[str, list[Place]]:
        """The URL of the folder that calendars are made in, and the calendars that hold events or to-dos."""
        principal = self._principal()
        home = principal.calendar_home_set
        if home is None or home.url is None:
            raise NeedsUser(f"{self._host} has no calendars for this user: check the account's url.")
        found = self._client.get_calendars(principal)[:MOST_CALENDARS]
        if not found:
            self._told_of(str(home.url), depth=0)
        return str(home.url), [Place(url=str(each.url), name=_name(each)) for each in found]

    def make_calendar(self, url: str, name: str, component: str) -> bool:
        """Make a calendar (RFC 4791, 5.3.1) for events and to-dos; for those of the kind alone, where a server mixes none.

        False where it makes no calendars, or not there.
        """
        return any(self._makes(url, name, kinds) for kinds in (("VEVENT", "VTODO"), (component,)))

    def _makes(self, url: str, name: str, kinds: tuple[str, ...]) -> bool:
        held = "".join(f'<C:comp name="{each}"/>' for each in kinds)
        body = (
            f"<C:mkcalendar {NAMESPACES}><D:set><D:prop><D:displayname>{escape(name)}</D:displayname>"
            f"<C:supported-calendar-component-set>{held}</C:supported-calendar-component-set>"
            "</D:prop></D:set></C:mkcalendar>"
        )
        try:
            status = self._client.mkcalendar(url, body).status
        except dav.AuthorizationError as error:
            if error.status != HTTPStatus.FORBIDDEN:
                raise
            return False
        if status in BROKEN:
            self._check(status)
        return status in MADE

    def changes(self, place: Place, token: str) -> Changes:
        """What changed since the token (RFC 6578); all that is there, where the server can't tell or knows the token no more."""
        try:
            told: Any = Calendar(self._client, url=place.url).get_objects_by_sync_token(
                token or None, disable_fallback=True
            )
        except (WebPage, dav.DAVError, AttributeError, KeyError, TypeError, ValueError, LxmlError) as error:
            if isinstance(error, dav.AuthorizationError) and error.status == HTTPStatus.UNAUTHORIZED:
                raise
            return self._listed(place)
        if told.truncated or not told.sync_token:
            return self._listed(place)
        gone = frozenset(_path(each) for each in told.deleted_urls)
        there = {_path(each.url): str(each.props.get("{DAV:}getetag") or "") for each in told.objects}
        there = {path: etag for path, etag in there.items() if path not in gone and _is_entry(path, place)}
        return Changes(there=there, gone=gone, token=str(told.sync_token), whole=not token)

    def entries(self, place: Place, paths: Iterable[str]) -> Iterator[Stored]:
        """The entries of those paths, as far as they are still there (RFC 4791, 7.9)."""
        wanted = list(paths)
        for start in range(0, len(wanted), AT_ONCE):
            some = wanted[start : start + AT_ONCE]
            names = "".join(f"<D:href>{escape(_escaped(each))}</D:href>" for each in some)
            body = f"<C:calendar-multiget {NAMESPACES}>{_DATA}{names}</C:calendar-multiget>"
            found = {each.path: each for each in self._report(place, body)}
            for path in some:
                stored = found.get(path) or self.entry(place, path)
                if stored is not None:
                    yield stored

    def query(self, place: Place, component: str, within: str = "") -> list[Stored]:
        """The entries of a kind (RFC 4791, 7.8), those that meet `within`, if it is given."""
        inner = f'<C:comp-filter name="{component}">{within}</C:comp-filter>'
        matched = f'<C:filter><C:comp-filter name="VCALENDAR">{inner}</C:comp-filter></C:filter>'
        body = f"<C:calendar-query {NAMESPACES}>{_DATA}{matched}</C:calendar-query>"
        return list(self._report(place, body))

    def by_uid(self, place: Place, component: str, uid: str) -> Stored | None:
        """The entry of a UID, under whatever path a program has put it."""
        same = (
            f'<C:prop-filter name="UID"><C:text-match collation="i;octet">{escape(uid)}</C:text-match></C:prop-filter>'
        )
        return next((each for each in self.query(place, component, same) if uid.encode() in each.text), None)

    def entry(self, place: Place, path: str) -> Stored | None:
        """One entry; None where there is none."""
        response = self._client.request(_url(place, path))
        if response.status in MISSING:
            return None
        self._check(response.status)
        return Stored(path=path, etag=str(response.headers.get("ETag") or ""), text=_bytes(response))

    def put(self, place: Place, path: str, text: bytes, precondition: Mapping[str, str]) -> bool:
        """Write an entry; False where the precondition does not hold, or the server knows the UID under another path."""
        head = {"Content-Type": "text/calendar; charset=utf-8", **precondition}
        status = self._client.put(_url(place, path), text.decode("utf-8"), head).status
        if status in {HTTPStatus.CONFLICT, HTTPStatus.PRECONDITION_FAILED} or (status in MISSING and precondition):
            return False
        if status in FULL:
            raise Unavailable(f"{self._host} has no room left in the calendar ({status}).")
        self._check(status)
        return True

    def delete(self, place: Place, stored: Stored) -> bool:
        """Remove an entry as it was read; one that is gone is no error. False where somebody changed it since."""
        status = self._client.delete(_url(place, stored.path), stored.precondition).status
        if status == HTTPStatus.PRECONDITION_FAILED:
            return False
        if status not in MISSING:
            self._check(status)
        return True

    def _principal(self) -> Any:
        """By the URL that is named, else by the well-known one (RFC 6764, 5)."""
        try:
            return self._client.principal()
        except (WebPage, dav.NotFoundError, dav.PropfindError, AssertionError, AttributeError, TypeError):
            self._client.url = self._client.url.join("/.well-known/caldav")
            return self._client.principal()

    def _listed(self, place: Place) -> Changes:
        told = self._told_of(place.url, depth=1)
        return Changes(there={path: etag for path, etag in told.items() if _is_entry(path, place)}, whole=True)

    def _told_of(self, url: str, depth: int) -> dict[str, str]:
        """The ETags by path. Each answer holds at least what was asked for (RFC 4918, 9.1): one of nothing is none, and no empty folder."""
        response = self._client.propfind(url, ["getetag"], depth=depth)
        self._check(response.status)
        if not response.results:
            raise Unavailable(f"{self._host} gave an answer that can't be understood (nothing is in it).")
        return {each.href: str(each.properties.get("{DAV:}getetag") or "") for each in response.results}

    def _report(self, place: Place, body: str) -> Iterator[Stored]:
        response = self._client.report(place.url, body, depth=1)
        self._check(response.status)
        for each in response.parse_calendar_query():
            if each.calendar_data and each.status == HTTPStatus.OK:
                yield Stored(path=each.href, etag=each.etag or "", text=each.calendar_data.encode("utf-8"))

    def _check(self, status: int) -> None:
        if status in MISSING:
            raise Unavailable(f"A calendar on {self._host} is gone.")
        if status not in DONE:
            raise Unavailable(f"{self._host} could not do what it was asked ({status}).")


_DATA = "<D:prop><D:getetag/><C:calendar-data/></D:prop>"


def _name(calendar: Any) -> str:
    return str(calendar.get_display_name() or unquote(str(calendar.url)).rstrip("/").rpartition("/")[2])


def _path(url: object) -> str:
    """The path of an address without escapes, so that one entry has one name however a server writes it."""
    return unquote(urlsplit(str(url)).path)


def _is_entry(path: str, place: Place) -> bool:
    return path.startswith(_path(place.url)) and not path.endswith("/")


def _escaped(path: str) -> str:
    return quote(path, safe=SAFE)


def _url(place: Place, path: str) -> str:
    parts = urlsplit(place.url)
    return f"{parts.scheme}://{parts.netloc}{_escaped(path)}"


def _bytes(response: Any) -> bytes:
    raw = response.raw
    return raw if isinstance(raw, bytes) else str(raw).encode("utf-8")
