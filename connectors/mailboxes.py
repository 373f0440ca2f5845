"""What a mailbox is for, by the names that mail programs give it (RFC 6154 has the same roles)."""

import re
from base64 import b64decode
from unicodedata import normalize

from afterword.ports import Mailbox

_SENT = frozenset(
    {
        "sent",
        "sent items",
        "sent messages",
        "sent mail",
        "sent-mail",
        "gesendet",
        "gesendete objekte",
        "gesendete elemente",
    }
    | {"gesendete nachrichten", "envoyés", "éléments envoyés", "messages envoyés", "enviados", "elementos enviados"}
    | {"mensajes enviados", "correo enviado", "verzonden", "verzonden items", "verzonden berichten", "itens enviados"}
    | {"mensagens enviadas", "posta inviata", "inviati", "inviata"}
)
_ARCHIVE = frozenset(
    {"archive", "archives", "archiv", "all mail", "alle nachrichten", "archivo", "archivio", "arquivo", "archief"}
)
_DRAFTS = frozenset({"drafts", "draft", "entwürfe", "brouillons", "borradores", "concepten", "rascunhos", "bozze"})
_LEFT_OUT = (
    _DRAFTS
    | {"templates", "vorlagen"}
    | {
        "junk",
        "junk e-mail",
        "junk-e-mail",
        "spam",
        "bulk mail",
        "courrier indésirable",
        "correo no deseado",
        "ongewenste e-mail",
    }
    | {
        "lixo eletrônico",
        "posta indesiderata",
        "trash",
        "deleted items",
        "deleted messages",
        "papierkorb",
        "gelöschte objekte",
    }
    | {
        "gelöschte elemente",
        "corbeille",
        "éléments supprimés",
        "papelera",
        "elementos eliminados",
        "prullenbak",
        "lixeira",
    }
    | {"cestino", "outbox", "postausgang", "unsent messages"}
)
_MODIFIED_UTF7 = re.compile(r"&([A-Za-z0-9+,]*)-")


def holds_drafts(name: str) -> bool:
    """Whether a mailbox of that name is the one for drafts."""
    return _steps(name)[-1] in _DRAFTS


def role_of(name: str) -> Mailbox | None:
    """The role of a mailbox's name, None for one that is not read: drafts, junk, trash. "Sent.2025" is sent mail too."""
    steps = _steps(name)
    if not _LEFT_OUT.isdisjoint(steps):
        return None
    if not _SENT.isdisjoint(steps):
        return "sent"
    if steps[-1] in {"", "inbox"}:
        return "inbox"
    return "archive" if not _ARCHIVE.isdisjoint(steps) else "other"


def _steps(name: str) -> list[str]:
    return [normalize("NFC", each).strip().casefold() for each in re.split(r"[./\\]", _decoded(name))]


def _decoded(name: str) -> str:
    """A name in modified UTF-7 (RFC 9051, A.1) as text."""
    return _MODIFIED_UTF7.sub(_decoded_run, name)


def _decoded_run(found: re.Match[str]) -> str:
    run = found[1].replace(",", "/")
    if not run:
        return "&"
    try:
        return b64decode(run + "=" * (-len(run) % 4)).decode("utf-16-be")
    except (ValueError, UnicodeDecodeError):
        return found[0]
