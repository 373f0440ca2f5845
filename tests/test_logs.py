"""The service's own log: nothing of a mail in it above debug level, JSON where nobody looks, a line where somebody does."""

import io
import json

import structlog

from daemon import logs


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_it_is_json_where_nobody_looks() -> None:
    stream = io.StringIO()
    logs.set_up(stream)
    structlog.get_logger().warning("account_failed", account="mail", reason="no route")

    told = json.loads(stream.getvalue())
    assert (told["event"], told["account"], told["level"]) == ("account_failed", "mail", "warning")


def test_it_is_a_line_in_a_terminal() -> None:
    stream = Terminal()
    logs.set_up(stream)
    structlog.get_logger().warning("account_failed", account="mail")

    assert "account_failed" in stream.getvalue()
    assert not stream.getvalue().startswith("{")


def test_no_text_and_no_address_of_a_mail_is_told_above_debug() -> None:
    stream = io.StringIO()
    logs.set_up(stream)
    structlog.get_logger().info("read", reason="from carla@acme.example", subject="Your application", quote="Sadly")

    assert "carla" not in stream.getvalue()
    assert "application" not in stream.getvalue()
    assert "Sadly" not in stream.getvalue()


def test_f69_what_would_steer_a_terminal_is_shown_as_its_code() -> None:
    stream = Terminal()
    logs.set_up(stream)
    structlog.get_logger().warning("set_aside", reason="evil\x1b]0;owned\x07")

    assert "\x1b]0" not in stream.getvalue()


def test_quiet_leaves_all_but_errors_out() -> None:
    stream = io.StringIO()
    logs.set_up(stream, quiet=True)
    structlog.get_logger().warning("account_failed")

    assert stream.getvalue() == ""
