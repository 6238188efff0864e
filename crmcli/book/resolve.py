"""Which record a person means by what they typed: an id, a name, the beginning of either."""

import os
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
from typing import Any
from typing import NamedTuple

from crmcli.book.index import Index
from crmcli.book.paths import FOLDERS
from crmcli.book.paths import is_valid_id
from crmcli.book.search import mail_key
from crmcli.model.errors import AmbiguousError
from crmcli.model.errors import Candidate
from crmcli.model.errors import NotFoundError
from crmcli.model.names import digits
from crmcli.model.names import fold
from crmcli.model.names import read_id
from crmcli.model.nearest import nearest
from crmcli.model.words import plural

_LAST = "\U0010ffff"  # behind every text that goes on from here
_PHONE_DIGITS = 6
_SHOWN = 20  # candidates
_COMPARED = 5000  # names that are looked at for a likely one
_HOPS = 20  # from a merged customer to the one that was kept

# 02-2345 6789 and +886 2 2345 6789 are one phone.
_ENDS_ALIKE = """
    n.how = 'phone' AND length(ltrim(n.fold, '0')) >= 6 AND (
        substr(n.fold, -length(:phone)) = :phone
        OR substr(:phone, -length(ltrim(n.fold, '0'))) = ltrim(n.fold, '0'))
"""


class Hit(NamedTuple):
    """A record that may be meant. `id` of a contact is `customer/contact`."""

    id: str
    name: str
    is_live: bool


class Asker(NamedTuple):
    """The index, and whether questions to it walk over the folder first."""

    source: Index
    walk: bool

    def rows(self, sql: str, **params: Any) -> list[tuple[Any, ...]]:
        """The rows of a question."""
        return self.source.query(sql, params, walk=self.walk)


Step = Callable[[], Iterable[Hit]]


def resolve(index: Index, kind: str, ref: str, *, walk: bool = True) -> str:
    """The id of the record that is meant; of a contact, `customer/contact`.

    The first of these that hits decides: whole id; whole name; beginning of the id; beginning of
    a word of the name; any part of it; mail or phone. Records in the archive are looked at when
    no other is meant, and the index notes it. `walk` False asks the index as it stands, and walks
    over the folder only when that gives no single record with a file.
    Raises NotFoundError with the nearest names, AmbiguousError with the candidates.
    """
    typed = ref.strip()
    hits: list[Hit] = []
    for walks in (True,) if walk else (False, True):
        asker = Asker(index, walks)
        if not walks and _is_new_file(asker, kind, typed):
            return typed
        hits = _meant(asker, kind, typed) if typed else []
        if len(hits) == 1 and (walks or _has_file(asker, kind, hits[0].id)):
            if not hits[0].is_live:
                index.notes.append(f"{kind} '{hits[0].id}' is archived")
            return hits[0].id
    if hits:
        raise _ambiguous(kind, ref, hits)
    raise _not_found(index, kind, ref)


def _meant(asker: Asker, kind: str, typed: str) -> list[Hit]:
    """The hits of the step that decides, one for each record."""
    steps = _STEPS.get(kind, _other_steps)(asker, kind, typed)
    whole = list(dict.fromkeys(steps[0]()))
    if whole:
        return whole
    archived: list[Hit] = []
    for step in steps[1:]:
        hits = list(dict.fromkeys(step()))
        live = [hit for hit in hits if hit.is_live]
        if live:
            return live
        archived = archived or hits
    return archived


def _customer_steps(asker: Asker, kind: str, typed: str) -> list[Step]:
    folded = fold(typed)
    key = folded.replace(" ", "-")
    named = "SELECT n.id FROM names n WHERE n.kind = 'customer' AND"

    def by(sql: str, **params: str) -> Step:
        return lambda: _customers(asker, asker.rows(sql, **params))

    return [
        by("SELECT id FROM customers WHERE id IN (:typed, :key)", typed=typed, key=key),
        by(f"{named} n.fold = :fold AND n.how IN ('name', 'alias')", fold=folded),
        by(
            "SELECT id FROM customers WHERE :key <> '' AND id >= :key AND id < :end",
            key=key,
            end=key + _LAST,
        ),
        by(
            f"{named} :fold <> '' AND n.fold >= :fold AND n.fold < :end",
            fold=folded,
            end=folded + _LAST,
        ),
        by(
            f"{named} :fold <> '' AND instr(n.fold, :fold) AND n.how IN ('name', 'alias')",
            fold=folded,
        ),
        by(
            f"SELECT n.id FROM names n WHERE n.kind = 'contact' AND ({_reached(typed)})",
            mail=mail_key(typed),
            phone=_ending(typed),
        ),
    ]


