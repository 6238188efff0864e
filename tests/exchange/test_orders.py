"""Order lines and campaigns of other programs, again and again without doubles."""

import pytest

from crmcli.exchange.columns import guess
from tests.exchange.conftest import Desk

HEADER = "Order Number,SKU,Qty,Order Date,Unit Price,Customer\n"
LINES = HEADER + (
    "A1,charger,2,2026-10-05,500,Acme\n"
    "A1,cable,-1,2026-10-05,20.25,Acme\n"
    "A2,charger,1,2026-10-06,,Acme\n"
)


@pytest.fixture
def acme(desk: Desk) -> Desk:
    desk.run("crm customer add Acme -q")
    return desk


def sold(desk: Desk) -> list[tuple[object, ...]]:
    rows = sorted(desk.rows("sale"), key=lambda row: (row["order"] or "", row["product"] or ""))
    amounts = [row["price"] and row["price"]["amount"] for row in rows]
    return [
        (row["order"], row["product"], row["quantity"], amount)
        for row, amount in zip(rows, amounts, strict=True)
    ]


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        (["InvoiceNo", "StockCode", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID"], "sale"),
        (["訂單編號", "產品", "數量", "日期", "單價", "客戶"], "sale"),
        (["opportunity_id", "product", "close_date", "close_value"], "deal"),
        (["product", "quantity"], None),
        (["campaign name", "start date"], "campaign"),
    ],
)
def test_order_lines_and_campaigns_are_known_by_their_columns(
    header: list[str], kind: str | None
) -> None:
    assert guess(header) == kind


def test_lines_come_in_with_what_they_say(acme: Desk) -> None:
    said = acme.take(LINES)
    assert "3 sales added" in said
    assert sold(acme) == [
        ("A1", "cable", -1, "20.25"),
        ("A1", "charger", 2, "500.00"),
        ("A2", "charger", 1, None),
    ]
    assert "sale without a price" in acme.run("crm check")


def test_the_same_file_again_changes_nothing(acme: Desk) -> None:
    acme.take(LINES)
    before = acme.files_now()
    assert "Nothing changed" in acme.take(LINES)
    assert acme.files_now() == before


def test_two_equal_lines_stay_two(acme: Desk) -> None:
    twice = HEADER + "A1,charger,2,2026-10-05,500,Acme\n" * 2
    acme.take(twice)
    acme.take(twice)
    assert len(sold(acme)) == 2


def test_a_line_of_an_order_is_known_by_its_product(acme: Desk) -> None:
    acme.take(LINES)
    filled = LINES.replace("2026-10-06,,", "2026-10-06,510,")
    assert "1 sale changed, 2 unchanged" in acme.take(filled)
    more = filled.replace("A2,charger,1", "A2,charger,3")
    said = acme.take(more)
    assert "kept where the file says otherwise: quantity 1" in said
    assert "1 sale changed" in acme.take(more, "--overwrite")
    assert ("A2", "charger", 3, "510.00") in sold(acme)


def test_of_two_lines_with_one_product_each_finds_its_own(acme: Desk) -> None:
    two = HEADER + "A1,charger,2,2026-10-05,500,Acme\nA1,charger,5,2026-10-05,450,Acme\n"
    acme.take(two)
    turned = HEADER + "A1,charger,5,2026-10-05,450,Acme\nA1,charger,2,2026-10-05,500,Acme\n"
    assert "Nothing changed" in acme.take(turned, "--overwrite")


def test_lines_with_an_id_of_their_own_are_known_by_it(acme: Desk) -> None:
    page = "Line ID,Product,Qty,Date,Price,Customer\n7,charger,2,2026-10-05,500,Acme\n"
    acme.take(page, "--system shop")
    assert acme.row("sale")["ref"] == "shop:7"
    moved = page.replace("charger", "cable")
    assert "1 sale changed" in acme.take(moved, "--system shop --overwrite")
    assert acme.row("sale")["product"] == "cable"


def test_a_refund_by_its_price_is_a_return_and_two_minus_signs_are_asked(acme: Desk) -> None:
    """Trap 22."""
    acme.take(HEADER + "A1,charger,1,2026-10-05,-500,Acme\n")
    assert sold(acme) == [("A1", "charger", -1, "500.00")]
    assert "both below zero" in acme.take(HEADER + "A3,charger,-1,2026-10-05,-5,Acme\n", rc=4)


def test_one_unit_is_meant_where_no_quantity_is_told(acme: Desk) -> None:
    acme.take("Order,Product,Date,Price,Customer\nA1,charger,2026-10-05,500,Acme\n", "--as sale")
    assert sold(acme) == [("A1", "charger", 1, "500.00")]


