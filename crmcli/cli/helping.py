"""crm help: topics, commands, and the whole reference."""

from typing import Annotated
from typing import Any

import typer

from crmcli.cli.command import command
from crmcli.cli.command import new_app
from crmcli.cli.run import Run
from crmcli.cli.topics import TOPICS
from crmcli.cli.topics import topic
from crmcli.model.errors import UsageError
from crmcli.model.nearest import nearest
from crmcli.render.width import fold

app = new_app()


@command(
    app,
    "help",
    examples=("crm help dates", "crm help promise add", "crm help report visits"),
)
def help_(
    run: Run,
    words: Annotated[list[str], typer.Argument(metavar="TOPIC or COMMAND")] = [],
    all: Annotated[bool, typer.Option("--all", help="Every command; with --format markdown, the reference page.")] = False,
    format: Annotated[str, typer.Option("-f", "--format", metavar="F", help="text or markdown.")] = "text",
) -> None:  # fmt: skip
    """Explain a topic or a command; alone, list both."""
    if format not in ("text", "markdown"):
        raise run.not_one_of(format, ("text", "markdown"), "--format")
    if all:
        run.world.stdout.write(reference() if format == "markdown" else _everything())
    elif not words:
        run.world.stdout.write(help_of(()))
        listed = "\n".join(f"  {name:<12} {text.title}" for name, text in TOPICS.items())
        run.world.stdout.write(f"\nTopics, as `crm help dates`:\n{listed}\n")
    elif len(words) == 1 and words[0] in TOPICS:
        run.world.stdout.write(topic(words[0]))
    elif words[0] == "report" and len(words) > 1:
        run.world.stdout.write(help_of_report(words[1], run.columns()))
    else:
        run.world.stdout.write(help_of(tuple(words)))


def help_of_report(name: str, columns: int = 0) -> str:
    """What a report shows, how it is worked out, and its options, in lines of at most `columns`.

    0: as it is written. Raises UsageError for no report.
    """
    from crmcli.reports import registry  # noqa: PLC0415  # one topic only

    if name not in registry.names():
        near = nearest(name, registry.names(), 1)
        raise UsageError(
            f"no report '{name}'",
            remedy=f"Did you mean '{near[0]}'?" if near else "Try: crm report",
        )
    entry = registry.entry(name)
    options = [f"--{key} {'|'.join(words)}".rstrip() for key, words in entry.options.items()]
    also = ", ".join([*options, "--since", "--until", "--as-of"])
    paragraphs = [*entry.explanation().split("\n\n"), f"Options: {also}"]
    if columns:
        paragraphs = ["\n".join(fold(" ".join(p.split()), columns)) for p in paragraphs]
    question = "\n".join(fold(entry.question, columns)) if columns else entry.question
    return "\n\n".join([f"crm report {name}\n{question}", *paragraphs]) + "\n"


def help_of(words: tuple[str, ...]) -> str:
    """The help of a command. Raises UsageError if there is none of that name."""
    from crmcli.cli import tree  # noqa: PLC0415  # it loads this module

    root = tree.root()
    ctx = root.make_context("crm", ["-h"], resilient_parsing=True)
    found: Any = root
    for word in words:
        child = found.get_command(ctx, word) if hasattr(found, "get_command") else None
        if child is None:
            known = (*TOPICS, *found.list_commands(ctx)) if hasattr(found, "list_commands") else ()
            near = nearest(word, known, 1)
            raise UsageError(
                f"nothing to say about '{' '.join(words)}'",
                remedy=f"Did you mean '{near[0]}'?" if near else "Try: crm help",
            )
        ctx = child.make_context(word, [], parent=ctx, resilient_parsing=True)
        found = child
    return f"{found.get_help(ctx)}\n"


def _everything() -> str:
    from crmcli.cli import tree  # noqa: PLC0415

    return "\n\n".join(help_of(tuple(name.split())) for name, _ in tree.walk())


def reference() -> str:
    """The reference page: every command with its help, in Markdown."""
    from crmcli.cli import tree  # noqa: PLC0415

    parts = ["# Commands\n", "Made by `crm help --all --format markdown`.\n"]
    for group in tree.GROUPS:
        words = [name for name, word in tree.TREE.items() if word.group == group]
        if not words:
            continue
        parts.append(f"## {group}\n")
        for name, _ in tree.walk():
            if name.split()[0] in words:
                parts.append(
                    f"### crm {name}\n\n```text\n{help_of(tuple(name.split())).rstrip()}\n```\n"
                )
    parts.append("## Topics\n")
    parts += [f"### {name}\n\n```text\n{topic(name).rstrip()}\n```\n" for name in TOPICS]
    return "\n".join(parts)
