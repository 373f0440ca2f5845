"""Whether the user's own mail applies for a job.

The strengths of its cues: "sure" sends a CV or a letter, "strong" says in so many words that the user applies, and either counts where a
job is "named", by a word of job titles or for jobs; in a mail that speaks more of other things, by a title behind a lead. "unless" shows the CV to somebody who is to read it over, or wants something else by it.
"""

from ..parties.roles import find_role, has_role_word
from ..words.cues import STRONG, SURE, UNLESS, application_lexicon
from .classify import classify
from .headed_text import HeadedText

_NAMED = "named"


def applies_for_a_job(subject: str, body: str) -> bool:
    """Whether a mail of the user's applies, by its subject and what the user wrote now."""
    text = HeadedText.of(subject, body)
    hits = [hit for language in text.languages for hit in application_lexicon(language).hits(text.sentences)]
    strengths = {hit.cue.strength for hit in hits}
    applies = any(hit.cue.strength in (SURE, STRONG) and text.may_count(hit) for hit in hits)
    if not applies or UNLESS in strengths:
        return False
    is_named = _NAMED in strengths or any(has_role_word(each.as_written) for each in text.sentences)
    return is_named and (find_role(subject, body) != "" or not classify(subject, body).unrelated)
