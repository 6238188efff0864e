"""What `crm check` finds in the files of a book, and what it leaves in peace."""

from decimal import Decimal

import pytest

from crmcli.book.check import _too_many
from crmcli.book.check import check
from crmcli.model.policy import Policy
from crmcli.model.policy import Tier

CONFIG = """\
name: Demo
format: 1
currency: TWD
rates: {USD: 32}
"""
BOOK = {
    "crm.yaml": CONFIG,
    ".gitattributes": "*.csv text eol=lf\n# merge=union\n",
    "reps/mei.yaml": "name: Mei\n",
    "reps/lin.yaml": "name: Lin\nmanager: mei\n",
    "customers/acme.yaml": (
        "name: Acme\nstatus: active\nowner: mei\ndeputy: lin\ntier: A\ncontacts:\n"
        "- {id: chen, name: Chen}\n"
        "history:\n- {date: 2026-03-01, by: mei, status: prospect, owner: mei}\n"
        "- {date: 2026-05-20, by: mei, status: active, tier: A}\n"
    ),
    "customers/birch.yaml": "name: Birch\nreferred_by: acme\n",
    "deals/2026/d-11111111.yaml": (
        "customer: acme\ncontact: chen\nowner: mei\nstage: proposal\namount: 100\ncurrency: USD\n"
        "opened: 2026-03-01\n"
    ),
    "promises/2026/p-11111111.yaml": (
        "what: chargers\ncustomer: acme\ncontact: chen\nby: mei\nmade: 2026-11-03\n"
        "due: 2026-11-10\nstatus: open\nmade_in: i-11111111\n"
    ),
    "tasks/2026/t-11111111.yaml": "what: call\ncustomer: acme\nstatus: open\ndeal: d-11111111\n",
    "interactions/mei/2026-11.csv": (
        "id,at,customer,contact,rep,kind,next_date,deal,reported,also,conflicts\n"
        "i-11111111,2026-11-03T14:30+08:00,acme,chen,mei,visit,2026-11-10,d-11111111,"
        "2026-11-03T15:00+08:00,lin,\n"
    ),
}


def found(root, files, paths=None):
    """The book above with these files in place of its own (None: without): what check says."""
    for path, text in {**BOOK, **files}.items():
        if text is not None:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(text if isinstance(text, bytes) else text.encode())
    problems, _ = check(root, paths=paths)
    return [f"{problem.level} {problem}" for problem in problems]


def added(path, text):
    return {path: BOOK[path] + text}


def replaced(path, old, new):
    assert old in BOOK[path]
    return {path: BOOK[path].replace(old, new)}


ACME = "customers/acme.yaml"
DEAL = "deals/2026/d-11111111.yaml"
PROMISE = "promises/2026/p-11111111.yaml"
TASK = "tasks/2026/t-11111111.yaml"
MONTH = "interactions/mei/2026-11.csv"


def test_a_sound_book_has_no_problem_and_tells_how_many_files_it_read(tmp_path):
    assert found(tmp_path, {}) == []
    ticks = []
    assert check(tmp_path, tick=lambda done, total: ticks.append((done, total)))[1] == 9
    assert ticks == [(n, 8) for n in range(1, 9)]


