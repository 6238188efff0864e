"""What a campaign reached, what came back, and whether it changed anything."""

from datetime import date
from decimal import Decimal

import pytest

from crmcli.model.errors import BadValueError
from crmcli.model.errors import UsageError
from crmcli.reports.campaigns import campaigns
from crmcli.reports.table import Money
from tests.builders import book_of
from tests.builders import campaign
from tests.builders import contact
from tests.builders import customer
from tests.builders import deal
from tests.builders import email
from tests.builders import note
from tests.builders import sale

D = date(2026, 11, 9)
ID = "g-00000001"
START = "2026-10-01"


def sent(customer="acme", day="2026-10-05", **fields):
    fields = {"direction": "out", "campaign": ID} | fields
    return email(day, customer=customer, **fields)


def answered(customer="acme", day="2026-10-07", **fields):
    return sent(customer, day, **{"direction": "in"} | fields)


def bought(customer="acme", day="2026-10-10", quantity=1, price=100, **fields):
    return sale(day, quantity, price, **{"customer": customer, "cost": "60"} | fields)


def of(*touches, sales=(), plan=None, as_of=D, policy=None, options=None, **others):
    found = book_of(
        interactions=touches,
        sales=sales,
        campaigns=others.pop("campaigns", [campaign(START, id=ID, **(plan or {}))]),
        policy=policy,
        **others,
    )
    return campaigns(found, as_of, **(options or {}))


def row(table, id=ID):
    found = next(each for each in table.rows if each[0] == id)
    return dict(zip(table.keys, found, strict=True))


def cells(table, *keys):
    found = row(table)
    return tuple(found[key] for key in keys)


def twd(amount):
    return Money(Decimal(amount), "USD")  # the book's currency where crm.yaml names none


# Reaching


def test_sent_delivered_and_units():
    table = of(
        sent(contact="chen"),
        sent(contact="chen", day="2026-10-12"),  # the same unit again
        sent(contact="wu"),
        sent(),  # names nobody: the customer is a unit of its own
        sent("beta", outcome="bounced"),
        sent("gamma", outcome="no-answer"),
        answered(contact="chen"),
        note("2026-10-05", direction="out", campaign=ID),
        sent("delta", campaign="g-00000002"),
    )
    assert cells(table, "sent", "delivered", "units") == (6, 5, 4)


def test_one_that_came_back_is_no_first_delivery():
    table = of(
        sent(day="2026-10-05", outcome="bounced"),
        sent(day="2026-10-20"),
        answered(day="2026-10-07"),
    )
    assert cells(table, "units", "responders") == (1, 0)


@pytest.mark.parametrize(
    ("day", "responders"),
    [("2026-10-04", 0), ("2026-10-05", 1), ("2026-11-04", 1), ("2026-11-05", 0)],
)
def test_a_response_counts_for_thirty_days_from_the_first_delivery(day, responders):
    """Trap 8: 2026-11-04 is the thirtieth day."""
    assert cells(of(sent(), answered(day=day)), "responders") == (responders,)
    assert cells(of(sent(), sales=[bought(day=day, campaign=ID)]), "responders") == (responders,)


def test_a_campaign_has_its_own_response_days_and_the_house_its_standard():
    late = (sent(), answered(day="2026-10-12"))
    assert cells(of(*late, plan={"response_days": 7}), "responders") == (1,)
    assert cells(of(*late, plan={"response_days": 6}), "responders") == (0,)
    house = {"standard": {"campaigns": {"response": 6}}}
    assert cells(of(*late, policy=house), "responders") == (0,)


def test_an_answer_of_another_person_is_not_theirs():
    both = (sent(contact="chen"), sent(contact="wu"))
    assert cells(of(*both, answered(contact="chen")), "responders") == (1,)
    assert cells(of(*both, answered(contact="ray")), "responders") == (0,)
    assert cells(of(*both, answered()), "responders") == (0,)  # of which of them?
    assert cells(of(sent(contact="chen"), answered()), "responders") == (1,)
    assert cells(of(sent(), answered(contact="ray")), "responders") == (1,)


