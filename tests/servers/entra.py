"""Microsoft's sign-in of the tests' own: a real OpenID provider on loopback, and somebody who clicks through its pages."""

import re
import subprocess
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any, Self
from urllib.parse import urljoin

import pytest
import requests
import trustme

from connectors.microsoft.settings import READ_CALENDARS, READ_MAIL, WRITE_CALENDARS, WRITE_DRAFTS, MicrosoftSettings
from connectors.microsoft.sign_in import sign_in
from tests.servers.dovecot import PATIENCE, free_port, wait_until
from tests.servers.google import EMULATORS, NODE

CLIENT = "11111111-1111-1111-1111-111111111111"
_FORM = re.compile(r'(?s)<form[^>]*?action="([^"]*)"[^>]*>(.*?)</form>')
_FIELD = re.compile(r"<(?:input|button)([^>]*)>")
_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')
MOST_PAGES = 12


class Entra:
    """The provider. `keep_quiet` ends it, so that nobody can be reached."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.ca_file = folder / "ca.pem"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def authority(self) -> str:
        return f"https://localhost:{self.port}/tenant/v2.0"

    def __enter__(self) -> Self:
        authority = trustme.CA()
        authority.cert_pem.write_to_path(str(self.ca_file))
        issued = authority.issue_cert("localhost")
        issued.private_key_and_cert_chain_pem.write_to_path(str(self.folder / "server.pem"))
        program = [str(NODE), str(EMULATORS / "entra.mjs"), str(self.port), str(self.folder / "server.pem")]
        self._process = subprocess.Popen(program, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_until(self._is_ready)
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process is not None
        self._process.terminate()
        self._process.wait(PATIENCE)

    def access(self, folder: Path, **others: Any) -> MicrosoftSettings:
        """The settings of an account whose sign-in is kept in a folder."""
        known = {"client_id": CLIENT, "authority": self.authority, "ca_file": str(self.ca_file)}
        return MicrosoftSettings(**{**known, "token_file": str(folder / "tokens" / "outlook"), **others})

    def click_through(self, address: str, login: str = "jane@outlook.example") -> str:
        """Open a page as a browser does, and say yes to everything: gives the last page."""
        with requests.Session() as browser:
            browser.verify = str(self.ca_file)
            page = browser.get(address, timeout=PATIENCE)
            for _ in range(MOST_PAGES):
                form = _FORM.search(page.text)
                if form is None:
                    break
                page = browser.post(
                    urljoin(page.url, unescape(form[1])), data=_filled(form[2], login), timeout=PATIENCE
                )
        return page.text

    def _is_ready(self) -> bool:
        try:
            return requests.get(
                f"{self.authority}/.well-known/openid-configuration", verify=str(self.ca_file), timeout=1
            ).ok
        except requests.RequestException:
            return False


class Somebody:
    """A user at the prompt, who does at once what it says."""

    def __init__(self, entra: Entra) -> None:
        self.entra = entra
        self.heard: list[str] = []

    def say(self, sentence: str) -> None:
        self.heard.append(sentence)

    def open_page(self, address: str) -> bool:
        self.entra.click_through(address)
        return True


def _filled(fields: str, login: str) -> dict[str, str]:
    named = {"login": login, "password": "correct horse"}
    filled = {}
    for found in _FIELD.finditer(fields):
        attributes = dict(_ATTRIBUTE.findall(found[1]))
        name = attributes.get("name", "")
        if name and name != "abort":
            filled[name] = unescape(attributes.get("value", "")) or named.get(name, "")
    return filled


@pytest.fixture(scope="session")
def entra(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Entra]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
            patch.delenv(name, raising=False)
        with Entra(tmp_path_factory.mktemp("entra")) as server:
            yield server


@pytest.fixture(scope="session")
def signed_in(entra: Entra, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """What a sign-in leaves, for everything that can be asked for."""
    settings = entra.access(tmp_path_factory.mktemp("signed-in"))
    sign_in(settings, [[READ_MAIL, WRITE_DRAFTS, READ_CALENDARS, WRITE_CALENDARS]], "device", Somebody(entra))
    return Path(settings.token_file).read_bytes()