def _contact_steps(asker: Asker, kind: str, typed: str) -> list[Step]:
    owner, slash, rest = typed.partition("/")
    customers = _meant(asker, "customer", owner) if slash else []
    text = rest if customers else typed
    folded = fold(text)
    key = folded.replace(" ", "-")
    among = {hit.id for hit in customers}

    def by(condition: str, **params: str) -> Step:
        return lambda: _contacts(asker, condition, among, params)

    # An id alone says little, for many houses have a `chen`: it counts no more than a name.
    is_it, is_named = "p.id IN (:text, :key)", "n.how = 'name' AND n.fold = :fold"
    by_id, whole = (is_it, is_named) if customers else ("0", f"({is_it} OR {is_named})")
    by_start = "p.id >= :key AND p.id < :end" if customers else "0"
    start = "n.how IN ('name', 'word') AND n.fold >= :fold AND n.fold < :end"
    return [
        by(by_id, text=text, key=key),
        by(whole, text=text, key=key, fold=folded),
        by(by_start, key=key, end=key + _LAST),
        by(f":fold <> '' AND {start}", fold=folded, end=folded + _LAST),
        by(":fold <> '' AND n.how = 'name' AND instr(n.fold, :fold)", fold=folded),
        by(_reached(text), mail=mail_key(text), phone=_ending(text)),
    ]


def _rep_steps(asker: Asker, kind: str, typed: str) -> list[Step]:
    key = fold(typed).replace(" ", "-")
    named = "SELECT id, name, archived IS NULL FROM reps WHERE id IN"

    def by(condition: str, **params: str) -> Step:
        sql = f"{named} (SELECT id FROM names WHERE kind = 'rep' AND {condition})"
        return lambda: _hits(asker.rows(sql, **params))

    return [
        lambda: _hits(asker.rows(f"{named} (:typed, :key)", typed=typed, key=key)),
        by("how = 'name' AND fold = :fold", fold=fold(typed)),
        by("how = 'mail' AND fold = :mail", mail=mail_key(typed)),
    ]


def _other_steps(asker: Asker, kind: str, typed: str) -> list[Step]:
    letter = FOLDERS[plural(kind)].letter
    start = f"{letter}-"
    id = read_id(typed if typed.lower().startswith(start) else start + typed)
    columns = {
        "deal": "coalesce(name, ''), archived IS NULL",
        "campaign": "name, archived IS NULL",
        "interaction": "day || ' ' || kind || ' ' || coalesce(customer, ''), 1",
        "feedback": "day || ' ' || kind || ' ' || coalesce(customer, ''), 1",
        "sale": "day || ' ' || coalesce(product, '') || ' ' || coalesce(customer, ''), 1",
    }.get(kind, "what, archived IS NULL")
    select = f"SELECT id, {columns} FROM {plural(kind)} WHERE"

    def by(condition: str, **params: str) -> Step:
        return lambda: _hits(asker.rows(f"{select} {condition}", **params))

    steps = [by("id = :id", id=id), by("id >= :id AND id < :end", id=id, end=id + _LAST)]
    if kind in ("deal", "campaign"):
        names = f"SELECT id FROM names WHERE kind = '{kind}' AND :fold <> '' AND instr(fold, :fold)"
        steps.append(by(f"id IN ({names})", fold=fold(typed)))
    return steps


_STEPS: Mapping[str, Callable[[Asker, str, str], list[Step]]] = {
    "customer": _customer_steps,
    "contact": _contact_steps,
    "rep": _rep_steps,
}


def _hits(rows: Iterable[tuple[Any, ...]]) -> list[Hit]:
    return [Hit(id, name, bool(live)) for id, name, live in sorted(rows)]


def _customers(asker: Asker, rows: list[tuple[Any, ...]]) -> list[Hit]:
    """The customers of these ids; a merged one is the one that was kept."""
    return [_kept(asker, id) for id in sorted({id for (id,) in rows})]


def _kept(asker: Asker, id: str) -> Hit:
    sql = "SELECT id, name, coalesce(status, '') <> 'archived', merged_into FROM customers WHERE id = :id"
    id, name, live, into = asker.rows(sql, id=id)[0]
    for _ in range(_HOPS):
        following = asker.rows(sql, id=into) if into else []
        if not following:
            break
        id, name, live, into = following[0]
    return Hit(id, name, bool(live))


