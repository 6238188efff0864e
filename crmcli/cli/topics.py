"""The topics of `crm help`: what holds for many commands at once."""

from collections.abc import Callable
from typing import NamedTuple
from typing import get_args

from crmcli.model import words
from crmcli.model.errors import EXIT_CODE_MEANINGS
from crmcli.model.labels import LABELS
from crmcli.model.policy import PURPOSES
from crmcli.model.policy import SOURCES
from crmcli.model.policy import STAGES
from crmcli.model.policy import TIERS


class Topic(NamedTuple):
    """A title, and its text or what makes it."""

    title: str
    text: str | Callable[[], str]


DATES = """A date is written as it is, or as a word; a word is always echoed as the date it became.

  2026-12-01  2026/12/1  20261201  2026年12月1日  民國115年12月1日
  today tomorrow yesterday   今天 明天 後天 昨天
  friday, this friday, next friday, last friday   週五 本週五 下週五 上週五
  +3d, in 3 days, 2w, 1m, 3 days ago   三天後 兩週後 三天前
  eom, eoq, eoy, end of next month   月底 下個月底 年底   sow eow eoww som
  Dec 1, 15th   12月1日 15號
  2026-W48, 2026-12, 2026-Q4, next week, last month   下週 上個月 本季

Weeks run from Monday to Sunday. `next friday` is the Friday of the next week.
A weekday without a word, `15th`, `3d` look ahead for --due, --close, --until and --on of
crm log; they look back for --since, --at, --made and --on elsewhere.
A time goes with --at and --reported: --at "yesterday 14:30".
01/12/2026 is refused: nobody can know which is the month.
"""
MONEY = """  1200000  1,200,000  1 200 000  120k  1.2m  1.5bn  120萬  1.2億   in the book's currency
  USD 500  500 usd  US$500  NT$1,200  € 20  新台幣1200                in another one

0 is an amount; leaving it out, or FIELD= in set, makes it unknown, which is not the same.
1.200 and 1,20 are refused, since they mean two things. Amounts are never rounded.
Totals are in the book's currency, by `rates` in crm.yaml; what has no rate is counted, not
priced, and said.
"""
NAMES = """A record is named by its id, or by less:

  customer      the id (acme-battery), the name or an alias, the beginning of the id, of a word
                of the name, any part of it, a person's mail address or phone number
  contact       CUSTOMER/CONTACT, or a name, or its beginning
  deal          the beginning of the id, with or without its letter, or part of the name
  promise ...   the beginning of the id: p-4t8, 4t8
  rep           id, name or mail address; `me` is you

Case, width, accents, spaces and hyphens do not count. The first of these that fits anything
decides. If it fits several, nothing is done, and they are listed (exit code 3).
A customer's id is made of the name when it is added and never changes.
"""
FORMATS = """  -f table      what a terminal gets; below 60 columns one block per record
  -f plain      what a pipe gets: a line per record, tabs, a header, nothing shortened
  -f tsv        the same, with \\\\ for a backslash, so that it reads back exactly
  -f csv        RFC 4180; a cell that a spreadsheet would run gets a ' in front (--raw: none)
  -f json       --json for short: an array; a show gives an object; unknown is null
  -f jsonl      an object per line
  -f yaml, -f markdown, -f html

  --fields a,b  which fields, in which order; --fields help lists them
  --sort -amount --limit 10 --no-header -o FILE
  --fail-if 'rows>0'   exit code 10 when true; a report adds its own numbers
Data goes to stdout, everything else to stderr.
"""
FILTERS = """  --customer --rep --stage --status --tag   may be repeated: either; two different ones: both
  --since DATE --until DATE                 both ends included: last contact of a customer,
                                            close of a deal, due of a promise or task,
                                            the day of an interaction
  --where 'FIELD OP VALUE'                  OP is = != < <= > >= ~ (contains) !~
                                            'tier = ""' is unknown; dates take date words;
                                            amounts are compared in the book's currency
  --all                                     with archived ones
"""
ENVIRONMENT = """  CRM_BOOK     the book, when no crm.yaml is above; -C is stronger
  CRM_REP      who I am; --me is stronger; else the rep with git's user.email, or the only one
  CRM_TODAY    the day that counts as today (ISO); --as-of is stronger
  CRM_PAGER    else PAGER, else less -FIRX; empty or cat: none
  CRM_EDITOR   else VISUAL, EDITOR, vi
  CRM_DEBUG=1  the whole trace of a bug
  NO_COLOR CLICOLOR CLICOLOR_FORCE FORCE_COLOR TERM COLUMNS   as usual
"""
FILES = """  crm.yaml                         name, currency, rates, stages, tiers, the house's standard
  reps/mei.yaml                    customers/acme-battery.yaml, with its people inside
  deals/2026/d-7k3m9q2x.yaml       promises/2026/  tasks/2026/
  interactions/mei/2026-11.csv     one file per rep and month
  .crm/                            index and lock: derived, local, may be deleted at any time

Every file may be edited by hand: comments, order and keys that crm does not know survive.
crm check names every problem with file and line; crm schema KIND helps an editor.
"""
GIT = """A book is a folder of text, made for git: one small file per record, one CSV per rep and month.
crm init makes a repository, .gitattributes and .gitignore; what is in .crm/ is never committed.
Every command commits exactly the files that it wrote, with ids and no names in the subject, and
leaves alone what is staged or half edited. commit: sync in crm.yaml leaves that to crm sync, and
commit: off to you.

  crm sync            commit hand edits, take in what others did, check, send; -n says what would be
  crm conflicts       where two people set one field: the later value stands, the other is kept
  crm history REF     who changed what, and when
  crm undo            reverse my own last command; --list shows what could be

The merge goes record by record and field by field, in any clone, without any set-up. Programs that
a folder's own git settings name are not run. A site's merge button knows none of this: run
crm sync on the branch first.
"""
PRIVACY = """Who holds the folder holds everything in it, and git keeps what was there before. What must be
kept apart belongs into a second book with its own remote. A customer's id is made of the name,
so file names are names too. crm uses no network, but in crm sync.
"""
OPTIONS = """On every command:
  -C, --book DIR     the book               -q, --quiet   writes: only ids; reads: no hints
  --me REP           who I am               --color WHEN  auto, always, never
  --as-of DATE       the day that is today  --no-input    never ask
  -h, --help
On every reading command:
  -f, --format F   --json   --fields A,B   --sort [-]FIELD   -L, --limit N   --no-header
  -o, --output FILE   --no-pager   --fail-if 'KEY op N'
On every writing command:
  -n, --dry-run   show the difference, write nothing   -y, --yes   --json   -m TEXT
They may stand before or after the command. -- ends options.
"""


