"""Prints how well mails are understood: for each class precision and recall, the confusion, the worst mistakes, the speed."""

import argparse
import sys
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from .labelled import BESIDE, Labelled, mails_in, own_mails
from .scores import Judged, confusion, judge, promises, scores


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m evaluation", description=__doc__)
    parser.add_argument("--extra", type=Path, default=BESIDE, help="a folder of further labelled mails (*.jsonl)")
    parser.add_argument("--mistakes", type=int, default=12, help="how many mistakes to show for each set")
    parser.add_argument(
        "--held", action="store_true", help="measure on the half that is kept for the end, and only on it"
    )
    arguments = parser.parse_args()
    if arguments.held:
        _report("our own mails, the half that was held", list(own_mails("held")), arguments.mistakes)
        return 0
    _report("our own mails, the open half", list(own_mails()), arguments.mistakes)
    if arguments.extra.is_dir():
        by_file: dict[str, list[Labelled]] = defaultdict(list)
        for mail in mails_in(arguments.extra):
            by_file[mail.name.partition(":")[0]].append(mail)
        for name, mails in by_file.items():
            _report(f"{name}.jsonl", mails, arguments.mistakes)
    return 0


def _report(title: str, mails: Sequence[Labelled], mistakes: int) -> None:
    judge(mails[0])
    start = time.perf_counter()
    judged = [judge(mail) for mail in mails]
    rate = len(mails) / (time.perf_counter() - start)
    right = sum(each.right for each in judged)
    sys.stdout.write(f"\n{title}: {right} of {len(judged)} right, {rate:.0f} mails a second\n")
    for score in scores(judged):
        sys.stdout.write(
            f"  {score.name:<17} {score.there:>5} there  precision {score.precision:.3f}  recall {score.recall:.3f}  asked {score.asked}\n"
        )
    dates = promises(judged)
    if any(dates):
        sys.stdout.write(f"  promised days: {dates.hits} hits, {dates.missed} missed, {dates.false} false dates\n")
    for (expected, said), count in confusion(judged).most_common(mistakes):
        sys.stdout.write(f"  {count:>4} × {expected} taken for {said}\n")
    _languages(judged)
    _show((each for each in judged if not each.right), mistakes)


def _languages(judged: Sequence[Judged]) -> None:
    languages = sorted({each.mail.language for each in judged})
    if len(languages) > 1:
        shares = ((name, [each.right for each in judged if each.mail.language == name]) for name in languages)
        sys.stdout.write("  " + "  ".join(f"{name} {sum(right)}/{len(right)}" for name, right in shares) + "\n")


def _show(wrong: Iterable[Judged], most: int) -> None:
    ranked = sorted(wrong, key=lambda each: -max((one.evidence.confidence for one in each.findings), default=0.0))
    for each in ranked[:most]:
        expected, said = sorted(each.expected), sorted(each.said & each.mail.judged)
        sys.stdout.write(f"  ! {each.mail.name}: {expected} taken for {said}, asked {sorted(each.asked)}\n")
        for finding in each.findings[:3]:
            cues = "; ".join(finding.evidence.cues[:3])
            sys.stdout.write(f"      {type(finding.event).__name__} {finding.evidence.confidence:.2f} by {cues}\n")


if __name__ == "__main__":
    sys.exit(main())
