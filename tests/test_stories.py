"""The stories of the sample book are found by the reports that should find them."""

from datetime import date

import pytest

from crmcli.book.book import Book
from crmcli.book.sample import copy_sample
from crmcli.reports import registry

DAY = date(2026, 11, 9)


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sample") / "book"
    copy_sample(folder, DAY)
    return Book(folder)


def rows(book, name, part=None, **options):
    """The rows of a report, or of its part, as mappings."""
    table = registry.entry(name).load()(book, DAY, **options)
    table = table.part(part) if part else table
    return [dict(zip(table.keys, row, strict=True)) for row in table.rows]


def by(key, found):
    return {row[key]: row for row in found}


def test_who_was_never_answered_is_offended(book):
    found = by("customer", rows(book, "relationships"))["harrow-finch"]
    assert found["verdict"] == "offended"
    assert found["offended"]
    assert any(each.kind == "case" for each in found["evidence"])


def test_who_was_failed_and_made_good_is_pleased_again(book):
    assert by("customer", rows(book, "relationships"))["王小明股份有限公司"]["verdict"] == "pleased"


def test_who_went_quiet_and_buys_half_is_about_to_be_lost(book):
    found = by("customer", rows(book, "relationships"))["遠嶺工業"]
    assert found["verdict"] == "at-risk"
    assert {"silence", "value-down"} <= set(found["reasons"])


def test_the_rep_who_promises_too_much_is_below_the_standard(book):
    cells = {(row["rep"], row["measure"]): row for row in rows(book, "reps")}
    assert cells["jonas", "promises_kept"]["verdict"] == "below"
    assert cells["jonas", "visits_on_time"]["verdict"] == "below"
    assert cells["lin", "visits_on_time"]["verdict"] != "below"
    assert "jonas" in {row["by"] for row in rows(book, "promises", "beyond")}


def test_the_customer_who_sent_his_goods_back_costs_more_than_he_brings(book):
    found = by("customer", rows(book, "value"))["fahrradhaus-jager"]
    assert found["value"].amount < 0
    assert found["class"] == "C"


def test_who_buys_only_below_the_list_is_named(book):
    found = [row["customer"] for row in rows(book, "discounts") if row["transactional"]]
    assert found == ["pacific-leisure-boats"]


def test_the_friend_of_the_house_is_in_his_cell(book):
    cells = {row["customer"]: row["cell"] for row in rows(book, "matrix")}
    assert cells["宏昇車業"] == "friend"
    assert cells["彰化機車材料行"] == "stranger"


def test_a_case_reopened_and_one_never_resolved_are_seen(book):
    found = by("type", rows(book, "cases"))
    assert found["all"]["reopened"] == 1
    assert found["complaint"]["open"] >= 3


def test_one_product_is_late_more_often_than_the_others(book):
    found = by("group", rows(book, "delivery"))
    worst = min((row for row in found.values() if row["lines"] > 8), key=lambda row: row["rate"])
    assert worst["group"] == "lfp-48"


def test_mails_without_consent_are_found(book):
    found = by("person", rows(book, "consent", "violations"))
    assert {id: row["because"] for id, row in found.items()} == {
        "brightwell-hospitals-trust/oyelaran": "expired",
        "jade-mountain-cold-chain/diane": "withdrawn",
    }


def test_the_winter_campaign_has_its_answers_and_its_hold_out(book):
    found = by("campaign", rows(book, "campaigns"))
    winter = next(row for name, row in found.items() if row["channel"] == "email")
    assert winter["responders"] >= 3
    assert winter["opt_outs"] == 1
    assert winter["holdout"] == 10


def test_a_relationship_that_hangs_on_one_rep_is_named(book):
    found = by("customer", rows(book, "continuity"))["宏昇車業"]
    assert "no-deputy" in found["flags"]


def test_the_order_of_readiness_is_broken(book):
    table = registry.entry("readiness").load()(book, DAY)
    assert any("ahead of process" in note for note in table.notes)


def test_two_records_of_one_customer_were_merged_and_count_once(book):
    merged = {id for (id,) in book.query("SELECT id FROM customers WHERE merged_into IS NOT NULL")}
    names = {row["customer"] for row in rows(book, "relationships")}
    assert merged == {"新竹電動工具廠"}
    assert not merged & names
    assert "新竹電動工具" in names
