"""Signing in to an account, in the user's browser."""

import os
import sys
import webbrowser

import click

from afterword.ports import DelegatedSignInSource, SignInSource
from daemon.guard import guarded
from daemon.lookup import Refused
from daemon.wiring import sources_of

from . import options, pages
from .options import with_config


@click.command()
@click.argument("account")
@with_config
def connect(path: str | None, account: str) -> None:
    """Sign in to the ACCOUNT with that name in the configuration, in a browser on this machine or another."""
    from daemon.service import wake_running  # SQLAlchemy

    config = options.load_to_write(path)
    sources = sources_of(config)
    source = sources.get(account)
    if source is None:
        raise Refused(
            f"There is no account {account!r} in the configuration: there are {', '.join(sources) or 'none'}."
        )
    if isinstance(source, DelegatedSignInSource) and source.sign_in_account:
        raise Refused(f"The account {account!r} uses the sign-in of {source.sign_in_account!r}: connect that one.")
    if not isinstance(source, SignInSource):
        raise Refused(f"The account {account!r} needs no sign-in: afterword doctor checks what it needs.")
    with guarded(account):
        who = source.sign_in(_Terminal())
    pages.say(f"Signed in: {who}.")
    wake_running(config)


class _Terminal:
    """See `Prompt`."""

    def say(self, sentence: str) -> None:
        pages.say(sentence)
        sys.stdout.flush()

    def open_page(self, address: str) -> bool:
        return _has_screen() and webbrowser.open(address)


def _has_screen() -> bool:
    """A browser for the terminal would take it away from us."""
    return sys.platform == "darwin" or any(os.environ.get(each) for each in ("DISPLAY", "WAYLAND_DISPLAY"))