CASES = [
    # Files and names
    (
        {"customers/Acme Two.yaml": "name: x\n"},
        "error customers/Acme Two.yaml: is not read. Rename it to customers/acme-two.yaml",
    ),
    (
        {"customers/logo.png": b"\x89PNG"},
        "note customers/logo.png: is no record, so it is not read",
    ),
    (
        {"customers/acme.yaml.crm-new": "name: x\n"},
        (
            "warning customers/acme.yaml.crm-new: was edited while a command was interrupted, and is"
            " kept here. Compare it with the file beside it, then remove it"
        ),
    ),
    (
        {"reps/mei (Lin's conflicted copy 2026-11-09).yaml": "name: x\n"},
        (
            "error reps/mei (Lin's conflicted copy 2026-11-09).yaml: is a conflicted copy that a sync"
            " program made, and is not read. Compare it with the other file, then remove it"
        ),
    ),
    (
        {"crm (conflicted copy).yaml": "name: x\n"},
        (
            "error crm (conflicted copy).yaml: is a conflicted copy that a sync program made, and is"
            " not read. Compare it with the other file, then remove it"
        ),
    ),
    (
        {".gitattributes": "*.md text\n*.yaml merge=union\n"},
        (
            "error .gitattributes:2: merge=union keeps both versions of a changed line, which spoils"
            " records. Remove it"
        ),
    ),
    (
        {"crm.yaml": CONFIG + "curency: X\n"},
        "note crm.yaml:5: key 'curency' is not known, so it is passed over. Did you mean currency?",
    ),
    (
        {"crm.yaml": CONFIG + "commit: never\n"},
        "error crm.yaml:5: commit 'never' is not one of each, sync, off",
    ),
    (
        {"crm.yaml": "format: 2\n"},
        "error crm.yaml:1: format 2 is newer than this crm knows (1). Get a newer version of crm",
    ),
    # Values
    (
        added(ACME, "kind: firm\n"),
        f"error {ACME}:11: kind 'firm' is not one of company, person",
    ),
    (
        added(ACME, "ownr: mei\n"),
        (
            f"note {ACME}:11: key 'ownr' is not known, so it is kept and passed over."
            " Did you mean owner?"
        ),
    ),
    (
        added(ACME, "region: # 12\n"),
        (
            f"note {ACME}:11: there is nothing before the comment sign '#'."
            " If it is meant as text, put it in quotes"
        ),
    ),
    (
        added(ACME, "region: Taipei"),
        f"warning {ACME}:11: the last line has no end: the file may be cut off",
    ),
    (
        {MONTH: BOOK[MONTH].rstrip()},
        f"error {MONTH}:2: the last row has no line end: it may be cut off",
    ),
    (
        {"reps/bad.yaml": "name: A\n<<<<<<< x\nemail: a\n=======\nemail: b\n>>>>>>> y\n"},
        "error reps/bad.yaml:2: the conflict markers of a merge stand here. Try: crm check --fix",
    ),
    # Words of crm.yaml
    (
        replaced(DEAL, "proposal", "propsal"),
        (
            f"error {DEAL}:4: stage 'propsal' is not one of lead, qualified, proposal, negotiation,"
            " won, lost. Did you mean proposal?"
        ),
    ),
    (
        {"customers/birch.yaml": "name: Birch\ntier: AA\n"},
        "error customers/birch.yaml:2: tier 'AA' is not one of A, B, C. Did you mean A?",
    ),
    (
        replaced(DEAL, "USD", "EUR"),
        (
            f"warning {DEAL}:6: currency 'EUR' has no rate, so the amount is counted and not priced."
            " Add it under rates: in crm.yaml"
        ),
    ),
    # References
    (
        replaced(PROMISE, "customer: acme\ncontact: chen", "customer: acne"),
        f"error {PROMISE}:2: customer 'acne' is no customer of this book. Did you mean acme?",
    ),
    (
        replaced(PROMISE, "contact: chen", "contact: cheng"),
        f"error {PROMISE}:3: contact 'cheng' is no contact of acme. Did you mean chen?",
    ),
    (
        replaced(PROMISE, "customer: acme\n", ""),
        f"warning {PROMISE}:2: contact 'chen' stands without a customer",
    ),
    (
        replaced(PROMISE, "i-11111111", "i-99999999"),
        f"error {PROMISE}:8: made_in 'i-99999999' is no interaction of this book",
    ),
    (
        replaced(PROMISE, "by: mei", "by: may"),
        f"error {PROMISE}:4: by 'may' is no rep of this book",
    ),
    (
        replaced(MONTH, ",lin,", ",lin;lim,"),
        f"error {MONTH}:2: also 'lim' is no rep of this book. Did you mean lin?",
    ),
    (
        replaced(TASK, "d-11111111", "d-22222222"),
        f"error {TASK}:4: deal 'd-22222222' is no deal of this book",
    ),
    (
        {"customers/birch.yaml": "name: Birch\nreferred_by: nobody\n"},
        "error customers/birch.yaml:2: referred_by 'nobody' is no customer of this book",
    ),
    (
        {"customers/birch.yaml": "name: Birch\nmerged_into: nobody\n"},
        "error customers/birch.yaml:2: merged_into 'nobody' is no customer of this book",
    ),
    (
        {"customers/birch.yaml": "name: Birch\nmerged_into: birch\n"},
        "error customers/birch.yaml:2: merged_into 'birch' leads back to this customer",
    ),
    (
        {
            "crm.yaml": CONFIG + "capabilities:\n- {type: quote, days: 2}\n",
            PROMISE: BOOK[PROMISE] + "type: quotes\n",
        },
        f"warning {PROMISE}:9: type 'quotes' is not in crm.yaml. Did you mean quote?",
    ),
    (
        {"reps/lin.yaml": "name: Lin\nmanager: Boss\n"},
        "note reps/lin.yaml:2: manager 'Boss' is no rep of this book",
    ),
    (
        replaced(DEAL, "customer: acme\ncontact: chen\n", ""),
        f"note {DEAL}: deal without a customer",
    ),
    # Ids and names
    (
        {"deals/2025/d-11111111.yaml": BOOK[DEAL]},
        (
            f"error {DEAL}: id d-11111111 stands in deals/2025/d-11111111.yaml too."
            " Give one of them a new id, or remove the copy"
        ),
    ),
    (
        {MONTH: BOOK[MONTH] + BOOK[MONTH].splitlines(keepends=True)[1]},
        (
            f"error {MONTH}:3: id i-11111111 stands in {MONTH}:2 too."
            " Give one of them a new id, or remove the copy"
        ),
    ),
    (
        replaced(ACME, "history:", "- {id: chen, name: Other}\nhistory:"),
        f"error {ACME}:8: two contacts have the id 'chen'",
    ),
    (
        {"customers/birch.yaml": "name: Birch\naliases: [B, ACME]\n"},
        "warning customers/birch.yaml:2: alias 'ACME' also means acme",
    ),
    (
        {"customers/\u0430cme.yaml": "name: x\n"},
        "note customers/\u0430cme.yaml: id '\u0430cme' mixes letters that look alike in two scripts",
    ),
    # History, days, states
    (
        replaced(ACME, "status: active\nowner", "status: lapsed\nowner"),
        (
            f"warning {ACME}:2: status is 'lapsed', but the history says 'active' (2026-05-20)."
            " Add a line to the history"
        ),
    ),
    (
        added(ACME, "- {date: 2026-06-01, cleared: [tier]}\n"),
        (
            f"warning {ACME}:5: tier is 'A', but the history says unknown (2026-06-01)."
            " Add a line to the history"
        ),
    ),
    (
        replaced(PROMISE, "due: 2026-11-10", "due: 2026-11-02"),
        f"warning {PROMISE}:6: due 2026-11-02 is before made 2026-11-03",
    ),
    (
        replaced(PROMISE, "status: open", "status: kept"),
        f"warning {PROMISE}:7: kept, but no line of the history says on which day",
    ),
    (
        replaced(DEAL, "stage: proposal", "stage: lost") | replaced(TASK, "open", "done"),
        f"warning {DEAL}:4: lost, but no line of the history says on which day",
    ),
    (
        replaced(MONTH, "2026-11-10", "2026-11-02"),
        f"warning {MONTH}:2: next_date 2026-11-02 is before at 2026-11-03",
    ),
    (
        replaced(MONTH, "2026-11-03T15:00+08:00", "2026-11-03T15:00+09:00"),
        f"warning {MONTH}:2: reported 2026-11-03T15:00+09:00 is before at 2026-11-03T14:30+08:00",
    ),
    (
        replaced(MONTH, "acme,chen", "birch,"),
        f"warning {MONTH}:2: deal d-11111111 is of acme, not of birch",
    ),
    (
        {"reps/lin.yaml": "name: Lin\narchived: 2026-01-01\n"},
        f"warning {ACME}:4: deputy 'lin' is archived. Hand the customer over",
    ),
    (
        replaced(ACME, "deputy: lin", "deputy: mei"),
        f"note {ACME}:4: deputy 'mei' is the owner too",
    ),
    (
        replaced(TASK, "status: open", "status: done\nsnoozed_until: 2026-12-01"),
        f"note {TASK}:4: snoozed until 2026-12-01, but done",
    ),
    (
        added(ACME, "conflicts:\n- {field: tier, kept: A, other: B}\n"),
        f"warning {ACME}:11: a merge left a question open about tier. Try: crm conflicts acme",
    ),
]


