"""Clones of one book in memory, and an oracle that knows what each of them wrote.

A clone is a mapping of path to bytes, commits form a graph, and only the merge of two files is
real. Every write carries a token of its own; the oracle keeps, for each field, the writes that no
later write has seen.
"""

import csv
import io
import json
import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC
from datetime import datetime
from typing import NamedTuple

from crmcli.book.csv_text import CsvProblem
from crmcli.book.csv_text import edit_rows
from crmcli.book.csv_text import read_rows
from crmcli.book.records import COLUMNS
from crmcli.book.records import layout_of
from crmcli.book.yaml_edit import edit
from crmcli.book.yaml_parts import parts_of
from crmcli.book.yaml_text import YamlProblem
from crmcli.book.yaml_text import read_tree
from crmcli.model.customer import Customer
from crmcli.model.interaction import Interaction
from crmcli.model.promise import Promise
from crmcli.sync.merge_text import merge_text

Tree = dict[str, bytes]
MergeFile = Callable[[str, bytes | None, bytes | None, bytes | None, tuple], bytes | None]

CUSTOMER_FIELDS = ("region", "industry", "website", "owner", "tier", "status", "x-colour")
CONTACT_FIELDS = ("email", "phone", "note")
ROW_FIELDS = ("summary", "mood", "next_step", "outcome")
TRACKED = ("status", "owner", "tier")
LAYOUTS = {"customers": layout_of(Customer), "promises": layout_of(Promise)}
ORDER = (
    *("name", "what", "customer", "by", "made", "due", "status", "owner", "tier", "industry"),
    *("region", "website", "x-colour", "background", "needs", "tags", "contacts", "history"),
    "conflicts",
)


def semantic(path, base, ours, theirs, times):
    """The merge of the program."""
    return merge_text(path, base, ours, theirs, times).data


def only_ours(path, base, ours, theirs, times):
    """A merge that drops the other side, which the oracle must see."""
    return ours if ours is not None else theirs


def by_lines(path, base, ours, theirs, times):
    """A merge that keeps the lines of both, as `merge=union` does."""
    if ours is None or theirs is None:
        return ours or theirs
    lines = ours.splitlines(keepends=True)
    return b"".join([*lines, *(x for x in theirs.splitlines(keepends=True) if x not in lines)])


class Commit(NamedTuple):
    parents: tuple[int, ...]
    tree: Tree
    time: int


class Known(NamedTuple):
    """Writes to one field that a clone has seen, and those of them that none of them replaced."""

    seen: frozenset[int] = frozenset()
    newest: frozenset[int] = frozenset()

    def wrote(self, write):
        return Known(self.seen | {write}, frozenset({write}))

    def joined(self, other):
        both = self.newest & other.newest
        newest = both | (self.newest - other.seen) | (other.newest - self.seen)
        return Known(self.seen | other.seen, newest)


class Clone:
    def __init__(self, name, offset):
        self.name = name
        self.offset = offset  # of its clock, in seconds
        self.head = 0
        self.fields: dict[tuple, Known] = {}
        self.removed: set[str] = set()


