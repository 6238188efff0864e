"""HTML: one page, nothing from outside, nothing that runs."""

import re
import sys
from html.parser import HTMLParser

import pytest

from crmcli.model.errors import MissingExtraError
from crmcli.render.answer import Style
from crmcli.render.answer import render
from tests.render.samples import CARD
from tests.render.samples import HOSTILE
from tests.render.samples import PAYLOADS
from tests.render.samples import REPORT

STYLE = Style("html")
NASTY = ("<script>alert(1)</script>", "javascript:alert(1)", '"onload="x', "a|b", "&lt;", "</td>")


class Reader(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags = []
        self.attributes = []
        self.words = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]

    def handle_data(self, data):
        self.words.append(data)


@pytest.fixture(autouse=True)
def _with_jinja():
    pytest.importorskip("jinja2")


def test_nothing_runs_and_nothing_comes_from_outside():
    rows = tuple((f"c-{at:08d}", text, (text,)) for at, text in enumerate(NASTY))
    hostile = HOSTILE._replace(rows=HOSTILE.rows + rows, title=NASTY[0], question=NASTY[0])
    for table in (hostile, REPORT, CARD, HOSTILE._replace(single=True)):
        text = render(table, STYLE)
        assert not re.search(r"(src|href|url\()[=\"' ]*https?://", text)
        page = Reader(text)
        assert not {"script", "a", "img", "link", "iframe", "object"} & set(page.tags)
        assert not [name for name in page.attributes if name.startswith("on")]


def test_data_is_read_as_typed():
    rows = tuple((f"c-{at:08d}", text, ()) for at, text in enumerate(NASTY))
    words = Reader(render(HOSTILE._replace(rows=HOSTILE.rows + rows), STYLE)).words
    assert [shown for _, shown in PAYLOADS if shown not in words] == []
    assert [text for text in NASTY if text not in words] == []


def test_a_report_has_question_window_all_evidence_parts_and_notes():
    words = Reader(render(REPORT, STYLE._replace(evidence=0))).words
    assert words.count(REPORT.question) == 2
    assert "2026-05-14 to 2026-11-09, as of 2026-11-09" in words
    assert "78 %" in words
    assert "2026-09-02 i-3m8c4x7q visit unhappy (seen)" in words
    assert "Open deals" in words
    assert REPORT.notes[0] in words
    assert "secret" not in words


def test_a_card_has_its_fields_and_its_lists():
    page = Reader(render(CARD, STYLE))
    assert "老闆不喜歡電話，請先寫信。" in "".join(page.words)
    assert {"dl", "dt", "dd", "table"} <= set(page.tags)
    assert "Contacts" in page.words


def test_it_is_light_dark_small_and_fits_a_phone():
    text = render(REPORT, STYLE)
    assert "prefers-color-scheme: dark" in text
    assert "width=device-width" in text
    assert "@media print" in text
    assert len(text) < 20_000


def test_without_the_library_it_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(MissingExtraError, match="html needs the 'html' extra") as caught:
        render(REPORT, STYLE)
    assert caught.value.remedy == "Try: pip install 'crmcli[html]'"
