"""Our drafts as RFC 5322 messages, with one header to find them by and another to detect changes of the user."""

from datetime import datetime
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import EmailMessage, Message
from email.parser import BytesHeaderParser
from email.policy import SMTP
from email.utils import getaddresses
from hashlib import blake2b

from afterword.ports import Draft

KEY_HEADER = "X-Afterword-Draft"
DIGEST_HEADER = "X-Afterword-Digest"


def compose_draft(key: str, draft: Draft, sender: str, at: datetime) -> bytes:
    """Return the draft as a message, with its key and a digest of its text in headers."""
    message = EmailMessage(policy=SMTP.clone(cte_type="8bit", utf8=False))
    message["From"], message["To"], message["Date"] = sender, ", ".join(draft.to), at
    message["Subject"] = " ".join(draft.subject.split())
    message["Message-ID"] = f"<{key}@drafts.afterword.invalid>"
    if draft.in_reply_to:
        message["In-Reply-To"] = message["References"] = f"<{draft.in_reply_to}>"
    message.set_content(draft.body, cte="base64")
    message[KEY_HEADER] = key
    message[DIGEST_HEADER] = _digest(message.as_bytes())
    return message.as_bytes()


def read_draft_key(raw: bytes) -> str:
    """Return the key of a draft of ours, changed or not; "" for any other message."""
    prefix = f"{KEY_HEADER}: ".encode()
    return next(
        (
            line.removeprefix(prefix).decode("ascii", "replace")
            for line in _header_lines(raw)
            if line.startswith(prefix)
        ),
        "",
    )


def is_unchanged(raw: bytes) -> bool:
    """Whether the message is a draft of ours that the user did not change."""
    try:
        return f"{DIGEST_HEADER}: {_digest(raw)}".encode() in _header_lines(raw)
    except (ValueError, LookupError, HeaderParseError):
        return False  # fields that are none of ours


def _header_lines(raw: bytes) -> list[bytes]:
    return raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0].splitlines()


def _digest(raw: bytes) -> str:
    """A digest of recipients, subject and body, independent of how a server folds or encodes the header fields."""
    header_section, _, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    headers = BytesHeaderParser().parsebytes(header_section)
    subjects = [str(make_header(decode_header(each))) for each in headers.get_all("Subject", [])]
    visible = "\n".join([*_recipients(headers), " ".join(" ".join(subjects).split())])
    return blake2b(visible.encode("utf-8", "replace") + body.strip(), digest_size=16).hexdigest()


def _recipients(headers: Message) -> list[str]:
    values = [str(each) for name in ("To", "Cc", "Bcc") for each in headers.get_all(name, [])]
    return sorted(address.lower() for _, address in getaddresses(values))
