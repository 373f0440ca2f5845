"""Mails about several jobs: which of them each thing is said of."""

from collections.abc import Callable, Iterable, Sequence

from msgspec.structs import replace

from ..eventlog.events import Fact, RejectionReceived
from .parties.names import may_be_one_role, role_key
from .parties.roles import find_role, job_in
from .reading import Finding
from .words.sentences import sentences_of


def each_with_its_role(findings: Sequence[Finding], text: str) -> list[Finding]:
    """Of several things that a mail says, each with the job that its own sentence names: a no to one may stand beside a yes to another.
    Where that names none, it is of the job that was last named since the no.
    """
    if len({type(each.event) for each in findings}) <= 1:
        return list(findings)
    since_no = _jobs_named_since_a_no(findings, text)
    return [_with_role(each, find_role("", each.evidence.quote) or since_no(each)) for each in findings]


def _jobs_named_since_a_no(findings: Iterable[Finding], text: str) -> Callable[[Finding], str]:
    """A function that gives the job of a finding which is no rejection, "" where no rejection, or none and then a job, stands before it."""
    noes = [each.evidence.quote for each in findings if isinstance(each.event, RejectionReceived)]
    sentences = [each.text for each in sentences_of(text)] if noes else []
    no = next((place for place, each in enumerate(sentences) if each in noes), len(sentences))

    def job_of(finding: Finding) -> str:
        if isinstance(finding.event, RejectionReceived) or finding.evidence.quote not in sentences[no:]:
            return ""
        said = sentences.index(finding.evidence.quote, no)
        return next(filter(None, map(job_in, reversed(sentences[no + 1 : said]))), "")

    return job_of


def _with_role(finding: Finding, role: str) -> Finding:
    event = finding.event
    if not isinstance(event, Fact) or not role or may_be_one_role(role, event.role):
        return finding
    return replace(finding, event=replace(event, role=role))


def is_for_another_job(sentence: str, role: str) -> bool:
    """Whether a sentence names a job, and another one than that of this key."""
    return role_key(find_role("", sentence)) not in {"", role}
