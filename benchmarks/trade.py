"""What a synthetic book sells, what its customers say and what they complain of.

Beside the records of `benchmarks.generate`: per customer four order lines, one rating, and for
every fifth a case; six products, one campaign. The same size and seed give the same bytes.
"""

import random
from collections import defaultdict
from datetime import timedelta
from pathlib import Path

from benchmarks import vocabulary as words
from benchmarks.generate import ALPHABET
from benchmarks.generate import DAYS
from benchmarks.generate import END
from crmcli.book.records import COLUMNS
from crmcli.model.feedback import Feedback
from crmcli.model.sale import Sale

LINES = 4
PRODUCTS = {
    "agm": 4200,
    "gel": 11500,
    "lfp": 32000,
    "charger": 2600,
    "ups": 24000,
    "cabinet": 185000,
}
CHANNELS = ("direct", "dealer", "installer")
CONFIG = """
products:
- {id: agm, cost: 2900}
- {id: gel, cost: 8100}
- {id: lfp, cost: 23500}
- {id: charger, cost: 1650}
- {id: ups, cost: 16800}
- {id: cabinet, cost: 139000}

channels: [direct, dealer, installer]
"""


class Trade:
    """Adds to one book; days are numbers from 0, the last of them is END."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        self.random = random.Random(seed)
        start = END - timedelta(days=DAYS)
        self.days = [str(start + timedelta(days=day)) for day in range(DAYS + 1)]
        self.months: dict[str, list[str]] = defaultdict(list)

    def add(self) -> None:
        with (self.folder / "crm.yaml").open("a", encoding="utf-8") as file:
            file.write(CONFIG)
        ids = sorted(path.stem for path in (self.folder / "customers").iterdir())
        for number, customer in enumerate(ids):
            for _ in range(LINES):
                self.sale(customer)
            self.rating(customer)
            if number % 5 == 0:
                self.case(customer)
        for path, rows in self.months.items():
            header = COLUMNS[Sale if path.startswith("sales") else Feedback]
            file = self.folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            full = [row + "," * (len(header) - 1 - row.count(",")) for row in sorted(rows)]
            file.write_text("\n".join([",".join(header), *full, ""]), encoding="utf-8")

    def sale(self, customer: str) -> None:
        pick = self.random.choice
        day = self.random.randrange(DAYS + 1)
        product, price = pick(list(PRODUCTS.items()))
        paid = price if self.random.random() < 0.7 else price * 9 // 10
        promised = min(day + 7, DAYS)
        delivered = min(promised + pick((-1, 0, 0, 0, 2)), DAYS)
        cells = (
            self.id("b"), self.days[day], f"Y{self.random.randrange(10**6)}", customer, product,
            pick(CHANNELS), str(self.random.randrange(1, 40)), str(price), str(paid), "", "", "", "",
            "", self.days[promised], self.days[delivered],
        )  # fmt: skip
        self.months[f"sales/{self.days[day][:7]}.csv"].append(",".join(cells))

    def rating(self, customer: str) -> None:
        pick = self.random.choice
        day = self.days[self.random.randrange(DAYS - 180, DAYS + 1)]
        kind, scores, item = pick(
            (("nps", range(11), ""), ("csat", range(2, 6), ""), ("conduct", range(2, 6), "helpful"))
        )
        rep = pick(words.REPS)
        cells = (self.id("f"), f"{day}T10:00:00+08:00", customer, "", rep, kind, item, str(pick(list(scores))), "", "customer", "", "", "", rep)  # fmt: skip
        self.months[f"feedback/{rep}/{day[:7]}.csv"].append(",".join(cells))

    def case(self, customer: str) -> None:
        pick = self.random.choice
        first = self.random.randrange(DAYS - 5)
        opened, resolved = (self.days[first + days] for days in (0, self.random.randrange(1, 5)))
        id, rep = self.id("s"), pick(words.REPS)
        file = self.folder / f"cases/{opened[:4]}/{id}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(
            f"what: {pick(words.TOPICS)}\ntype: {pick(('complaint', 'request', 'question', 'fault'))}\n"
            f"customer: {customer}\nowner: {rep}\nstep: {pick(('delivery', 'invoice', 'support'))}\n\n"
            f"status: resolved\nopened: {opened}\nreplied: {opened}\nresolved: {resolved}\n\nhistory:\n"
            f"- {{date: {opened}, by: {rep}, status: open, owner: {rep}}}\n"
            f"- {{date: {resolved}, by: {rep}, status: resolved, resolved: {resolved}}}\n",
            encoding="utf-8",
        )

    def id(self, letter: str) -> str:
        bits = self.random.getrandbits(40)
        return f"{letter}-" + "".join(ALPHABET[bits >> shift & 31] for shift in range(0, 40, 5))


def add_trade(folder: Path, seed: int = 1) -> None:
    """Add sales, ratings and cases to a book that `generate` made."""
    Trade(folder, seed).add()
