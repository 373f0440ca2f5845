"""Drafts of ours as mails (RFC 5322): found again by a header, and known to be as we wrote them by another."""

from datetime import datetime
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import EmailMessage, Message
from email.parser import BytesHeaderParser
from email.policy import SMTP
from email.utils import getaddresses
from hashlib import blake2b

from afterword.ports import Draft

KEY = "X-Afterword-Draft"
DIGEST = "X-Afterword-Digest"


def written(key: str, draft: Draft, sender: str, at: datetime) -> bytes:
    """The draft as a mail, with its key, and a digest of its text."""
    message = EmailMessage(policy=SMTP.clone(cte_type="8bit", utf8=False))
    message["From"], message["To"], message["Date"] = sender, ", ".join(draft.to), at
    message["Subject"] = " ".join(draft.subject.split())
    message["Message-ID"] = f"<{key}@drafts.afterword.invalid>"
    if draft.in_reply_to:
        message["In-Reply-To"] = f"<{draft.in_reply_to}>"
        message["References"] = " ".join(f"<{each}>" for each in draft.references or (draft.in_reply_to,))
    message.set_content(draft.body, cte="base64")
    message[KEY] = key
    message[DIGEST] = _digest(message.as_bytes())
    return message.as_bytes()


def key_of(raw: bytes) -> str:
    """The key of a draft of ours, changed or not; empty for another mail."""
    mark = f"{KEY}: ".encode()
    return next(
        (line.removeprefix(mark).decode("ascii", "replace") for line in _head(raw) if line.startswith(mark)), ""
    )


def is_unchanged(raw: bytes) -> bool:
    """Whether it is a draft of ours, word for word."""
    try:
        return f"{DIGEST}: {_digest(raw)}".encode() in _head(raw)
    except (ValueError, LookupError, HeaderParseError):
        return False  # fields that are none of ours


def _head(raw: bytes) -> list[bytes]:
    return raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0].splitlines()


def _digest(raw: bytes) -> str:
    """Of what the user sees: to whom it goes, the subject and the body, however a server folds or encodes the fields."""
    head, _, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    fields = BytesHeaderParser().parsebytes(head)
    said = [str(make_header(decode_header(each))) for each in fields.get_all("Subject", [])]
    told = "\n".join([*_recipients(fields), " ".join(" ".join(said).split())])
    return blake2b(told.encode("utf-8", "replace") + body.strip(), digest_size=16).hexdigest()


def _recipients(fields: Message) -> list[str]:
    told = [str(each) for name in ("To", "Cc", "Bcc") for each in fields.get_all(name, [])]
    return sorted(address.lower() for _, address in getaddresses(told))