@pytest.mark.parametrize(("files", "said"), CASES)
def test_one_thing_wrong_is_one_problem_with_its_place(tmp_path, files, said):
    assert found(tmp_path, files) == [said]


def closed(tmp_path, line, opened="2026-03-01", before=""):
    text = f"customer: acme\nstage: won\nclose: 2026-03-05\nopened: {opened}\nhistory:\n{before}"
    return found(tmp_path, {DEAL: f"{text}- {{date: {line}, stage: won}}\n"})


def test_a_deal_does_not_close_before_it_begins(tmp_path):
    assert closed(tmp_path, "2026-03-01") == []
    assert closed(tmp_path, "2026-02-28") == [
        f"warning {DEAL}:6: closed 2026-02-28, before it was opened (2026-03-01)"
    ]


def test_a_deal_does_not_close_before_its_clock_began(tmp_path):
    before = "- {date: 2026-04-01, stage: qualified}\n"
    said = closed(tmp_path, "2026-03-05", before=before)
    assert f"warning {DEAL}:7: closed 2026-03-05, before its clock began (2026-04-01)" in said
    assert closed(tmp_path, "2026-04-01", before=before) == []


def test_a_won_deal_has_a_closing_day(tmp_path):
    text = "customer: acme\nstage: won\nhistory:\n- {date: 2026-03-01, stage: won}\n"
    assert found(tmp_path, {DEAL: text}) == [f"warning {DEAL}: won without a closing day"]


