"""The command line: `heardback demo`, and what a real deployment needs, in plain words."""

from __future__ import annotations

import threading
import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from bot import evidence_commands, privacy_commands
from bot.people_commands import HERE, OnePartnership, SettingsFile, commands

cli = typer.Typer(
    help="Asked, heard, answered, told.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@cli.callback()
def _heardback() -> None:
    """heardback is not a referral channel. If someone is in danger, call 999."""


@cli.command()
def demo(
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8484,
    data: Annotated[Path, typer.Option(help="Where the story is kept.")] = Path("demo-data"),
    browser: Annotated[bool, typer.Option("--browser/--no-browser")] = True,
) -> None:
    """Two invented partnerships in your browser, once round the loop."""
    import uvicorn

    from bot.demo.serve import Demo

    if data.exists() and not data.is_dir():
        typer.echo(f"{data} is a file; --data needs a folder.", err=True)
        raise typer.Exit(2)
    story = Demo(data.resolve())
    address = f"http://127.0.0.1:{port}/demo"
    typer.echo(f"The demo opens at {address} (stop it with Ctrl-C).")
    if browser:
        threading.Timer(1.0, webbrowser.open, (address,)).start()
    uvicorn.run(story.app(), host="127.0.0.1", port=port, log_level="warning")


@cli.command()
def check(
    settings: Annotated[Path, typer.Argument(help="The settings file.")] = Path("heardback.toml"),
    online: Annotated[bool, typer.Option(help="Also try the mail server and Teams.")] = False,
) -> None:
    """Everything that is wrong with settings and seats at once, each with its line or seat."""
    from bot.commands import checking

    checking.check(settings, online=online)


cli.add_typer(commands, name="people")


cli.add_typer(privacy_commands.commands, name="privacy")
cli.command("foi")(privacy_commands.foi)
cli.command("leave")(privacy_commands.leave)
cli.command("come-back")(privacy_commands.come_back)
cli.command("close")(privacy_commands.close)
cli.command("certificate")(privacy_commands.certificate)


key_commands = typer.Typer(help="The master key.", no_args_is_help=True)
cli.add_typer(key_commands, name="keys")


@key_commands.command("rotate")
def keys_rotate(
    keep_old: Annotated[
        Path | None,
        typer.Option(help="Where the key before is kept, for backups that it opens."),
    ] = None,
    settings: SettingsFile = HERE,
) -> None:
    """Make a new master key and wrap every data key by it. Broken off, it goes on when said again."""
    from bot.commands import keys

    keys.rotate(settings, keep_old=keep_old)


evidence_commands.add_to(cli)


slack_commands = typer.Typer(help="Apps in Slack.", no_args_is_help=True)
cli.add_typer(slack_commands, name="slack")


@slack_commands.command("manifest")
def slack_manifest(
    name: Annotated[str, typer.Argument(help="The app's name, as under [[slack]].")],
    settings: SettingsFile = HERE,
    socket: Annotated[bool, typer.Option("--socket", help="For Socket Mode.")] = False,
    status: Annotated[
        bool, typer.Option("--status", help="Read a status of leave; takes one scope more.")
    ] = False,
) -> None:
    """The manifest from which an organisation makes its own app."""
    from bot.commands import slack

    slack.manifest(settings, name, socket=socket, status=status)


@slack_commands.command("check")
def slack_check(settings: SettingsFile = HERE) -> None:
    """Ask Slack whether each app's secrets and scopes work."""
    from bot.commands import slack

    slack.check(settings)


teams_commands = typer.Typer(help="Registrations in Microsoft Teams.", no_args_is_help=True)
cli.add_typer(teams_commands, name="teams")


@teams_commands.callback()
def _teams() -> None:
    """Registrations in Microsoft Teams."""


@teams_commands.command("package")
def teams_package(
    out: Annotated[Path, typer.Option(help="The folder that the packages are written to.")],
    settings: SettingsFile = HERE,
) -> None:
    """What each organisation's administrator uploads: one zip file for each [[teams]] part."""
    from bot.commands import teams

    teams.package(settings, out)


@cli.command()
def init(
    settings: SettingsFile = HERE,
    put: Annotated[
        list[str] | None, typer.Option("--set", help="A setting as key=value; several times.")
    ] = None,
    ask: Annotated[bool, typer.Option("--ask/--no-ask", help="Ask what is not given.")] = True,
    roster_size: Annotated[int, typer.Option(min=1, max=100_000, help="How many people.")] = 40,
    reply_rate: Annotated[
        float, typer.Option(min=0, max=1, help="The share who reply to a prompt, 0 to 1.")
    ] = 0.3,
) -> None:
    """Write the settings and the keys, and tell how often themes will clear."""
    from bot.commands import start

    start.init(settings, put or [], ask=ask, roster_size=roster_size, reply_rate=reply_rate)


@cli.command()
def serve(
    settings: SettingsFile = HERE,
    only_edges: Annotated[
        bool, typer.Option("--only-edges", help="Pages and chat only; workers do the rest.")
    ] = False,
) -> None:
    """Start the pages, the timetable and the sender. Refuses while anything is wrong."""
    from bot.commands import serving

    serving.serve(settings, alone=not only_edges)


@cli.command()
def work(settings: SettingsFile = HERE) -> None:
    """Send, tick and draft, beside any number of others. Needs PostgreSQL."""
    from bot.commands import work as worker

    worker.work(settings)


@cli.command()
def move(
    to: Annotated[str, typer.Option(help="postgresql://... for the rows; it must be empty.")],
    keys_to: Annotated[str, typer.Option(help="postgresql://... for the data keys; empty too.")],
    settings: SettingsFile = HERE,
) -> None:
    """Copy everything from the file to PostgreSQL, and check every row of it."""
    from bot.commands.move import move as copy

    copy(settings, to=to, keys_to=keys_to)


@cli.command()
def backup(
    folder: Annotated[Path, typer.Argument(help="Where the rows go; sealed.")],
    keys_to: Annotated[
        Path | None, typer.Option(help="Where the data keys go; the folder apart, if not said.")
    ] = None,
    settings: SettingsFile = HERE,
) -> None:
    """Back up while the service runs: rows and data keys sealed, and apart from each other."""
    from bot.commands import backing_up

    backing_up.make(settings, folder, keys_to=keys_to)


@cli.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A backup of the rows.")],
    keys: Annotated[
        Path | None, typer.Option(help="The backup of the data keys, where these are gone too.")
    ] = None,
    old_key: Annotated[
        Path | None, typer.Option(help="The master key before, if it was rotated since.")
    ] = None,
    settings: SettingsFile = HERE,
) -> None:
    """Put a backup into an empty database. What was erased stays erased; nothing old is sent."""
    from bot.commands import backing_up

    backing_up.put_back(settings, file, keys=keys, old_key=old_key)


