"""The house in one page: each mark at its limits, worked out by hand."""

from datetime import date

import pytest

from crmcli.model.errors import UsageError
from crmcli.reports import house_marks
from crmcli.reports.house import house
from crmcli.reports.house_marks import AllOf
from crmcli.reports.house_marks import Change
from crmcli.reports.house_marks import Fewer
from crmcli.reports.house_marks import NoneOf
from crmcli.reports.house_marks import Plain
from crmcli.reports.house_marks import Share
from crmcli.reports.house_marks import against
from crmcli.reports.house_rules import RULES
from crmcli.reports.questions import QUESTIONS
from tests.builders import book_of
from tests.builders import campaign
from tests.builders import contact
from tests.builders import customer
from tests.builders import email
from tests.builders import policy_of
from tests.builders import promise
from tests.builders import rep
from tests.builders import sale
from tests.builders import visit

D = date(2026, 11, 9)


class Figures:
    """Figures of a report as they are asked for: now, and in the window before."""

    policy = policy_of({})

    def __init__(self, now, before=None):
        self.by = {False: now, True: before or {}}

    def figure(self, report, key, *, before=False):
        return self.by[before][key]

    def count(self, report, key, *, before=False):
        return int(self.by[before].get(key) or 0)


def marked(rule, now, before=None):
    return rule.judge("x", Figures(now, before)).mark


@pytest.mark.parametrize(
    ("k", "n", "mark"),
    [
        (0, 0, "unknown"),
        (1, 1, "watch"),  # .206549 to 1
        (5, 5, "watch"),  # .565518 to 1
        (19, 20, "watch"),  # .763869 to .991119
        (100, 100, "good"),  # .963 and above
        (3, 20, "act"),
        (15, 20, "act"),  # .5313 to .8881
    ],
)
def test_the_bounds_of_a_rate_decide_and_not_the_rate(k, n, mark):
    assert against(Figures.policy, "reps.promises_kept", k, n).mark == mark


def test_none_is_good_one_is_not_and_nothing_to_look_at_is_unknown():
    rule = NoneOf("bad", "n", "bad ones")
    assert marked(rule, {"bad": 0, "n": 9}) == "good"
    assert marked(rule, {"bad": 1, "n": 9}) == "act"
    assert marked(rule, {"bad": 0, "n": 0}) == "unknown"
    assert marked(rule, {"bad": None, "n": 9}) == "unknown"
    assert marked(NoneOf("bad", "n", "bad ones", "watch"), {"bad": 1, "n": 9}) == "watch"


def test_all_is_good_and_less_is_to_be_watched():
    rule = AllOf("known", "n", "known")
    assert marked(rule, {"known": 4, "n": 4}) == "good"
    assert marked(rule, {"known": 3, "n": 4}) == "watch"
    assert marked(rule, {"known": 0, "n": 0}) == "unknown"


def test_a_change_needs_an_interval_beyond_zero():
    rule = Change("k", "n", "x")
    assert marked(rule, {"k": 56, "n": 70}, {"k": 48, "n": 80}) == "good"  # .0524 to .3339
    assert marked(rule, {"k": 48, "n": 80}, {"k": 56, "n": 70}) == "act"
    assert marked(rule, {"k": 5, "n": 10}, {"k": 4, "n": 10}) == "watch"
    worse_if_more = Change("k", "n", "x", "act")
    assert marked(worse_if_more, {"k": 56, "n": 70}, {"k": 48, "n": 80}) == "act"


@pytest.mark.parametrize(("now", "before"), [((4, 4), (5, 9)), ((5, 9), (4, 4)), ((5, 9), (0, 0))])
def test_too_few_on_either_side_is_unknown_and_no_change_from_zero(now, before):
    """Trap 20."""
    keys = ("k", "n")
    figures = (dict(zip(keys, each, strict=True)) for each in (now, before))
    assert marked(Change("k", "n", "x"), *figures) == "unknown"


def test_none_is_good_some_are_watched_and_surely_more_than_before_is_act():
    rule = Fewer("k", "n", "at risk")
    assert marked(rule, {"k": 0, "n": 80}, {"k": 40, "n": 80}) == "good"
    assert marked(rule, {"k": 5, "n": 80}, {"k": 5, "n": 80}) == "watch"
    assert marked(rule, {"k": 40, "n": 80}, {"k": 5, "n": 80}) == "act"
    assert marked(rule, {"k": 1, "n": 2}, {"k": 0, "n": 0}) == "watch"


def test_a_figure_without_a_limit_has_no_mark():
    assert marked(Plain("n", "things"), {"n": 3}) == "no mark"
    assert marked(Plain("n", "things"), {"n": None}) == "unknown"
    assert marked(Share("k", "n", "won"), {"k": 1, "n": 3}) == "no mark"
    assert marked(Share("k", "n", "won"), {"k": 0, "n": 0}) == "unknown"


def test_every_question_has_a_rule_with_its_limits_in_words():
    assert [question.words for question in QUESTIONS] == list(RULES)
    for rule in RULES.values():
        assert len(rule.limits) == 3
        assert rule.limits[0]
        assert rule.figure


