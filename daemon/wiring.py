"""Everything put together, once: from the configuration to the parts that do the work."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import ValidationError, convert
from msgspec.structs import fields

from afterword.digests import digest
from afterword.ports import CalendarChannel, DelegatedSignInSource, DraftBox, NeedsUser, SignInSource, Source
from afterword.recognition.reading import User
from connectors import registry
from connectors.tokens import token_file
from projections.author import Author
from projections.drafts import Writer
from projections.followups import Rules
from projections.status import Mailbox
from projections.workdays import WorkCalendar

from .config import Account, Config, ConfigError, Delivery, in_plain_words, state_dir
from .public_holidays import PublicHolidays

_FOR_IMAP = "imap"
_BY_SIGN_IN = "token_file"


def user_of(config: Config) -> User:
    """Whose mail it is. Raises ConfigError for a country that has no calendar of holidays."""
    holidays = PublicHolidays(config.user.holidays)
    _ = holidays.days
    return User(
        name=config.user.name,
        addresses=config.user.addresses,
        zone=config.user.timezone,
        holidays=holidays,
        authserv_ids=config.authserv_ids,
        calendar_servers=tuple(each.lower() for each in config.calendar_servers),
    )


def rules_of(config: Config, mailboxes: tuple[Mailbox, ...]) -> Rules:
    """The rules for what is owed, with how far each mailbox was read."""
    opens, closes = config.user.working_hours
    nudge = config.follow_ups.nudge
    return Rules(
        work=WorkCalendar(
            zone=config.user.timezone,
            opens=opens,
            closes=closes,
            weekdays=frozenset(config.user.working_days),
            holidays=PublicHolidays(config.user.holidays),
        ),
        grace=nudge.grace,
        unpromised_after=nudge.unpromised_after,
        at_most=nudge.at_most,
        feedback_after_offer=config.follow_ups.feedback_after_offer,
        mailboxes=mailboxes,
    )


def author_of(config: Config) -> Author:
    """Who writes the drafts, by the user's own templates where there are some."""
    return Author(writer_of(config), config.user.name, config.user.timezone)


def writer_of(config: Config) -> Writer:
    """What writes the drafts; its problems are those of the user's own templates."""
    return Writer(templates_of(config))


def templates_of(config: Config) -> dict[str, str]:
    """The user's own templates, by the kind of item."""
    if not config.templates.is_dir():
        return {}
    return {
        each.stem: each.read_text(encoding="utf-8", errors="replace") for each in sorted(config.templates.glob("*.txt"))
    }


def sources_of(config: Config) -> dict[str, Source]:
    """A source for each account. Raises ConfigError with a sentence for each connector or setting that won't do."""
    return _sources(config, config.accounts)


def source_of(config: Config, account: Account) -> Source:
    """The source of one account. Raises ConfigError as `sources_of` does."""
    account_name = account.settings.get("sign_in")
    return _sources(config, [each for each in config.accounts if each == account or each.name == account_name])[
        account.name
    ]


def _sources(config: Config, accounts: Sequence[Account]) -> dict[str, Source]:
    """The sources of these accounts, among which are those whose sign-in another one borrows."""
    problems: list[str] = []
    sources: dict[str, Source] = {}
    for each in accounts:
        source = _connector(
            registry.source_class, each.kind, account_settings(config, each), _where(config, each), problems
        )
        if source is not None:
            sources[each.name] = source
    for each in accounts:
        problem = _delegate_sign_in(sources.get(each.name), sources)
        problems += [f"{_where(config, each)}.sign_in: {problem}"] if problem else []
    if problems:
        raise ConfigError(config.path, problems)
    return sources


def _where(config: Config, account: Account) -> str:
    """The path of the account's table in the configuration, as problems name it."""
    return f"accounts[{config.accounts.index(account) + 1}]"


def _delegate_sign_in(source: object, sources: Mapping[str, Source]) -> str:
    """Give the source the access token of the account that it signs in by, if it does; a sentence where that can't be done, else ""."""
    if not isinstance(source, DelegatedSignInSource) or not source.sign_in_account:
        return ""
    owner = sources.get(source.sign_in_account)
    if owner is None or not isinstance(owner, SignInSource) or _FOR_IMAP not in _setting_names(owner.Settings):
        return f'{source.sign_in_account!r} is no account that signs in to mail; name one of the kind "google" or "microsoft".'
    source.use_access_token(owner.access_token)
    return ""


def _setting_names(settings: type[Any]) -> set[str]:
    return {each.encode_name for each in fields(settings)}


def account_settings(config: Config, account: Account) -> dict[str, Any]:
    """The settings of an account, with what its connector asks for beside them: the file for what a sign-in leaves, whether
    invites go into this account, and whether another one reads mail by its sign-in.
    """
    try:
        names = _setting_names(registry.source_class(account.kind).Settings)
    except (NeedsUser, TypeError):
        return account.settings  # `_connector` says what is wrong
    delivery = config.delivery
    given = {
        _BY_SIGN_IN: str(token_file(state_dir() / "tokens", account.name)),
        "delivers": delivery is not None
        and delivery.kind == account.kind
        and delivery.settings.get("account") == account.name,
        _FOR_IMAP: any(each.settings.get("sign_in") == account.name for each in config.accounts),
    }
    return {key: each for key, each in given.items() if key in names} | account.settings


