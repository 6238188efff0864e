"""Clones of one book in true git over a bare hub, told apart by the oracle of the clones in memory.

Each command is typed by a person with a clock of their own. What crm has acknowledged is what the
oracle demands at the end.
"""

import json
import random
from collections import Counter
from pathlib import Path

from crmcli.book.yaml_text import YamlProblem
from crmcli.book.yaml_text import read_tree
from crmcli.sync import ways
from tests.sync.clones import Clone
from tests.sync.clones import Known
from tests.sync.clones import Network
from tests.sync.clones import items_of
from tests.sync.clones import value_at
from tests.sync.hub import NOW
from tests.sync.hub import Person
from tests.sync.hub import new_book

DAY = 86_400
OFFSETS = (0, DAY, -DAY)
PLAIN = 2  # the clone that uses plain git and an editor too, and has no merge driver
FIELDS = ("region", "industry", "website", "address", "tier", "owner")
ROW_FIELDS = ("summary", "lesson")
MIX = {
    "add_customer": 8,
    "add_contact": 6,
    "add_visit": 16,
    "add_promise": 6,
    "add_tag": 12,
    "set_customer": 22,
    "set_contact": 6,
    "set_visit": 8,
    "settle_promise": 6,
    "archive": 4,
    "answer": 5,
    "edit_by_hand": 10,
}
SYNC = 0.12