def _exit_codes() -> str:
    return "".join(f"  {int(code):>3}  {said}\n" for code, said in EXIT_CODE_MEANINGS.items())


def _words() -> str:
    lists = {
        "customer status": get_args(words.CustomerStatus),
        "customer kind": get_args(words.CustomerKind),
        "interaction kind": get_args(words.InteractionKind),
        "mood": get_args(words.Mood),
        "failure": get_args(words.Failure),
        "outcome": get_args(words.Outcome),
        "step": get_args(words.Step),
        "promise status": get_args(words.PromiseStatus),
        "case type": get_args(words.CaseType),
        "case status": get_args(words.CaseStatus),
        "case channel": get_args(words.Channel),
        "feedback kind": get_args(words.FeedbackKind),
        "conduct item": get_args(words.ConductItem),
        "rater": get_args(words.Rater),
        "contact role": get_args(words.ContactRole),
        "deal type": get_args(words.DealType),
        "lost reason": get_args(words.LostReason),
        "stage *": tuple(stage.name for stage in STAGES),
        "tier *": tuple(tier.name for tier in TIERS),
        "source *": SOURCES,
        "purpose *": PURPOSES,
    }
    lines = [f"  {name:<18}{', '.join(known)}" for name, known in lists.items()]
    labels = "、".join(
        label for words_ in LABELS.values() for names in words_.values() for label in names[:1]
    )
    return (
        "\n".join(lines)
        + f"\n\n* the default; crm.yaml may say otherwise.\nAlso typed in Chinese: {labels}\n"
    )


TOPICS = {
    "dates": Topic("how a day is written", DATES),
    "money": Topic("how an amount is written", MONEY),
    "names": Topic("how a record is named", NAMES),
    "words": Topic("the words that fields take", _words),
    "formats": Topic("how an answer comes out", FORMATS),
    "filters": Topic("which records", FILTERS),
    "options": Topic("what every command takes", OPTIONS),
    "exit-codes": Topic("what the shell gets back", _exit_codes),
    "environment": Topic("variables that crm reads", ENVIRONMENT),
    "files": Topic("what is in the folder", FILES),
    "git": Topic("the book and git", GIT),
    "privacy": Topic("what a folder can keep to itself", PRIVACY),
}


def topic(name: str) -> str:
    """The text of a topic, with its title."""
    found = TOPICS[name]
    text = found.text if isinstance(found.text, str) else found.text()
    return f"{name}: {found.title}\n\n{text}"