def test_a_lost_deal_has_no_open_task(tmp_path):
    text = "customer: acme\nstage: lost\nhistory:\n- {date: 2026-03-01, stage: lost}\n"
    assert found(tmp_path, {DEAL: text}) == [f"warning {TASK}:3: open, but deal d-11111111 is lost"]


def test_an_archived_customer_has_nothing_open(tmp_path):
    said = found(
        tmp_path, {ACME: "name: Acme\nstatus: archived\ncontacts: [{id: chen, name: C}]\n"}
    )
    assert said == [f"warning {ACME}:2: archived, but it has 1 open deal and 1 open promise"]


def test_a_merged_customer_is_noted_and_its_people_stand_at_the_survivor(tmp_path):
    files = {
        ACME: "name: Acme\nmerged_into: birch\nstatus: archived\n",
        "customers/birch.yaml": "name: Birch\naliases: [Acme]\ncontacts: [{id: chen, name: C}]\n",
    }
    said = found(tmp_path, files)
    note = "customer 'acme' was merged into birch"
    assert [line for line in said if "alias" not in line] == [
        f"note {DEAL}:1: {note}",
        f"note {PROMISE}:2: {note}",
        f"note {TASK}:2: {note}",
    ]


def test_merges_in_a_ring_are_told_at_each_customer(tmp_path):
    files = {
        ACME: "name: Acme\nmerged_into: birch\ncontacts: [{id: chen, name: C}]\n",
        "customers/birch.yaml": "name: Birch\nmerged_into: acme\n",
    }
    said = found(tmp_path, files)
    assert sum("leads back to this customer" in line for line in said) == 2


def test_a_reference_to_a_file_that_cannot_be_read_is_not_blamed(tmp_path):
    assert found(tmp_path, {ACME: "name: *x\n"}) == [
        f"error {ACME}:1: '*x' is an alias, not a text. If it is meant as text, put it in quotes"
    ]
    row = BOOK[MONTH].replace("visit", "walk")
    assert len(found(tmp_path, {MONTH: row})) == 1
    assert len(found(tmp_path, {MONTH: row.replace("id,at", "id,id")})) == 1


def test_h7_twins_that_differ_in_case_or_normal_form_are_told(tmp_path):
    """H7: names that meet on other systems."""
    nfc, nfd = "customers/m\u00fcller.yaml", "customers/mu\u0308ller.yaml"
    said = found(tmp_path, {nfc: "name: M\n", nfd: "name: M\n", "customers/ACME.yaml": "name: A\n"})
    twins = [line for line in said if "on some systems" in line]
    assert [line.split(":")[0] for line in twins] == [
        "error customers/ACME.yaml",
        "error customers/acme.yaml",
        f"error {nfd}",
        f"error {nfc}",
    ]


