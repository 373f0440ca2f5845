"""The program itself: its commands in groups, loaded when they are called, and how each error ends it."""

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from io import FileIO, TextIOWrapper
from typing import NamedTuple

import click

from .exits import FAILED, WRONG


class _Place(NamedTuple):
    module: str
    help: str


GROUPS = {
    "Every day": {
        "status": _Place("everyday", "What you owe, what you are waiting for, what is unsure."),
        "show": _Place("everyday", "One application: what happened, and why each item is there."),
        "done": _Place("everyday", "Mark an item as done."),
        "dismiss": _Place("everyday", "Mark an item as not wanted."),
        "snooze": _Place("everyday", "Put an item off until a later time."),
        "note": _Place("everyday", "Jot down a highlight for the thank-you note."),
        "review": _Place("everyday", "Look back at an interview: what went well, what to improve."),
        "lessons": _Place("everyday", "What you have learned, across all interviews."),
    },
    "Setting things right": {
        "confirm": _Place("telling", "Say that an unsure recognition is right."),
        "correct": _Place("telling", "Say what a mail or meeting really is, or which application it belongs to."),
        "merge": _Place("telling", "Say that two applications are one."),
        "forget": _Place("telling", "Forget an application."),
        "tell": _Place("telling", "Add what no mail and no calendar knows."),
        "explain": _Place("explaining", "What a mail, mailbox or .ics file means, and why; saves nothing."),
    },
    "The service": {
        "init": _Place("beginning", "Write a configuration file to fill in."),
        "run": _Place("running", "Run in the foreground: read and deliver until told to stop."),
        "sync": _Place("running", "Read and deliver once, then exit."),
        "connect": _Place("connecting", "Sign in to a Google or Microsoft account."),
        "doctor": _Place("upkeep", "Check the configuration, the accounts, the log and the service."),
        "demo": _Place("running", "See it at work on a sample mailbox, in a folder of its own."),
    },
    "The log": {
        "log": _Place("upkeep", "Every event, as it was recorded."),
        "rebuild": _Place("upkeep", "Derive everything from the log again."),
        "verify": _Place("upkeep", "Check that the log is intact."),
        "export": _Place("exporting", "Export everything, for other programs."),
    },
}
_PLACES = {name: place for group in GROUPS.values() for name, place in group.items()}


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(_PLACES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in _PLACES:
            return None
        command = getattr(import_module(f".{_PLACES[cmd_name].module}", __package__), cmd_name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        for title, places in GROUPS.items():
            with formatter.section(title):
                formatter.write_dl([(name, place.help) for name, place in places.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            raise click.UsageError(f"{error.message.rstrip('.')}: see afterword --help.", ctx) from None


@click.group(cls=_Commands, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--config", "path", metavar="FILE", help="The configuration file; can also be given after the command.")
@click.version_option(package_name="afterword", message="%(prog)s %(version)s")
@click.pass_context
def afterword(ctx: click.Context, path: str | None) -> None:
    """Knows what you still owe after a job interview, and when to leave it be.

    Without a command, it shows the status.
    """
    del path  # `options.named` looks it up, whichever command is called
    if ctx.invoked_subcommand is None:
        command = afterword.get_command(ctx, "status")
        assert command is not None
        with command.make_context("status", list(ctx.args), parent=ctx) as status:
            command.invoke(status)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the program and exit: 0 fine, 1 failed, 2 wrong usage or config, 3 needs the user, 4 another one is running."""
    _make_output_lenient()
    sys.exit(_run(arguments))


def _make_output_lenient() -> None:
    """A terminal that has no sign for a quotation mark shows the rest; one that was closed shows nothing."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, TextIOWrapper(FileIO(os.devnull, "w"), encoding="utf-8"))
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def _run(arguments: Sequence[str] | None) -> int:
    try:
        code = afterword.main(arguments, prog_name="afterword", standalone_mode=False)
        sys.stdout.flush()
    except click.UsageError as error:
        return _fail(_with_help(error), WRONG)
    except click.ClickException as error:
        return _fail(error.format_message(), FAILED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (KeyboardInterrupt, click.exceptions.Abort):
        return _fail("Stopped.", FAILED)
    except Exception as error:  # noqa: BLE001 - no traceback reaches the user, whatever it is
        return _fail_with(error)
    return code if isinstance(code, int) else 0


def _with_help(error: click.UsageError) -> str:
    """What click finds missing or wrong is explained where the command is; a sentence of ours says all by itself."""
    if type(error) is click.UsageError or error.ctx is None:
        return error.format_message()
    return f"{error.format_message()} See {error.ctx.command_path} --help."


def _fail_with(error: Exception) -> int:
    from .errors import message_and_exit_code  # knows every room's errors; none of them is needed when all is well

    if os.environ.get("AFTERWORD_DEBUG"):
        raise error
    return _fail(*message_and_exit_code(error))


def _fail(message: str, code: int) -> int:
    from .text import paragraph  # only a failure says something here

    click.echo("\n".join(paragraph(line, sys.stderr) for line in message.splitlines()), err=True)
    return code
