import json

import pytest

from tests.exchange.conftest import Desk

DEALS = "opportunity_id,account,deal_stage,engage_date,close_date,close_value,product\n"


def acme(desk: Desk) -> None:
    desk.run('crm customer add "Acme Battery" -q')


# what a file is taken for


def test_it_says_first_what_the_file_was_taken_for(desk: Desk) -> None:
    said = desk.take("Company;Grade;Turnover\nAcme;A;1200\nBeta;B;\n").splitlines()
    assert said[0] == "in.csv: csv, ';', UTF-8, 2 rows, taken as customers"
    assert said[1] == "  Company -> name, Grade -> tier"
    assert said[2] == "  left out, for no field fits: Turnover (1 value)"
    assert said[3] == "Imported in.csv: 2 customers added."


def test_a_dry_run_says_the_same_and_writes_nothing(desk: Desk) -> None:
    before = desk.files_now()
    said = desk.take("company\nAcme\n", "-n")
    assert "taken as customers" in said
    assert "+name: Acme" in said
    assert desk.files_now() == before


def test_a_file_that_does_not_show_its_kind_is_asked_for(desk: Desk) -> None:
    assert "Try: --as KIND" in desk.take("x,y\n1,2\n", rc=2)
    assert "taken as tasks" in desk.take("subject,y\nring back,2\n", "--as task")
    assert "did you mean" in desk.take("x\n1\n", "--as custmer", rc=2).lower()


def test_a_header_alone_changes_nothing_and_an_empty_file_is_an_error(desk: Desk) -> None:
    assert "Nothing changed: in.csv holds no row to take." in desk.take("company,tier\n")
    assert "in.csv: the file is empty" in desk.take("", rc=4)


def test_files_are_taken_in_an_order_in_which_what_is_named_is_there(desk: Desk) -> None:
    folder = desk.shell.folder
    (folder / "1.csv").write_text("opportunity,account,stage\nRacks,Acme,won\n")
    (folder / "2.csv").write_text("account,owner\nAcme,Ann Lee\n")
    (folder / "3.csv").write_text("salesperson,manager\nAnn Lee,Bo Ng\nBo Ng,Someone Else\n")
    desk.run("crm import 1.csv 2.csv 3.csv")
    assert desk.row("deal")["customer"] == "acme"
    assert desk.row("customer")["owner"] == "ann-lee"
    managers = {rep["id"]: rep["manager"] for rep in desk.rows("rep")}
    assert managers == {"ann-lee": "bo-ng", "bo-ng": "Someone Else", "mei": None}


def test_chinese_headers_and_words(desk: Desk) -> None:
    desk.take("客戶名稱,狀態,等級,標籤\n王小明股份有限公司,往來客戶,A,老客戶\n")
    customer = desk.row("customer")
    assert customer["id"] == "王小明股份有限公司"
    assert (customer["status"], customer["tier"], customer["tags"]) == ("active", "A", ["老客戶"])
    desk.take("商機,客戶,階段,金額\n電池,王小明股份有限公司,贏單,120萬\n")
    deal = desk.row("deal")
    assert (deal["stage"], deal["amount"]["amount"]) == ("won", "1200000.00")


def test_big5_is_read_when_it_is_told(desk: Desk) -> None:
    data = "客戶,等級\n永豐電池行,A\n".encode("cp950")
    assert "--encoding cp950" in desk.take(data, rc=4)
    desk.take(data, "--encoding cp950")
    assert desk.row("customer")["name"] == "永豐電池行"


def test_json_lines_and_tsv(desk: Desk) -> None:
    desk.take('{"company": "Acme", "tags": ["a", "b"]}\n', name="a.jsonl")
    desk.take("company\ttier\nBeta\tB\n", name="b.tsv")
    assert [(c["name"], c["tags"], c["tier"]) for c in desk.rows("customer")] == [
        ("Acme", ["a", "b"], None),
        ("Beta", [], "B"),
    ]


def test_stdin_is_a_file_too(desk: Desk) -> None:
    code, text = desk.shell.do("crm import - --from csv", typed="company\nAcme\n")
    assert code == 0, text
    assert desk.row("customer")["name"] == "Acme"


# the second run


