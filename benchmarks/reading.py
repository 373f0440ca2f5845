"""How many mails a second are understood on one core, and how many headers."""

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from afterword.recognition.mail import read_mail
from afterword.recognition.messages.header_stage import worth_reading
from afterword.recognition.reading import User

from .mails import KINDS, USER, made_up_mails
from .measured import Measured, seconds

RECOGNITIONS, HEADERS = 2_000, 20_000
"""The goals, for each second."""

_JANE = User(name="Jane Doe", addresses=(USER,), zone=ZoneInfo("Europe/Berlin"))
_NOW = datetime(2027, 1, 1, tzinfo=UTC)
_SERVERS = (
    "".join(
        f"Received: from mx{hop}.example (mx{hop}.example [192.0.2.{hop}]) by in.example with ESMTPS id {hop}abc\r\n"
        "\tfor <jane@home.example>; Mon, 02 Mar 2026 10:00:00 +0100\r\n"
        for hop in range(6)
    ).encode()
    + b"DKIM-Signature: v=1; a=rsa-sha256; d=example; b="
    + b"c2lnbmF0dXJl" * 60
    + b"\r\n"
)


def measured() -> Iterator[Measured]:
    """Recognition, of all kinds of mails and of each, and the header stage."""
    yield _recognition("recognitions, all kinds", KINDS)
    for kind in KINDS:
        yield _recognition(f"recognitions, {kind}", (kind,))
    headers = [_SERVERS + raw.partition(b"\r\n\r\n")[0] for raw in made_up_mails(2000)]
    rate = len(headers) / seconds(lambda: [worth_reading(each, user=_JANE) for each in headers])
    yield Measured("headers (2 kB)", rate, "/s", HEADERS, "goal", 1, more=True)


def _recognition(name: str, kinds: tuple[str, ...]) -> Measured:
    mails = list(made_up_mails(400, kinds))
    rate = len(mails) / seconds(lambda: [read_mail(raw, user=_JANE, received_at=None, now=_NOW) for raw in mails])
    return Measured(name, rate, "/s", RECOGNITIONS, "goal", 1, more=True)
