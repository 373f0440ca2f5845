"""What tests of tokens share: a keyring that may be wrong, and how a token is kept."""

from keyring.backend import KeyringBackend

from connectors.tokens import TokenStore


class Ring(KeyringBackend):
    """A keyring, or what is wrong with it."""

    priority = 1

    def __init__(self, wrong: Exception | None = None) -> None:
        super().__init__()  # type: ignore[no-untyped-call] # keyring has no types here
        self.held: dict[tuple[str, str], str] = {}
        self._wrong = wrong

    def get_password(self, service: str, username: str) -> str | None:
        self._fail()
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._fail()
        self.held[service, username] = password

    def _fail(self) -> None:
        if self._wrong is not None:
            raise self._wrong


def keep(store: TokenStore, text: str) -> None:
    with store.locked():
        store.write(text)