def test_a_second_run_changes_nothing(desk: Desk) -> None:
    acme(desk)
    texts = {
        "deals": f"{DEALS}A1,Acme Battery,won,2026-01-05,2026-03-01,100,X\n",
        "unnamed": "account,stage,amount\nAcme Battery,lead,5\nAcme Battery,lead,5\nAcme Battery,lead,\n",
        "named": "deal,account,stage\nRacks,Acme Battery,lead\n",
        "calls": "date,type,company,notes\n2026-11-01,call,Acme Battery,hello\n2026-11-01,call,Acme Battery,hello\n",
        "promises": "promise,company,due,made\nsend it,Acme Battery,2026-11-20,2026-11-01\n",
        "tasks": "task,company,due\nring,Acme Battery,2026-11-20\n",
        "people": "name,company,email\nAnn Lee,Gamma,ann@gamma.example\n",
        "reps": "salesperson,manager\nBo Ng,Cy Po\nCy Po,\n",
        "accounts": "company,account id,tags\nDelta AG,7,a\n",
    }
    for name, text in texts.items():
        assert "Imported" in desk.take(text, name=f"{name}.csv")
    before = desk.files_now()
    for name, text in texts.items():
        assert "Nothing changed" in desk.take(text, name=f"{name}.csv")
    assert desk.files_now() == before
    assert len(desk.rows("deal")) == 5
    assert len(desk.rows("interaction")) == 2


def test_a_match_fills_what_is_empty_and_says_what_it_kept(desk: Desk) -> None:
    desk.take("company,tier,industry\nAcme,A,\n")
    said = desk.take("company,tier,industry\nACME,B,batteries\n")
    assert "1 customer changed" in said
    assert "kept where the file says otherwise: tier 1" in said
    customer = desk.row("customer")
    assert (customer["name"], customer["tier"], customer["industry"]) == ("Acme", "A", "batteries")


def test_overwrite_changes_filled_fields_and_writes_today_into_the_history(desk: Desk) -> None:
    desk.take("company,tier,industry\nAcme,A,x\n")
    desk.take("company,tier,industry\nAcme,B,\n", "--overwrite")
    customer = desk.row("customer")
    assert (customer["tier"], customer["industry"]) == ("B", "x")
    assert desk.history("customer") == [["2026-11-09", "tier", "B"]]


def test_the_id_in_the_other_program_finds_a_renamed_customer(desk: Desk) -> None:
    desk.take("company,account id\nAcme,7\n", "--system hubspot")
    desk.run("crm customer set acme name=Akme")
    assert "Nothing changed" in desk.take("company,account id\nAkme,7\n", "--system hubspot")
    desk.take("company,account id,tier\nBrand New,7,A\n", "--system hubspot")
    customer = desk.row("customer")
    assert (customer["name"], customer["tier"], customer["refs"]) == ("Akme", "A", ["hubspot:7"])


def test_two_matches_are_a_bad_row_that_names_both(desk: Desk) -> None:
    desk.take("company,account id\nAcme,1\nBeta,2\n")
    said = desk.take("company,account id\nBeta,1\n", rc=4)
    assert "in.csv:2: it may be acme (by ref) and beta (by name)" in said
    desk.take("company,account id\nBeta,1\n", "--match ref")
    assert [c["name"] for c in desk.rows("customer")] == ["Acme", "Beta"]


def test_people_are_found_by_mail_and_by_phone_with_the_name(desk: Desk) -> None:
    desk.take("name,company,email,phone\nAnn Lee,Acme,ann@acme.example,02-2345-6789\n")
    desk.take("name,company,email,title\nAnn L.,Acme,ANN@acme.example,Head\n")
    desk.take("name,phone,mobile\nann lee,+886 2 2345 6789,0912345678\n")
    desk.take("name,company,phone\nBo Ng,Acme,02-2345-6789\n")
    people = {person["name"]: person for person in desk.rows("contact")}
    assert sorted(people) == ["Ann Lee", "Bo Ng"]
    assert people["Ann Lee"]["title"] == "Head"
    assert people["Ann Lee"]["mobile"] == "0912345678"
    assert [c["id"] for c in desk.rows("customer")] == ["acme"]


def test_a_person_of_one_customer_is_not_put_into_another(desk: Desk) -> None:
    desk.take("name,company,email\nAnn Lee,Acme,ann@acme.example\n")
    said = desk.take("name,company,email\nAnn Lee,Beta,ann@acme.example\n", rc=4)
    assert "this person is acme/lee, and not of beta" in said


