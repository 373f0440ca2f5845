"""Mails above the size limit: only their beginning is kept, to identify them."""

from afterword.ports import UnreadableItem
from afterword.recognition.messages.mime import LARGEST_MAIL

EXCERPT_SIZE = 64 * 1024
"""Bytes that are kept of an unreadable mail."""


def too_large(beginning: bytes, ref: str) -> UnreadableItem:
    """Return the item for a mail larger than LARGEST_MAIL."""
    return UnreadableItem(
        raw=beginning[:EXCERPT_SIZE], ref=ref, reason=f"it is larger than {LARGEST_MAIL // 1024 // 1024} MB"
    )
