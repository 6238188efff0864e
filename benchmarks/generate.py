"""Synthetic books of any size: python -m benchmarks.generate 10000 /tmp/book10k.

Per customer 10 interactions, 2 promises and 1 deal, over two years, kept by 8 reps; three names in
ten are Chinese. The same size and seed give the same bytes. Everything in them is made up.
"""

import argparse
import random
from collections.abc import Iterator
from datetime import date
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from benchmarks import vocabulary as words
from crmcli.book.records import COLUMNS
from crmcli.model.interaction import Interaction
from crmcli.model.names import slug

END = date(2026, 11, 9)
DAYS = 730
AHEAD = 60  # days after END on which something may be due
HEADER = COLUMNS[Interaction]
INTERACTIONS = 10
PROMISES = 2

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"

CONFIG = """\
name: Synthetic book
format: 1
currency: TWD
commit: off

rates:
  EUR: 36.4
  USD: 31.2

capabilities:
- {type: quote, days: 2}
- {type: delivery, days: 7}
- {type: replacement, days: 5}
- {type: document, days: 1}
- {type: visit, days: 3}
- {type: sample, days: 10}
"""


class Client(NamedTuple):
    """What the records of a customer need to know of it."""

    id: str
    contacts: tuple[str, ...]
    owner: str
    born: int


class Met(NamedTuple):
    """What a promise needs to know of the interaction it was made in."""

    id: str
    day: int
    rep: str