class Network:
    """Several clones, a seed, and a way to merge."""

    def __init__(self, seed, *, clones=4, merge: MergeFile = semantic, clocks=(0,), peers=False):
        self.random = random.Random(seed)
        self.merge = merge
        self.peers = peers
        self.commits = [Commit((), {}, 0)]
        self.ancestors = [frozenset({0})]
        self.virtual: dict[tuple[int, ...], Tree] = {}
        self.clones = [Clone(f"r{at}", clocks[at % len(clocks)]) for at in range(clones)]
        self.hub = Clone("hub", 0)
        self.now = 1_700_000_000
        self.count = 0
        self.values: dict[int, str] = {}  # of each write
        self.notes: dict[str, tuple[str, str]] = {}  # token -> path, what it is
        self.records: set[str] = set()
        self.found: Counter[str] = Counter()
        self.merges = self.clashes = self.operations = 0
        self.examples: list[str] = []

    # --- time and commits

    def token(self):
        self.count += 1
        return f"T{self.count:05}"

    def commit(self, clone, parents, tree):
        newest = max(self.commits[parent].time for parent in parents)
        time = max(self.now + clone.offset, newest + 1)
        self.commits.append(Commit(tuple(parents), tree, time))
        self.ancestors.append(
            frozenset({len(self.commits) - 1}).union(*(self.ancestors[p] for p in parents))
        )
        clone.head = len(self.commits) - 1
        return clone.head

    def bases(self, one, two):
        shared = self.ancestors[one] & self.ancestors[two]
        below = frozenset().union(*(self.ancestors[at] - {at} for at in shared))
        return tuple(sorted(shared - below))

    def newest_change(self, path, bases, head):
        """The time of the newest commit of a file since some commits."""
        known = frozenset().union(*(self.ancestors[base] for base in bases))
        found = [
            self.commits[at].time
            for at in self.ancestors[head] - known
            if len(self.commits[at].parents) == 1
            and all(
                self.commits[p].tree.get(path) != self.commits[at].tree.get(path)
                for p in self.commits[at].parents
            )
        ]
        return max(found, default=None)

    def base(self, bases):
        """The tree of the merge bases; several are merged first, as git does."""
        if bases not in self.virtual:
            at = bases[0]
            for other in bases[1:]:
                tree = self.merged(at, other, inner=True)
                at = self.commit(Clone("base", 0), (at, other), tree)
            self.virtual[bases] = self.commits[at].tree
        return self.virtual[bases]

    def merged(self, one, two, *, inner=False):
        """The tree of a merge of two commits; one of merge bases knows no times."""
        bases = self.bases(one, two)
        base = self.base(bases)
        ours, theirs = self.commits[one].tree, self.commits[two].tree
        tree = {}
        for path in sorted({*ours, *theirs}):
            sides = (base.get(path), ours.get(path), theirs.get(path))
            if sides[1] == sides[2] or sides[0] in sides[1:]:
                data = sides[2] if sides[1] == sides[0] else sides[1]
            else:
                times = (None, None)
                if not inner:
                    times = tuple(self.newest_change(path, bases, head) for head in (one, two))
                data = self.merge(path, *sides, times)
                self.merges += 1
                if self.merge is semantic:
                    back = self.merge(path, sides[0], sides[2], sides[1], times[::-1])
                    if data != back:
                        self.report("not symmetric", path, data, back)
            if data is not None:
                tree[path] = data
        return tree

    def pull(self, clone, other):
        for key, known in other.fields.items():
            clone.fields[key] = clone.fields.get(key, Known()).joined(known)
        clone.removed |= other.removed
        if other.head in self.ancestors[clone.head]:
            return
        if clone.head in self.ancestors[other.head]:
            clone.head = other.head
            return
        tree = self.merged(clone.head, other.head)
        self.commit(clone, (clone.head, other.head), tree)

    def sync(self, clone):
        if self.peers:
            other = self.random.choice([each for each in self.clones if each is not clone])
            before = clone.head, dict(clone.fields), set(clone.removed)
            self.pull(clone, other)
            if self.random.random() < 0.5:  # both at the same time: a criss-cross
                ghost = Clone("ghost", clone.offset)
                ghost.head, ghost.fields, ghost.removed = before
                self.pull(other, ghost)
            return
        self.pull(clone, self.hub)
        self.pull(self.hub, clone)

    def settle_all(self):
        for _ in range(2):
            for clone in self.clones:
                self.pull(self.hub, clone)
            for clone in self.clones:
                self.pull(clone, self.hub)

    # --- what people do

    def run(self, operations):
        for _ in range(operations):
            self.operations += 1
            self.now += self.random.randrange(1, 600)
            clone = self.random.choice(self.clones)
            if self.random.random() < 0.12:
                self.sync(clone)
                continue
            names, weights = zip(*MIX.items(), strict=True)
            tree = dict(self.commits[clone.head].tree)
            try:
                getattr(self, self.random.choices(names, weights)[0])(clone, tree)
            except (YamlProblem, CsvProblem):
                self.report("damage", clone.name)
                continue
            if tree != self.commits[clone.head].tree:
                self.commit(clone, (clone.head,), tree)
        self.settle_all()
        self.judge()

    def some(self, tree, folder):
        paths = sorted(path for path in tree if path.startswith(folder))
        return self.random.choice(paths) if paths else None

    def write(self, clone, key, value):
        self.values[len(self.values)] = value
        clone.fields[key] = clone.fields.get(key, Known()).wrote(len(self.values) - 1)

    def change(self, tree, path, change):
        """A command: reads the record, changes it, writes only what changed."""
        parts = opened(tree[path]).parts
        old = {part.key: part.value for part in parts}
        new = json.loads(json.dumps(old))
        change(new)
        new = {
            key: new[key]
            for key in sorted(new, key=lambda key: ORDER.index(key) if key in ORDER else len(ORDER))
        }
        layout = LAYOUTS[path.split("/")[0]]
        tree[path] = edit(tree[path].decode(), old, new, layout).encode()

    def set_field(self, clone, path, record, field, value):
        if field in TRACKED:
            day = datetime.fromtimestamp(self.now + clone.offset, UTC).date().isoformat()
            line = {"date": day, "by": clone.name, field: value, "note": self.token()}
            self.notes[line["note"]] = path, "line"
            record["history"] = [*record.get("history", []), line]
        record[field] = value
        self.forget(record, field)
        self.write(clone, (path, field), value)

    def forget(self, record, field):
        """Writing a field answers its questions."""
        left = [item for item in record.get("conflicts", []) if item["field"] != field]
        record["conflicts"] = left
        if not left:
            del record["conflicts"]

    def confirm(self, clone, path, record, field):
        """What stands is right: nothing new is written, and the other values are done with."""
        self.forget(record, field)
        seen, newest = clone.fields[path, field]
        left = {write for write in newest if self.values[write] == record[field]}
        clone.fields[path, field] = Known(seen, frozenset(left))

    def add_customer(self, clone, tree):
        name = self.token()
        path = f"customers/{name.lower()}.yaml"
        tree[path] = (
            f"name: {name}\nstatus: lead\nowner: {clone.name}\n\nbackground: |\n  First.\n"
            f"\n  Second.\ntags: [a, b]\n\ncontacts:\n- id: chen\n  name: Chen\n  consent:\n"
            f"  - {{channel: email, purpose: all, state: given, date: 2026-01-01}}\n\n"
            f"history:\n- {{date: 2026-01-01, by: {clone.name}, status: lead}}\n"
        ).encode()
        self.records.add(path)
        self.write(clone, (path, "name"), name)

    def set_customer(self, clone, tree):
        path = self.some(tree, "customers/")
        if path:
            field = self.random.choice(CUSTOMER_FIELDS)
            value = self.token()
            self.change(tree, path, lambda new: self.set_field(clone, path, new, field, value))

    def set_contact(self, clone, tree):
        path = self.some(tree, "customers/")
        if path:
            field, value = self.random.choice(CONTACT_FIELDS), self.token()

            def change(new):
                contact = self.random.choice(new["contacts"])
                contact[field] = value
                where = f"contacts.{contact['id']}.{field}"
                self.forget(new, where)
                self.write(clone, (path, where), value)

            self.change(tree, path, change)

    def add_contact(self, clone, tree):
        path = self.some(tree, "customers/")
        if path:
            id = self.token().lower()
            self.notes[id] = path, "contact"
            self.change(
                tree, path, lambda new: new["contacts"].append({"id": id, "name": id.upper()})
            )

    def add_note(self, clone, tree):
        path = self.some(tree, "customers/")
        if path:
            token = self.token()
            kind = self.random.choice(("tags", "needs", "history", "consent", "background"))
            self.notes[token] = path, kind

            def change(new):
                if kind == "consent":
                    event = {"channel": "email", "purpose": token, "state": "given", "date": "2026-02-02"}  # fmt: skip
                    contact = self.random.choice(new["contacts"])
                    contact["consent"] = [*contact.get("consent", []), event]
                elif kind == "history":
                    new["history"].append({"date": "2026-03-03", "by": clone.name, "note": token})
                elif kind == "background":
                    lines = new["background"].split("\n")
                    lines.insert(self.random.randrange(len(lines)), token)
                    new["background"] = "\n".join(lines)
                else:
                    new[kind] = [*new.get(kind, []), token]

            self.change(tree, path, change)

    def remove_tag(self, clone, tree):
        path = self.some(tree, "customers/")
        if path:

            def change(new):
                tags = [tag for tag in new.get("tags", []) if tag in self.notes]
                if tags:
                    gone = self.random.choice(tags)
                    new["tags"].remove(gone)
                    clone.removed.add(gone)

            self.change(tree, path, change)

    def add_promise(self, clone, tree):
        what = self.token()
        path = f"promises/2026/p-{self.count:08}.yaml"
        tree[path] = (
            f"what: {what}\nby: {clone.name}\nmade: 2026-01-01\ndue: 2026-02-01\nstatus: open\n"
            f"\nhistory:\n- {{date: 2026-01-01, by: {clone.name}, due: 2026-02-01}}\n"
        ).encode()
        self.records.add(path)
        self.write(clone, (path, "what"), what)

    def settle_promise(self, clone, tree):
        path = self.some(tree, "promises/")
        if path:
            value = self.random.choice(("kept", "broken"))

            def change(new):
                if new["status"] != value:
                    self.set_field(clone, path, new, "status", value)

            self.change(tree, path, change)

    def month(self, clone):
        return f"interactions/{self.random.choice((clone.name, 'mei'))}/2026-11.csv"

    def add_row(self, clone, tree):
        path = self.month(clone)
        token = self.token()
        id = f"i-{self.count:08}"
        row = {"id": id, "at": "2026-11-09", "rep": "mei", "kind": "visit", "summary": token}
        header = [name for name in COLUMNS[Interaction] if name not in ("conflicts", "ref")]
        data = tree.get(path) or (",".join(header) + "\n").encode()
        tree[path] = edit_rows(data, COLUMNS[Interaction], {id: row})
        self.records.add(f"{path}#{id}")
        self.write(clone, (path, id, "summary"), token)

    def set_row(self, clone, tree):
        path = self.some(tree, "interactions/")
        if path:
            row = dict(self.random.choice(rows_of(tree[path])))
            field, value = self.random.choice(ROW_FIELDS), self.token() + ', "said"\nso'
            row[field] = value
            left = [item for item in items_of(row) if item["field"] != field]
            row["conflicts"] = json.dumps(left) if left else ""
            tree[path] = edit_rows(tree[path], COLUMNS[Interaction], {row["id"]: row})
            self.write(clone, (path, row["id"], field), value)

    def answer(self, clone, tree):
        """Settle a question: the field is written with one of the values."""
        path = self.some({p: d for p, d in tree.items() if b"\nconflicts:" in d}, "")
        if path:

            def change(new):
                item = self.random.choice(new["conflicts"])
                field, is_status = item["field"], item.get("other") in ("kept", "broken")
                if field in TRACKED:
                    side = "other" if is_status else self.random.choice(("kept", "other"))
                    self.set_field(clone, path, new, field, item[side])
                elif field in CUSTOMER_FIELDS and self.random.random() < 0.5:
                    self.confirm(clone, path, new, field)
                elif field in CUSTOMER_FIELDS:
                    self.set_field(clone, path, new, field, self.token())

            self.change(tree, path, change)

    # --- by hand, in an editor

    def comment(self, clone, tree):
        path = self.some(tree, "customers/")
        if path:
            token = self.token()
            self.notes[token] = path, "comment"
            parts = opened(tree[path])
            named = [at for at, part in enumerate(parts.parts) if part.key != "conflicts"]
            at = self.random.choice(named)  # a comment goes with its key
            part = parts.parts[at]
            if self.random.random() < 0.5 or part.is_block or "|" in part.body:
                part = part._replace(lead=f"{part.lead}# {token}\n")
            else:
                part = part._replace(body=part.body.rstrip("\n") + f"   # {token}\n")
            tree[path] = joined(parts, [*parts.parts[:at], part, *parts.parts[at + 1 :]])

    def reorder(self, clone, tree):
        path = self.some(tree, "customers/")
        if path:
            parts = opened(tree[path])
            found = list(parts.parts)
            found.insert(self.random.randrange(len(found)), found.pop())
            tree[path] = joined(parts, found)

    def requote(self, clone, tree):
        path = self.some(tree, "customers/")
        if path:
            text = tree[path].decode()
            value = read_tree(tree[path]).tree["name"]
            tree[path] = text.replace(f"name: {value}\n", f'name: "{value}"\n', 1).encode()

    # --- the oracle

    def report(self, what, *details):
        self.found[what] += 1
        self.examples.append(f"{what}: {details}")

    def judge(self):
        trees = [self.commits[clone.head].tree for clone in (*self.clones, self.hub)]
        if any(tree != trees[0] for tree in trees):
            self.report("trees differ")
        self.judge_tree(trees[0])

    def judge_tree(self, tree):
        records = {}
        for path, data in tree.items():
            try:
                records |= read(path, data)
            except Exception as error:  # noqa: BLE001  # whatever it is, it is damage
                self.report("damage", path, repr(error))
        for record in self.records:
            if record not in records:
                self.report("record gone", record)
        self.judge_notes(tree)
        for key, known in self.hub.fields.items():
            if known.newest:  # else two people settled it in two ways
                self.judge_field(key, {self.values[write] for write in known.newest}, records)
        self.judge_history(records)

    def judge_notes(self, tree):
        owners = Counter()
        for path, data in tree.items():
            for token in self.notes:
                if token.encode() in data:
                    owners[token] += 1
                    if path != self.notes[token][0]:
                        self.report("value in another record", token, path)
        for token, (path, kind) in self.notes.items():
            if token in self.hub.removed:
                if owners[token] and f"- {token}" in tree[path].decode():
                    self.report("resurrected", token, path)
            elif not owners[token]:
                self.report(f"lost {kind}", token, path, tree.get(path, b"").decode())

    def judge_field(self, key, newest, records):
        record, field = ("#".join(key[:-1]), key[-1])
        tree = records.get(record, {})
        value = value_at(tree, field)
        kept = {
            item.get(side)
            for item in items_of(tree)
            if item["field"] == field
            for side in ("kept", "other")
        }
        is_disputed = {"kept", "broken"} <= newest | kept and field == "status"
        if value not in newest and not is_disputed:
            what = "last write lost" if len(newest) == 1 else "wrong value"
            self.report(what, key, value, newest, tree.get("conflicts"))
        if newest - {value} - kept:
            self.report("silent loser", key, value, newest, tree.get("conflicts"))
        self.clashes += len(newest) > 1

    def judge_history(self, records):
        for record, tree in records.items():
            for field in TRACKED:
                told = [line[field] for line in tree.get("history", ()) if field in line]
                asked = any(item["field"] == field for item in items_of(tree))
                if told and not asked and told[-1] != tree.get(field) and field != "owner":
                    self.report("history says otherwise", record, field, tree)


