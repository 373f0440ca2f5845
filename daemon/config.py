"""The configuration: read into types, with every mistake told at once, where it stands and what would be right."""

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import time
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import parse_qs, quote, urlsplit
from zoneinfo import ZoneInfo, available_timezones

import msgspec
import platformdirs
from msgspec import Meta, Struct

from afterword.eventlog.layout import FILE, SERVER, file_of

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_OWNER = re.compile(r"[\w.@+-]{1,100}")
_HOURS = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)\s*[-–]\s*([01]?\d|2[0-3]):([0-5]\d)")
_ADDRESS = re.compile(r"[^\s<>,;:\"()@]+@[^\s<>,;:\"()@]+")
_BUSINESS_DAYS = re.compile(r"(\d{1,3}) business days?")


class ConfigError(Exception):
    """What is wrong with a configuration, a sentence for each mistake, each with the key's path."""

    def __init__(self, path: Path, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.path = path
        self.problems = problems


class User(Struct, frozen=True, kw_only=True):
    """The person: `working_days` count from Monday as 0; `holidays` is a country, with a subdivision if need be ("DE-BE")."""

    name: str
    addresses: tuple[str, ...]
    timezone: ZoneInfo
    working_hours: tuple[time, time] = (time(9), time(17, 30))
    working_days: tuple[int, ...] = (0, 1, 2, 3, 4)
    holidays: str = ""


class Account(Struct, frozen=True, kw_only=True):
    """A place to read from; `settings` are the keys that its connector understands."""

    name: str
    kind: str
    settings: dict[str, Any]


class Delivery(Struct, frozen=True, kw_only=True):
    """Where invites go; `settings` are the keys that its connector understands."""

    kind: str
    settings: dict[str, Any]


class Nudge(Struct, frozen=True, kw_only=True):
    """Times are in business days."""

    grace: int = 1
    unpromised_after: int = 7
    at_most: int = 1


class FollowUps(Struct, frozen=True, kw_only=True):
    nudge: Nudge = Nudge()
    feedback_after_offer: bool = False


class Log(Struct, frozen=True, kw_only=True):
    """Where the log is, and whose it is among those that one database holds."""

    url: str
    owner: str = "me"


class Config(Struct, frozen=True, kw_only=True):
    """All settings, with their defaults filled in and their paths made absolute."""

    path: Path
    user: User
    log: Log
    accounts: tuple[Account, ...] = ()
    delivery: Delivery | None = None
    follow_ups: FollowUps = FollowUps()
    templates: Path
    authserv_ids: tuple[str, ...] = ()
    calendar_servers: tuple[str, ...] = ()

    @property
    def database(self) -> Path:
        """The file of the log; for one that a server keeps, where it would be in the state directory: other things are kept beside it."""
        if self.log.url.startswith(FILE):
            return file_of(self.log.url)
        return state_dir() / f"{self.log.owner}.db"

    @property
    def troubles(self) -> Path:
        """The file of what went wrong in the last pass, beside the log."""
        return self.database.with_name(f"{self.database.name}.troubles.json")

    @property
    def service_lock(self) -> Path:
        """The file that the service locks, beside the log: the same for whoever else is to write that."""
        return self.database.with_name(f"{self.database.name}.lock")

    @property
    def set_aside(self) -> Path:
        """The folder for input that can't be read, beside the log."""
        return self.database.parent / "set-aside"


def load(path: str | None = None) -> Config:
    """Read the configuration of that path, of $AFTERWORD_CONFIG, or of the XDG place. Raises ConfigError."""
    file = place_of(path)
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        hint = "afterword init writes one to fill in; or name yours by --config"
        raise ConfigError(file, [f"There is no configuration at {file}: {hint}."]) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(file, [f"The configuration {file} can't be read: {error}."]) from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(file, [f"{file} is no TOML: {error}."]) from None
    return _Reader(file.absolute(), table).config()


def place_of(path: str | None = None) -> Path:
    """The file of that path, else of $AFTERWORD_CONFIG, else of the XDG place, whether there is one or not."""
    usual = platformdirs.user_config_path("afterword") / "config.toml"
    return _from_home(Path(path or os.environ.get("AFTERWORD_CONFIG") or usual))


def state_dir() -> Path:
    """Where the log is kept if the configuration doesn't say: $AFTERWORD_STATE_DIR, or the XDG place."""
    named = os.environ.get("AFTERWORD_STATE_DIR") or platformdirs.user_state_path("afterword")
    return _from_home(Path(named)).absolute()


def _from_home(path: Path) -> Path:
    """The path, with the home for its "~"; as it is where nobody of that name has one: there is no such file then."""
    try:
        return path.expanduser()
    except RuntimeError:
        return path


def in_plain_words(error: str) -> str:
    """What msgspec says of a value, in TOML's words: "Expected a list, got text"."""
    return _JARGON.sub(lambda found: _PLAINLY[found[0]], error.replace("`", ""))


_PLAINLY = {"array": "a list", "object": "a table", "str": "text", "int": "a whole number", "bool": "true or false"}
_JARGON = re.compile(rf"\b(?:{'|'.join(_PLAINLY)})\b")


class _Reader:
    """Reads the tables one by one, and gathers what is wrong in all of them."""

    def __init__(self, path: Path, table: dict[str, Any]) -> None:
        self._path = path
        self._table = table
        self._problems: list[str] = []

    def config(self) -> Config:
        self._only("", self._table, _TABLES)
        recognition = self._mapping("recognition")
        config = Config(
            path=self._path,
            user=self._user(self._mapping("user")),
            log=self._log(),
            accounts=tuple(self._accounts()),
            delivery=self._delivery(),
            follow_ups=self._follow_ups(),
            templates=self._file(self._of("drafts.templates", self._mapping("drafts"), str, "templates")),
            authserv_ids=self._of("recognition.authserv_ids", recognition, tuple[str, ...], ()),
            calendar_servers=self._of("recognition.calendar_servers", recognition, tuple[str, ...], ()),
        )
        if self._problems:
            raise ConfigError(self._path, self._problems)
        return config

    def _user(self, table: dict[str, Any]) -> User:
        addresses = self._of("user.addresses", table, tuple[str, ...], None)
        if addresses == ():
            self._wrong("user.addresses", "is empty; name all of your own")
        for each in addresses or ():
            if not _ADDRESS.fullmatch(each.strip()):
                self._wrong("user.addresses", f'{each!r} is no mail address; write it as "jane@example.org"')
        return User(
            name=self._filled("user.name", table),
            addresses=tuple(each.strip().lower() for each in addresses or ()),
            timezone=self._zone(self._of("user.timezone", table, str, None)),
            working_hours=self._hours(self._of("user.working_hours", table, str, "09:00-17:30")),
            working_days=tuple(self._days(self._of("user.working_days", table, tuple[str, ...], WEEKDAYS[:5]))),
            holidays=self._holidays(self._of("user.holidays", table, str, "")),
        )

    def _zone(self, name: str | None) -> ZoneInfo:
        if name is not None:
            known = available_timezones()
            if name in known:
                return ZoneInfo(name)
            self._wrong("user.timezone", f"{name!r} is no time zone{_suggestion(name, known)}")
        return ZoneInfo("UTC")

    def _hours(self, text: str) -> tuple[time, time]:
        found = _HOURS.fullmatch(text.strip())
        if found is not None:
            opens, closes = time(int(found[1]), int(found[2])), time(int(found[3]), int(found[4]))
            if opens < closes:
                return opens, closes
        self._wrong("user.working_hours", f'{text!r} are no hours; write them as "09:00-17:30"')
        return time(9), time(17, 30)

    def _days(self, names: tuple[str, ...]) -> Iterator[int]:
        if not names:
            self._wrong("user.working_days", "is empty; leave it out for Monday to Friday")
        for each in names:
            if each.lower() in WEEKDAYS:
                yield WEEKDAYS.index(each.lower())
            else:
                self._wrong("user.working_days", f"{each!r} is no weekday{_suggestion(each.lower(), WEEKDAYS)}")

    def _holidays(self, place: str) -> str:
        if place and not re.fullmatch(r"[A-Z]{2}(-[A-Z0-9]{1,3})?", place):
            self._wrong("user.holidays", f'{place!r} is no place; write a country as "DE", or "DE-BE" with its part')
        return place

    def _log(self) -> Log:
        table = self._mapping("log")
        url = self._of("log.url", table, str, f"{FILE}{quote(str(state_dir() / 'afterword.db'))}")
        owner = self._of("log.owner", table, str, "me")
        if not _OWNER.fullmatch(owner):
            self._wrong("log.owner", f"{owner!r} is no name for an owner; write up to 100 letters, digits and .@+-_")
        if url.startswith(SERVER):
            self._check_server(url)
            return Log(url=url, owner=owner)
        if not url.startswith(FILE) or url == FILE:
            self._wrong(
                "log.url", f'{url!r} is no place for a log; write "{FILE}" and a path, or "{SERVER}//host/name"'
            )
        path = self._file(str(file_of(url)))
        return Log(url=f"{FILE}{quote(str(path))}", owner=owner)

    def _check_server(self, url: str) -> None:
        try:
            parts = urlsplit(url)
            _ = parts.port
        except ValueError:
            self._wrong("log.url", f'is no address of a database; write "{SERVER}//host/name"')
            return
        if parts.password is not None or "password" in parse_qs(parts.query):
            self._wrong("log.url", "a password has no place in this file; write it into ~/.pgpass")

    def _accounts(self) -> Iterator[Account]:
        if isinstance(self._table.get("accounts"), dict):
            self._wrong("accounts", "is one table; begin each account with [[accounts]], in two pairs of brackets")
            return
        tables = self._of("accounts", self._table, list[dict[str, Any]], [])
        names: set[str] = set()
        for number, table in enumerate(tables, start=1):
            where = f"accounts[{number}]"
            name = self._filled(f"{where}.name", table) or where
            if name in names:
                self._wrong(f"{where}.name", f"{name!r} is the name of another account too; give each its own")
            names.add(name)
            kind = self._of(f"{where}.kind", table, str, None) or ""
            yield Account(name=name, kind=kind, settings=self._settings(where, table, {"name", "kind"}))

    def _delivery(self) -> Delivery | None:
        table = self._mapping("delivery")
        if not table:
            return None
        kind = self._of("delivery.kind", table, str, None) or ""
        return Delivery(kind=kind, settings=self._settings("delivery", table, {"kind"}))

    def _settings(self, where: str, table: dict[str, Any], but: set[str]) -> dict[str, Any]:
        """What is left for the connector, with paths made absolute; a password may only be named there."""
        left = {key: value for key, value in table.items() if key not in but}
        for key in _PATHS & left.keys():
            if isinstance(left[key], str):
                left[key] = str(self._file(left[key]))
        password = left.get("password")
        if isinstance(password, str):
            hint = 'name where it is kept, such as password = { command = "pass show mail" }'
            self._wrong(f"{where}.password", f"a password never stands in this file: {hint}")
        if isinstance(password, dict) and isinstance(password.get("file"), str):
            left["password"] = {**password, "file": str(self._file(password["file"]))}
        return left

    def _follow_ups(self) -> FollowUps:
        table = self._mapping("follow_ups")
        nudge = self._of("follow_ups.nudge", table, dict[str, Any], {})
        usual = Nudge()
        self._only("follow_ups.nudge", nudge, set(Nudge.__struct_fields__))
        return FollowUps(
            nudge=Nudge(
                grace=self._business_days("grace", nudge, usual.grace),
                unpromised_after=self._business_days("unpromised_after", nudge, usual.unpromised_after),
                at_most=self._of("follow_ups.nudge.at_most", nudge, Annotated[int, Meta(ge=0)], usual.at_most),
            ),
            feedback_after_offer=self._of("follow_ups.feedback_after_offer", table, bool, False),
        )

    def _business_days(self, key: str, nudge: dict[str, Any], otherwise: int) -> int:
        where, usual = f"follow_ups.nudge.{key}", f"{otherwise} business day{'s' if otherwise != 1 else ''}"
        text = self._of(where, nudge, str, usual)
        found = _BUSINESS_DAYS.fullmatch(text.strip())
        if found is None:
            self._wrong(where, f'{text!r} is no time; write it as "{usual}"')
        return int(found[1]) if found is not None else otherwise

    def _mapping(self, name: str) -> dict[str, Any]:
        table: dict[str, Any] = self._of(name, self._table, dict[str, Any], {})
        if name in _KEYS:
            self._only(name, table, _KEYS[name])
        return table

    def _of(self, where: str, table: Mapping[str, Any], kind: Any, otherwise: Any) -> Any:
        """The value of the path's last key; `otherwise` where it is missing, or wrong. None makes it a key that must be there."""
        key = where.rpartition(".")[2]
        if key not in table:
            if otherwise is None:
                self._wrong(where, "is missing")
            return otherwise
        try:
            return msgspec.convert(table[key], kind)
        except msgspec.ValidationError as error:
            self._wrong(where, in_plain_words(str(error)))
            return otherwise

    def _filled(self, where: str, table: Mapping[str, Any]) -> str:
        """A text that must be there, and say something; "" where it is not, or does not."""
        text: str | None = self._of(where, table, str, None)
        if text is not None and not text.strip():
            self._wrong(where, "is empty")
        return text or ""

    def _only(self, where: str, table: Mapping[str, Any], known: set[str]) -> None:
        for key in table.keys() - known:
            self._wrong(f"{where}.{key}".lstrip("."), f"is no setting{_suggestion(key, known)}")

    def _wrong(self, where: str, what: str) -> None:
        self._problems.append(f"{where}: {what}{'' if what.endswith('?') else '.'}")

    def _file(self, text: str) -> Path:
        return (self._path.parent / _from_home(Path(text))).absolute()


_PATHS = {"path", "ca_file", "client_secrets", "token_file"}
_TABLES = {"user", "log", "accounts", "delivery", "follow_ups", "drafts", "recognition"}
_KEYS = {
    "user": {"name", "addresses", "timezone", "working_hours", "working_days", "holidays"},
    "log": {"url", "owner"},
    "drafts": {"templates"},
    "recognition": {"authserv_ids", "calendar_servers"},
    "follow_ups": {"nudge", "feedback_after_offer"},
}


def _suggestion(word: str, known: set[str] | tuple[str, ...]) -> str:
    close = get_close_matches(word, sorted(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""