class TrueNetwork(Network):
    """`folder` is empty. `clones`: how many people, the third of whom has no merge driver."""

    def __init__(self, seed: int, folder: Path, *, clones: int = 3) -> None:
        self.random = random.Random(seed)
        self.count = 0
        self.values: dict[int, str] = {}
        self.notes: dict[str, tuple[str, str]] = {}
        self.records: set[str] = set()
        self.found: Counter[str] = Counter()
        self.examples: list[str] = []
        self.clashes = self.operations = self.acknowledged = self.asked_again = 0
        self.hub = Clone("hub", 0)
        self.clones = [Clone(f"rep{at}", OFFSETS[at % len(OFFSETS)]) for at in range(clones)]
        self.people = {}
        first = new_book(folder / self.clones[0].name, self.clones[0].name)
        for clone in self.clones[1:]:
            first.crm("rep", "add", clone.name.title(), "--id", clone.name)
        first.git("init", "-q", "--bare", "-b", "main", str(folder / "hub.git"))
        first.git("remote", "add", "origin", "../hub.git")
        first.git("push", "-q", "-u", "origin", "main")
        for at, clone in enumerate(self.clones):
            person = Person(folder / clone.name, clone.name)
            if at:
                first.git("clone", "-q", str(folder / "hub.git"), str(person.folder))
                person.git("config", "remote.origin.url", "../hub.git")
            if at != PLAIN:
                person.git("config", "merge.crm.driver", ways.driver())
            person.now = NOW.fromtimestamp(NOW.timestamp() + clone.offset, NOW.tzinfo)
            self.people[clone] = person

    def run(self, operations: int) -> None:
        for _ in range(3):
            self.add_customer(self.clones[0])
        for clone in self.clones:
            self.sync(clone, plain=False)
        for _ in range(operations):
            self.operations += 1
            clone = self.random.choice(self.clones)
            if self.random.random() < SYNC:
                self.sync(clone)
            else:
                names, weights = zip(*MIX.items(), strict=True)
                getattr(self, self.random.choices(names, weights)[0])(clone)
        for clone in (*self.clones, *self.clones):
            self.sync(clone, plain=False)
        self.judge()

    def sync(self, clone: Clone, *, plain: bool | None = None) -> None:
        person = self.people[clone]
        chance = 0.6 if clone is self.clones[PLAIN % len(self.clones)] else 0.1
        if plain is None and self.random.random() < chance:
            if "not possible" not in person.git(
                "pull", "-q", "--no-rebase", "--no-edit", code=None
            ):
                self.learn(clone, self.hub, is_open=(person.folder / ".git/MERGE_HEAD").exists())
            return
        code, said = person.try_crm("sync")
        if code:
            self.report("sync failed", clone.name, said)
            return
        self.learn(clone, self.hub)
        self.learn(self.hub, clone)

    def learn(self, clone: Clone, other: Clone, *, is_open: bool = False) -> None:
        """What one knows, another knows too; not before an open merge is finished."""
        if is_open:
            return
        for key, known in other.fields.items():
            clone.fields[key] = clone.fields.get(key, Known()).joined(known)

    def type(self, clone: Clone, *argv: str) -> str | None:
        """What crm says; None for a command that it did not acknowledge."""
        code, said = self.people[clone].try_crm(*argv)
        if "bug in crm" in said or "not committed" in said:
            self.report("command failed", clone.name, argv, said)
        self.acknowledged += code == 0
        return said if code == 0 else None

    def set(self, clone: Clone, path: str, field: str, *argv: str) -> None:
        """A command that gives a field a value; where it stands already, it is only confirmed."""
        before = self.tree(clone, path)
        if self.type(clone, *argv) is None:
            return
        after = self.tree(clone, path)
        value = value_at(after, field)
        if any(value_at(before, each) != value_at(after, each) for each in (field, "history")):
            self.write(clone, (path, field), value)
            return
        seen, newest = clone.fields.get((path, field), Known())
        left = {write for write in newest if self.values[write] == value}
        clone.fields[path, field] = Known(seen, frozenset(left))

    def tree(self, clone: Clone, path: str) -> dict:
        try:
            return read_tree((self.people[clone].folder / path).read_bytes()).tree
        except YamlProblem:  # the markers of a plain pull
            return {}

    def some(self, clone: Clone, folder: str) -> str | None:
        """The path of a record that this clone has."""
        root = self.people[clone].folder
        paths = sorted(str(path.relative_to(root)) for path in (root / folder).rglob("*.*"))
        return self.random.choice(paths) if paths else None

    # --- what people do

    def add_customer(self, clone: Clone) -> None:
        name = self.token()
        if self.type(clone, "customer", "add", name, "-q") is not None:
            path = f"customers/{name.lower()}.yaml"
            self.records.add(path)
            self.write(clone, (path, "name"), name)

    def set_customer(self, clone: Clone) -> None:
        path = self.some(clone, "customers")
        if path:
            field, value = self.random.choice(FIELDS), self.token()
            value = {"tier": "ABC"[self.count % 3], "owner": clone.name}.get(field, value)
            words = ("customer", "set", Path(path).stem, f"{field}={value}")
            self.set(clone, path, field, *words)

    def archive(self, clone: Clone) -> None:
        path = self.some(clone, "customers")
        if path:
            words = ("customer", "archive", Path(path).stem)
            self.set(clone, path, "status", *words)

    def add_tag(self, clone: Clone) -> None:
        path = self.some(clone, "customers")
        if path:
            field, token = self.random.choice(("tags", "needs")), self.token()
            if (
                self.type(clone, "customer", "set", Path(path).stem, f"{field}+={token}")
                is not None
            ):
                self.notes[token] = path, field

    def add_contact(self, clone: Clone) -> None:
        path = self.some(clone, "customers")
        if path:
            name = self.token()
            if self.type(clone, "contact", "add", Path(path).stem, name) is not None:
                self.notes[name] = path, "contact"

    def set_contact(self, clone: Clone) -> None:
        path = self.some(clone, "customers")
        text = self.people[clone].text(path) if path else ""
        ids = [line[6:].strip() for line in text.splitlines() if line.startswith("- id: ")]
        if path and ids:
            id, value = self.random.choice(ids), self.token()
            words = ("contact", "set", f"{Path(path).stem}/{id}", f"note={value}")
            if self.type(clone, *words) is not None:
                self.write(clone, (path, f"contacts.{id}.note"), value)

    def add_visit(self, clone: Clone) -> None:
        path = self.some(clone, "customers")
        if path:
            token = self.token()
            # The first rep has two machines: one month file, written by two.
            me = self.clones[0].name if self.random.random() < 0.3 else clone.name
            words = ("log", "visit", Path(path).stem, token, "-q", "--me", me)
            said = self.type(clone, *words)
            if said is not None:
                row = said.split()[0]
                month = self.people[clone].now.strftime("%Y-%m")
                file = f"interactions/{me}/{month}.csv"
                self.records.add(f"{file}#{row}")
                self.write(clone, (file, row, "summary"), token)

    def set_visit(self, clone: Clone) -> None:
        path = self.some(clone, "interactions")
        if path:
            rows = self.people[clone].text(path).splitlines()[1:]
            row = self.random.choice(rows).partition(",")[0]
            field, value = self.random.choice(ROW_FIELDS), self.token() + ', "said"'
            if self.type(clone, "interaction", "set", row, f"{field}={value}") is not None:
                self.write(clone, (path, row, field), value)

    def add_promise(self, clone: Clone) -> None:
        path = self.some(clone, "customers")
        if path:
            what = self.token()
            said = self.type(clone, "promise", "add", Path(path).stem, what, "--due", "+9d", "-q")
            if said is not None:
                promise = f"promises/2026/{said.split()[0]}.yaml"
                self.records.add(promise)
                self.write(clone, (promise, "what"), what)

    def settle_promise(self, clone: Clone) -> None:
        path = self.some(clone, "promises")
        if path:
            value = self.random.choice(("kept", "broken"))
            words = ("keep",) if value == "kept" else ("break", "--reason", "no stock")
            if self.type(clone, "promise", *words, Path(path).stem) is not None:
                self.write(clone, (path, "status"), value)

    def answer(self, clone: Clone) -> None:
        """Settle a question by what stands, by the other value, or by a new one."""
        said = self.type(clone, "conflicts", "--json", "-q")
        items = json.loads((said or "[]").splitlines()[0])
        asked = [item for item in items if item["kind"] in ("customer", "promise")]
        if not asked:
            return
        item = self.random.choice(asked)
        folder = "customers" if item["kind"] == "customer" else "promises/2026"
        path, field = f"{folder}/{item['record']}.yaml", item["field"]
        take = self.random.choice(("kept", "other"))
        words = ("conflicts", "settle", item["record"], field, "--take", take)
        self.set(clone, path, field, *words)

    def edit_by_hand(self, clone: Clone) -> None:
        """In an editor: another value, or a comment that only a person would write."""
        path = self.some(clone, "customers")
        person = self.people[clone]
        if not path or (person.folder / ".git/MERGE_HEAD").exists():
            return
        lines = person.text(path).splitlines(keepends=True)
        token = self.token()
        at = next((n for n, line in enumerate(lines) if line.startswith("region: ")), None)
        if at is not None and self.random.random() < 0.5:
            lines[at] = f"region: {token}\n"
            self.write(clone, (path, "region"), token)
        else:
            at = next(n for n, line in enumerate(lines) if line.startswith("name: "))
            lines.insert(at, f"# {token}\n")
            self.notes[token] = path, "comment"
        person.write(path, "".join(lines))

    # --- the end

    def judge_field(self, key, newest, records):  # type: ignore[no-untyped-def]  # as the oracle in memory
        """An older value may stand, as long as the last one is the other value of its question."""
        tree = records.get("#".join(key[:-1]), {})
        asked = {item.get("other") for item in items_of(tree) if item["field"] == key[-1]}
        if newest <= asked and value_at(tree, key[-1]) not in newest:
            self.asked_again += 1
            return
        super().judge_field(key, newest, records)

    def judge(self) -> None:
        trees = []
        for clone in self.clones:
            person = self.people[clone]
            if person.status():
                self.report("left over", clone.name, person.status())
            code, said = person.try_crm("check", "--level", "error")
            if code:
                self.report("damage", clone.name, said)
            names = person.git("ls-files", "-z").split("\0")[:-1]
            trees.append({name: (person.folder / name).read_bytes() for name in names})
        if any(tree != trees[0] for tree in trees):
            self.report("trees differ")
        self.judge_tree({path: data for path, data in trees[0].items() if "/" in path})