def test_a_bad_row_leaves_nothing_behind(desk: Desk) -> None:
    desk.take("name,company,email\nAnn Lee,Acme,ann@acme.example\n")
    text = "name,company,email\nAnn Lee,Beta,ann@acme.example\nBo Ng,Gamma,\n"
    desk.take(text, "--skip-bad bad.csv")
    assert [c["id"] for c in desk.rows("customer")] == ["acme", "gamma"]


def test_each_row_of_a_person_may_tag_the_customer(desk: Desk) -> None:
    text = 'name,company,tags\nAnn Lee,Acme,"a, b"\nBo Ng,Acme,b;c\n'
    desk.take(text)
    assert desk.row("customer")["tags"] == ["a", "b", "c"]
    assert "otherwise" not in desk.take(text)


# customers


def test_a_customer_is_made_for_people_and_a_person_alone_is_one(desk: Desk) -> None:
    said = desk.take(
        'name,company,email,industry,tags\nAnn Lee,Acme,a@x.example,toys,"a, b"\nBo Ng,,b@x.example,,\n',
        "--tag fair",
    )
    assert "2 contacts added. 2 customers made for them." in said
    customers = {c["id"]: c for c in desk.rows("customer")}
    assert customers["acme"]["kind"] == "company"
    assert customers["acme"]["industry"] == "toys"
    assert customers["acme"]["tags"] == ["a", "b", "fair"]
    assert customers["bo-ng"]["kind"] == "person"
    assert [p["id"] for p in desk.rows("contact")] == ["acme/lee", "bo-ng/ng"]


def test_a_deal_of_an_unknown_customer_is_bad_and_one_of_none_is_counted(desk: Desk) -> None:
    acme(desk)
    said = desk.take(f"{DEALS}A1,Acme Batery,lead,,,,\n", rc=4)
    assert "in.csv:2: no customer 'Acme Batery'. Did you mean 'Acme Battery'?" in said
    assert "1 deal without a customer" in desk.take(f"{DEALS}A1,,lead,,,,\n")
    assert desk.row("deal")["customer"] is None


def test_a_name_that_differs_by_spaces_alone_is_taken_and_said(desk: Desk) -> None:
    acme(desk)
    said = desk.take(f"{DEALS}A1,AcmeBattery,lead,,,,\n")
    assert "customer 'AcmeBattery' is nearly 'Acme Battery': taken for it" in said
    assert desk.row("deal")["customer"] == "acme-battery"


def test_customer_owner_and_tags_may_be_told_for_all_rows(desk: Desk) -> None:
    acme(desk)
    desk.take("deal,stage\nRacks,lead\n", "--customer acme --owner mei")
    deal = desk.row("deal")
    assert (deal["customer"], deal["owner"]) == ("acme-battery", "mei")
    assert "a deal has no tags" in desk.take("deal,stage\nRacks,lead\n", "--tag x", rc=2)


# columns and words


def test_words_of_theirs_are_told_by_value(desk: Desk) -> None:
    text = f"{DEALS}A1,,Engaging,,,,\nA2,,Engaging,,,,\nA3,,Won,,2026-01-02,,\n"
    said = desk.take(text, rc=4)
    assert "in.csv:2: stage 'Engaging' is not one of lead, qualified" in said
    assert "(and 1 more row: 3)" in said
    assert "--value 'stage:Engaging=" in said
    desk.take(text, "--value 'stage:engaging=qualified'")
    assert sorted(d["stage"] for d in desk.rows("deal")) == ["qualified", "qualified", "won"]
    assert "no column of in.csv is 'color'" in desk.take(text, "--value color:x=y", rc=2)


def test_an_unknown_rep_is_named_once(desk: Desk) -> None:
    rows = "".join(f"d{n},Zed Zulu,lead\n" for n in range(40))
    said = desk.take(f"deal,owner,stage\n{rows}", rc=4)
    assert said.count("Zed Zulu") == 1
    assert "(and 39 more rows: 3-41)" in said
    assert "40 rows are bad, so nothing was written" in said