@cli.command("import")
def import_voices(
    file: Annotated[Path, typer.Argument(help="A .csv, .xlsx or .jsonl file.")],
    settings: SettingsFile = HERE,
    partnership: OnePartnership = "",
    sheet: Annotated[str | None, typer.Option(help="The sheet of a workbook.")] = None,
    column: Annotated[
        list[str] | None, typer.Option(help="What a column holds, as text=Comment.")
    ] = None,
    champion: Annotated[
        list[str] | None, typer.Option(help="Who relayed: an address. Several take turns.")
    ] = None,
    voice: Annotated[str, typer.Option(help="Who spoke, where no column says.")] = (
        "community_member"
    ),
    age_band: Annotated[str, typer.Option(help="The age band of everybody in the file.")] = "",
    week_of: Annotated[str, typer.Option(help="The day on which all was said.")] = "",
    spread_weeks: Annotated[int, typer.Option(min=0, max=520)] = 0,
    start_on: Annotated[str, typer.Option("--from", help="First day of --spread-weeks.")] = "",
    report: Annotated[Path | None, typer.Option(help="Where rows not taken are listed.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask first.")] = False,
) -> None:
    """Bring in what people said, through champions, with every check."""
    from bot.clock import wall_clock
    from bot.commands import importing, start

    read = start.read(settings)
    own = start.choose(read, partnership)
    wanted = importing.Wanted(
        file=file,
        sheet=sheet,
        columns=start.parse_pairs(column or []),
        champions=tuple(champion or ()),
        voice=voice,
        age_band=age_band,
        week_of=week_of,
        spread_weeks=spread_weeks,
        start_on=start_on,
        report=report or read.data / f"{file.stem}-not-taken.csv",
        yes=yes,
    )
    database = start.open_database(read)
    try:
        importing.run(database, own, wanted, now=wall_clock())
    finally:
        database.close()


