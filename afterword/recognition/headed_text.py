"""A mail's subject and what its sender wrote below it, as the sentences that cues and wording are looked for in."""

from typing import NamedTuple

from .cues import spoken
from .lexicon import Hit
from .sentences import Sentence, sentences_of
from .subjects import is_passed_on


class HeadedText(NamedTuple):
    """The sentences of a subject, which is the first one, and of what stands below it, with the languages that they are written in.

    `heads` says how many of them are the subject, `not_theirs` how many at the beginning somebody else wrote: a subject that was passed on.
    """

    sentences: tuple[Sentence, ...]
    tongues: tuple[str, ...]
    heads: int
    not_theirs: int

    @classmethod
    def of(cls, subject: str, text: str) -> "HeadedText":
        sentences = sentences_of(subject)[:1] + sentences_of(text)
        return cls(sentences, spoken(sentences), 1 if subject.strip() else 0, 1 if is_passed_on(subject) else 0)

    @property
    def theirs(self) -> tuple[Sentence, ...]:
        """What the sender says now."""
        return self.sentences[self.not_theirs :]

    def may_count(self, hit: Hit) -> bool:
        """Whether a cue stands where it can mean something: in what the sender says, and one that is a subject's in the subject."""
        return hit.sentence >= self.not_theirs and (hit.cue.strength != "subject" or hit.sentence < self.heads)
