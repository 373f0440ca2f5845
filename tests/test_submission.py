"""The server that takes our invites by mail: who it is, what it refuses, and what is said of that."""

import socket
import ssl
import threading
from pathlib import Path

import msgspec
import pytest
import trustme

import connectors.submission
from afterword.ports import NeedsUser, Unavailable
from connectors.imip import ImipChannel, ImipSettings
from connectors.secrets import Secret
from tests.contract.channel_contract import INVITE
from tests.faults.bounded import bounded
from tests.servers.between import Listening, relayed
from tests.servers.smtp import USER, Submission


@pytest.fixture
def channel(submission: Submission) -> ImipChannel:
    return ImipChannel(submission.settings())


def test_a_wrong_password_needs_the_user(submission: Submission, tmp_path: Path) -> None:
    (tmp_path / "wrong").write_text("wrong\n", encoding="utf-8")
    channel = ImipChannel(submission.settings(password=Secret(file=str(tmp_path / "wrong"))))
    with pytest.raises(NeedsUser, match="localhost refused the user name or the password"):
        channel.place(INVITE)
    assert submission.given == []


def test_a_certificate_of_nobody_known_needs_the_user(submission: Submission) -> None:
    with pytest.raises(NeedsUser, match="certificate of localhost can't be trusted"):
        ImipChannel(submission.settings(ca_file="")).check()


def test_a_server_that_has_no_time_is_tried_later(channel: ImipChannel, submission: Submission) -> None:
    submission.refusal = "451 Try again later"
    with pytest.raises(Unavailable, match="did not take the mail"):
        channel.place(INVITE)


@pytest.mark.parametrize("part", ["sender_refusal", "recipient_refusal"])
def test_a_server_that_does_not_know_the_address_needs_the_user_who_is_told_why(
    channel: ImipChannel, submission: Submission, part: str
) -> None:
    setattr(submission, part, "550 5.7.60 Thank Carla: this client may not send as jane@example.org")
    with pytest.raises(NeedsUser) as told:
        channel.place(INVITE)
    assert str(told.value) == (
        "localhost refuses jane@example.org (550 5.7.60): check the delivery's from, which must be an address that "
        "this user may send from."
    )
    setattr(submission, part, "450 4.2.1 Not now")
    with pytest.raises(Unavailable, match=r"localhost did not take the mail \(450 4\.2\.1\)"):
        channel.place(INVITE)


@pytest.mark.parametrize(("said", "told"), [("554 5.7.1 Thank Carla is spam", "554 5.7.1"), ("552 Full", "552")])
def test_a_mail_that_is_refused_is_told_by_the_servers_codes(
    channel: ImipChannel, submission: Submission, said: str, told: str
) -> None:
    submission.refusal = said
    with pytest.raises(Unavailable) as refused:
        channel.place(INVITE)
    assert str(refused.value) == f"localhost did not take the mail ({told})."


def test_a_mail_that_was_taken_is_sent_once_whatever_the_server_says_of_our_good_bye(
    channel: ImipChannel, submission: Submission
) -> None:
    submission.farewell = "500 No"
    channel.place(INVITE)
    assert len(submission.given) == 1


def test_starttls_that_is_stripped_is_no_reason_to_go_without(submission: Submission) -> None:
    said: list[bytes] = []
    with (
        relayed(submission.port, lambda told: told.replace(b"STARTTLS", b"XSTRIPPD"), said.append) as between,
        pytest.raises(NeedsUser, match="does not offer what is needed here: check the delivery's port and tls"),
    ):
        ImipChannel(submission.settings(port=between.port)).place(INVITE)
    assert not any(b"AUTH" in each or b"MAIL" in each for each in said)


@pytest.mark.parametrize("said", [b"220-There is more\r\n", b"2"], ids=["line by line", "sign by sign"])
def test_f24_a_server_that_greets_for_ever_is_given_up_in_time(
    submission: Submission, monkeypatch: pytest.MonkeyPatch, said: bytes
) -> None:
    monkeypatch.setattr(connectors.submission, "SESSION_TIMEOUT", 0.3)
    clock = threading.Event()

    def greet(connection: socket.socket) -> None:
        while not clock.wait(0.02):
            connection.sendall(said)

    with Listening(greet) as slow, pytest.raises(Unavailable, match="localhost"):
        bounded(ImipChannel(submission.settings(port=slow.port)).check)
    clock.set()


def test_by_tls_from_the_first_word_on_only_the_server_that_is_named_is_spoken_to(
    submission: Submission, tmp_path: Path
) -> None:
    authority, context = trustme.CA(), ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))

    def wrapped(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as line:
            line.sendall(b"220 ready\r\n")
            while line.recv(1024):
                line.sendall(b"250 fine\r\n")

    with Listening(wrapped) as server:
        known: dict[str, object] = {"port": server.port, "tls": "implicit", "ca_file": str(tmp_path / "ca.pem")}
        known |= {"user": "", "password": None}
        assert ImipChannel(submission.settings(**known)).check() == f"to {USER} by localhost"
        with pytest.raises(NeedsUser, match=r"certificate of 127\.0\.0\.1 can't be trusted"):
            ImipChannel(submission.settings(**known, host="127.0.0.1")).check()


def test_a_server_that_turns_us_away_at_once_is_tried_later(submission: Submission) -> None:
    with (
        Listening(lambda line: line.sendall(b"421 Too many of you\r\n")) as full,
        pytest.raises(Unavailable, match=r"localhost did not take the mail \(421\)"),
    ):
        ImipChannel(submission.settings(port=full.port)).check()


def test_a_server_that_is_not_there_is_tried_later(submission: Submission) -> None:
    with pytest.raises(Unavailable, match="can't be reached"):
        ImipChannel(submission.settings(host="127.0.0.1", port=1, tls="none")).check()


def test_a_line_without_tls_is_for_this_machine_only() -> None:
    with pytest.raises(msgspec.ValidationError, match="for this machine only"):
        msgspec.convert({"host": "smtp.example.org", "tls": "none", "addresses": [USER]}, ImipSettings)
