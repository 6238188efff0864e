"""Text to records and back, and what is said about a value that its field does not take."""

import random
from datetime import date
from decimal import Decimal

import pytest

from crmcli.book.records import COLUMNS
from crmcli.book.records import key_order
from crmcli.book.records import new_text
from crmcli.book.records import read_closely
from crmcli.book.records import read_file
from crmcli.book.records import read_placed
from crmcli.book.records import row_cells
from crmcli.book.records import to_values
from crmcli.model.customer import ConsentEvent
from crmcli.model.customer import Contact
from crmcli.model.customer import Customer
from crmcli.model.customer import CustomerEvent
from crmcli.model.deal import Deal
from crmcli.model.deal import DealEvent
from crmcli.model.interaction import Interaction
from crmcli.model.promise import Promise
from crmcli.model.promise import PromiseEvent
from crmcli.model.record import Conflict
from crmcli.model.rep import Rep
from crmcli.model.rep import Target
from crmcli.model.task import Task

ACME = "customers/acme.yaml"
PROMISE = "promises/2026/p-4t8wz01m.yaml"
MONTH = "interactions/mei/2026-11.csv"

RECORDS = [
    (
        ACME,
        Customer(
            id="acme",
            name="Acme Battery",
            aliases=("永豐電池行", "Yes"),
            kind="company",
            status="active",
            owner="mei",
            tier="A",
            potential=Decimal("1200000.50"),
            potential_date=date(2026, 5, 1),
            cadence=14,
            tax_id="01234567",
            background="Family business.\nSecond generation.\n",
            needs=("same-week delivery", "NO"),
            contacts=(
                Contact(
                    id="chen",
                    name="陳美玲",
                    role="decision-maker",
                    phone="0223456789",
                    consent=(
                        ConsentEvent(
                            channel="email",
                            purpose="marketing",
                            state="given",
                            date=date(2026, 5, 2),
                            source="form, signed",
                        ),
                    ),
                ),
                Contact(id="wu", name="null"),
            ),
            history=(
                CustomerEvent(date=date(2026, 3, 1), by="mei", status="prospect", owner="mei"),
                CustomerEvent(date=date(2026, 5, 20), note="won: at last", cleared=("tier",)),
            ),
            conflicts=(Conflict(field="phone", kept="1", other="2"),),
        ),
    ),
    (
        "deals/2026/d-7k3m9q2x.yaml",
        Deal(
            id="d-7k3m9q2x",
            customer="acme",
            stage="proposal",
            amount=Decimal("-3.00"),
            probability=0,
            products=("pack-a", "1.10"),
            history=(DealEvent(date=date(2026, 3, 1), amount=Decimal("1E+3")),),
        ),
    ),
    (
        PROMISE,
        Promise(
            id="p-4t8wz01m",
            what="replace #2: the chargers",
            by="mei",
            status="open",
            history=(PromiseEvent(date=date(2026, 3, 1), due=date(2026, 4, 1), agreed="no"),),
        ),
    ),
    ("tasks/2026/t-4t8wz01m.yaml", Task(id="t-4t8wz01m", what="~", kind="visit", status="open")),
    (
        "reps/mei.yaml",
        Rep(
            id="mei",
            name="Mei",
            targets=(Target(period="2026-Q4", measure="won", value=Decimal(10)),),
        ),
    ),
]


@pytest.mark.parametrize(("path", "record"), RECORDS)
def test_a_record_reads_back_as_it_was_written(path, record):
    read, problems = read_file(path, new_text(record).encode())
    assert problems == []
    assert read == [record]
    assert read_closely(path, new_text(record).encode()) == ([(record, None)], [])


def test_a_file_looks_as_people_write_it():
    text = """\
name: Acme Battery
aliases: [永豐電池行, Yongfeng]
status: active

tier: A
potential: 1200000
needs:
- same-week delivery

contacts:
- id: chen
  name: 陳美玲
  consent:
  - {channel: email, purpose: marketing, state: given, date: 2026-05-02}

history:
- {date: 2026-03-01, by: mei, status: prospect, note: at the fair}
"""
    (record,), problems = read_file(ACME, text.encode())
    assert problems == []
    assert new_text(record) == text


