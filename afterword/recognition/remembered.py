"""What is told of a word, kept for the next time that it is met."""

from collections.abc import Callable
from typing import TypeVar

Told = TypeVar("Told")

MOST = 50_000
LONGEST = 40


class OfWords(dict[str, Told]):
    """What a function tells of each word that was asked for. There are never too many: then all are forgotten, and long ones
    are not kept, for whoever writes a mail may write what they like.
    """

    def __init__(self, tell: Callable[[str], Told]) -> None:
        super().__init__()
        self._tell = tell

    def __missing__(self, word: str) -> Told:
        told = self._tell(word)
        if len(word) <= LONGEST:
            if len(self) >= MOST:
                self.clear()
            self[word] = told
        return told
