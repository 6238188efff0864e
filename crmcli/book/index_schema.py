"""The tables of the index: what `crm sql` may ask, and what reports read."""

import re
from collections.abc import Mapping

SCHEMA_VERSION = 4  # also raised when rows come to be made in another way

# Dates are ISO text, so they sort; money is text for exactness with a number beside it (`_value`).
# `file` is the path inside the book. Lists are JSON text.
TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE folders (path TEXT PRIMARY KEY, names BLOB, stats BLOB);
CREATE TABLE young (path TEXT PRIMARY KEY, hash TEXT) WITHOUT ROWID;
CREATE TABLE written (path TEXT PRIMARY KEY, stats BLOB) WITHOUT ROWID;
CREATE TABLE doubles (kind TEXT, id TEXT, file TEXT, line INTEGER);
CREATE TABLE problems (file TEXT, place TEXT, what TEXT, remedy TEXT, level TEXT, record TEXT,
    field TEXT, fixable INTEGER);
CREATE TABLE reps (id TEXT PRIMARY KEY, file TEXT, name TEXT, email TEXT, manager TEXT,
    department TEXT, level TEXT, joined TEXT, left TEXT, signed_standard TEXT, archived TEXT,
    refs TEXT, targets TEXT, training TEXT);
CREATE TABLE customers (id TEXT PRIMARY KEY, file TEXT, name TEXT, aliases TEXT, kind TEXT,
    status TEXT, owner TEXT, deputy TEXT, referred_by TEXT, merged_into TEXT, tier TEXT,
    industry TEXT, region TEXT, source TEXT, potential TEXT, potential_value REAL, currency TEXT,
    potential_basis TEXT, potential_date TEXT, verified TEXT, cadence INTEGER, contract_end TEXT,
    quiet_until TEXT, quiet_reason TEXT, website TEXT, address TEXT, tax_id TEXT, background TEXT,
    needs TEXT, tags TEXT, refs TEXT);
CREATE TABLE contacts (customer TEXT, id TEXT, name TEXT, role TEXT, title TEXT, department TEXT,
    email TEXT, other_emails TEXT, phone TEXT, mobile TEXT, other_phones TEXT, language TEXT,
    birthday TEXT, note TEXT, left TEXT, verified TEXT, refs TEXT, PRIMARY KEY (customer, id));
CREATE TABLE consents (customer TEXT, contact TEXT, seq INTEGER, channel TEXT, purpose TEXT,
    state TEXT, date TEXT, source TEXT, wording TEXT, basis TEXT, expires TEXT, by TEXT,
    PRIMARY KEY (customer, contact, seq)) WITHOUT ROWID;
CREATE TABLE deals (id TEXT PRIMARY KEY, file TEXT, name TEXT, customer TEXT, contact TEXT,
    owner TEXT, stage TEXT, amount TEXT, amount_value REAL, currency TEXT, close TEXT,
    probability INTEGER, opened TEXT, type TEXT, source TEXT, products TEXT, stalled_until TEXT,
    stalled_reason TEXT, lost_reason TEXT, competitor TEXT, archived TEXT, refs TEXT);
CREATE TABLE promises (id TEXT PRIMARY KEY, file TEXT, what TEXT, customer TEXT, contact TEXT,
    by TEXT, owner TEXT, type TEXT, made TEXT, due TEXT, status TEXT, made_in TEXT, case_id TEXT,
    reason TEXT, archived TEXT, refs TEXT);
CREATE TABLE tasks (id TEXT PRIMARY KEY, file TEXT, what TEXT, kind TEXT, customer TEXT,
    owner TEXT, due TEXT, status TEXT, done TEXT, reason TEXT, snoozed_until TEXT,
    snoozed_reason TEXT, deal TEXT, case_id TEXT, campaign TEXT, archived TEXT, refs TEXT);
CREATE TABLE interactions (id TEXT PRIMARY KEY, file TEXT, line INTEGER, at TEXT, day TEXT,
    customer TEXT, contact TEXT, rep TEXT, kind TEXT, direction TEXT, minutes INTEGER, mood TEXT,
    failure TEXT, summary TEXT, next_step TEXT, next_date TEXT, deal TEXT, case_id TEXT,
    campaign TEXT, reported TEXT, lesson TEXT, also TEXT, outcome TEXT, step TEXT, reviewed TEXT,
    ref TEXT);
CREATE TABLE cases (id TEXT PRIMARY KEY, file TEXT, what TEXT, type TEXT, customer TEXT,
    contact TEXT, owner TEXT, step TEXT, channel TEXT, failure TEXT, opened_in TEXT, status TEXT,
    opened TEXT, acknowledged TEXT, replied TEXT, resolved TEXT, accepted TEXT, remedy TEXT,
    archived TEXT, refs TEXT);
CREATE TABLE campaigns (id TEXT PRIMARY KEY, file TEXT, name TEXT, channel TEXT, purpose TEXT,
    start TEXT, end TEXT, cost TEXT, currency TEXT, owner TEXT, response_days INTEGER,
    archived TEXT, refs TEXT, members TEXT, holdout TEXT);