def draft_boxes_of(config: Config, sources: Mapping[str, Source]) -> dict[str, DraftBox]:
    """The accounts whose mailbox may hold drafts of ours, for the user says so."""
    allowed = [each.name for each in config.accounts if each.settings.get("drafts") is True]
    return {name: source for name in allowed if isinstance(source := sources[name], DraftBox)}


def channel_of(config: Config) -> CalendarChannel | None:
    """Where invites go; None where the configuration names no place. Raises ConfigError as `sources_of` does."""
    if config.delivery is None:
        return None
    problems: list[str] = []
    settings = _delivery_settings(config, config.delivery, problems)
    channel: CalendarChannel | None = None
    if not problems:
        channel = _connector(registry.channel_class, config.delivery.kind, settings, "delivery", problems)
    if problems:
        raise ConfigError(config.path, problems)
    return channel


_WHERE = frozenset({"path", "url", "user", "calendar", "from"})
"""The settings of a channel that say where its invites are: by another password or port they are found in the same place."""


def delivery_place(config: Config) -> bytes:
    """A digest of where invites go, which changes when they go elsewhere; b"" where the configuration names no place."""
    delivery = config.delivery
    if delivery is None:
        return b""
    settings = _delivery_settings(config, delivery, [])
    signed_in = str(delivery.settings.get("account")) if _BY_SIGN_IN in settings else ""
    where = (f"{key}={settings[key]}" for key in sorted(_WHERE & settings.keys()) if isinstance(settings[key], str))
    return digest(delivery.kind, signed_in, *where).encode()


_SIGN_IN = {"user", "password", "ca_file"}
"""What an account of another kind lends to the delivery, beside the host where none is named; its port is not that of a channel."""


def _delivery_settings(config: Config, delivery: Delivery, problems: list[str]) -> dict[str, Any]:
    """The table's own keys, over those of the account that it names, with who the user is for a channel that asks for it."""
    own = dict(delivery.settings)
    given = {"addresses": config.user.addresses, "name": config.user.name}
    try:
        names = _setting_names(registry.channel_class(delivery.kind).Settings)
    except (NeedsUser, TypeError):
        return own  # `_connector` says what is wrong
    problems += [f"delivery.{key}: stands in [user], and nowhere else." for key in names & given.keys() & own.keys()]
    inherited = _account_settings_for(config, delivery, own.pop("account"), problems) if "account" in own else {}
    if not problems and _BY_SIGN_IN in names - inherited.keys() - own.keys():
        problems.append(f"delivery.account: name the account of the kind {delivery.kind!r} whose sign-in is used.")
    return {key: each for key, each in {**given, **inherited}.items() if key in names} | own


def _account_settings_for(config: Config, delivery: Delivery, name: object, problems: list[str]) -> dict[str, Any]:
    account = next((each for each in config.accounts if each.name == name), None)
    if account is None:
        problems.append(f"delivery.account: there is no account {name!r}.")
        return {}
    settings = account_settings(config, account)
    if account.kind == delivery.kind:
        return settings
    host = settings.get("host")
    place = _submission_server(host, settings) if isinstance(host, str) and "host" not in delivery.settings else {}
    return place | {key: settings[key] for key in _SIGN_IN & settings.keys()}


def _submission_server(host: str, settings: Mapping[str, Any]) -> dict[str, Any]:
    """The server that most likely takes mail of who reads it at `host`: smtp. for an imap. host, else the same; `tls` as there."""
    named = f"smtp.{host.removeprefix('imap.')}" if host.startswith("imap.") else host
    return {"host": named, **{key: settings[key] for key in {"tls"} & settings.keys()}}


def mail_accounts(config: Config) -> list[str]:
    """The accounts that must have been read before silence is believed. Raises ConfigError for a kind that nobody knows."""
    kinds = {each.kind: _known_class(config, each) for each in config.accounts}
    return [
        each.name for each in config.accounts if kinds[each.kind].holds_mail and each.settings.get("mail") is not False
    ]


def _known_class(config: Config, account: Account) -> type[Source]:
    try:
        return registry.source_class(account.kind)
    except NeedsUser as error:
        raise ConfigError(config.path, [f"{_where(config, account)}.kind: {error}"]) from error


def _connector(find: Callable[[str], Any], kind: str, settings: dict[str, Any], where: str, problems: list[str]) -> Any:
    try:
        connector = find(kind)
    except NeedsUser as error:
        problems.append(f"{where}.kind: {error}")
        return None
    try:
        return connector(convert(settings, connector.Settings))
    except ValidationError as error:
        problems.append(_problem(where, str(error)))
    except Exception as error:  # noqa: BLE001 - it may be anybody's
        problems.append(f"{where}: Its connector fails ({type(error).__name__}).")
    return None


def _problem(where: str, error: str) -> str:
    """What msgspec found wrong, as a problem of the configuration: the key's path, then a sentence."""
    sentence, _, at = error.partition(" - at `$")
    path = where + at.rstrip("`")
    unknown = re.search(r"unknown field `([^`]*)`", sentence)
    missing = re.search(r"missing required field `([^`]*)`", sentence)
    if unknown:
        return f"{path}.{unknown[1]}: is no setting of this kind of account."
    if missing:
        return f"{path}.{missing[1]}: is missing."
    return f"{path}: {in_plain_words(sentence)}."
