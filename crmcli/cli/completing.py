"""What a shell completes: the scripts, and the candidates that they ask for."""

from typing import Annotated

import typer

from crmcli.book.book import Book
from crmcli.cli.command import FORMATS
from crmcli.cli.command import command
from crmcli.cli.command import new_app
from crmcli.cli.run import Run
from crmcli.model.errors import CrmError
from crmcli.model.names import fold
from crmcli.render.visible import visible

app = new_app()

# Candidates come as `word<TAB>description`; only the word is ever put on the command line.
SCRIPTS = {
    "bash": """_crm_complete() {
  local IFS=$'\\n'
  local words
  words=$("${COMP_WORDS[0]}" complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | cut -f1)
  COMPREPLY=($words)
}
complete -o default -F _crm_complete crm crmcli
""",
    "zsh": """#compdef crm crmcli
_crm_complete() {
  local -a found
  local line
  while IFS=$'\\t' read -r word text; do
    found+=("${word//:/\\\\:}${text:+:$text}")
  done < <("${words[1]}" complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)
  _describe 'crm' found -U
}
compdef _crm_complete crm crmcli
""",
    "fish": """function __crm_complete
    set -l words (commandline -opc) (commandline -ct)
    $words[1] complete -- $words[2..-1] 2>/dev/null
end
complete -c crm -f -a '(__crm_complete)'
complete -c crmcli -f -a '(__crm_complete)'
""",
}
LIMIT = 200
NAMED = {
    "customer": "SELECT id, name FROM customers WHERE status IS NOT 'archived' ORDER BY id",
    "deal": "SELECT id, name FROM deals WHERE archived IS NULL ORDER BY id DESC",
    "promise": "SELECT id, what FROM promises WHERE status = 'open' AND archived IS NULL ORDER BY due, id",
    "case": "SELECT id, what FROM cases WHERE archived IS NULL ORDER BY status = 'resolved', opened, id",
    "task": "SELECT id, what FROM tasks WHERE status = 'open' AND archived IS NULL ORDER BY due, id",
    "campaign": "SELECT id, name FROM campaigns WHERE archived IS NULL ORDER BY start DESC, id",
    "sale": "SELECT id, day || ' ' || coalesce(product, '') || ' ' || coalesce(customer, '') FROM sales ORDER BY day DESC, id DESC LIMIT 200",
    "rep": "SELECT id, name FROM reps WHERE archived IS NULL ORDER BY id",
    "contact": "SELECT customer || '/' || id, name FROM contacts ORDER BY customer, id",
    "interaction": "SELECT id, summary FROM interactions ORDER BY day DESC, id DESC LIMIT 200",
    "feedback": "SELECT id, kind || coalesce(' ' || score, '') FROM feedback ORDER BY day DESC, id DESC LIMIT 200",
}
OPTION_KINDS = {
    "--campaign": "campaign",
    "--customer": "customer",
    "--referred-by": "customer",
    "--rep": "rep",
    "--me": "rep",
    "--owner": "rep",
    "--deputy": "rep",
    "--also": "rep",
    "--by": "rep",
    "--deal": "deal",
    "--case": "case",
    "--interaction": "interaction",
    "--contact": "contact",
}


@command(app, hidden=True)
def complete(
    run: Run,
    words: Annotated[list[str], typer.Argument(metavar="WORD...")] = [],
) -> None:
    """Candidates for the last of these words, one a line; never an error."""
    try:
        found = candidates(run, words)
    except CrmError:  # a broken book must not spoil the line that is being typed
        return
    for word, text in found[:LIMIT]:
        run.world.stdout.write(f"{word}\t{visible(text)}\n" if text else f"{word}\n")


def candidates(run: Run, words: list[str]) -> list[tuple[str, str]]:
    """(word, description) that may stand in place of the last word."""
    from crmcli.cli.tree import TREE  # noqa: PLC0415  # it loads this module
    from crmcli.cli.tree import find  # noqa: PLC0415

    begun = words[-1] if words else ""
    said = [word for word in words[:-1] if not word.startswith("-")]
    known = TREE.get(said[0]) if said else None
    if not said and not begun.startswith("-"):
        found = [(name, word.help) for name, word in TREE.items() if word.group]
    elif known is None:
        found = []
    elif begun.startswith("-"):
        found = find(*said[:2])
    elif known.noun and len(said) == 1:
        found = find(said[0])
    else:
        return _values(run, words[:-1], said, begun)
    return [(word, text) for word, text in found if word.startswith(begun)]


def _values(run: Run, before: list[str], said: list[str], begun: str) -> list[tuple[str, str]]:
    last = before[-1] if before else ""
    if last in ("-f", "--format"):
        return [(name, "") for name in FORMATS if name.startswith(begun)]
    is_stage = said[:2] == ["deal", "move"] and len(said) == 3  # noqa: PLR2004  # ... DEAL STAGE
    if last == "--stage" or is_stage:
        stages = run.book().policy.stages
        return [(stage.name, "") for stage in stages if stage.name.startswith(begun)]
    kind = OPTION_KINDS.get(last) or _kind_of_argument(said)
    return _records(run.book(), kind, begun) if kind else []


def _kind_of_argument(said: list[str]) -> str | None:
    if said[0] == "log":
        return "customer" if len(said) == 2 else None  # noqa: PLR2004  # log KIND CUSTOMER
    if said[0] not in NAMED:
        return None
    if said[1:2] == ["add"]:
        return (
            "customer"
            if said[0] in ("contact", "deal", "promise", "case", "feedback", "sale")
            else None
        )
    return said[0]


def _records(book: Book, kind: str, begun: str) -> list[tuple[str, str]]:
    wanted = fold(begun)
    return [
        (id, name or "")
        for id, name in book.query(NAMED[kind])
        if fold(id).startswith(wanted) or fold(name or "").startswith(wanted)
    ]