def test_h6_a_link_is_told_and_not_read(tmp_path):
    """H6: links in the repository."""
    (tmp_path / "secret.yaml").write_text("name: secret\n")
    (tmp_path / "customers").mkdir()
    (tmp_path / "customers" / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    said = found(tmp_path, {})
    assert said == [
        "warning customers/link.yaml: is a link and is not read. Put the real thing in its place"
    ]


def test_s3_merge_by_union_is_told(tmp_path):
    """S3: merge=union in .gitattributes."""
    assert len(found(tmp_path, {".gitattributes": "*.csv merge=union"})) == 1
    assert len(found(tmp_path, {".gitattributes": "# *.csv merge=union"})) == 0


def test_problems_are_ordered_and_may_be_narrowed_to_paths(tmp_path):
    files = {
        **replaced(PROMISE, "by: mei", "by: xu"),
        **added(ACME, "kind: firm\ncadence: x\n"),
    }
    said = found(tmp_path, files)
    assert [line.split(" ")[1] for line in said] == [f"{ACME}:11:", f"{ACME}:12:", f"{PROMISE}:4:"]
    assert found(tmp_path, files, ["customers"]) == said[:2]
    assert found(tmp_path, files, [PROMISE, "reps/"]) == said[2:]
    assert found(tmp_path, files, ["custom"]) == []


def test_more_than_600_000_files_are_a_warning():
    assert list(_too_many(600_000)) == []
    assert [problem.level for problem in _too_many(600_001)] == ["warning"]


def test_stages_and_tiers_are_those_of_the_policy_that_is_given(tmp_path):
    assert found(tmp_path, {}) == []
    problems, _ = check(tmp_path, Policy(rates={"USD": Decimal(32)}, tiers=(Tier("Z", None),)))
    assert [problem.field for problem in problems] == ["tier"]


def test_broken_settings_leave_the_rest_of_the_book_checked(tmp_path):
    said = found(tmp_path, {"crm.yaml": "name: *x\n", **added(ACME, "kind: firm\n")})
    assert [line.split(" ")[1] for line in said if line.startswith("error")] == [
        "crm.yaml:1:",
        f"{ACME}:11:",
    ]


def test_conflict_markers_in_the_settings_are_listed_with_their_line(tmp_path):
    """S14: and nothing is said that the settings would have to tell."""
    text = "name: A\n<<<<<<< ours\nname: B\n=======\nname: C\n>>>>>>> theirs\nformat: 1\n"
    assert found(tmp_path, {"crm.yaml": text, **replaced(ACME, "tier: A\n", "tier: Q\n")}) == [
        "error crm.yaml:2: the conflict markers of a merge stand here. Try: crm check --fix",
    ]


def test_a_question_that_a_merge_left_in_the_settings_is_shown(tmp_path):
    """S11: nothing else shows it."""
    item = "conflicts:\n- {field: name, kept: A, other: B}\n"
    (said,) = found(tmp_path, {"crm.yaml": CONFIG + item})
    what, _, remedy = said.partition(". ")
    assert what == "warning crm.yaml: a merge left a question open about name: kept A, other B"
    assert remedy == "Write what is to hold, and take the line out of conflicts"


def test_a_book_without_any_record_is_sound(tmp_path):
    (tmp_path / "crm.yaml").write_text("format: 1\n")
    assert check(tmp_path) == ([], 1)


CAMPAIGN = (
    "name: Winter\nchannel: email\npurpose: marketing\nstart: 2026-10-01\nowner: mei\n"
    "members:\n- acme/chen\n- birch\nholdout:\n- birch\n"
)
TRADE = {
    "crm.yaml": CONFIG + "products:\n- {id: chg, name: Charger}\nchannels: [direct]\n",
    "campaigns/2026/g-11111111.yaml": CAMPAIGN.replace("holdout:\n- birch\n", ""),
    "sales/2026-11.csv": (
        "id,date,order,customer,product,channel,quantity,price,currency,rep,deal,campaign,"
        "delivered_on\n"
        "b-11111111,2026-11-03,Y1,acme,chg,direct,2,500,USD,mei,d-11111111,g-11111111,2026-11-03\n"
    ),
}


def of_trade(root, path, old, new):
    return found(root, {**TRADE, path: TRADE[path].replace(old, new)})


def test_sound_campaigns_and_sales_are_left_in_peace(tmp_path):
    assert found(tmp_path, TRADE) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("acme/chen", "acme/wu", "error {}:7: member 'acme/wu' is no contact of acme"),
        ("- birch", "- brich", "error {}:8: member 'brich' is no customer of this book. Did you mean birch?"),
        ("owner: mei", "owner: mia", "error {}:5: owner 'mia' is no rep of this book. Did you mean mei?"),
        ("start: 2026", "end: 2026-09-30\nstart: 2026", "warning {}:4: end 2026-09-30 is before start 2026-10-01"),
        ("purpose: marketing", "purpose: all", "warning {}:3: a campaign has one purpose, not all of them"),
        ("purpose: marketing", "purpose: markting", "warning {}:3: purpose 'markting' is not in crm.yaml. Did you mean marketing?"),
        ("- birch\n", "- birch\nholdout:\n- birch\n", "warning {}:9: birch is to be reached and to be left alone"),
        ("- birch\n", "- birch\nholdout:\n- brich\n", "error {}:9: holdout 'brich' is no customer of this book. Did you mean birch?"),
        ("owner: mei", "cost: 5\ncurrency: GBP", "warning {}:6: currency 'GBP' has no rate, so the amount is counted and not priced. Add it under rates: in crm.yaml"),
    ],
)  # fmt: skip
def test_what_a_campaign_cannot_be_is_told(tmp_path, old, new, said):
    path = "campaigns/2026/g-11111111.yaml"
    assert said.format(path) in of_trade(tmp_path, path, old, new)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (",acme,", ",akme,", "error {}: customer 'akme' is no customer of this book. Did you mean acme?"),
        (",chg,", ",chq,", "warning {}: product 'chq' is not in crm.yaml. Did you mean chg?"),
        (",direct,", ",dealer,", "warning {}: channel 'dealer' is not in crm.yaml"),
        (",2,500,", ",2,,", "warning {}: sale without a price: it is counted and not valued. Write 0 for a gift"),
        (",2,500,", ",0,500,", "warning {}: quantity 0 is no sale and no return"),
        (",2,500,", ",2,-500,", "warning {}: price -500 is below zero: a return has a quantity below zero"),
        (",USD,", ",GBP,", "warning {}: currency 'GBP' has no rate, so the amount is counted and not priced. Add it under rates: in crm.yaml"),
        (",2026-11-03\n", ",2026-11-02\n", "warning {}: delivered_on 2026-11-02 is before the sale (2026-11-03)"),
        (",acme,", ",birch,", "warning {}: deal d-11111111 is of acme, not of birch"),
        ("g-11111111", "g-99999999", "error {}: campaign 'g-99999999' is no campaign of this book"),
        ("d-11111111", "d-99999999", "error {}: deal 'd-99999999' is no deal of this book"),
        (",mei,", ",mia,", "error {}: rep 'mia' is no rep of this book. Did you mean mei?"),
    ],
)  # fmt: skip
def test_what_an_order_line_cannot_say_is_told(tmp_path, old, new, said):
    path = "sales/2026-11.csv"
    assert said.format(f"{path}:2") in of_trade(tmp_path, path, old, new)


def test_products_and_channels_are_free_where_the_house_lists_none(tmp_path):
    files = {**TRADE, "crm.yaml": CONFIG}
    files["sales/2026-11.csv"] = TRADE["sales/2026-11.csv"].replace(",chg,direct,", ",x,y,")
    assert found(tmp_path, files) == []


def test_a_member_of_a_merged_customer_is_one_of_the_survivor(tmp_path):
    merged = "name: Ash\nstatus: archived\nmerged_into: acme\n"
    path = "campaigns/2026/g-11111111.yaml"
    files = {**TRADE, "customers/ash.yaml": merged}
    files[path] = TRADE[path].replace("acme/chen", "ash/chen")
    assert found(tmp_path, files) == []


def test_a_purpose_that_the_house_does_not_have_is_told_of_consent_too(tmp_path):
    event = "{channel: email, purpose: fun, state: given, date: 2026-05-04}"
    acme = BOOK["customers/acme.yaml"].replace(
        "{id: chen, name: Chen}", f"id: chen\n  name: Chen\n  consent:\n  - {event}"
    )
    assert found(tmp_path, {"customers/acme.yaml": acme}) == [
        "warning customers/acme.yaml:10: purpose 'fun' is not in crm.yaml"
    ]