def test_a_sale_that_names_it_is_an_answer_of_each_unit_there_and_a_return_is_none():
    """Trap 22."""
    both = (sent(contact="chen"), sent(contact="wu"), sent("beta"))
    assert cells(of(*both, sales=[bought(campaign=ID)]), "responders") == (2,)
    assert cells(of(*both, sales=[bought(quantity=-1, campaign=ID)]), "responders") == (0,)
    assert cells(of(*both, sales=[bought()]), "responders") == (0,)


def test_few_units_give_bounds_and_no_rate():
    """Trap 1."""
    four = [sent(name) for name in ("a", "b", "c", "d")]
    few = row(of(*four, *(answered(name) for name in ("a", "b", "c"))))
    assert (few["response"], few["responders"], few["units"]) == (None, 3, 4)
    assert (few["low"], few["high"]) == (
        pytest.approx(0.300642, abs=1e-6),
        pytest.approx(0.954413, abs=1e-6),
    )
    five = row(of(*four, sent("e"), answered("a")))
    assert five["response"] == pytest.approx(0.2)
    none = row(of())
    assert [
        none[key] for key in ("response", "low", "high", "opt_out_rate", "contacts_per_response")
    ] == [None] * 5


def test_contacts_per_response_counts_every_delivery():
    table = of(sent(), sent(day="2026-10-06"), sent("beta"), answered())
    assert cells(table, "contacts_per_response") == (3.0,)


@pytest.mark.parametrize(
    ("contact_named", "event", "expected"),
    [
        ("chen", {"state": "withdrawn", "date": "2026-10-05"}, 1),
        ("chen", {"state": "declined", "date": "2026-11-04"}, 1),
        ("chen", {"state": "withdrawn", "date": "2026-11-05"}, 0),
        ("chen", {"state": "withdrawn", "date": "2026-10-04"}, 0),
        ("chen", {"state": "given", "date": "2026-10-06"}, 0),
        ("wu", {"state": "withdrawn", "date": "2026-10-06"}, 0),
        (None, {"state": "withdrawn", "date": "2026-10-06"}, 1),
    ],
)
def test_an_opt_out_is_a_no_within_the_response_days(contact_named, event, expected):
    said = {"channel": "email", "purpose": "marketing"} | event
    people = [contact("chen", consent=[said]), contact("wu")]
    table = of(sent(contact=contact_named), customers=[customer(contacts=people)])
    assert cells(table, "opt_outs") == (expected,)


def test_what_comes_after_the_day_is_not_there():
    """Trap 9."""
    touches = [sent(), answered(day="2026-10-20")]
    table = of(*touches, sales=[bought(day="2026-10-20", campaign=ID)], as_of=date(2026, 10, 19))
    assert cells(table, "sent", "responders") == (1, 0)
    assert cells(table, "attributed") == (None,)  # no sale is known to the book on that day
    assert of(*touches, as_of=date(2026, 9, 30)).rows == ()


# Effect


def arms_of(treated, holdout, buying, plan=None, prices=None, **more):
    """`treated` and `holdout` customers, of which those in `buying` have one line of 100."""
    names = [f"t{n}" for n in range(treated)]
    held = [f"h{n}" for n in range(holdout)]
    sales = [bought(name, price=(prices or {}).get(name, 100)) for name in buying]
    plan = {"holdout": held, "cost": "1000", **(plan or {})}
    return of(*(sent(name) for name in names), sales=sales, plan=plan, **more)


def test_lift_is_the_difference_of_buyers_with_its_bounds():
    buying = [*(f"t{n}" for n in range(6)), "h0", "h1"]
    found = row(arms_of(10, 10, buying))
    assert (found["treated"], found["holdout"], found["buyers"], found["holdout_buyers"]) == (
        10,
        10,
        6,
        2,
    )
    assert found["lift"] == pytest.approx(0.4)
    # Newcombe's method 10 by hand, from the Wilson bounds .312674-.831818 and .056682-.509838.
    assert found["lift_low"] == pytest.approx(
        0.4 - ((0.6 - 0.312674) ** 2 + (0.509838 - 0.2) ** 2) ** 0.5, abs=1e-5
    )
    assert found["lift_high"] == pytest.approx(
        0.4 + ((0.831818 - 0.6) ** 2 + (0.2 - 0.056682) ** 2) ** 0.5, abs=1e-5
    )


