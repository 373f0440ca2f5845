"""A user who signs in to Google: reads what the terminal says, opens the page that it names, and fills in the form."""

import re
import socket
import threading
from html import unescape
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlencode, urlsplit
from urllib.request import urlopen

from tests.servers.dovecot import PATIENCE

_FORM = re.compile(r'<form[^>]*action="([^"]*)"(.*?)</form>', re.DOTALL)
_FIELD = re.compile(r'<input[^>]*name="([^"]*)"[^>]*value="([^"]*)"')


class GoogleUser:
    """See `Prompt`. `allows` are the scopes that they leave ticked (None: all), `answer` changes the address that the browser is
    sent back to.
    """

    def __init__(self, address: str, allows: list[str] | None = None) -> None:
        self.address = address
        self.allows = allows
        self.heard: list[str] = []
        self.asked: dict[str, str] = {}

    def say(self, sentence: str) -> None:
        self.heard.append(sentence)

    def open_page(self, address: str) -> bool:
        threading.Thread(target=self.click_through, args=[address], daemon=True).start()
        return True

    def answer(self, location: str) -> str:
        return location

    def click_through(self, address: str) -> str:
        """Choose the account on the page, and say what the browser shows in the end."""
        page = urlopen(address, timeout=PATIENCE).read().decode()
        action, fields = next(form for form in _FORM.findall(page) if f'value="{self.address}"' in form[1])
        self.asked = {name: unescape(value) for name, value in _FIELD.findall(fields)}
        form = self.asked if self.allows is None else {**self.asked, "scope": " ".join(self.allows)}
        parts = urlsplit(address)
        location = asked("POST", f"{parts.scheme}://{parts.netloc}{action}", urlencode(form))[1]
        return asked("GET", self.answer(location))[0]


class Refusing(GoogleUser):
    """Presses Cancel."""

    def answer(self, location: str) -> str:
        return re.sub(r"code=[^&]*", "error=access_denied", location)


class Disturbed(GoogleUser):
    """Has a browser that opens lines in advance and asks for icons, and others at their machine who end sign-ins of their own."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.told_others: list[str] = []
        self._in_advance = socket.socket()

    def answer(self, location: str) -> str:
        here = urlsplit(location)
        self._in_advance.connect((here.hostname, here.port))
        mistaken = re.sub(r"state=[^&]*", "state=another", here.query)
        for other in ("favicon.ico", "", "?code=c", "?state=&code=c", f"?{mistaken}"):
            self.told_others.append(asked("GET", f"http://{here.netloc}/{other}")[0])
        return location

    def close(self) -> None:
        self._in_advance.close()


class Absent(GoogleUser):
    """Has gone for a walk."""

    def click_through(self, address: str) -> str:
        return address


def asked(method: str, address: str, body: str | None = None) -> tuple[str, str]:
    """The page, and where it leads."""
    parts = urlsplit(address)
    connection = HTTPConnection(str(parts.hostname), parts.port, timeout=PATIENCE)
    try:
        head = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        connection.request(method, f"{parts.path}?{parts.query}", body, head)
        told: HTTPResponse = connection.getresponse()
        return told.read().decode(), str(told.headers["Location"])
    finally:
        connection.close()
