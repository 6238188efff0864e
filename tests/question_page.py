"""docs/questions.md, made of the reports' own words and of the rules of the house."""

from itertools import groupby

from crmcli.reports import registry
from crmcli.reports.house_rules import RULES
from crmcli.reports.questions import QUESTIONS

HEAD = """# Questions

Each question of the house, the command that answers it, what it shows, how it is worked out, from
which source, and what it cannot know. `crm report NAME --help` says the same.
This page is made of the reports' own words; `pytest tests/test_docs.py --update` writes it anew.
"""
MARKS = """## How the house is marked

`crm report house` puts each question into one line. Where there is a standard in crm.yaml, the
bounds (95 %) of the rate decide; where there is none, the window before, by the interval of the
difference; where neither would be honest, there is a figure and no mark. Unknown is never good.

| question | report | figure | good | watch | act |
|---|---|---|---|---|---|
"""


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *_by_groups(), "## How each is worked out\n", *_reports(), _marks()])


def _by_groups() -> list[str]:
    lines = []
    for group, questions in groupby(QUESTIONS, key=lambda each: each.group):
        lines.append(f"## {group}\n\n| question | as it was asked | command |\n|---|---|---|")
        lines += [f"| {each.words} | {each.original} | `{each.command}` |" for each in questions]
        lines.append("")
    return lines


def _reports() -> list[str]:
    lines = []
    for entry in registry.REPORTS:
        options = ", ".join(f"`--{key}`" for key in entry.options)
        also = f"\nOptions: {options}, and those of every report.\n" if options else ""
        lines.append(f"### {entry.name}\n\n*{entry.question}*\n\n{entry.explanation()}\n{also}")
    return lines


def _marks() -> str:
    rows = []
    for question in QUESTIONS:
        rule = RULES[question.words]
        good, watch, act = rule.limits
        cells = (question.words, f"`{question.report}`", rule.figure, good, watch, act)
        rows.append(f"| {' | '.join(cells)} |")
    return MARKS + "\n".join(rows) + "\n"
