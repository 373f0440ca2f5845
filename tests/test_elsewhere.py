"""That the guard of all tests hears whoever wants to speak to another machine, and stops it."""

import asyncio
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from tests.servers import elsewhere

THERE = ("192.0.2.1", 9)


@pytest.fixture(autouse=True)
def heard() -> Iterator[list[str]]:
    """What was asked for here is no fault of this test's."""
    before = len(elsewhere.asked_for)
    yield elsewhere.asked_for
    del elsewhere.asked_for[before:]


def datagram(send: Callable[[socket.socket], object]) -> None:
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as channel:
        send(channel)


def stream(connect: Callable[[socket.socket], object]) -> None:
    with closing(socket.socket()) as channel:
        connect(channel)


def over_tls(channel: socket.socket) -> None:
    context = ssl.create_default_context()
    with closing(context.wrap_socket(channel, server_hostname="server.example")) as secured:
        secured.connect(THERE)


WAYS: dict[str, Callable[[], object]] = {
    "connect": lambda: socket.create_connection(THERE),
    "connect_ex": lambda: stream(lambda channel: channel.connect_ex(THERE)),
    "tls": lambda: stream(over_tls),
    "sendto": lambda: datagram(lambda channel: channel.sendto(b"x", THERE)),
    "sendto with flags": lambda: datagram(lambda channel: channel.sendto(b"x", 0, THERE)),
    "sendmsg": lambda: datagram(lambda channel: channel.sendmsg([b"x"], [], 0, THERE)),
    "asyncio": lambda: asyncio.run(asyncio.open_connection(*THERE)),
    "getaddrinfo": lambda: socket.getaddrinfo("server.example", 443),
    "gethostbyname": lambda: socket.gethostbyname("server.example"),
    "gethostbyname_ex": lambda: socket.gethostbyname_ex("server.example"),
}


@pytest.mark.parametrize("way", WAYS)
def test_whoever_wants_to_speak_to_another_machine_is_stopped_and_heard(way: str, heard: list[str]) -> None:
    with pytest.raises(elsewhere.Elsewhere):
        WAYS[way]()
    assert heard[-1] in {THERE[0], "server.example"}


def test_a_pair_of_buffers_is_no_address() -> None:
    ours, theirs = socket.socketpair()
    with closing(ours), closing(theirs):
        ours.sendmsg((b"o", b"k"))
        assert theirs.recv(2) == b"ok"
