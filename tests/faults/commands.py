"""Every command that writes, each with a line to type in a small book and what it changes there."""

from typing import NamedTuple

Tree = dict[str, bytes]

ACME = "customers/acme.yaml"
BETA = "customers/beta.yaml"
ZETA = "customers/zeta.yaml"  # only the command after the fault changes it
LIN = "reps/lin.yaml"
DEAL = "deals/2026/d-11111111.yaml"
PROMISE = "promises/2026/p-11111111.yaml"
TASK = "tasks/2026/t-11111111.yaml"
MONTH = "interactions/mei/2026-11.csv"
CASE = "cases/2026/s-11111111.yaml"
SETTLED = "cases/2026/s-22222222.yaml"
RATINGS = "feedback/mei/2026-11.csv"
CAMPAIGN = "campaigns/2026/g-11111111.yaml"
ORDERS = "sales/2026-11.csv"

_TEXTS = {
    "crm.yaml": "name: Small\nformat: 1\ncurrency: TWD\ncommit: off\n",
    "reps/mei.yaml": "name: Mei Lin\nemail: mei@example.com\n",
    LIN: "name: Lin\nemail: lin@example.com\n",
    ACME: """
name: Acme Battery
status: active   # since the fair
owner: mei

tier: A

contacts:
- id: chen
  name: Chen
  email: chen@acme.example
- id: wu
  name: Wu

history:
- {date: 2026-03-01, by: mei, status: active, owner: mei, tier: A}
""",
    BETA: """
name: Beta
status: lead
owner: lin

history:
- {date: 2026-03-01, by: lin, status: lead, owner: lin}
""",
    ZETA: "name: Zeta\nstatus: lead\nowner: mei\n",
    DEAL: """
name: Chargers
customer: acme
owner: mei
stage: proposal
amount: 120000
close: 2026-12-01
opened: 2026-10-01

history:
- {date: 2026-10-01, by: mei, stage: proposal, amount: 120000, close: 2026-12-01, owner: mei}
""",
    PROMISE: """
what: send the quote
customer: acme
by: mei
made: 2026-11-03
due: 2026-11-10
status: open
made_in: i-11111111

history:
- {date: 2026-11-03, by: mei, due: 2026-11-10}
""",
    TASK: "what: call back\ncustomer: acme\nowner: mei\ndue: 2026-11-12\nstatus: open\n",
    CASE: """
what: the charger smokes
type: fault
customer: acme
owner: mei

status: open
opened: 2026-11-05

history:
- {date: 2026-11-05, by: mei, status: open, owner: mei}
""",
    SETTLED: """
what: which cable fits
customer: beta
owner: lin

status: resolved
opened: 2026-11-02
resolved: 2026-11-03

history:
- {date: 2026-11-02, by: lin, status: open, owner: lin}
- {date: 2026-11-03, by: lin, status: resolved, resolved: 2026-11-03}
""",
    CAMPAIGN: """
name: Winter check
channel: email
purpose: service
start: 2026-11-01
owner: mei

members:
- acme/chen
""",
    ORDERS: """
id,date,order,customer,product,channel,quantity,list_price,price,currency,cost
b-11111111,2026-11-04,Y1,acme,charger,,2,,500,,
b-22222222,2026-11-05,Y2,zeta,charger,,1,,500,,
""",
    RATINGS: """
id,at,customer,contact,rep,kind,item,score,expected,rater,interaction,case,comment,by
f-11111111,2026-11-05,acme,chen,mei,nps,,9,,customer,,,quick,mei
f-22222222,2026-11-06,acme,,lin,conduct,polite,4,,customer,,s-11111111,,mei
""",
    MONTH: """
id,at,customer,contact,rep,kind,direction,minutes,summary
i-11111111,2026-11-03T10:00:00+08:00,acme,chen,mei,visit,,40,"wants a quote, soon"
i-22222222,2026-11-04T10:00:00+08:00,acme,,mei,call,out,5,no answer
""",
}
BOOK: Tree = {path: text.lstrip("\n").encode() for path, text in _TEXTS.items()}

