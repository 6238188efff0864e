"""Yesterday's report asked today gives yesterday's answer, whatever happened since. Trap 10."""

import random
from datetime import date
from datetime import timedelta

import msgspec
import pytest

from crmcli.reports import registry
from tests import builders as make

DAY = date(2026, 11, 9)
REPS = ("mei", "lin", "jonas")
STAGES = ("lead", "qualified", "proposal", "negotiation", "won", "lost")
POLICY = {
    "currency": "TWD",
    "rates": {"EUR": "36.4"},
    "capabilities": [{"type": "quote", "days": 2}, {"type": "delivery", "days": 7}],
    "products": [{"id": "charger", "cost": "60"}, {"id": "agm", "cost": "50"}],
    "standard": {
        "relationships": {"silence_pool": 5},
        "value": {"minute_cost": "2", "case_cost": "10"},
        "pipeline": {
            "forecast_min_closed": 5,
            "forecast_min_won": 2,
            "aged_min": 2,
            "measured_min": 2,
        },
        "reputation": {"min_arm": 1},
        "campaigns": {"min_arm": 1},
        "forecast": {"calibration_min": 1},
    },
}


class World:
    """A made-up house, day by day. Each thing that happens is of a day and changes only its own."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.reps = {
            id: make.rep(id, department="sales", level="staff", joined="2020-01-01") for id in REPS
        }
        self.customers: dict = {}
        self.deals: dict = {}
        self.promises: dict = {}
        self.tasks: dict = {}
        self.cases: dict = {}
        self.campaigns = {
            "g-00000001": make.campaign("2026-09-01", id="g-00000001", holdout=["c0"])
        }
        self.interactions: dict = {}
        self.feedback: dict = {}
        self.sales: dict = {}
        self.numbers = 0

    def book(self):
        kinds = (
            "customers",
            "deals",
            "promises",
            "tasks",
            "cases",
            "campaigns",
            "interactions",
            "feedback",
            "sales",
            "reps",
        )
        return make.book_of(
            **{kind: list(getattr(self, kind).values()) for kind in kinds}, policy=POLICY
        )

    def run(self, first: date, last: date, a_day: float) -> None:
        """Let things happen, on average so many a day."""
        day = first
        while day <= last:
            for _ in range(int(a_day) + (self.random.random() < a_day % 1)):
                self.random.choice(EVENTS)(self, day)
            day += timedelta(1)

    def id(self, letter: str) -> str:
        self.numbers += 1
        return f"{letter}-{self.numbers:08}"

    def one(self, things: dict):
        return self.random.choice(list(things.values())) if things else None

    def pick(self, *words):
        return self.random.choice(words)

    # what happens

    def customer(self, day: date) -> None:
        id = f"c{len(self.customers)}"
        owner, tier = self.pick(*REPS), self.pick("A", "B", "C", None)
        status = self.pick("lead", "prospect", "active", "active")
        history = [
            {
                "date": str(day),
                "by": owner,
                "status": status,
                "owner": owner,
                **({"tier": tier} if tier else {}),
            }
        ]
        people = [
            make.contact(who, role=self.pick("decision-maker", "user"), email=f"{who}@x.example")
            for who in ("ann", "bob")
        ]
        self.customers[id] = make.customer(
            id, status=status, owner=owner, tier=tier, history=history, contacts=people, kind="company",
            deputy=self.pick(None, *REPS), potential=self.pick(None, "1000", "5000"), industry=self.pick(None, "retail"),
        )  # fmt: skip

    def customer_changes(self, day: date) -> None:
        if one := self.one(self.customers):
            field, value = self.pick(
                ("status", self.pick("active", "lapsed", "lost", "prospect")),
                ("owner", self.pick(*REPS)),
                ("tier", self.pick("A", "B", "C", None)),
            )
            self.customers[one.id] = one.changed(on=day, by="mei", **{field: value})

    def deal(self, day: date) -> None:
        id, owner = self.id("d"), self.pick(*REPS)
        self.deals[id] = make.deal(
            self.pick("lead", "qualified"), id=id, customer=self.a_customer(), owner=owner, opened=str(day),
            amount=self.pick(None, "100", "2500"), currency=self.pick(None, "EUR", "GBP"),
            close=str(day + timedelta(self.random.randrange(5, 90))), type="new-business",
        )  # fmt: skip

    def deal_changes(self, day: date) -> None:
        if one := self.one(self.deals):
            fields = self.pick(
                {"stage": self.pick(*STAGES)},
                {"stage": self.pick(*STAGES)},
                {"close": day + timedelta(self.random.randrange(-10, 60))},
                {
                    "amount": self.pick(
                        None,
                        msgspec.convert(
                            "700", type=type(one).__annotations__["amount"], strict=False
                        ),
                    )
                },
                {"owner": self.pick(*REPS)},
            )
            self.deals[one.id] = one.changed(on=day, by="mei", **fields)

    def promise(self, day: date) -> None:
        id, rep = self.id("p"), self.pick(*REPS)
        self.promises[id] = make.promise(
            self.pick(None, str(day + timedelta(self.random.randrange(0, 20)))), id=id, by=rep, made=str(day),
            customer=self.pick(None, self.a_customer()), type=self.pick(None, "quote", "delivery", "other"),
        )  # fmt: skip

    def promise_changes(self, day: date) -> None:
        one = self.one({id: each for id, each in self.promises.items() if each.status == "open"})
        if one is None:
            return
        if self.random.random() < 0.3:
            new = one.changed(on=day, by="mei", due=day + timedelta(self.random.randrange(1, 20)))
        elif self.random.random() < 0.2:
            new = one.changed(on=day, by="mei", owner=self.pick(*REPS))
        else:
            status = self.pick(
                "kept", "kept", "kept", "broken", "withdrawn-by-us", "withdrawn-by-customer"
            )
            new = one.changed(on=day, by="mei", status=status)
        self.promises[one.id] = new

    def task(self, day: date) -> None:
        id, rep = self.id("t"), self.pick(*REPS)
        due = str(day + timedelta(self.random.randrange(0, 20)))
        first = [{"date": str(day), "by": rep, "status": "open", "due": due, "owner": rep}]
        self.tasks[id] = make.task(
            due, id=id, owner=rep, kind="visit", customer=self.a_customer(), history=first
        )

    def task_done(self, day: date) -> None:
        one = self.one({id: each for id, each in self.tasks.items() if each.status == "open"})
        if one is not None:
            self.tasks[one.id] = one.changed(on=day, by="mei", status="done", done=day)

    def case(self, day: date) -> None:
        id = self.id("s")
        self.cases[id] = make.case(
            self.pick(str(day), f"{day}T10:00:00+08:00"), id=id, customer=self.a_customer(), owner=self.pick(*REPS),
            type=self.pick("complaint", "fault", "request"), step=self.pick(None, "delivery", "invoice"),
            failure=self.pick(None, "neglect", "disregard"),
        )  # fmt: skip

    def case_changes(self, day: date) -> None:
        if one := self.one(self.cases):
            at = self.pick(str(day), f"{day}T15:00:00+08:00")
            if one.status == "resolved":
                new = (
                    one.reopen(on=day, by="mei")
                    if self.random.random() < 0.3
                    else one.changed(on=day, by="mei", accepted=day)
                )
            elif one.status == "open" and not one.acknowledged:
                new = one.acknowledge(at, by="mei", replied=self.random.random() < 0.5)
            else:
                new = one.resolve(at, by="mei")
            self.cases[one.id] = new

    def interaction(self, day: date) -> None:
        id, kind = (
            self.id("i"),
            self.pick("visit", "visit", "call", "email", "message", "meeting", "note"),
        )
        written = kind in ("email", "message", "call")
        also = [self.pick(*REPS)] if self.random.random() < 0.1 else []
        self.interactions[id] = make.interaction(
            kind, self.pick(str(day), f"{day}T{self.random.randrange(8, 18):02}:00:00+08:00"), id=id, customer=self.a_customer(),
            rep=self.pick(*REPS), contact=self.pick(None, "ann", "bob"), direction=self.pick("in", "out") if written else None,
            outcome=self.pick(None, None, "no-answer") if kind == "call" else None, mood=self.pick(None, "pleased", "neutral", "unhappy", "offended"),
            failure=self.pick(None, None, None, "neglect", "lost-face"), minutes=self.pick(None, 20, 60), step=self.pick(None, "delivery"), also=also,
            campaign=self.pick(None, None, "g-00000001"), next_step=self.pick(None, "call again"),
            next_date=str(day + timedelta(self.random.randrange(1, 20))), deal=self.pick(None, *self.deals),
        )  # fmt: skip

    def visit_reported(self, day: date) -> None:
        one = self.one(
            {
                id: each
                for id, each in self.interactions.items()
                if each.kind == "visit" and not each.reported
            }
        )
        if one is not None:
            self.interactions[one.id] = one.with_fields(
                reported=f"{day}T19:00:00+08:00", reviewed=self.pick(None, day)
            )

    def rating(self, day: date) -> None:
        kind = self.pick("nps", "csat", "ces", "conduct", "compliment")
        score = None if kind == "compliment" else self.random.randrange(1, 6)
        id = self.id("f")
        self.feedback[id] = make.feedback(
            kind, score, str(day), id=id, customer=self.a_customer(), rep=self.pick(None, *REPS),
            item="polite" if kind == "conduct" else None, expected=self.pick(None, 4) if kind == "conduct" else None,
        )  # fmt: skip

    def sale(self, day: date) -> None:
        id = self.id("b")
        promised = day + timedelta(self.random.randrange(1, 15))
        self.sales[id] = make.sale(
            str(day), self.pick(1, 5, -1), self.pick(None, 90, 100), id=id, customer=self.a_customer(), list_price="100",
            product=self.pick("charger", "agm"), channel=self.pick(None, "dealer"), order=f"Y{self.numbers}",
            currency=self.pick(None, None, "GBP"), promised_on=str(promised), campaign=self.pick(None, "g-00000001"),
        )  # fmt: skip

    def delivery(self, day: date) -> None:
        one = self.one({id: each for id, each in self.sales.items() if not each.delivered_on})
        if one is not None:
            self.sales[one.id] = one.with_fields(delivered_on=day)

    def a_customer(self) -> str:
        return self.pick(*self.customers) if self.customers else "c0"


EVENTS = (
    World.customer, World.customer_changes, World.deal, World.deal_changes, World.deal_changes, World.promise,
    World.promise_changes, World.promise_changes, World.task, World.task_done, World.case, World.case_changes,
    World.case_changes, World.interaction, World.interaction, World.interaction, World.visit_reported, World.rating,
    World.sale, World.sale, World.delivery,
)  # fmt: skip


def told(report, book):
    """All that a report says."""
    return report.load()(book, DAY)


@pytest.fixture(scope="module", params=range(12))
def days(request):
    """Three books of one house: on the day, a month later, and the same again."""
    world = World(request.param)
    world.customer(date(2026, 1, 1))
    world.run(date(2026, 1, 1), DAY, 2.5)
    then = world.book()
    world.run(DAY + timedelta(1), DAY + timedelta(30), 6)
    return then, world.book()


@pytest.mark.parametrize("report", registry.REPORTS, ids=lambda each: each.name)
def test_yesterdays_answer_stands_whatever_happened_since(days, report):
    then, now = days
    first, second = told(report, then), told(report, now)
    assert first.rows == second.rows
    assert first.summary == second.summary
    assert {part.name: part.rows for part in first.parts} == {
        part.name: part.rows for part in second.parts
    }
    assert first.notes == second.notes


def test_the_house_is_not_empty_and_changed_since(days):
    then, now = days
    assert len(then.query("SELECT id FROM interactions")) > 30
    assert len(now.query("SELECT id FROM history")) > len(then.query("SELECT id FROM history"))