def _contacts(
    asker: Asker, condition: str, among: set[str], params: Mapping[str, str]
) -> list[Hit]:
    rows = asker.rows(
        f"""
        SELECT DISTINCT p.customer, p.id, p.name,
            p.left IS NULL AND coalesce(c.status, '') <> 'archived' AND c.merged_into IS NULL
        FROM contacts p JOIN customers c ON c.id = p.customer
            JOIN names n ON n.kind = 'contact' AND n.id = p.customer AND n.contact = p.id
        WHERE {condition} ORDER BY p.customer, p.id
        """,
        **params,
    )
    return [
        Hit(f"{customer}/{id}", name, bool(live))
        for customer, id, name, live in rows
        if not among or customer in among
    ]


def _reached(typed: str) -> str:
    """The condition under which a way to reach a contact is the one that was typed."""
    if "@" in typed:
        return "n.how = 'mail' AND n.fold = :mail"
    return _ENDS_ALIKE if _ending(typed) else "0"


def _ending(typed: str) -> str:
    """The digits of a phone without leading zeros, so that +886 2 and 02 are one; or nothing."""
    if any(each.isalpha() for each in typed):
        return ""
    number = digits(typed).lstrip("0")
    return number if len(number) >= _PHONE_DIGITS else ""


def _has_file(asker: Asker, kind: str, id: str) -> bool:
    if kind == "contact":
        kind, id = "customer", id.partition("/")[0]
    rows = asker.rows(f"SELECT file FROM {plural(kind)} WHERE id = :id", id=id)
    return bool(rows) and os.path.lexists(asker.source.root / rows[0][0])


def _is_new_file(asker: Asker, kind: str, typed: str) -> bool:
    """Whether this is the whole id of a record that the index has not met yet."""
    folder = plural(kind)
    if kind not in ("customer", "rep") or not is_valid_id(folder, typed):
        return False
    is_there = (asker.source.root / folder / f"{typed}.yaml").is_file()
    return is_there and not asker.rows(f"SELECT 1 FROM {folder} WHERE id = :id", id=typed)


def _ambiguous(kind: str, ref: str, hits: list[Hit]) -> AmbiguousError:
    return AmbiguousError(
        f"'{ref}' may be one of {len(hits)} {plural(kind)}",
        remedy="Try: more of the name, or the id",
        candidates=tuple(Candidate(kind, hit.id, hit.name) for hit in hits[:_SHOWN]),
    )


def _not_found(index: Index, kind: str, ref: str) -> NotFoundError:
    near = _near(index, kind, ref) if ref.strip() else []
    if not near:
        return NotFoundError(f"no {kind} '{ref}'", remedy=f"Try: crm {kind} list")
    *first, last = [_named(each.id, each.name) for each in near]
    shown = f"{', '.join(first)} or {last}" if first else last
    return NotFoundError(
        f"no {kind} '{ref}'", remedy=f"Did you mean {shown}?", candidates=tuple(near)
    )


def _near(index: Index, kind: str, ref: str) -> list[Candidate]:
    """Up to three records with a name or an id like it."""
    asker = Asker(index, walk=True)
    folded = fold(ref.rpartition("/")[2] if kind == "contact" else ref)
    ids: dict[str, list[str]] = {}
    for name, id, contact in asker.rows(
        f"""
        SELECT fold, id, contact FROM (
            SELECT fold, id, contact FROM names WHERE kind = :kind AND how IN ('name', 'alias')
            {_IDS.get(kind, "")})
        ORDER BY substr(fold, 1, 1) <> substr(:fold, 1, 1),
            abs(length(fold) - length(:fold)), fold, id LIMIT :most
        """,
        kind=kind,
        fold=folded,
        most=_COMPARED,
    ):
        ids.setdefault(name, []).append(f"{id}/{contact}" if contact else id)
    found = dict.fromkeys(id for name in nearest(folded, ids, 3) for id in ids[name])
    return [Candidate(kind, id, _name(asker, kind, id)) for id in list(found)[:3]]


_IDS: Mapping[str, str] = {
    "rep": "UNION SELECT replace(id, '-', ' '), id, '' FROM reps",
    "contact": "UNION SELECT replace(id, '-', ' '), customer, id FROM contacts",
}


def _name(asker: Asker, kind: str, id: str) -> str:
    if kind == "contact":
        sql = "SELECT name FROM contacts WHERE customer || '/' || id = :id"
    else:
        sql = f"SELECT name FROM {plural(kind)} WHERE id = :id"
    return str(asker.rows(sql, id=id)[0][0])


def _named(id: str, name: str) -> str:
    return f"{id} ({name})" if name and name != id else id
