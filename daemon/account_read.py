"""What reading one account came to."""

from msgspec import Struct, field

from afterword.recognition.reading import Reading

from .troubles import Trouble


class AccountRead(Struct, kw_only=True):
    """What one account yielded in a pass. `cursor` is None where nothing was read; `cut_short` says that the pass was stopped before its end."""

    account: str
    items: int = 0
    cursor: bytes | None = None
    readings: list[Reading] = field(default_factory=list)
    set_aside: int = 0
    trouble: Trouble | None = None
    mail_was_read: bool = False
    cut_short: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether it was read to its end."""
        return self.trouble is None and not self.cut_short
