"""A mail's subject and what its sender wrote below it, as the sentences that cues and wording are looked for in."""

from typing import NamedTuple

from ..messages.subjects import is_passed_on
from ..messages.visible import prose
from ..words.cues import languages_of
from ..words.lexicon import Hit
from ..words.sentences import Sentence, sentences_of


class HeadedText(NamedTuple):
    """The sentences of a subject and of a body without its footer and links, and the languages that they are written in. The subject is one
    sentence, the first.

    `first_new` is the index of the first sentence that the sender wrote: 1 below a subject taken over from another mail ("Re: …").
    """

    sentences: tuple[Sentence, ...]
    languages: tuple[str, ...]
    has_subject: bool
    first_new: int

    @classmethod
    def of(cls, subject: str, body: str) -> "HeadedText":
        sentences = sentences_of(subject)[:1] + sentences_of(prose(body))
        return cls(sentences, languages_of(sentences), bool(subject.strip()), 1 if is_passed_on(subject) else 0)

    @property
    def new_sentences(self) -> tuple[Sentence, ...]:
        """The sentences that the sender wrote."""
        return self.sentences[self.first_new :]

    def in_subject(self, hit: Hit) -> bool:
        """Whether a cue stands in the subject."""
        return self.has_subject and hit.sentence == 0

    def may_count(self, hit: Hit) -> bool:
        """Whether a cue stands in what the sender wrote; one of strength "subject" must stand in the subject."""
        return hit.sentence >= self.first_new and (hit.cue.strength != "subject" or self.in_subject(hit))
