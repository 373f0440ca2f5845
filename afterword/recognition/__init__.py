"""What a mail or a meeting means: pure functions from bytes to findings, each with the words that say it."""