def test_values_stand_in_the_order_of_the_file_and_what_is_said_about_a_line_is_last():
    record = RECORDS[2][1]
    values = to_values(record.with_fields(made=date(2026, 3, 1)))
    assert list(values) == ["what", "by", "made", "status", "history"]
    event = PromiseEvent(date=date(2026, 1, 1), note="x", cleared=("owner",), status="open")
    line = to_values(record.with_fields(history=(event,)))["history"][0]
    assert list(line) == ["date", "status", "note", "cleared"]
    assert key_order(Promise)[:2] == ("what", "customer")


def said(path, text):
    records, problems = read_file(path, text.encode())
    assert records == []
    assert all(problem.level == "error" for problem in problems)
    return [str(problem) for problem in problems]


@pytest.mark.parametrize(
    ("line", "what"),
    [
        (
            "status: activ",
            "status 'activ' is not one of lead, prospect, active, lapsed, lost, archived. Did you mean active?",
        ),
        (
            "verified: 2026-02-30",
            "verified '2026-02-30' is not a date: February 2026 has 28 days",
        ),
        ("verified: 2024-02-30", "verified '2024-02-30' is not a date: February 2024 has 29 days"),
        ("verified: 2026-13-01", "verified '2026-13-01' is not a date: there is no month 13"),
        ("verified: 1.2.2026", "verified '1.2.2026' is not a date. Write it as 2026-11-27"),
        ("verified: [a]", "verified is a list, not a date. Write one value"),
        ("cadence: x", "cadence 'x' is not a whole number"),
        ("cadence: 1.0", "cadence '1.0' is not a whole number"),
        ("cadence: 1e3", "cadence '1e3' is not a whole number"),
        ("cadence: 0", "cadence '0' is not between 1 and 9999"),
        ("cadence: -5", "cadence '-5' is not between 1 and 9999"),
        ("cadence: 9999999999999", "cadence '9999999999999' is not between 1 and 9999"),
        ("potential: NaN", "potential 'NaN' is not a number, as 1200.50"),
        ("potential: 1e5", "potential '1e5' is not a number, as 1200.50"),
        ("potential: 1_000", "potential '1_000' is not a number, as 1200.50"),
        ("potential: 1,000", "potential '1,000' is not a number, as 1200.50"),
        ("potential: ١٢", "potential '١٢' is not a number, as 1200.50"),
        (
            "potential: 1234567890123456789",
            "potential '1234567890123456789' has too many digits: 18 before the point and 6 after it at most",
        ),
        ("region: [x]", "region is a list, not a text. Put it in quotes if it is meant as text"),
        ("region: {x: y}", "region is a map, not a text. Put it in quotes if it is meant as text"),
        ("tags: retail", "tags 'retail' is a text, not a list. Write tags: [retail]"),
        ("tags: {a: b}", "tags is a map, not a list. Write tags: [...]"),
        (
            "contacts: chen",
            "contacts 'chen' is a text, not a list. Write each as - {id: ..., name: ..., ...}",
        ),
        (
            "history: [x]",
            "history 'x' is a text, not a map. Write each as - {date: 2026-11-27, ...}",
        ),
        ("contacts: [{id: chen}]", "'name' is missing"),
        (
            "history: [{date: 2026-11-31}]",
            "date '2026-11-31' is not a date: November 2026 has 30 days",
        ),
    ],
)
def test_y4_a_value_that_its_field_does_not_take_is_a_problem_with_its_line(line, what):
    """Y4: one problem with file, line, field, value and what is allowed."""
    assert said(ACME, f"name: Acme\n# a comment\n{line}\n") == [f"{ACME}:3: {what}"]


def test_all_that_is_wrong_in_a_file_is_told_at_once():
    text = "kind: firm\nstatus: x\ncontacts:\n- id: chen\n  name: A\n  role: boss\n"
    assert [problem.partition(" ")[0] for problem in said(ACME, text)] == [
        f"{ACME}:",
        f"{ACME}:1:",
        f"{ACME}:2:",
        f"{ACME}:6:",
    ]
    _, problems = read_file(ACME, text.encode())
    assert problems[0].what == "'name' is missing"
    assert [problem.field for problem in problems] == [None, "kind", "status", "contacts.role"]
    assert {problem.record for problem in problems} == {"acme"}