CSV = "Name,Region,Email\nGamma Ltd,Taipei,anna@gamma.example\nDelta Co,Tainan,\n"
# As editors: the draft becomes what the file beside the book says.
EDITED = {
    "customer.yaml": BOOK[ACME].replace(b"tier: A\n\n", b"tier: A\nregion: Taipei\n\n"),
    "deal.yaml": BOOK[DEAL].replace(b"Chargers", b"Two chargers"),
    "promise.yaml": BOOK[PROMISE].replace(b"the quote", b"the whole quote"),
    "task.yaml": BOOK[TASK].replace(b"call back", b"call back soon"),
    "case.yaml": BOOK[CASE].replace(b"smokes", b"smokes again"),
    "rep.yaml": BOOK[LIN].replace(b"name: Lin", b"name: Lin Wei"),
    "feedback.yaml": (
        b"at: 2026-11-05\ncustomer: acme\ncontact: chen\nrep: mei\nkind: nps\nscore: 10\n"
        b"rater: customer\ncomment: quick\nby: mei\n"
    ),
    "campaign.yaml": BOOK[CAMPAIGN].replace(b"Winter", b"Autumn"),
    "sale.yaml": b"date: 2026-11-04\norder: Y1\ncustomer: acme\nproduct: charger\nquantity: 3\nprice: 500\n",
    "interaction.yaml": (
        b"at: 2026-11-03T10:00:00+08:00\ncustomer: acme\ncontact: chen\nrep: mei\n"
        b"kind: visit\nminutes: 45\nsummary: wants a quote, soon\n"
    ),
}


class Case(NamedTuple):
    """A command line, the files that it changes in the book, and what the book holds besides."""

    line: str
    changes: frozenset[str]
    besides: Tree
    editor: str | None = None  # the name, among EDITED, of what the editor makes

    @property
    def old(self) -> Tree:
        return BOOK | self.besides


def _case(line: str, *changes: str, editor: str | None = None) -> Case:
    return Case(f"crm {line}", frozenset(changes), {}, editor)


def _new(letter: str, number: int = 1) -> str:
    folder = {"d": "deals", "p": "promises", "t": "tasks", "s": "cases", "g": "campaigns"}[letter]
    return f"{folder}/2026/{letter}-{number:08}.yaml"


