"""Leads: the words before a name ("with", "your application at"). Each is looked up by its last word, where a name may follow: a search
for hundreds of them takes ten times as long.
"""

import re
from collections.abc import Iterator

from ..words.spelling_out import spelled_out

LONGEST_LEAD = 80


class Leads:
    """The leads that a regular expression matches, with a pattern for one of them and the names behind it. `beginning` is a pattern for
    what may begin a name.
    """

    def __init__(self, leads: str, pattern: re.Pattern[str], *, beginning: str) -> None:
        self._pattern = pattern
        self._before_name = re.compile(f" (?={beginning})")
        self._by_last_word: dict[str, tuple[str, ...]] = {}
        for lead in spelled_out(leads):
            last = lead.rpartition(" ")[2]
            self._by_last_word[last] = (*self._by_last_word.get(last, ()), lead)

    def matches(self, text: str) -> Iterator[re.Match[str]]:
        """The matches of the pattern in a text with single spaces, one behind the other."""
        end = 0
        for start in self._starts(text):
            if start >= end and (match := self._pattern.match(text, start)):
                end = match.end()
                yield match

    def _starts(self, text: str) -> Iterator[int]:
        """The positions at which a lead begins, in order; of leads that end at the same name, the longest first."""
        apart = text.replace("(", " ").replace('"', " ").replace("/", " ")
        for space in self._before_name.finditer(text):
            end = space.start()
            if leads := self._by_last_word.get(apart[apart.rfind(" ", 0, end) + 1 : end].lower()):
                before = text[max(0, end - LONGEST_LEAD) : end].lower()
                yield from sorted(end - len(lead) for lead in leads if before.endswith(lead))
