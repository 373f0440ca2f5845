"""What all tests share."""

import io
from collections.abc import Iterator

import pytest
import structlog

from daemon import logs
from tests.servers import calendars, elsewhere, google_access, smtp
from tests.servers import dovecot as imap
from tests.servers import entra as entras
from tests.servers import google as googles
from tests.servers import postgres as postgresql


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--accept",
        action="store_true",
        help="write the endings that the scenarios have now into their stories, and the pages as they are now",
    )


def pytest_configure() -> None:
    elsewhere.begin()


@pytest.fixture(autouse=True)
def _nobody_else_is_spoken_to() -> Iterator[None]:
    """Whatever becomes of the error that it meets, who wanted to speak to another machine has failed."""
    before = len(elsewhere.asked_for)
    yield
    assert elsewhere.elsewhere(since=before) == set()


@pytest.fixture
def service_log() -> Iterator[io.StringIO]:
    """What the service logs, however a test before this one set up the log of its process."""
    before, stream = structlog.get_config(), io.StringIO()
    logs.set_up(stream)
    yield stream
    structlog.configure(**before)


dovecot, own_dovecot = imap.dovecot, imap.own_dovecot
radicale, own_radicale, xandikos = calendars.radicale, calendars.own_radicale, calendars.xandikos
running_submission, submission = smtp.running_submission, smtp.submission
google, answering = googles.google, googles.answering
google_calendars, calendar_web = google_access.google_calendars, google_access.calendar_web
calendar_user = google_access.calendar_user
postgres = postgresql.postgres
entra, signed_in = entras.entra, entras.signed_in
