"""Answers to look at: payloads that attack a terminal, a list, a card, a report."""

from datetime import date
from decimal import Decimal

from crmcli.reports.table import Column
from crmcli.reports.table import Evidence
from crmcli.reports.table import Money
from crmcli.reports.table import Table

# What arrives, and what a cell on a terminal shows.
PAYLOADS = (
    ("[red]Acme[/red] GmbH", "[red]Acme[/red] GmbH"),
    ("Acme [berlin]", "Acme [berlin]"),
    ("Acme [2024] [DE]", "Acme [2024] [DE]"),
    ("Acme [/] GmbH", "Acme [/] GmbH"),
    ("Acme [/red]", "Acme [/red]"),
    (
        "[link=http://evil.example]Acme[/link]",
        "[link=http://evil.example]Acme[/link]",
    ),
    ("[@click=app.bell]Acme[/]", "[@click=app.bell]Acme[/]"),
    ("Meeting :smile: 10:00 :house:", "Meeting :smile: 10:00 :house:"),
    ("\x1b[31mAcme\x1b[0m", r"\x1b[31mAcme\x1b[0m"),
    ("\x1b[2J\x1b[HAcme", r"\x1b[2J\x1b[HAcme"),
    (
        "\x1b]8;;http://evil.example\x1b\\Acme\x1b]8;;\x1b\\",
        r"\x1b]8;;http://evil.example\x1b\Acme\x1b]8;;\x1b" + "\\",
    ),
    ("\x1b]52;c;cm0gLXJmIH4=\x07Acme", r"\x1b]52;c;cm0gLXJmIH4=\x07Acme"),
    ("\x1b]0;pwned\x07Acme", r"\x1b]0;pwned\x07Acme"),
    ("\x9b31mAcme", r"\x9b31mAcme"),
    ("Acme\x07", r"Acme\x07"),
    ("Real Ltd\rFake Ltd", r"Real Ltd\rFake Ltd"),
    ("Bad\b\b\bGood", r"Bad\x08\x08\x08Good"),
    ("Acme\nC-0002  Other  won", r"Acme\nC-0002  Other  won"),
    ("Acme \u202egro.live\u202c", r"Acme \u202egro.live\u202c"),
    ("Ac\u200bme", r"Ac\u200bme"),
    ("Ac\0me", r"Ac\x00me"),
    ("Ac\tme", r"Ac\tme"),
)

HOSTILE = Table(
    "customers",
    "Customers",
    (Column("id", "id"), Column("name"), Column("tags", "list")),
    tuple((f"c-{at:08d}", raw, (raw, "x;y")) for at, (raw, _) in enumerate(PAYLOADS)),
    notes=tuple(raw for raw, _ in PAYLOADS),
)


def twd(amount: str) -> Money:
    return Money(Decimal(amount), "TWD")


QUOTE = "send the quote for 40 battery packs, with the discount that they asked for at the fair"
APOLOGY = "更換兩台故障的充電器，並由主管親自道歉、給出確定的交期（含賠償方案）"
COMPLAINT = "充電器第三次故障，客戶在電話中非常生氣，要求換新並賠償停工損失"

PROMISES = Table(
    "promises",
    "Open promises",
    (
        Column("id", "id"),
        Column("due", "date"),
        Column("customer_name"),
        Column("what"),
        Column("by"),
        Column("status"),
        Column("days_late", "number"),
    ),
    (
        ("p-4t8wz01m", date(2026, 11, 3), "永豐電池行", APOLOGY, "mei", "late", 6),
        ("p-7k2mz91q", date(2026, 11, 10), "王小明股份有限公司", QUOTE, "lin", "open", None),
        (
            "p-9a9a9a9a",
            date(2026, 11, 12),
            "Café 👍🏽 ❤️ 🇹🇼 e\u0301",
            "call back",
            "mei",
            "kept",
            None,
        ),
    ),
    empty="no promise. Try: crm promise add CUSTOMER TEXT --due DATE",
)

DEALS = Table(
    "deals",
    "Open deals",
    (
        Column("id", "id"),
        Column("name"),
        Column("stage"),
        Column("amount", "money"),
        Column("weighted", "money"),
        Column("close", "date"),
    ),
    (
        (
            "d-1a2b3c4d",
            "40 battery packs",
            "quoted",
            twd("1200000"),
            twd("600000"),
            date(2026, 12, 1),
        ),
        ("d-5e6f7g8h", "維修合約 2027", "qualified", None, None, None),
    ),
    notes=("1 deal without an amount",),
)

CARD = Table(
    "customer",
    "王小明股份有限公司",
    (
        Column("id", "id"),
        Column("name"),
        Column("tier"),
        Column("industry"),
        Column("potential", "money"),
        Column("background"),
        Column("needs", "list"),
        Column("verified", "yes"),
        Column("seen", "time"),
        Column("contacts", "records"),
    ),
    (
        (
            "王小明股份有限公司",
            "王小明股份有限公司",
            None,
            None,
            twd("1200000"),
            (
                "Family business; the father signs every order above TWD 500,000, and only in person.\n"
                "老闆不喜歡電話，請先寫信。"
            ),
            ("same-week delivery", "誠實的交期"),
            True,
            "2026-11-05T14:30:00+08:00",
            (
                {"id": "chen", "name": "陳美玲", "role": "decision-maker", "phone": "0223456789"},
                {"id": "wu", "name": "吳大維", "role": None, "phone": None},
            ),
        ),
    ),
    single=True,
    parts=(PROMISES, DEALS, PROMISES._replace(name="none", rows=())),
)

BEHIND = (
    Evidence(date(2026, 11, 10), "p-4t8wz01m", "promise", "computed", "late 6 days"),
    Evidence(date(2026, 11, 2), "s-2m8c4x7q", "case", "said", COMPLAINT),
    Evidence(date(2026, 10, 2), "i-2m8c4x7q", "visit", "seen", "offended"),
    Evidence(date(2026, 9, 2), "i-3m8c4x7q", "visit", "seen", "unhappy"),
)

REPORT = Table(
    "relationships",
    "Relationships",
    (
        Column("customer", "id"),
        Column("name"),
        Column("verdict"),
        Column("value", "money"),
        Column("rate", "rate", "kept"),
        Column("health", "number"),
        Column("secret"),
        Column("evidence", "evidence"),
    ),
    (
        ("acme", "Acme Battery", "offended", twd("1200000"), 0.7777, 71.234, "a", BEHIND),
        ("yong-feng", "永豐電池行", "steady", None, None, None, "b", BEHIND[2:3]),
        ("wang", "王小明股份有限公司", "unknown", twd("0"), 1.0, None, "c", ()),
    ),
    notes=("3 deals not priced: no rate for EUR (12,000)",),
    parts=(DEALS,),
    summary={"customers": 3, "rate": 0.5, "value_at_risk": twd("5"), "unknown": None},
    shown=("customer", "name", "verdict", "value", "rate", "health"),
    question="Which customers did we please, which did we offend?",
    as_of=date(2026, 11, 9),
    since=date(2026, 5, 14),
    until=date(2026, 11, 9),
)

EMPTY = PROMISES._replace(rows=())