@cli.command()
def read(
    file: Annotated[
        Path | None, typer.Argument(help="A .jsonl, .csv or .xlsx file; else lines typed in.")
    ] = None,
    only: Annotated[
        str, typer.Option(help="Some parts: protect,danger,themes,stance,tone,language.")
    ] = "",
    codebook: Annotated[Path | None, typer.Option(help="Another codebook (TOML).")] = None,
    coder: Annotated[Path | None, typer.Option(help="What `heardback learn` made.")] = None,
) -> None:
    """Read a file of words, a line of JSON for each text. Nothing is kept."""
    from bot.commands import reading

    reading.read(file, only=only, book=codebook, coder=coder)


@cli.command()
def recode(settings: SettingsFile = HERE, partnership: OnePartnership = "") -> None:
    """Read all words still held again, after the codebook changed. Can be stopped and goes on."""
    from rich.console import Console

    from bot.commands import recoding, start

    read = start.read(settings)
    own = start.choose(read, partnership)
    database = start.open_database(read)
    try:
        done = recoding.recode(database, own.id, console=Console(stderr=True))
    finally:
        database.close()
    typer.echo(
        f"{done:,} contributions were read again." if done else "All is read as it should be."
    )


@cli.command()
def learn(
    examples: Annotated[
        Path, typer.Option(help='Coded texts, a line each: {"text": "…", "themes": ["…"]}.')
    ],
    out: Annotated[Path, typer.Option(help="Where the coder is written.")],
    codebook: Annotated[Path | None, typer.Option(help="Another codebook (TOML).")] = None,
) -> None:
    """Make a coder from people's own coding, and say how good it is."""
    from bot.commands import learning

    learning.learn(book=codebook, examples=examples, out=out)


@cli.command()
def preview(settings: SettingsFile = HERE, partnership: OnePartnership = "") -> None:
    """This week's digest as it would be. It is sent to nobody."""
    from bot.clock import wall_clock
    from bot.commands import start
    from bot.commands.preview import preview as look

    read = start.read(settings)
    own = start.choose(read, partnership)
    database = start.open_database(read)
    try:
        text, unsigned = look(database, own.id, now=wall_clock())
    finally:
        database.close()
    if unsigned:
        typer.echo(f"Nobody has signed {unsigned} of these lines yet.", err=True)
    typer.echo(text or "Today's digest is out already.")


@cli.command()
def pdf(
    paper: Annotated[str, typer.Argument(help="digest, pack or board.")],
    out: Annotated[Path, typer.Option(help="Where the file is written.")],
    number: Annotated[
        int | None, typer.Option(help="Of the digest; the newest without it.")
    ] = None,
    settings: SettingsFile = HERE,
    partnership: OnePartnership = "",
) -> None:
    """A digest, the meeting pack or the board with its poster, as an A4 file."""
    from bot.commands import printing

    printing.write(settings, partnership, paper=paper, number=number, out=out)


def main() -> None:
    cli()


if __name__ == "__main__":
    main()