def test_an_empty_house_is_unknown_and_nowhere_good():
    table = house(book_of(), D)
    assert len(table.rows) == len(QUESTIONS)
    assert table.summary["good"] == 0
    assert table.summary["act"] == 0


def test_a_line_is_what_its_report_says():
    book = book_of(
        reps=[rep()],
        customers=[customer(history=[{"date": "2026-01-01", "status": "active", "owner": "mei"}])],
        interactions=[visit("2026-11-02", mood="offended", id="i-00000001")],
        promises=[promise("2026-11-01", made="2026-10-20", status="kept", settled="2026-10-30")],
    )
    lines = {row[1]: row for row in house(book, D).rows}
    assert lines["Which did we offend?"][2:5] == ("act", "1 of 1 offended", 1)
    mark, figure, n = lines["Which reps promise what the firm cannot do?"][2:5]
    assert (mark, n) == ("watch", 1)
    assert figure == "1 of 1; standard 90 %"  # no capabilities in this book: beyond is unknown


def test_data_with_a_problem_in_a_file_are_not_called_good():
    book = book_of(reps=[rep()], customers=[customer()])
    question = "Can the data be trusted?"
    assert next(row for row in house(book, D).rows if row[1] == question)[2] == "good"
    problem = ("customers/x.yaml", "customers/x.yaml:3", "bad", None, "error", "x", None, 0)
    book.connection.execute("INSERT INTO problems VALUES (?, ?, ?, ?, ?, ?, ?, ?)", problem)
    line = next(row for row in house(book, D).rows if row[1] == question)
    assert line[2:4] == ("watch", "problems in the files: 1; possible doubles: 0")


def line(book, question):
    """The mark, the figure and the n of a question."""
    return next(row[2:5] for row in house(book, D).rows if row[1] == question)


def test_customers_nobody_ever_met_are_no_reason_for_praise():
    strangers = [customer(f"c{number}") for number in range(9)]
    book = book_of(reps=[rep()], customers=strangers)
    assert line(book, "Which did we offend?") == ("unknown", "nothing to look at", 0)
    assert line(book, "Which business are we about to lose?")[0] == "unknown"
    met = book_of(
        reps=[rep()], customers=strangers, interactions=[visit("2026-11-05", customer="c1")]
    )
    assert line(met, "Which did we offend?") == ("good", "0 of 1 offended", 1)


def test_a_target_without_a_known_pace_is_not_on_course():
    goals = [{"period": "2026", "measure": "revenue", "value": 100}]
    book = book_of(reps=[rep(targets=goals)])
    assert line(book, "Are targets being met?")[0] == "unknown"


def test_consent_that_nothing_tried_is_not_respected_yet():
    question = "Whom may we contact, how, and did we respect it?"
    people = [customer(contacts=[contact(email="c@x.example")])]
    mail = email("2026-11-02", direction="out", contact="chen", campaign="g-00000001")
    aimless = campaign(id="g-00000001", purpose=None)
    book = book_of(customers=people, campaigns=[aimless], interactions=[mail])
    assert line(book, question)[0] == "unknown"
    book = book_of(customers=people, campaigns=[campaign(id="g-00000001")], interactions=[mail])
    assert line(book, question) == ("act", "1 of 1 contacts without consent", 1)


def test_the_campaign_that_began_last_is_judged():
    customers = [customer(f"c{number}") for number in range(40)]
    campaigns, mails, sales = [], [], []
    for number, (start, buyers) in enumerate([("2026-01-05", 10), ("2026-06-01", 0)]):
        id = f"g-0000000{number}"
        campaigns.append(
            campaign(start, id=id, name=f"No {number}", holdout=[f"c{n}" for n in range(30, 40)])
        )
        mails += [email(start, direction="out", customer=f"c{n}", campaign=id) for n in range(10)]
        sales += [sale(start, customer=f"c{n}") for n in range(buyers)]
    book = book_of(customers=customers, campaigns=campaigns, interactions=mails, sales=sales)
    asked = house_marks.Asked(book, D, date(2026, 1, 1), None)
    rule = RULES["Did the campaign work?"]
    assert rule.judge("campaigns", asked).figure.startswith("No 1: lift +0")


def test_the_days_asked_for_reach_every_report():
    day = "2026-02-02"
    book = book_of(reps=[rep()], customers=[customer()], interactions=[visit(day)])
    asked = house_marks.Asked(book, D, date(2026, 2, 1), date(2026, 2, 28))
    assert asked.figure("visits", "held") == 1
    assert asked.figure("visits", "held", before=True) == 0
    assert house_marks.Asked(book, D, None, None).figure("visits", "held") == 0


def test_a_figure_that_no_report_has_is_a_mistake_of_ours():
    asked = house_marks.Asked(book_of(), D, None, None)
    with pytest.raises(KeyError):
        asked.figure("visits", "sunshine")


def test_the_house_has_no_reps():
    with pytest.raises(UsageError, match="none of one rep"):
        house(book_of(), D, rep="mei")