def test_a_line_of_tomorrow_is_a_bad_row(acme: Desk) -> None:
    assert "still to come" in acme.take(HEADER + "A1,charger,1,2026-11-10,5,Acme\n", rc=4)


def test_products_of_the_house_are_found_by_name_and_others_kept(acme: Desk) -> None:
    with (acme.shell.folder / "crm.yaml").open("a", encoding="utf-8") as file:
        file.write("products:\n- {id: chg-20, name: Charger 20 A}\nchannels: [direct]\n")
    page = "Product,Qty,Date,Price,Customer,Channel\n{},1,2026-10-05,5,Acme,{}\n"
    acme.take(page.format("charger 20 a", "Direct"))
    assert acme.row("sale")["product"] == "chg-20"
    assert acme.row("sale")["channel"] == "direct"
    assert "nearly 'Charger 20 A': kept" in acme.take(page.format("Charger20A", "direct"))
    assert "product 'Charger20A' is not in crm.yaml" in acme.run("crm check")
    bad = acme.take(page.format("chg-20", "shop"), rc=4)
    assert "--value 'channel:shop=direct'" in bad


def test_all_amounts_of_a_line_are_in_one_currency(acme: Desk) -> None:
    page = "Order,Product,Qty,Date,Price,Cost,Currency,Customer\nA1,x,1,2026-10-05,{},{},{},Acme\n"
    assert "is not in USD" in acme.take(page.format("EUR 5", "EUR 3", "USD"), rc=4)
    acme.take(page.format("5.5", "", "USD"))
    assert acme.row("sale")["price"] == {"amount": "5.50", "currency": "USD"}
    # A cost in another currency would turn the price into another amount.
    said = acme.take(page.format("", "90", "TWD"))
    assert "kept where the file says otherwise: cost 1" in said
    acme.take(page.format("", "3", "USD"))
    assert acme.row("sale")["cost"] == {"amount": "3.00", "currency": "USD"}


CAMPAIGN = (
    "campaign name,channel,purpose,start,end,cost,members,holdout\n"
    "Winter,E-Mail,marketing,2026-10-01,2026-10-31,1000,{},Beta\n"
)


@pytest.fixture
def houses(desk: Desk) -> Desk:
    for name in ("Acme", "Beta"):
        desk.run(f"crm customer add {name} -q")
    desk.run("crm contact add acme Chen --email chen@acme.example -q")
    desk.run("crm contact add acme Wu --email wu@acme.example -q")
    words = "--channel email --purpose marketing --state given --source form"
    desk.run(f"crm contact consent acme/chen {words} -q")
    return desk


def test_members_come_in_where_consent_allows_and_the_others_are_named(houses: Desk) -> None:
    """P6: consent never arises from being imported."""
    page = CAMPAIGN.format("acme/chen;acme/wu;Acme;Beta")
    said = houses.take(page)
    row = houses.row("campaign")
    assert row["members"] == ["acme/chen"]
    assert row["holdout"] == ["beta"]
    assert row["cost"] == {"amount": "1000.00", "currency": "TWD"}
    assert "no member, for consent does not allow it: acme/wu: Wu was never asked" in said
    assert "acme: Wu was never asked" in said
    assert "beta: nobody there has an address for email" in said
    assert "Nothing changed" in houses.take(page)


def test_sales_name_campaigns_by_id_or_ref(houses: Desk) -> None:
    page = CAMPAIGN.format("")
    houses.take(
        page.replace("campaign name", "campaign id,campaign name").replace("Winter", "9,Winter")
    )
    id = houses.row("campaign")["id"]
    lines = "Order,Product,Qty,Date,Price,Customer,Campaign\nA1,x,1,2026-10-05,5,Acme,{}\n"
    houses.take(lines.format("import:9"))
    assert houses.row("sale")["campaign"] == id
    assert "no campaign 'Spring'" in houses.take(lines.format("Spring"), rc=4)


def test_an_export_of_both_reads_back_the_same(houses: Desk) -> None:
    houses.run("crm campaign add Winter --channel email --purpose marketing --cost 12 -q")
    houses.run("crm campaign set winter members+=acme/chen holdout+=beta -q")
    houses.run('crm sale add acme x --price "USD 0.125" --cost 0.1 --quantity -3 --order A1 -q')
    before = houses.files_now()
    for kind in ("campaign", "sale"):
        for form in ("csv", "tsv", "json", "jsonl"):
            houses.run(f"crm export {kind} --to {form} -o {kind}.{form} -q")
            assert "Nothing changed" in houses.run(f"crm import {kind}.{form} --overwrite")
    assert houses.files_now() == before
