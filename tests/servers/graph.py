"""Graph of the tests' own: the stand-ins of mail and calendars behind one address, for a user who has signed in to a real provider."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from connectors.microsoft.settings import MicrosoftSettings
from tests.servers.entra import Entra
from tests.servers.graph_calendar import GraphCalendars
from tests.servers.graph_mail import GraphMailbox, Handler, failed
from tests.servers.web import Answered, Asked, Web


class GraphServer:
    """A server for one user. `answering` are asked first, the last one first."""

    def __init__(self, entra: Entra, signed_in: bytes, folder: Path) -> None:
        self.mail, self.calendars = GraphMailbox(), GraphCalendars()
        self.answering: list[Handler] = []
        self._entra, self.folder = entra, folder
        file = folder / "tokens" / "outlook"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(signed_in)
        self.through: Callable[[Asked], Answered] = self.answered
        """What all requests go through."""

        self._web = Web(self._answer)

    def __enter__(self) -> Self:
        self._web.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._web.__exit__(*error)

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self._web.port}/v1.0"

    @property
    def asked(self) -> list[Asked]:
        return self._web.asked

    def settings(self, **others: Any) -> MicrosoftSettings:
        """The settings to read it with."""
        return self._entra.access(self.folder, endpoint=self.endpoint, **{"calendar": False, **others})

    def _answer(self, asked: Asked) -> Answered:
        return self.through(asked)

    def answered(self, asked: Asked) -> Answered:
        if not asked.head.get("Authorization", "").startswith("Bearer "):
            return failed(401, "InvalidAuthenticationToken")
        handlers: list[Handler] = [*reversed(self.answering), self.mail, self.calendars]
        for handler in handlers:
            if (told := handler(asked)) is not None:
                return told
        return failed(404, "ResourceNotFound")