def test_margin_is_what_a_treated_customer_brought_more_times_their_number():
    buying = [*(f"t{n}" for n in range(6)), "h0", "h1"]
    found = row(arms_of(10, 10, buying, prices={"t0": 1060}))
    # margins: t0 1000, t1..t5 40 each = 1200 over 10; h0, h1 40 each = 80 over 10
    assert found["margin"] == twd(1120)  # (120 - 8) x 10
    assert found["roi"] == pytest.approx(0.12)
    assert found["attributed"] is None
    assert found["attributed_roi"] is None


def test_a_lift_whose_bounds_hold_nothing_at_all_is_no_evidence():
    """Trap 28."""
    told = "Winter: the bounds of its lift hold 0, so no evidence that it changed anything"
    assert told in arms_of(10, 10, ["t0", "h0"]).notes
    assert told not in arms_of(10, 10, [f"t{n}" for n in range(9)]).notes


def test_an_arm_under_ten_gives_counts_only():
    """Trap 29."""
    table = arms_of(10, 9, ["t0"])
    assert cells(table, "lift", "margin", "roi", "buyers", "holdout") == (None, None, None, 1, 9)
    assert any("under 10 customers in an arm" in each for each in table.notes)
    ten = arms_of(10, 10, ["t0"])
    assert cells(ten, "lift") == (pytest.approx(0.1),)
    small = {"standard": {"campaigns": {"min_arm": 2}}}
    assert cells(arms_of(2, 2, ["t0"], policy=small), "lift") == (pytest.approx(0.5),)


def test_a_hold_out_customer_who_was_reached_leaves_both_arms():
    names = [f"t{n}" for n in range(10)]
    held = [f"h{n}" for n in range(11)]
    table = of(
        *(sent(name) for name in names), sent("h0"), sent("h1", outcome="bounced"),
        sales=[bought("h0")], plan={"holdout": held},
    )  # fmt: skip
    assert cells(table, "treated", "holdout", "holdout_contacted", "holdout_buyers") == (
        10,
        10,
        1,
        0,
    )
    assert any("1 hold-out customer contacted" in each for each in table.notes)


@pytest.mark.parametrize(
    ("day", "buyers"),
    [("2026-09-30", 0), ("2026-10-01", 1), ("2026-10-31", 1), ("2026-11-01", 0)],
)
def test_any_sale_from_the_start_counts_whatever_it_names(day, buyers):
    names = [f"t{n}" for n in range(10)]
    held = [f"h{n}" for n in range(10)]
    sales = [bought("t0", day=day), bought("h0", day=day, campaign="g-00000002")]
    table = of(*(sent(name) for name in names), sales=sales, plan={"holdout": held})
    assert cells(table, "buyers", "holdout_buyers") == (buyers, buyers)


def test_a_return_makes_no_buyer_and_lowers_the_margin():
    """Trap 22."""
    names = [f"t{n}" for n in range(10)]
    held = [f"h{n}" for n in range(10)]
    sales = [bought("t0"), bought("t0", quantity=-1, day="2026-10-12"), bought("t1", quantity=-1)]
    found = row(of(*(sent(name) for name in names), sales=sales, plan={"holdout": held}))
    assert found["buyers"] == 1
    assert found["margin"] == twd(-40)


def test_a_line_without_cost_turns_all_margins_into_revenue_and_the_title_says_so():
    buying = [*(f"t{n}" for n in range(6)), "h0", "h1"]
    names = [f"t{n}" for n in range(10)]
    held = [f"h{n}" for n in range(10)]
    sales = [bought(name) for name in buying]
    sales[0] = bought("t0", cost=None)
    table = of(*(sent(name) for name in names), sales=sales, plan={"holdout": held})
    assert table.title.endswith("revenue: margin unknown, 1 line without cost")
    assert cells(table, "margin") == (twd(400),)  # (600/10 - 200/10) x 10
    assert of(sales=[bought(campaign=ID)]).title.endswith(", margin")
    elsewhere = of(sales=[bought(campaign=ID), bought(cost=None)])
    assert elsewhere.title.endswith(", margin")  # that line is in no figure here


def test_the_cost_of_the_price_list_does_where_the_line_has_none():
    house = {"products": [{"id": "charger", "name": "Charger", "cost": 70}]}
    table = of(sales=[bought(campaign=ID, cost=None)], policy=house)
    assert cells(table, "attributed") == (twd(30),)


# Bookkeeping