def test_dates_of_states_become_history_and_only_those(desk: Desk) -> None:
    text = f"{DEALS}A1,,Won,2026-01-05,2026-03-01,10,\nA2,,lead,,2026-12-01,,\nA3,,Lost,,2026-02-01,0,\n"
    desk.take(
        text, "--column engage_date=stage.qualified --column close_date=stage.closed --owner mei"
    )
    deals = {deal["refs"][0]: deal for deal in desk.rows("deal")}
    assert deals["import:A1"]["close"] == "2026-03-01"
    assert deals["import:A2"]["close"] == "2026-12-01"
    assert deals["import:A2"]["amount"] is None
    assert deals["import:A3"]["amount"] == {"amount": "0.00", "currency": "TWD"}
    assert sorted(desk.history("deal")) == [
        ["2026-01-05", "stage", "qualified"],
        ["2026-02-01", "amount", "0"],
        ["2026-02-01", "close", "2026-02-01"],
        ["2026-02-01", "stage", "lost"],
        ["2026-03-01", "amount", "10"],
        ["2026-03-01", "close", "2026-03-01"],
        ["2026-03-01", "stage", "won"],
    ]


def test_the_first_line_of_a_deal_tells_its_owner(desk: Desk) -> None:
    text = "deal,stage,close_date,owner\nRacks,won,2026-03-01,mei\n"
    desk.take(text)
    assert desk.history("deal") == [
        ["2026-03-01", "close", "2026-03-01"],
        ["2026-03-01", "owner", "mei"],
        ["2026-03-01", "stage", "won"],
    ]


def test_an_amount_that_changed_after_the_win_is_a_line_of_today(desk: Desk) -> None:
    desk.take(f"{DEALS}A1,,Won,,2026-03-01,10,\n")
    assert "amount 1" in desk.take(f"{DEALS}A1,,Won,,2026-03-01,12,\n")
    desk.take(f"{DEALS}A1,,Won,,2026-03-01,12,\n", "--overwrite")
    assert desk.history("deal")[-1] == ["2026-11-09", "amount", "12"]
    assert len(desk.history("deal")) == 4
    assert "Nothing changed" in desk.take(f"{DEALS}A1,,Won,,2026-03-01,12,\n", "--overwrite")


def test_a_state_still_to_come_is_bad(desk: Desk) -> None:
    text = f"{DEALS}A1,,qualified,2027-01-05,,,\n"
    assert "qualified on 2027-01-05 is still to come" in desk.take(
        text, "--column engage_date=stage.qualified", rc=4
    )
    assert "stage 'qualifed' is not one of" in desk.take(
        text, "--column engage_date=stage.qualifed", rc=2
    )


def test_the_book_s_own_story_of_a_deal_stands(desk: Desk) -> None:
    desk.take(f"{DEALS}A1,,lead,,,,\n")
    desk.run("crm deal move $(id) negotiation".replace("$(id)", desk.row("deal")["id"]))
    before = desk.history("deal")
    said = desk.take(f"{DEALS}A1,,won,,2026-03-01,,\n", "--column close_date=stage.closed")
    assert "kept where the file says otherwise: stage 1" in said
    assert desk.history("deal") == before
    desk.take(f"{DEALS}A1,,won,,2026-03-01,,\n", "--overwrite")
    assert desk.row("deal")["stage"] == "won"
    assert ["2026-03-01", "stage", "won"] in desk.history("deal")


def test_columns_that_fit_nothing_are_kept_on_request(desk: Desk) -> None:
    text = "company,founded,notes\nAcme,1996,quick\n"
    desk.take(text, "--keep founded")
    assert desk.row("customer")["background"] == "quick\nfounded: 1996"
    before = desk.files_now()
    assert "Nothing changed" in desk.take(text, "--keep founded")
    assert desk.files_now() == before
    assert "a deal has no text" in desk.take("deal,stage,x\nA,lead,1\n", "--keep x", rc=2)
    assert "no column 'y'" in desk.take(text, "--keep y", rc=2)


def test_a_product_of_the_book_is_known_and_a_near_one_is_said(desk: Desk) -> None:
    page = desk.shell.folder / "crm.yaml"
    page.write_text(f"{page.read_text()}\nproducts:\n- {{id: gtx-pro, name: GTX Pro}}\n")
    said = desk.take(f"{DEALS}A1,,lead,,,,gtx pro\nA2,,lead,,,,GTXPro\nA3,,lead,,,,Other\n")
    assert "product 'GTXPro' is nearly 'GTX Pro': kept as it stands" in said
    assert sorted(deal["products"] for deal in desk.rows("deal")) == [
        ["GTXPro"],
        ["Other"],
        ["gtx-pro"],
    ]


