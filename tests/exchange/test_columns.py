import pytest

from crmcli.exchange.columns import guess
from crmcli.exchange.columns import kind_word
from crmcli.exchange.columns import map_columns
from crmcli.exchange.columns import own_keys
from crmcli.model.errors import BadValueError
from crmcli.model.errors import UsageError


def mapped(kind: str, header: str, *asked: tuple[str, str]) -> dict[str, str]:
    found = map_columns(kind, header.split(","), asked)
    return {column.header: column.target for column in found.taken}


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value", "deal"),
        ("account,sector,year_established,revenue,employees,office_location,subsidiary_of", "customer"),
        ("sales_agent,manager,regional_office", "rep"),
        ("Deal Name,Company,Amount,Close Date", "deal"),
        ("name,email,company", "contact"),
        ("姓名,公司,電話", "contact"),
        ("客戶名稱,等級,負責人", "customer"),
        ("商機,客戶,階段,金額", "deal"),
        ("Date,Type,Company,Notes", "interaction"),
        ("日期,方式,客戶,內容", "interaction"),
        ("promise,company,due date,by", "promise"),
        ("承諾,客戶,期限,承諾人", "promise"),
        ("task,due,owner", "task"),
        ("product,series,sales_price", None),
        ("Table,Field,Description", None),
        ("x", None),
    ],
)  # fmt: skip
def test_the_headers_tell_the_kind(header: str, kind: str | None) -> None:
    assert guess(header.split(",")) == kind


@pytest.mark.parametrize(
    "kind", ["rep", "customer", "contact", "deal", "interaction", "promise", "task"]
)
def test_an_export_of_ours_is_known(kind: str) -> None:
    assert guess(own_keys(kind)) == kind
    found = map_columns(kind, own_keys(kind), ())
    assert found.own
    assert found.left == ()
    assert found.taken[0].target == "id"


def test_the_pipeline_words_are_known() -> None:
    assert mapped(
        "deal",
        "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value",
    ) == {
        "opportunity_id": "ref",
        "sales_agent": "owner",
        "product": "products",
        "account": "customer",
        "deal_stage": "stage",
        "engage_date": "opened",
        "close_date": "close",
        "close_value": "amount",
    }


def test_headers_are_compared_without_case_width_and_gaps() -> None:
    assert mapped("contact", " Ｅ－mail ,FULL_NAME,Phone Number,電話") == {
        " Ｅ－mail ": "email",
        "FULL_NAME": "name",
        "Phone Number": "phone",
    }


def test_the_first_word_of_a_field_wins_and_the_other_column_is_left() -> None:
    found = map_columns("customer", ["company", "country", "region"], ())
    assert [(column.header, column.target) for column in found.taken] == [
        ("company", "name"),
        ("region", "region"),
    ]
    assert found.left == ((1, "country"),)


def test_a_column_may_be_aimed_at_a_field_a_state_or_nothing() -> None:
    header = "Deal,Stage,Start,Until,Note"
    asked = (
        ("start", "stage.qualified"),
        ("Until", "stage.closed"),
        ("note", ""),
        ("Deal", "competitor"),
    )
    assert mapped("deal", header, *asked) == {
        "Deal": "competitor",
        "Stage": "stage",
        "Start": "stage.qualified",
        "Until": "stage.closed",
    }
    assert (
        mapped("contact", "Name,Branch", ("Branch", "customer.industry"))["Branch"]
        == "customer.industry"
    )


def test_a_column_or_field_that_is_not_there_is_named_with_the_nearest() -> None:
    with pytest.raises(BadValueError) as told:
        mapped("deal", "Deal,Stage", ("Stag", "stage"))
    assert "no column 'Stag'" in str(told.value)
    assert "'Stage'" in str(told.value)
    with pytest.raises(BadValueError) as told:
        mapped("deal", "Deal,Stage", ("Deal", "amuont"))
    assert "'amount'" in str(told.value)
    with pytest.raises(BadValueError):
        mapped("rep", "name,x", ("x", "status.active"))


@pytest.mark.parametrize(
    ("word", "kind"),
    [("deals", "deal"), ("Opportunities", "deal"), ("客戶", "customer"), ("people", "contact"), ("activities", "interaction"), ("commitment", "promise"), ("業代", "rep")],
)  # fmt: skip
def test_a_kind_has_many_names(word: str, kind: str) -> None:
    assert kind_word(word, "--as") == kind


def test_an_unknown_kind_is_refused_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="dael") as told:
        kind_word("dael", "--as")
    assert told.value.remedy == "Did you mean 'deal'?"