def test_without_a_hold_out_the_lines_that_name_it_are_attributed():
    sales = [
        bought(campaign=ID),
        bought(campaign=ID, day="2026-11-08"),
        bought(quantity=-1, campaign=ID),
        bought(),
    ]
    table = of(sent(), sales=sales, plan={"cost": "20"})
    found = row(table)
    assert found["attributed"] == twd(40)
    assert found["attributed_roi"] == pytest.approx(1.0)
    assert (found["roi"], found["margin"], found["lift"], found["holdout"]) == (
        None,
        None,
        None,
        None,
    )
    assert any("bookkeeping, not effect" in each for each in table.notes)
    assert any("a hold-out would show the effect" in each for each in table.notes)


@pytest.mark.parametrize("cost", [None, "0"])
def test_no_cost_gives_no_return_on_it(cost):
    """Trap 2."""
    found = row(of(sent(), sales=[bought(campaign=ID)], plan={"cost": cost}))
    assert found["attributed_roi"] is None
    assert row(arms_of(10, 10, ["t0"], plan={"cost": cost}))["roi"] is None


def two_campaigns(method, *sales, first="2026-10-05", second="2026-10-10"):
    other = campaign("2026-10-02", id="g-00000002", name="Autumn", response_days=10)
    table = of(
        sent(day=first), sent(day=second, campaign="g-00000002"),
        sales=sales, campaigns=[campaign(START, id=ID), other],
        options={"attribution": method},
    )  # fmt: skip
    return tuple(row(table, id)["attributed"] for id in (ID, "g-00000002"))


@pytest.mark.parametrize(
    ("method", "expected"),
    [("first", (40, 0)), ("last", (0, 40)), ("linear", (20, 20))],
)
def test_a_line_is_given_to_the_first_the_last_or_all_that_were_delivered(method, expected):
    assert two_campaigns(method, bought(day="2026-10-20")) == tuple(map(twd, expected))


def test_only_deliveries_within_the_days_of_their_campaign_count():
    assert two_campaigns("last", bought(day="2026-10-09")) == (twd(40), twd(0))
    assert two_campaigns("last", bought(day="2026-10-21")) == (twd(40), twd(0))  # 11 days after
    assert two_campaigns("last", bought(day="2026-11-05")) == (twd(0), twd(0))
    assert two_campaigns("linear", bought("beta")) == (twd(0), twd(0))
    assert two_campaigns("first", bought(day="2026-10-12"), second="2026-10-05") == (
        twd(40),
        twd(0),
    )  # a tie, by id


def test_an_unknown_way_of_attribution_is_refused():
    with pytest.raises(BadValueError, match="first, last, linear"):
        of(options={"attribution": "half"})


# Money, time, who


def test_what_has_no_rate_is_counted_and_not_valued():
    """Trap 21."""
    sales = [
        bought(campaign=ID, currency="GBP"),
        bought(campaign=ID, currency="EUR"),
        bought(campaign=ID, price=None),
    ]
    table = of(
        sent(), sales=sales, policy={"rates": {"EUR": 2}}, plan={"cost": "10", "currency": "GBP"}
    )
    found = row(table)
    assert found["responders"] == 1
    assert found["attributed"] == twd(80)
    assert (found["cost"], found["attributed_roi"]) == (None, None)
    assert "1 line not priced: no rate for GBP (100)" in table.notes
    assert "no amount: 1" in table.notes
    assert "Winter: no rate for its cost in GBP, so no roi" in table.notes
    assert row(of(sent(), sales=sales[:1]))["attributed"] is None


def test_a_book_without_any_sale_knows_of_no_value():
    """Trap 2."""
    found = row(of(sent(), plan={"cost": "10"}))
    assert (found["attributed"], found["attributed_roi"]) == (None, None)


def test_a_won_deal_is_a_sale_where_the_book_has_no_line():
    """Trap 24."""
    names = [f"t{n}" for n in range(10)]
    won = deal(
        "won", customer="t0", amount="500", close="2026-10-10",
        history=[{"date": "2026-10-10", "stage": "won", "close": "2026-10-10", "amount": "500"}],
    )  # fmt: skip
    plan = {"holdout": [f"h{n}" for n in range(10)]}
    table = of(*(sent(name) for name in names), deals=[won], plan=plan)
    assert cells(table, "buyers", "margin") == (1, twd(500))
    assert "revenue: margin unknown" in table.title
    lines = of(*(sent(name) for name in names), deals=[won], sales=[bought("t1")], plan=plan)
    assert cells(lines, "buyers", "margin") == (1, twd(40))


