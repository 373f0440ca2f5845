"""The everyday commands: looking at where things stand, and answering items."""

import click

from daemon import queries
from daemon.lookup import name_of

from . import options, pages
from .options import with_config, with_json, with_now


@click.command()
@click.argument("app", required=False)
@with_config
@with_json
@with_now
def status(app: str | None, path: str | None, as_json: bool, now: str | None) -> None:
    """What you owe, what you are waiting for, what is unsure; for one application, if APP is given."""
    config = options.load(path)
    moment = options.now_of(now, config)
    found = queries.status(config, moment, app, as_known_then=now is not None)
    if as_json:
        options.echo_json(found)
    else:
        is_empty = not (found.applications or found.unsure)
        pages.show_status(found, named=app, was_read=is_empty and queries.was_read(config))


@click.command()
@click.argument("app")
@with_config
@with_json
@with_now
def show(app: str, path: str | None, as_json: bool, now: str | None) -> None:
    """One application: what happened, why each item is there, and the drafts."""
    config = options.load(path)
    moment = options.now_of(now, config)
    found = queries.timeline(config, app, moment, as_known_then=now is not None)
    if as_json:
        options.echo_json(found)
    else:
        pages.show_timeline(found, moment.astimezone(config.user.timezone))


@click.command()
@click.argument("item")
@with_config
def done(item: str, path: str | None) -> None:
    """Mark ITEM (its id, or the beginning of it) as done."""
    from daemon import commands  # writing needs SQLAlchemy, looking doesn't

    config = options.load_to_write(path)
    pages.say(commands.done(config, item, options.now_of(None, config)))


@click.command()
@click.argument("item")
@with_config
def dismiss(item: str, path: str | None) -> None:
    """Mark ITEM as not wanted: it never comes back."""
    from daemon import commands

    config = options.load_to_write(path)
    pages.say(commands.dismiss(config, item, options.now_of(None, config)))


@click.command()
@click.argument("item")
@click.argument("until", nargs=-1, required=True)
@with_config
def snooze(item: str, until: tuple[str, ...], path: str | None) -> None:
    """Put ITEM off UNTIL a later time: tomorrow, friday 15:00, 3 days, 2026-03-05T18:00."""
    from daemon import commands

    from . import times

    config = options.load_to_write(path)
    now = options.now_of(None, config)
    pages.say(commands.snooze(config, item, times.time_to_come(" ".join(until), config, now), now))


@click.command()
@click.argument("app")
@click.argument("text", nargs=-1, required=True)
@with_config
def note(app: str, text: tuple[str, ...], path: str | None) -> None:
    """Jot down a highlight of the interview with APP, as you would say it to them: it goes into the thank-you note."""
    from daemon import commands

    config = options.load_to_write(path)
    pages.say(commands.note(config, app, " ".join(text), options.now_of(None, config)))


@click.command()
@click.argument("app")
@click.option("--well", help="What went well (default: you are asked).")
@click.option("--improve", help="What to improve (default: you are asked).")
@with_config
def review(app: str, well: str | None, improve: str | None, path: str | None) -> None:
    """Look back at the interview with APP for a quarter of an hour, then let it go."""
    from daemon import commands

    config = options.load_to_write(path)
    if well is None or improve is None:
        about = commands.application_to_review(config, app, options.now_of(None, config))
        pages.say(f"Your interview with {name_of(about)}:")
        app = about.id
    well = click.prompt("What went well") if well is None else well
    improve = click.prompt("What would you do better next time") if improve is None else improve
    pages.say(commands.review(config, app, well, improve, options.now_of(None, config)))


@click.command()
@with_config
@with_json
def lessons(path: str | None, as_json: bool) -> None:
    """What you have learned, across all interviews."""
    config = options.load(path)
    found = queries.lessons(config, options.now_of(None, config))
    if as_json:
        options.echo_json(found)
    else:
        pages.show_lessons(found)
