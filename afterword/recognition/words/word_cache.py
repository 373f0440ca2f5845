"""A bounded cache of what a function returns for each word."""

from collections.abc import Callable
from typing import TypeVar

Value = TypeVar("Value")

MOST_WORDS = 50_000
LONGEST_WORD = 40


class WordCache(dict[str, Value]):
    """What `compute` returns for each word, computed when a word is first looked up.

    It is emptied when it is full, and keeps no long words: whoever writes a mail may write what they like.
    """

    def __init__(self, compute: Callable[[str], Value]) -> None:
        super().__init__()
        self._compute = compute

    def __missing__(self, word: str) -> Value:
        value = self._compute(word)
        if len(word) <= LONGEST_WORD:
            if len(self) >= MOST_WORDS:
                self.clear()
            self[word] = value
        return value
