"""What a mail or a meeting means: pure functions from bytes to findings, each with the words that say it."""

from pathlib import Path

CUES = Path(__file__).parent / "cues"
"""The folder of all files of words."""