CREATE TABLE feedback (id TEXT PRIMARY KEY, file TEXT, line INTEGER, at TEXT, day TEXT,
    customer TEXT, contact TEXT, rep TEXT, kind TEXT, item TEXT, score INTEGER, expected INTEGER,
    rater TEXT, interaction TEXT, case_id TEXT, comment TEXT, by TEXT, ref TEXT);
CREATE TABLE sales (id TEXT PRIMARY KEY, file TEXT, line INTEGER, date TEXT, day TEXT,
    order_id TEXT, customer TEXT, product TEXT, channel TEXT, quantity TEXT, list_price TEXT,
    price TEXT, currency TEXT, cost TEXT, rep TEXT, deal TEXT, campaign TEXT, promised_on TEXT,
    delivered_on TEXT, delivered_quantity TEXT, ref TEXT);
CREATE TABLE pulse (id TEXT PRIMARY KEY, file TEXT, line INTEGER, date TEXT, day TEXT, item TEXT,
    score INTEGER);
CREATE TABLE history (kind TEXT, id TEXT, seq INTEGER, date TEXT, by TEXT, field TEXT, value TEXT,
    note TEXT, agreed TEXT, PRIMARY KEY (kind, id, seq, field)) WITHOUT ROWID;
CREATE TABLE conflicts (kind TEXT, id TEXT, field TEXT, kept TEXT, other TEXT, base TEXT);
CREATE TABLE names (fold TEXT, kind TEXT, id TEXT, contact TEXT, how TEXT);
CREATE TABLE last_contacts (customer TEXT PRIMARY KEY, day TEXT, id TEXT, rep TEXT, life_day TEXT,
    life_id TEXT, mood TEXT, mood_day TEXT) WITHOUT ROWID;
"""

# Whether somebody was reached: a visit or meeting that was held, a call that was answered, an
# email or message that came in. Reports ask in the very same words, so that the index fits.
TWO_WAY = """(
    +kind IN ('visit', 'meeting') AND coalesce(outcome, '') <> 'not-held'
    OR +kind = 'call' AND coalesce(outcome, '') <> 'no-answer'
    OR +kind IN ('email', 'message') AND direction = 'in')"""

WORDS = """
CREATE VIRTUAL TABLE words USING fts5 (text, kind UNINDEXED, id UNINDEXED, field UNINDEXED,
    columnsize = 0, tokenize = 'unicode61 remove_diacritics 2');
"""
PLAIN_WORDS = """
CREATE TABLE words (text TEXT, kind TEXT, id TEXT, field TEXT);
"""
WORDS_SHADOWS = ("words_config", "words_content", "words_data", "words_idx")

# Made after the rows of a first build: filling a sorted tree in random order costs a third more.
INDEXES = f"""
CREATE INDEX interactions_file ON interactions (file);
CREATE INDEX interactions_customer ON interactions (customer, day, id);
CREATE INDEX interactions_life ON interactions (customer, day) WHERE customer IS NOT NULL AND {TWO_WAY};
CREATE INDEX interactions_also ON interactions (day) WHERE also IS NOT NULL;
CREATE INDEX interactions_kind ON interactions (kind, day);
CREATE INDEX interactions_deal ON interactions (deal, day) WHERE deal IS NOT NULL;
CREATE INDEX interactions_case ON interactions (case_id, day) WHERE case_id IS NOT NULL;
CREATE INDEX interactions_campaign ON interactions (campaign, day) WHERE campaign IS NOT NULL;
CREATE INDEX feedback_file ON feedback (file);
CREATE INDEX feedback_customer ON feedback (customer, day);
CREATE INDEX sales_file ON sales (file);
CREATE INDEX sales_customer ON sales (customer, day);
CREATE INDEX sales_bought ON sales (customer, day)
    WHERE customer IS NOT NULL AND CAST(quantity AS REAL) > 0;
CREATE INDEX pulse_file ON pulse (file);
CREATE INDEX cases_customer ON cases (customer);
CREATE INDEX promises_customer ON promises (customer);
CREATE INDEX promises_due ON promises (status, due);
CREATE INDEX deals_customer ON deals (customer);
CREATE INDEX deals_stage ON deals (stage);
CREATE INDEX tasks_due ON tasks (status, due);
CREATE INDEX names_fold ON names (kind, fold);
CREATE INDEX names_id ON names (id, kind);
CREATE INDEX conflicts_id ON conflicts (kind, id);
CREATE INDEX doubles_id ON doubles (kind, id);
CREATE INDEX doubles_file ON doubles (file);
CREATE INDEX problems_file ON problems (file);
"""

_NAME = re.compile(r"CREATE (?:VIRTUAL )?(?:TABLE|INDEX) (\w+)")


def statements(full_text: bool, indexes: bool = True) -> tuple[str, ...]:
    """What makes an empty index, one statement each, without `;`."""
    text = TABLES + (WORDS if full_text else PLAIN_WORDS) + (INDEXES if indexes else "")
    return tuple(each.strip() for each in text.split(";") if each.strip())


def schema(full_text: bool) -> Mapping[str, str | None]:
    """What `sqlite_master` must hold, by name; None where SQLite writes the text itself."""
    made: dict[str, str | None] = {}
    for statement in statements(full_text):
        found = _NAME.match(statement)
        assert found
        made[found[1]] = statement
    return made | dict.fromkeys(WORDS_SHADOWS if full_text else ())