def test_y3_nothing_is_absent_and_null_is_text_in_a_text_field():
    """Y3: `~` and `null` are text in a text field, absent in a field of another type."""
    text = "name: null\nregion: ~\nstatus: ~\ncadence: null\nverified: ~\ntags: ~\nindustry:\n"
    (record,), problems = read_file(ACME, text.encode())
    assert problems == []
    assert record == Customer(id="acme", name="null", region="~")


def test_what_is_required_may_not_be_null():
    assert said(PROMISE, "what: x\nby: mei\nstatus: ~\n") == [f"{PROMISE}: 'status' is missing"]


@pytest.mark.parametrize("text", ["", "\n", "# only this\n"])
def test_y9_an_empty_file_is_bad_and_named(text):
    """Y9: a file that is empty, or only comments."""
    assert said(ACME, text)[0].startswith(f"{ACME}:1: the file ")


@pytest.mark.parametrize(("size", "fits"), [(65_536, True), (65_537, False)])
def test_y12_a_text_has_at_most_64_kib(size, fits):
    """Y12: text field at most 64 KiB."""
    records, problems = read_file(ACME, b"name: Acme\nbackground: " + b"x" * size + b"\n")
    assert bool(records) is fits
    assert [str(each) for each in problems] == (
        [] if fits else [f"{ACME}:2: background is longer than 64 KiB"]
    )


def test_a_word_of_the_settings_or_another_record_does_not_stop_a_record():
    text = "stage: dreamt\ncustomer: nobody\ncurrency: XXX\n"
    (deal,), problems = read_file("deals/2026/d-7k3m9q2x.yaml", text.encode())
    assert (deal.stage, problems) == ("dreamt", [])


def test_a_path_that_is_no_record_is_not_read():
    assert read_file("customers/Acme.yaml", b"name: x\n")[0] == []
    assert read_file("README.md", b"name: x\n")[1][0].what == "is no record, so it is not read"


def test_unknown_keys_are_told_only_on_a_close_look():
    text = "id: acme\nname: Acme\nowned: mei\ncontacts:\n- {id: a, name: b, fone: 1}\n"
    assert read_file(ACME, text.encode())[1] == []
    placed, problems = read_closely(ACME, text.encode())
    assert len(placed) == 1
    assert {problem.level for problem in problems} == {"note"}
    assert [(problem.line, problem.remedy) for problem in problems] == [
        (1, "Remove the line"),
        (3, "Did you mean owner?"),
        (5, "Did you mean phone?"),
    ]


def test_y11_a_text_lost_to_a_comment_sign_is_a_note():
    """Y11: `#` in a plain value."""
    _, problems = read_closely(ACME, b"name: Acme\nregion: #123\n")
    assert [(problem.place, problem.level) for problem in problems] == [(f"{ACME}:2", "note")]


def test_a_missing_line_end_is_a_warning_in_yaml_and_an_error_in_csv():
    _, problems = read_closely(ACME, b"name: Acme")
    assert [(problem.level, problem.fixable) for problem in problems] == [("warning", True)]
    placed, problems = read_placed(MONTH, b"id,at,rep,kind\ni-2m8c4x7q,2026-11-09,mei,call")
    assert len(placed) == 1
    assert [(problem.level, problem.fixable) for problem in problems] == [("error", True)]


HEADER = ",".join(COLUMNS[Interaction])
VISIT = Interaction(
    id="i-2m8c4x7q",
    at="2026-11-03T14:30:00+08:00",
    customer="acme",
    rep="mei",
    kind="visit",
    minutes=45,
    mood="pleased",
    summary='said "yes", twice',
    next_date=date(2026, 11, 10),
    also=("lin", "wu"),
)


def row(**cells):
    plain = {"id": "i-2m8c4x7q", "at": "2026-11-03", "rep": "mei", "kind": "call", **cells}
    return f"{','.join(plain)}\n{','.join(plain.values())}\n"


def test_the_columns_are_those_of_the_format():
    assert HEADER == (
        "id,at,customer,contact,rep,kind,direction,minutes,mood,failure,summary,next_step,"
        "next_date,deal,case,campaign,reported,lesson,also,outcome,step,reviewed,conflicts,ref"
    )


