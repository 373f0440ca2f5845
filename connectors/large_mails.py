"""Mails that are larger than any that is read: how they begin is kept, so that somebody can find out what they were."""

from afterword.ports import UnreadableItem
from afterword.recognition.mime import LARGEST_MAIL

KEPT = 64 * 1024
"""So many bytes of what can't be read are kept."""


def too_large(begins: bytes, ref: str) -> UnreadableItem:
    """What is told of a mail that is larger than LARGEST_MAIL."""
    return UnreadableItem(raw=begins[:KEPT], ref=ref, reason=f"it is larger than {LARGEST_MAIL // 1024 // 1024} MB")