# amounts and dates


def test_amounts_are_read_by_column_and_currency(desk: Desk) -> None:
    text = 'deal,stage,amount,currency\nA,lead,"1.200,50",EUR\nB,lead,"3.400",\nC,lead,,\nD,lead,US$5,\n'
    desk.take(text)
    amounts = {deal["name"]: deal["amount"] for deal in desk.rows("deal")}
    assert amounts == {
        "A": {"amount": "1200.50", "currency": "EUR"},
        "B": {"amount": "3400.00", "currency": "TWD"},
        "C": None,
        "D": {"amount": "5.00", "currency": "USD"},
    }


def test_the_currency_of_amounts_that_name_none_may_be_told(desk: Desk) -> None:
    desk.take("deal,stage,amount\nA,lead,1000\n", "--currency eur")
    assert desk.row("deal")["amount"] == {"amount": "1000.00", "currency": "EUR"}


@pytest.mark.parametrize(
    ("cell", "what"),
    [("(500)", "not negative"), ("12.3456", "TWD has 2 decimals"), ("many", "is not an amount"), ("XYZ 5", "currency")],
)  # fmt: skip
def test_an_amount_that_is_none_is_a_bad_row(desk: Desk, cell: str, what: str) -> None:
    assert what in desk.take(f"deal,stage,amount\nA,lead,{cell}\n", rc=4)


def test_what_a_column_leaves_open_is_asked_for(desk: Desk) -> None:
    text = "deal,stage,close date,amount\nA,lead,03/04/2026,1.200\n"
    said = desk.take(text, rc=4)
    assert "in.csv: column 'close date': 03/04/2026 can be read in two ways" in said
    assert "--date-order" in said
    assert "--decimal" in desk.take(text, "--date-order dmy", rc=4)
    desk.take(text, "--date-order dmy --decimal comma")
    deal = desk.row("deal")
    assert (deal["close"], deal["amount"]["amount"]) == ("2026-04-03", "1200.00")


def test_dates_of_zeros_are_blank(desk: Desk) -> None:
    desk.take("deal,stage,close date\nA,lead,00/00/0000\n")
    assert desk.row("deal")["close"] is None


def test_since_leaves_out_what_is_older(desk: Desk) -> None:
    text = "deal,stage,close date\nA,lead,2026-01-31\nB,lead,2026-02-01\nC,lead,\n"
    assert "2 rows before --since left out" in desk.take(text, "--since 2026-02-01")
    assert desk.row("deal")["name"] == "B"
    assert "no day of its own" in desk.take("company\nAcme\n", "--since 2026-02-01", rc=2)


# bad rows


def test_bad_rows_stop_everything_and_are_all_named(desk: Desk) -> None:
    before = desk.files_now()
    said = desk.take("company,tier,status\nAcme,A,active\nBeta,Z,gone\nGamma\n", rc=4)
    assert "in.csv:3: tier 'Z' is not one of A, B, C" in said
    assert "in.csv:3: status 'gone' is not one of lead" in said
    assert "in.csv:4: 1 value where the header has 3 columns" in said
    assert "2 rows are bad, so nothing was written" in said
    assert desk.files_now() == before


def test_good_rows_are_taken_and_bad_ones_put_aside_on_request(desk: Desk) -> None:
    text = 'company,tier\nAcme,A\n"Beta, Ltd",Z\n'
    said = desk.take(text, "--skip-bad bad.csv")
    assert "1 bad row left out, see bad.csv" in said
    assert [c["name"] for c in desk.rows("customer")] == ["Acme"]
    bad = (desk.shell.folder / "bad.csv").read_text()
    assert bad == 'company,tier,reason\n"Beta, Ltd",Z,"tier \'Z\' is not one of A, B, C"\n'
    (desk.shell.folder / "bad.csv").write_text(bad.replace(",Z,", ",B,"))
    assert "1 customer added" in desk.run("crm import bad.csv")