CASES = {
    "log": _case(
        'log visit acme "agreed" --promise "send photos by friday" --promise "call by +3d"',
        *(MONTH, _new("p", 2), _new("p", 3)),
    ),
    "customer add": _case('customer add "Gamma Ltd"', "customers/gamma-ltd.yaml"),
    "customer set": _case("customer set acme tier=B", ACME),
    "customer edit": _case("customer edit acme", ACME, editor="customer.yaml"),
    "customer archive": _case("customer archive beta", BETA),
    "customer snooze": _case('customer snooze acme +14d --reason "on leave"', ACME),
    "customer merge": _case(
        "customer merge beta acme --yes",
        BETA,
        ACME,
        DEAL,
        PROMISE,
        TASK,
        MONTH,
        CASE,
        RATINGS,
        CAMPAIGN,
        ORDERS,
    ),
    "contact add": _case('contact add acme "Anna Weber" --role user', ACME),
    "contact set": _case("contact set acme/chen role=user", ACME),
    "contact edit": _case("contact edit acme/chen", ACME, editor="customer.yaml"),
    "contact remove": _case("contact remove acme/wu --yes", ACME),
    "contact consent": _case(
        "contact consent acme/chen --channel email --purpose all --state given --source form", ACME
    ),
    "deal add": _case('deal add acme "Solar panels" --amount 5000', _new("d")),
    "deal set": _case("deal set d-111 amount=130000", DEAL),
    "deal edit": _case("deal edit d-111", DEAL, editor="deal.yaml"),
    "deal move": _case("deal move d-111 negotiation", DEAL),
    "deal win": _case("deal win d-111", DEAL),
    "deal lose": _case("deal lose d-111 --reason price", DEAL),
    "deal snooze": _case('deal snooze d-111 2w --reason "budget round"', DEAL),
    "deal archive": _case("deal archive d-111", DEAL),
    "promise add": _case('promise add acme "send samples" --due friday', _new("p")),
    "promise set": _case("promise set p-111 type=quote", PROMISE),
    "promise edit": _case("promise edit p-111", PROMISE, editor="promise.yaml"),
    "promise keep": _case("promise keep p-111", PROMISE),
    "promise break": _case('promise break p-111 --reason "no stock"', PROMISE),
    "promise renegotiate": _case("promise renegotiate p-111 --due +7d --agreed yes", PROMISE),
    "promise withdraw": _case('promise withdraw p-111 --by-customer --reason "no need"', PROMISE),
    "promise assign": _case("promise assign p-111 lin", PROMISE),
    "promise archive": _case("promise archive p-111", PROMISE),
    "interaction add": _case('interaction add call acme "price is fine"', MONTH),
    "interaction set": _case("interaction set i-222 mood=pleased", MONTH),
    "interaction edit": _case("interaction edit i-111", MONTH, editor="interaction.yaml"),
    "interaction remove": _case("interaction remove i-222 --yes", MONTH),
    "case add": _case('case add acme "the fan hums" --type fault', _new("s")),
    "case set": _case("case set s-111 step=delivery", CASE),
    "case edit": _case("case edit s-111", CASE, editor="case.yaml"),
    "case acknowledge": _case("case acknowledge s-111 --replied", CASE),
    "case resolve": _case('case resolve s-111 --remedy "new charger"', CASE),
    "case reopen": _case("case reopen s-222", SETTLED),
    "case archive": _case("case archive s-222", SETTLED),
    "feedback add": _case("feedback add acme 8 --kind nps", RATINGS),
    "feedback set": _case("feedback set f-222 score=5", RATINGS),
    "feedback edit": _case("feedback edit f-111", RATINGS, editor="feedback.yaml"),
    "feedback remove": _case("feedback remove f-222 --yes", RATINGS),
    "task add": _case('task add "send the brochure" --customer acme', _new("t")),
    "task set": _case("task set t-111 due=2026-11-20", TASK),
    "task edit": _case("task edit t-111", TASK, editor="task.yaml"),
    "task done": _case("task done t-111", TASK),
    "task snooze": _case("task snooze t-111 +3d", TASK),
    "task archive": _case("task archive t-111", TASK),
    "campaign add": _case('campaign add "Spring check" --channel email', _new("g")),
    "campaign set": _case("campaign set g-111 members-=acme/chen holdout+=zeta", CAMPAIGN),
    "campaign edit": _case("campaign edit g-111", CAMPAIGN, editor="campaign.yaml"),
    "campaign archive": _case("campaign archive g-111", CAMPAIGN),
    "sale add": _case("sale add acme charger --price 500", ORDERS),
    "sale set": _case("sale set b-111 quantity=3", ORDERS),
    "sale edit": _case("sale edit b-111", ORDERS, editor="sale.yaml"),
    "sale remove": _case("sale remove b-222 --yes", ORDERS),
    "rep add": _case('rep add "Hana Novak" --email hana@example.com', "reps/hana-novak.yaml"),
    "rep set": _case("rep set lin email=lin@house.example", LIN),
    "rep edit": _case("rep edit lin", LIN, editor="rep.yaml"),
    "rep archive": _case("rep archive lin", LIN),
    "rep handover": _case("rep handover lin --to mei", BETA)._replace(
        besides={"customers/eta.yaml": b"name: Eta\nstatus: lead\nowner: lin\n"},
        changes=frozenset({BETA, "customers/eta.yaml"}),
    ),
    "conflicts": _case("conflicts settle acme tier --take other", ACME)._replace(
        besides={ACME: BOOK[ACME] + b"\nconflicts:\n- {field: tier, kept: A, other: B}\n"}
    ),
    "import": _case(
        "import people.csv --as customer", "customers/gamma-ltd.yaml", "customers/delta-co.yaml"
    ),
    "check": _case("check --fix --yes")._replace(
        besides={
            PROMISE: BOOK[PROMISE].replace(b"status: open", b"status: kept").removesuffix(b"\n"),
            LIN: BOOK[LIN].removesuffix(b"\n"),
            MONTH: BOOK[MONTH] + BOOK[MONTH].splitlines(keepends=True)[-1],
        },
        changes=frozenset({PROMISE, LIN, MONTH}),
    ),
}

# Commands that write and are tried elsewhere, and why they are not here.
ELSEWHERE = {
    "init": "there is no book before it; each of its files is a command of its own (test_create)",
    "demo": "the same",
    "export": "what it writes is an answer, put in place whole outside of the records (test_write)",
    "sync": "it writes what git has merged (tests/sync)",
    "undo": "it needs git, and writes through the same door (tests/sync)",
}
# Commands that neither list anything nor write.
NEUTRAL = {"help", "schema", "completion"}