@pytest.mark.parametrize(("day", "state"), [("2026-10-30", "still running"), ("2026-10-31", None)])
def test_a_young_campaign_is_still_running(day, state):
    table = of(sent(), as_of=date.fromisoformat(day))
    assert cells(table, "state") == (state,)
    assert any("still running" in each for each in table.notes) == (state is not None)


@pytest.mark.parametrize(
    ("plan", "shown"),
    [
        ({"end": "2026-10-10"}, True),
        ({"end": "2026-10-09"}, False),
        ({"end": None}, True),
    ],
)
def test_the_window_chooses_the_campaigns_under_way_in_it(plan, shown):
    window = {"since": date(2026, 10, 10), "until": date(2026, 10, 20)}
    assert bool(of(sent(), plan=plan, options=window).rows) == shown
    before = {"since": date(2026, 9, 1), "until": date(2026, 9, 30)}
    assert of(sent(), options=before).rows == ()
    assert of(sent(), options=before | {"until": date(2026, 10, 1)}).rows
    with pytest.raises(UsageError):
        of(options={"since": date(2026, 11, 10)})


def test_a_campaign_without_a_start_is_shown_without_an_effect():
    plan = campaign(None, id=ID, holdout=["h0"])
    table = of(sent(), campaigns=[plan])
    assert cells(table, "state", "lift") == (None, None)
    assert "Winter: no start, so nothing to compare" in table.notes


def test_a_rep_sees_their_campaigns_with_the_same_figures():
    """Trap 27."""
    mine = campaign(START, id=ID, owner="mei")
    hers = campaign(START, id="g-00000002", owner="lin")
    options = {"rep": "mei", "attribution": "linear"}
    touches = (sent(), sent(campaign="g-00000002", day="2026-10-06"))
    both = of(*touches, sales=[bought()], campaigns=[mine, hers], options={"attribution": "linear"})
    table = of(*touches, sales=[bought()], campaigns=[mine, hers], options=options)
    assert len(table.rows) == 1
    assert row(table) == row(both)
    assert row(table)["attributed"] == twd(20)


def test_merged_customers_count_as_one():
    """A hold-out, a delivery and a sale of the one that went are those of the one that stayed."""
    houses = [customer("acme"), customer("old", status="archived", merged_into="acme")]
    table = of(sent("old"), answered("acme"), sales=[bought("old", campaign=ID)], customers=houses)
    assert cells(table, "units", "responders", "treated") == (1, 1, 1)
    held = of(sent("acme"), customers=houses, plan={"holdout": ["old"]})
    assert cells(held, "treated", "holdout", "holdout_contacted") == (0, 0, 1)


def test_who_answered_is_named_with_the_record():
    table = of(
        sent(contact="chen"), sent("beta"), answered(contact="chen", id="i-00000009"),
        sales=[bought("beta", campaign=ID, id="b-00000009")],
    )  # fmt: skip
    rows = table.part("responders").rows
    assert rows == (
        (ID, "acme/chen", date(2026, 10, 5), date(2026, 10, 7), "i-00000009", "contact"),
        (ID, "beta", date(2026, 10, 5), date(2026, 10, 10), "b-00000009", "sale"),
    )
    assert table.summary == {
        "sent": 2, "delivered": 2, "units": 2, "responders": 2, "opt_outs": 0, "campaigns": 1,
    }  # fmt: skip


def test_an_empty_book_says_what_is_missing():
    table = campaigns(book_of(), D)
    assert (table.rows, table.notes) == ((), ())
    assert table.empty.startswith("no campaign in these days: crm campaign add")


def test_a_campaign_that_nothing_names_has_no_return_of_minus_one():
    """Trap 2."""
    book = book_of(
        campaigns=[campaign(id="g-00000009", name="Quiet", cost="100")], sales=[sale("2026-10-05")]
    )
    table = campaigns(book, D)
    (row,) = table.rows
    found = dict(zip(table.keys, row, strict=True))
    assert (found["sent"], found["attributed"], found["attributed_roi"]) == (0, None, None)
    assert any(note.startswith("Quiet: no contact names it") for note in table.notes)
