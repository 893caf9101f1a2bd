"""The command line: `heardback demo`, `init`, `check` and `serve`, in plain words."""

from __future__ import annotations

import threading
import webbrowser
from pathlib import Path
from typing import Annotated

import typer

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
) -> None:
    """Every problem with the settings at once, each with its line."""
    from bot import config

    found = config.problems(settings)
    for problem in found:
        typer.echo(f"{settings}:{problem.line}: {problem.sentence}", err=True)
    if found:
        raise typer.Exit(1)
    typer.echo("Nothing is wrong with the settings.")


def main() -> None:
    cli()


if __name__ == "__main__":
    main()
