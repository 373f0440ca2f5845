"""Who may change a calendar entry: those at its organizer's company (RFC 5546, 6.1)."""

from ..messages.addresses import domain_of, is_freemail


def is_same_company(sender: str, organizer: str) -> bool:
    """Whether both addresses are in the same domain or one below the other's; in a freemail domain, whether they are the same."""
    here, there = sorted((domain_of(sender), domain_of(organizer)), key=len)
    if is_freemail(here) or is_freemail(there):
        return sender.lower() == organizer.lower()
    return here == there or ("." in here and there.endswith(f".{here}"))