def test_an_id_or_name_that_stands_twice_is_bad(desk: Desk) -> None:
    said = desk.take(f"{DEALS}A1,,lead,,,,\nA1,,won,,,,\n", rc=4)
    assert "in.csv:3: its id A1 stands in line 2 too" in said
    assert "its name stands in line 2 too" in desk.take("company\nAcme\nacme\n", rc=4)
    said = desk.take("name,email\nAnn,a@x.example\nBo,A@x.example\n", rc=4)
    assert "its mail a@x.example stands in line 2 too" in said


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("name,company,phone\nAnn,Acme,9.12346E+08\n", "a spreadsheet has cut its digits"),
        ("opportunity_id,stage\n1.2E+10,lead\n", "a spreadsheet has cut its digits"),
        ("deal,stage\nA,\n", "stage is missing"),
        ("company,tier\n,A\n", "name is missing"),
        ("date,type,company\n2027-01-01,call,\n", "still to come"),
        ("deal,stage,probability\nA,lead,120\n", "not a whole percentage"),
    ],
)
def test_rows_that_cannot_be_right(desk: Desk, text: str, what: str) -> None:
    assert what in desk.take(text, rc=4)


def test_a_text_that_no_file_can_hold_is_a_bad_row(desk: Desk) -> None:
    assert "half a character" in desk.take('[{"company": "A\\ud800"}]', name="a.json", rc=4)
    assert "longer than 64 KiB" in desk.take(f"company,x\nA,{'x' * 70_000}\n", "--keep x", rc=4)
    assert "longer than 64 KiB" in desk.take(f"company,industry\nA,{'x' * 70_000}\n", rc=4)


def test_phones_that_have_all_lost_their_zero_are_warned_of(desk: Desk) -> None:
    rows = "".join(f"P{n},Acme,91234567{n}\n" for n in range(3))
    assert "no number begins with 0 or +" in desk.take(f"name,company,phone\n{rows}")


def test_a_stray_quote_is_named_with_its_line(desk: Desk) -> None:
    assert "in.csv:3: " in desk.take('company,tier\nAcme,A\n"Beta" x,B\n', rc=4)


def test_bad_rows_are_json_too(desk: Desk) -> None:
    said = desk.take("company,tier\nBeta,Z\n", "--json", rc=4).splitlines()
    warning, error = (json.loads(line) for line in said[-2:])
    assert warning["warning"]["line"] == 2
    assert error["error"]["kind"] == "bad_data"


# other kinds


def test_interactions_have_a_time_with_its_zone_and_a_rep(desk: Desk) -> None:
    acme(desk)
    desk.take(
        "when,type,company,notes,minutes\n2026-11-01 09:30,Phone Call,Acme Battery,hello,1h30\n2026-11-02,On-site,Acme Battery,,\n"
    )
    rows = desk.rows("interaction")
    assert [(row["at"], row["kind"], row["rep"], row["minutes"]) for row in rows] == [
        ("2026-11-02", "visit", "mei", None),
        ("2026-11-01T09:30:00+08:00", "call", "mei", 90),
    ]
    assert all(row["mood"] is None for row in rows)


def test_promises_keep_who_made_them_and_the_day_they_were_kept(desk: Desk) -> None:
    acme(desk)
    text = "commitment,company,due,by,made,status,done on\nsend it,Acme Battery,2026-11-05,Mei,2026-11-01,FULFILLED_LATE,2026-11-07\n"
    text = text.replace("Mei", "mei")
    desk.take(text, "--column 'done on=status.kept'")
    promise = desk.row("promise")
    assert (promise["status"], promise["kept_on"], promise["by"]) == ("kept", "2026-11-07", "mei")
    assert desk.history("promise") == [
        ["2026-11-01", "due", "2026-11-05"],
        ["2026-11-07", "status", "kept"],
    ]
    assert "status 'CANCELLED' is not one of" in desk.take(
        text.replace("FULFILLED_LATE", "CANCELLED"), rc=4
    )


def test_consent_never_comes_of_an_import(desk: Desk) -> None:
    desk.take("name,company,email,consent\nAnn,Acme,a@x.example,yes\n")
    rows = json.loads(desk.run('crm sql "SELECT count(*) AS n FROM consents" --json'))
    assert rows == [{"n": 0}]


def test_quiet_prints_the_ids_alone(desk: Desk) -> None:
    assert desk.take("company\nAcme\nBeta\n", "-q") == "acme\nbeta\n"


@pytest.mark.parametrize(
    "options",
    ["--from xlsx", "--match mood", "--date-order dym", "--decimal dot", "--column x", "--value x", "--currency XYZ"],
)  # fmt: skip
def test_an_option_that_cannot_be_is_refused(desk: Desk, options: str) -> None:
    desk.take("company\nAcme\n", options, rc=2)
