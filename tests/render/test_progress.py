"""Progress shows only on a terminal, and only for what takes long."""

from io import StringIO

from crmcli.render.progress import progress


def run(*, terminal, seconds):
    out = StringIO()
    clock = iter(seconds)
    tick = progress(out, terminal=terminal, word="reading", clock=lambda: next(clock))
    for done in range(1, len(seconds)):
        tick(done, len(seconds) - 1)
    return out.getvalue()


def test_quick_work_and_pipes_show_nothing():
    assert run(terminal=True, seconds=[0, 0.1, 0.2, 0.4]) == ""
    assert run(terminal=False, seconds=[0, 1, 2, 3]) == ""


def test_long_work_shows_how_far_it_is_and_leaves_no_trace():
    text = run(terminal=True, seconds=[0, 0.4, 0.6, 0.61, 2])
    assert text.startswith("\rreading ")
    assert text.count("%") == 1
    assert " 50 %" in text
    shown, blank, end = text[1:].split("\r")
    assert blank == " " * len(shown)
    assert end == ""