class Maker:
    """Writes one book; days are numbers from 0, the last of them is END."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        self.random = random.Random(seed)
        self.taken: set[str] = set()
        self.months: dict[tuple[str, str], list[tuple[str, str]]] = {}
        start = END - timedelta(days=DAYS)
        self.days = [str(start + timedelta(days=day)) for day in range(DAYS + AHEAD + 1)]

    def make(self, customers: int) -> None:
        years = sorted({day[:4] for day in self.days[: DAYS + 1]})
        homes = [f"{kind}/{year}" for kind in ("promises", "deals") for year in years]
        for home in ("reps", "customers", *homes, *(f"interactions/{rep}" for rep in words.REPS)):
            (self.folder / home).mkdir(parents=True)
        self.write("crm.yaml", CONFIG)
        for rep in words.REPS:
            self.write(f"reps/{rep}.yaml", f"name: {rep.title()}\njoined: 2018-03-01\n")
        for _ in range(customers):
            self.customer()
        for (rep, month), rows in self.months.items():
            lines = [",".join(HEADER), *(line for _, line in sorted(rows)), ""]
            self.write(f"interactions/{rep}/{month}.csv", "\n".join(lines))

    def customer(self) -> None:
        name, id = self.name()
        owner = self.random.choice(words.REPS)
        # Most were there before the two years began; else the last month would be crowded.
        born = self.random.randrange(30 if self.random.random() < 0.7 else DAYS - 30)
        contacts = list(self.contacts())
        client = Client(id, tuple(contact for contact, _ in contacts), owner, born)
        deal, opened, deal_is_open = self.deal(client)
        met = [self.interaction(client, deal, opened) for _ in range(INTERACTIONS)]
        states = [self.promise(client, one) for one in met[:PROMISES]]
        busy = deal_is_open or "open" in states
        status = self.random.choices(
            ("active", "prospect", "lapsed", "lost", "archived"),
            (60, 20, 8, *((0, 0) if busy else (8, 4))),
        )[0]
        tier = self.random.choices("ABC", (5, 15, 80))[0]
        people = "".join(
            f"- id: {contact}\n  name: {who}\n  role: decision-maker\n"
            f"  email: {contact}@c{len(self.taken)}.example\n  phone: '0{self.random.randrange(10**8, 10**9)}'\n"
            for contact, who in contacts
        )
        line = f"- {{date: {self.days[born]}, by: {owner}, status: {status}, owner: {owner}, tier: {tier}}}"
        self.write(
            f"customers/{id}.yaml",
            f"name: {name}\nkind: company\nstatus: {status}\nowner: {owner}\n\n"
            f"tier: {tier}\nindustry: wholesale\nregion: {self.random.choice(words.REGIONS)}\nsource: referral\n"
            f"potential: {self.random.randrange(1, 400) * 5000}\npotential_date: {self.days[born]}\n\n"
            f"contacts:\n{people}\nhistory:\n{line}\n",
        )

    def name(self) -> tuple[str, str]:
        """A name nobody has yet, and its slug."""
        pick = self.random.choice
        while True:
            if self.random.random() < 0.3:
                brand = pick(words.BRAND) + pick(words.BRAND)
                name = (
                    pick(words.CHINESE_PLACES)
                    + brand
                    + pick(words.CHINESE_TRADES)
                    + pick(words.CHINESE_FORMS)
                )
            else:
                name = f"{pick(words.ADJECTIVES)} {pick(words.NOUNS)} {pick(words.TRADES)} {pick(words.FORMS)}"
            if (id := slug(name)) not in self.taken:
                self.taken.add(id)
                return name, id

    def contacts(self) -> Iterator[tuple[str, str]]:
        for who in self.random.sample(words.PEOPLE, self.random.choice((1, 1, 2))):
            chinese = self.random.random() < 0.3
            shown = self.random.choice(words.SURNAMES) + self.random.choice(words.GIVEN)
            yield who.lower(), shown if chinese else who

    def interaction(self, client: Client, deal: str, opened: int) -> Met:
        chance, pick = self.random.random, self.random.choice
        id, day = self.id("i"), self.random.randrange(client.born, DAYS + 1)
        rep = client.owner if chance() < 0.9 else pick(words.REPS)
        kind = self.random.choices(
            ("visit", "call", "email", "meeting", "message", "note"), (25, 30, 22, 8, 10, 5)
        )[0]
        in_person = kind in ("visit", "meeting")
        one_way = kind in ("call", "email", "message")
        mood = failure = minutes = ""
        if in_person or kind == "call":
            minutes = pick(("15", "30", "45", "60", "90"))
            if chance() < 0.7:
                moods = ("delighted", "pleased", "neutral", "unhappy", "offended")
                mood = self.random.choices(moods, (8, 40, 40, 9, 3))[0]
            if mood in ("unhappy", "offended") and chance() < 0.6:
                failure = pick(("neglect", "disappointment", "lost-face", "disregard"))
        direction = pick(("in", "out", "out")) if one_way else ""
        outcome = ""
        if one_way and chance() < 0.3:
            outcome = pick(("reached", "no-answer")) if kind == "call" else "no-reply-needed"
        step, step_day = "", ""
        if chance() < 0.3:
            step = pick(words.NEXT_STEPS)
            step_day = self.days[min(day + self.random.randrange(2, 30), DAYS + AHEAD)]
        topic = self.random.choices(words.TOPICS, cum_weights=words.TOPIC_WEIGHTS)[0]
        summary = f"{pick(words.OPENINGS)} {topic}; {self.random.randrange(2, 400)} pieces"
        at = f"{self.days[day]}T{self.random.randrange(9, 17):02}:{pick('0134')}0:00+08:00"
        filed = min(day + pick((0, 0, 0, 1, 1, 2, 4)), DAYS)
        reported = f"{self.days[filed]}T18:{pick('0134')}0:00+08:00"
        about = deal if day >= opened and chance() < 0.5 else ""
        cells = (
            id, at, client.id, pick(client.contacts), rep, kind, direction, minutes, mood, failure, summary,
            step, step_day, about, "", "", reported, "", "", outcome,
        )  # fmt: skip
        row = ",".join(cells) + "," * (len(HEADER) - len(cells))
        self.months.setdefault((rep, at[:7]), []).append((at + id, row))
        return Met(id, day, rep)

    def promise(self, client: Client, met: Met) -> str:
        """Write one promise; its status."""
        id, day = self.id("p"), self.days
        due = min(met.day + self.random.randrange(2, 22), DAYS + AHEAD)
        lines = [f"- {{date: {day[met.day]}, by: {met.rep}, due: {day[due]}}}"]
        if self.random.random() < 0.08 and due < DAYS:
            moved_on, due = due - 1, min(due + self.random.randrange(3, 15), DAYS + AHEAD)
            agreed = self.random.choice(("'yes'", "'no'"))
            lines.append(
                f"- {{date: {day[moved_on]}, by: {met.rep}, due: {day[due]}, agreed: {agreed}}}"
            )
        status = "open"
        if due < DAYS:
            ends = ("kept", "broken", "withdrawn-by-customer", "open")
            status = self.random.choices(ends, (89, 7, 3, 1))[0]
        if status != "open":
            settled = min(due + self.random.choice((-1, -1, 0, 0, 0, 1, 3)), DAYS)
            lines.append(f"- {{date: {day[settled]}, by: {met.rep}, status: {status}}}")
        what = f"{self.random.choice(words.WORK)} {self.random.choice(words.TOPICS)}"
        self.write(
            f"promises/{day[met.day][:4]}/{id}.yaml",
            f"what: {what}\ncustomer: {client.id}\ncontact: {client.contacts[0]}\nby: {met.rep}\n"
            f"type: {self.random.choice(words.TYPES)}\nmade: {day[met.day]}\ndue: {day[due]}\n"
            f"status: {status}\nmade_in: {met.id}\n\nhistory:\n" + "\n".join(lines) + "\n",
        )
        return status

    def deal(self, client: Client) -> tuple[str, int, bool]:
        """Write one deal; its id, the day it was opened, and whether it is open still."""
        id, day, owner = self.id("d"), self.days, client.owner
        opened = self.random.randrange(client.born, DAYS)
        amount = self.random.randrange(1, 400) * 5000
        close = min(opened + self.random.randrange(40, 150), DAYS + AHEAD)
        stage = words.PATH[0]
        first = f"stage: {stage}, close: {day[close]}, amount: {amount}, owner: {owner}"
        lines = [f"- {{date: {day[opened]}, by: {owner}, {first}}}"]
        at = opened
        for after in (*words.PATH[1:], "won"):
            at += self.random.randrange(5, 45)
            if at > DAYS:
                break
            is_lost = self.random.random() < 0.2
            stage = "lost" if is_lost else after
            if stage in ("won", "lost"):
                close = at
                lines.append(
                    f"- {{date: {day[at]}, by: {owner}, stage: {stage}, close: {day[at]}}}"
                )
                break
            lines.append(f"- {{date: {day[at]}, by: {owner}, stage: {stage}}}")
        reason = f"lost_reason: {self.random.choice(words.LOST)}\n" if stage == "lost" else ""
        self.write(
            f"deals/{day[opened][:4]}/{id}.yaml",
            f"name: Order {id[2:5]}\ncustomer: {client.id}\ncontact: {client.contacts[0]}\nowner: {owner}\n\n"
            f"stage: {stage}\namount: {amount}\nclose: {day[close]}\n\nopened: {day[opened]}\n"
            f"type: new-business\n{reason}\nhistory:\n" + "\n".join(lines) + "\n",
        )
        return id, opened, stage not in ("won", "lost")

    def id(self, letter: str) -> str:
        while True:
            bits = self.random.getrandbits(40)
            id = f"{letter}-" + "".join(ALPHABET[bits >> shift & 31] for shift in range(0, 40, 5))
            if id not in self.taken:
                self.taken.add(id)
                return id

    def write(self, path: str, text: str) -> None:
        with open(self.folder / path, "w", encoding="utf-8", newline="\n") as file:  # noqa: PTH123  # half the time of Path.open
            file.write(text)


def generate(folder: Path, customers: int, seed: int = 1) -> None:
    """Make a book of so many customers in a folder that does not exist yet, or is empty."""
    Maker(folder, seed).make(customers)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("customers", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    generate(given.folder, given.customers, given.seed)