def test_a_row_reads_back_as_it_was_written():
    cells = row_cells(VISIT)
    assert tuple(cells) == COLUMNS[Interaction]
    assert cells["also"] == "lin;wu"
    line = ",".join('"' + cell.replace('"', '""') + '"' for cell in cells.values())
    placed, problems = read_placed(MONTH, f"{HEADER}\n{line}\n".encode())
    assert problems == []
    assert placed == [(VISIT, 2)]


@pytest.mark.parametrize(
    ("cells", "what"),
    [
        ({"minutes": "x"}, "minutes 'x' is not a whole number"),
        ({"minutes": "-1"}, "minutes '-1' is not between 0 and 99999"),
        ({"kind": ""}, "'kind' is missing"),
        (
            {"mood": "happy"},
            "mood 'happy' is not one of delighted, pleased, neutral, unhappy, offended. Did you mean unhappy?",
        ),
        ({"at": "2026-11-31"}, "at '2026-11-31' is not a time: November 2026 has 30 days"),
        (
            {"at": "2026-11-03T14:30"},
            "at '2026-11-03T14:30' is not a time. Write 2026-11-27T14:30+08:00, or 2026-11-27 alone",
        ),
        (
            {"reported": "2026-11-03T25:00Z"},
            "reported '2026-11-03T25:00Z' is not a time. Write 2026-11-27T14:30+08:00, or 2026-11-27 alone",
        ),
        ({"next_date": "soon"}, "next_date 'soon' is not a date. Write it as 2026-11-27"),
        ({"id": "p-2m8c4x7q"}, "id 'p-2m8c4x7q' is not i- and 8 letters or digits"),
    ],
)
def test_a_bad_row_is_a_problem_with_its_line(cells, what):
    assert said(MONTH, row(**cells)) == [f"{MONTH}:2: {what}"]


def test_a_bad_row_stops_only_itself():
    text = "id,at,rep,kind\ni-2m8c4x7q,soon,mei,call\ni-2m8c4x7r,2026-11-03T09:00Z,mei,call\n"
    placed, problems = read_placed(MONTH, text.encode())
    assert [(record.id, line) for record, line in placed] == [("i-2m8c4x7r", 3)]
    assert [problem.record for problem in problems] == ["i-2m8c4x7q"]


def test_a_fault_of_structure_stops_the_file():
    text = 'id,at,rep,kind\ni-2m8c4x7q,"2026,mei,call\ni-2m8c4x7r,2026-11-03,mei,call\n'
    assert len(said(MONTH, text)) == 1
    assert said(MONTH, "id,at,rep\n")[0] == f"{MONTH}:1: the header has no column 'kind'"


def test_empty_cells_are_unknown_and_null_is_text_only_in_a_text():
    text = row(minutes="null", summary="null", also=" ;lin; ", mood="~", customer="")
    (record,), problems = read_file(MONTH, text.encode())
    assert problems == []
    assert (record.minutes, record.summary, record.also) == (None, "null", ("lin",))


def test_an_unknown_column_is_a_note_on_a_close_look():
    _, problems = read_closely(MONTH, row(mod="x").encode())
    assert [(problem.level, problem.remedy) for problem in problems] == [
        ("note", "Did you mean mood?")
    ]


SCRAPS = [b"", b"\n", b":", b"- ", b"'", b'"', b"[", b"{", b"#", b"&a ", b"*a", b"\xff", b"~", b"9"]


def test_y4_no_broken_file_raises():
    """Y4: whatever a file holds, only problems come out."""
    chance = random.Random(1)
    texts = [(path, new_text(record).encode()) for path, record in RECORDS]
    texts.append((MONTH, row(minutes="5", reported="2026-11-03T18:00Z", also="lin").encode()))
    for _ in range(600):
        for path, text in texts:
            cuts = sorted(chance.sample(range(len(text)), 2))
            spoilt = text[: cuts[0]] + chance.choice(SCRAPS) + text[cuts[1] :]
            placed, problems = read_closely(path, spoilt)
            assert all(problem.file == path for problem in problems)
            assert placed or any(problem.level == "error" for problem in problems) or path == MONTH