MIX = {
    "add_customer": 3,
    "add_promise": 3,
    "add_row": 8,
    "set_customer": 24,
    "set_contact": 8,
    "set_row": 8,
    "settle_promise": 8,
    "add_note": 20,
    "add_contact": 4,
    "remove_tag": 4,
    "answer": 4,
    "comment": 5,
    "reorder": 2,
    "requote": 2,
}


def value_at(tree, field):
    """The value at a path as `contacts.chen.phone`; None where there is none."""
    value = tree
    for name in field.split("."):
        if isinstance(value, list):
            value = next((item for item in value if item["id"] == name), {})
        else:
            value = value.get(name) if value else None
    return value


def opened(data):
    """The parts of a file; raises YamlProblem where it is damaged."""
    read_tree(data)
    return parts_of(data.decode())


def joined(parts, found):
    text = parts.head + "".join(part.lead + part.body for part in found) + parts.tail
    return text.encode()


def rows_of(data):
    return [row.cells for row in read_rows(data, required=("id",), known=COLUMNS[Interaction]).rows]


def items_of(tree):
    found = tree.get("conflicts") or []
    return json.loads(found) if isinstance(found, str) else found


def read(path, data):
    """The records of a file, by path, or by path and id for rows."""
    if path.endswith(".yaml"):
        return {path: read_tree(data).tree}
    rows = rows_of(data)
    ids = [row["id"] for row in rows]
    assert len(ids) == len(set(ids)), "an id stands twice"
    assert rows == [dict(row) for row in csv.DictReader(io.StringIO(data.decode()), strict=True)]
    return {f"{path}#{row['id']}": row for row in rows}
