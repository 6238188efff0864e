"""The table of the reports."""

import inspect
import subprocess
import sys
from importlib import import_module

import pytest

from crmcli.reports import registry
from crmcli.reports.questions import QUESTIONS


@pytest.mark.parametrize("report", registry.REPORTS, ids=registry.names())
def test_the_first_line_of_a_report_is_its_question(report):
    module = import_module(f"crmcli.reports.{report.module}")
    assert module.__doc__ == report.question
    assert report.question.endswith("?")


@pytest.mark.parametrize("report", registry.REPORTS, ids=registry.names())
def test_a_report_takes_the_options_of_the_table(report):
    parameters = list(inspect.signature(report.load()).parameters)
    assert parameters[:4] == ["book", "as_of", "since", "until"]
    assert set(parameters[4:]) == set(report.options)
    assert "rep" in report.options


@pytest.mark.parametrize("report", registry.REPORTS, ids=registry.names())
def test_a_choice_among_words_is_that_of_the_report(report):
    if "by" in report.options:
        module = import_module(f"crmcli.reports.{report.module}")
        assert report.options["by"] == module.GROUPINGS


def test_the_house_comes_first_and_the_core_reports_follow():
    names = registry.names()
    assert names[:5] == ("house", "pipeline", "visits", "promises", "relationships")
    assert len(names) == len(set(names)) == 35


def test_the_questions_stand_in_groups_each_with_a_report():
    table = registry.questions()
    assert list(dict.fromkeys(row[0] for row in table.rows)) == list(registry.GROUPS)
    assert {row[2] for row in table.rows} == set(registry.names())


def test_each_question_stands_as_it_was_first_asked():
    assert all(question.original and question.words.endswith("?") for question in QUESTIONS)
    assert len({question.words for question in QUESTIONS}) == len(QUESTIONS)


def test_an_unknown_name_is_no_report():
    with pytest.raises(KeyError):
        registry.entry("pipelines")


def test_the_list_of_questions_loads_no_report():
    loaded = modules_after("from crmcli.reports import registry; registry.questions()")
    assert not loaded & {f"crmcli.reports.{report.module}" for report in registry.REPORTS}


@pytest.mark.parametrize("report", registry.REPORTS, ids=registry.names())
def test_a_report_loads_itself_alone_and_nothing_heavy(report):
    code = f"from crmcli.reports import registry; registry.entry('{report.name}').load()"
    loaded = modules_after(code)
    others = {f"crmcli.reports.{each.module}" for each in registry.REPORTS if each != report}
    heavy = {"msgspec", "yaml", "rich", "tabulate", "filelock", "sqlite3", "typer", "subprocess"}
    assert not loaded & (others | heavy)


def modules_after(code):
    program = f"import sys; {code}; print(*sys.modules, sep='\\n')"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())
