"""Signing in to Microsoft, with the real msal, to a real OpenID provider."""

from pathlib import Path

from connectors.microsoft.sign_in import access_token
from connectors.microsoft.source import MicrosoftSource
from tests.servers.entra import Entra, Somebody

MAIL = ["Mail.Read"]


def test_one_signs_in_by_a_code_that_is_entered_anywhere(entra: Entra, tmp_path: Path) -> None:
    somebody = Somebody(entra)
    settings = entra.access(tmp_path, calendar=False)
    assert MicrosoftSource(settings).sign_in(somebody) == "jane@outlook.example"
    assert any("enter the code" in each for each in somebody.heard)
    assert [each for each in somebody.heard if each.startswith("  - ")] == ["  - read your mail, to see what happened"]
    assert access_token(settings, MAIL)
    assert (Path(settings.token_file).stat().st_mode & 0o777) == 0o600
