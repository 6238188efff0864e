"""By which figure each question of the house is judged."""

from collections.abc import Mapping

from crmcli.reports.house_marks import ACT
from crmcli.reports.house_marks import GOOD
from crmcli.reports.house_marks import NO_MARK
from crmcli.reports.house_marks import UNKNOWN
from crmcli.reports.house_marks import WATCH
from crmcli.reports.house_marks import AllOf
from crmcli.reports.house_marks import Asked
from crmcli.reports.house_marks import Change
from crmcli.reports.house_marks import Fewer
from crmcli.reports.house_marks import Judged
from crmcli.reports.house_marks import NoneOf
from crmcli.reports.house_marks import Own
from crmcli.reports.house_marks import Plain
from crmcli.reports.house_marks import Rule
from crmcli.reports.house_marks import Share
from crmcli.reports.house_marks import Standard
from crmcli.reports.house_marks import against
from crmcli.reports.people import ALL
from crmcli.reports.questions import QUESTIONS


def _promised(report: str, asked: Asked) -> Judged:
    """By the promises kept; beside it how many were sooner than the house can."""
    judged = Standard("kept", "n", "reps.promises_kept").judge(report, asked)
    beyond = asked.figure(report, "beyond")
    if not judged.n or beyond is None:
        return judged
    return judged._replace(figure=f"kept {judged.figure}; {beyond} sooner than we can")


def _broken_trust(report: str, asked: Asked) -> Judged:
    """By the shortest follow-up that has enough promises in both arms."""
    table = asked.table(report)
    keys = table.keys
    for row in table.rows:
        cells = dict(zip(keys, row, strict=True))
        n = cells["missed_n"] + cells["kept_n"]
        words = f"trouble after {cells['missed_k']} of {cells['missed_n']} missed, {cells['kept_k']} of {cells['kept_n']} kept"
        mark = {"trouble follows misses": ACT, "no difference shown": WATCH, "less trouble": GOOD}
        if cells["verdict"] in mark:
            return Judged(mark[cells["verdict"]], f"{words} ({cells['days']} days)", n)
    return Judged(UNKNOWN, "too few promises", None)


def _measured(report: str, asked: Asked) -> Judged:
    """By the cells of reps and measures against the standard."""
    table = asked.table(report)
    at = table.keys.index("verdict")
    verdicts = [row[at] for row in table.rows if row[at] in ("meets", "below", "cannot tell")]
    below, open_ = verdicts.count("below"), verdicts.count("cannot tell")
    if not verdicts:
        return Judged(UNKNOWN, "nothing measured", 0)
    mark = ACT if below else WATCH if open_ else GOOD
    return Judged(mark, f"{below} of {len(verdicts)} below, {open_} cannot tell", len(verdicts))


def _answers(report: str, asked: Asked) -> Judged:
    """By the rate of all reps together against the standard."""
    table = asked.table(report)
    cells = [dict(zip(table.keys, row, strict=True)) for row in table.rows]
    mine = [cell for cell in cells if cell["measure"] == "replies_in_time"]
    k, n = (sum(cell[key] or 0 for cell in mine) for key in ("k", "n"))
    return against(asked.policy, "reps.replies_in_time", k, n)


def _learning(report: str, asked: Asked) -> Judged:
    """By the change of the share of bad visits, all reps together."""
    part = asked.table(report).part("improvement")
    assert part is not None  # the report always has it
    cells = next(
        (dict(zip(part.keys, row, strict=True)) for row in part.rows if row[0] == "all"), None
    )
    if cells is None:
        return Judged(UNKNOWN, "no visit", 0)
    words = f"bad visits {cells['now_k']} of {cells['now_n']}, before {cells['before_k']} of {cells['before_n']}"
    mark = {"better": GOOD, "worse": ACT, "no evidence of change": WATCH}
    return Judged(mark.get(cells["verdict"], UNKNOWN), words, cells["now_n"])


def _stuck(report: str, asked: Asked) -> Judged:
    deals, late = asked.count(report, "deals"), asked.count(report, "past_close")
    stale, idle = asked.count(report, "stale"), asked.count(report, "no_next_step")
    if not deals:
        return Judged(UNKNOWN, "no open deal", 0)
    words = f"{late} past close, {stale} stale, {idle} without a next step, of {deals}"
    return Judged(ACT if late else WATCH if stale or idle else GOOD, words, deals)


def _served(report: str, asked: Asked) -> Judged:
    """By the customers whose share of the effort can be told."""
    table = asked.table(report)
    at = table.keys.index("index")
    known = sum(row[at] is not None for row in table.rows)
    if not known:
        return Judged(UNKNOWN, "no effort to share out", 0)
    found = asked.count(report, "under_served")
    return Judged(WATCH if found else GOOD, f"{found} of {known} under-served", known)


def _respected(report: str, asked: Asked) -> Judged:
    """By the contacts of campaigns: where there was none, nothing could be respected."""
    found, n = asked.count(report, "violations"), asked.count(report, "judged")
    if not n:
        return Judged(UNKNOWN, "no contact of a campaign", 0)
    return Judged(ACT if found else GOOD, f"{found} of {n} contacts without consent", n)


def _bargains(report: str, asked: Asked) -> Judged:
    found, orders = asked.figure(report, "transactional"), asked.count(report, "orders")
    if found is None or not orders:
        return Judged(UNKNOWN, "no list prices", orders)
    return Judged(WATCH if found else GOOD, f"{found} buy only below the list", orders)


def _on_course(report: str, asked: Asked) -> Judged:
    """By the targets whose pace is known."""
    table = asked.table(report)
    at = table.keys.index("pace")
    known = sum(row[at] is not None for row in table.rows if row[0] != ALL)
    if not known:
        return Judged(UNKNOWN, "no target with a known pace", 0)
    behind = asked.count(report, "behind")
    mark = GOOD if not behind else ACT if behind == known else WATCH
    return Judged(mark, f"{behind} of {known} behind", known)


def _trusted(report: str, asked: Asked) -> Judged:
    """By what cannot be read in the files, and by customers that may be one."""
    customers = asked.count(report, "customers")
    problems, doubles = asked.count(report, "problems"), asked.count(report, "duplicates")
    if not customers and not problems:
        return Judged(UNKNOWN, "nothing to look at", 0)
    words = f"problems in the files: {problems}; possible doubles: {doubles}"
    return Judged(WATCH if problems or doubles else GOOD, words, customers)


def _known_needs(report: str, asked: Asked) -> Judged:
    table = asked.table(report)
    at = table.keys.index("needs")
    needs = [row[at] for row in table.rows]
    if not needs:
        return Judged(UNKNOWN, "no customer", 0)
    known = sum(bool(each) for each in needs)
    mark = GOOD if known == len(needs) else WATCH
    return Judged(mark, f"{known} of {len(needs)} with a need written down", len(needs))


def _serving(report: str, asked: Asked) -> Judged:
    staff, active = asked.count(report, "staff"), asked.count(report, "active")
    if not staff:
        return Judged(UNKNOWN, "no rep", 0)
    return Judged(GOOD if active == staff else WATCH, f"{active} of {staff} had a contact", staff)


def _worst_step(report: str, asked: Asked) -> Judged:
    part = asked.table(report).part("steps")
    rows = [] if part is None else [dict(zip(part.keys, row, strict=True)) for row in part.rows]
    if not rows:
        return Judged(UNKNOWN, "no failure written down", 0)
    first = rows[0]
    total = sum(row["failures"] for row in rows)
    return Judged(NO_MARK, f"{first['step']}: {first['failures']} of {total} failures", total)


def _lift(report: str, asked: Asked) -> Judged:
    """By the lift of the campaign that began last, of those with a hold-out."""
    table = asked.table(report)
    rows = [dict(zip(table.keys, row, strict=True)) for row in table.rows]
    lifted = [row for row in rows if row["lift"] is not None]
    if not lifted:
        return Judged(UNKNOWN, "no campaign with enough in a hold-out", None)
    last = lifted[0]  # the newest come first
    n = last["treated"] + last["holdout"]
    mark = GOOD if last["lift_low"] > 0 else ACT if last["lift_high"] < 0 else WATCH
    return Judged(
        mark, f"{last['name'] or last['campaign']}: lift {last['lift'] * 100:+.0f} points", n
    )


def _thanks(report: str, asked: Asked) -> Judged:
    deeds = len(asked.table(report).rows)
    return Judged(NO_MARK if deeds else UNKNOWN, f"{deeds} deeds" if deeds else "none yet", deeds)


def _opinion(report: str, asked: Asked) -> Judged:
    table = asked.table(report)
    rows = [dict(zip(table.keys, row, strict=True)) for row in table.rows]
    asked_of = [row for row in rows if row["favourable"] is not None]
    if not asked_of:
        return Judged(UNKNOWN, "no answers", 0)
    lowest = min(asked_of, key=lambda row: row["favourable"])
    words = f"lowest: {lowest['item']}, {lowest['favourable'] * 100:.0f} % favourable"
    return Judged(NO_MARK, words, sum(row["n"] for row in asked_of))


def _order(report: str, asked: Asked) -> Judged:
    """By the blocks that are ahead of an earlier one, and the items that are low."""
    table = asked.table(report)
    answered = table.summary["answered"]
    if not answered:
        return Judged(UNKNOWN, "nobody has answered", 0)
    ahead = sum(" ahead of " in note for note in table.notes)
    low = sum(len(row[table.keys.index("low_items")]) for row in table.rows)
    words = f"blocks ahead of an earlier one: {ahead}; items of 0 or 1: {low}"
    return Judged(WATCH if ahead or low else GOOD, words, answered)


RULES: Mapping[str, Rule] = dict(
    zip(
        (question.words for question in QUESTIONS),
        (
            # Relationships
            Change("pleased", "customers", "pleased"),
            NoneOf("offended", "customers", "offended", less="unknown"),
            Fewer("at_risk", "customers", "at risk", less="unknown"),
            NoneOf("open", "failures", "failures still open"),
            Standard("csat_k", "csat_n", "reps.csat_top2"),
            # Two years that overlap cannot be compared by an interval.
            Share("kept", "before", "bought again"),
            # Promises
            Own(
                "kept of n",
                Standard("kept", "n", "reps.promises_kept").limits,
                _promised,
            ),
            Own(
                "verdict",
                ("less trouble after misses", "no difference shown", "trouble follows misses"),
                _broken_trust,
            ),
            Change("otif", "lines", "on time and in full"),
            # Reps and conduct
            Own(
                "below, cannot_tell",
                ("every measure meets its standard", "some cannot tell", "one and more below"),
                _measured,
            ),
            Change("low_scores", "n", "scores of 2 and less", ACT),
            Own("favourable", ("no mark", "", ""), _opinion),
            Plain("hours", "hours of training"),
            Own("deeds", ("no mark", "", ""), _thanks),
            Own("active of staff", ("all", "fewer than all", ""), _serving),
            # Visits
            Standard("on_time", "held", "reps.visits_on_time", "pending"),
            Own(
                "verdict of all",
                (
                    "fewer bad visits than in the window before (interval beyond 0)",
                    "no evidence of change",
                    "more bad visits than in the window before (interval beyond 0)",
                ),
                _learning,
            ),
            Own(
                "replies_in_time of all", Standard("", "", "reps.replies_in_time").limits, _answers
            ),
            # Continuity
            NoneOf("no_deputy", "customers", "without a deputy", WATCH),
            Fewer("one_rep", "customers", "known to one rep alone"),
            # Knowledge and potential
            AllOf("potential_known", "potential_known_n", "with a known potential"),
            Own("problems, duplicates", ("none of them", "1 and more", ""), _trusted),
            Own("needs", ("all", "fewer than all", ""), _known_needs),
            Own("under_served", ("0", "1 and more", ""), _served),
            Plain("fit_known", "prospects whose fit is known", "prospects"),
            Plain("customers", "customers"),
            # Pipeline
            Own(
                "past_close, stale, no_next_step",
                ("none of them", "stale or without a next step", "past their closing day"),
                _stuck,
            ),
            Plain("weighted", "weighted, all months", "deals"),
            Share("next", "reached", "of the deals that were opened are won by now"),
            Share("won", "n", "won"),
            Own("behind of targets", ("none behind", "some behind", "all behind"), _on_course),
            # Value
            NoneOf("negative", "customers", "cost more than they bring", WATCH),
            Plain("friend", "friends", "customers"),
            Own("transactional", ("0", "1 and more", ""), _bargains),
            # Service cases
            Standard("resolve_met", "resolve_due", "reps.cases_in_time"),
            Own("failures by step", ("no mark", "", ""), _worst_step),
            # Campaigns and consent
            Own("lift", ("interval above 0", "0 within it", "interval below 0"), _lift),
            Own("violations", ("0", "", "1 and more"), _respected),
            # Products, channels and demand
            Plain("weak", "weak cells"),
            Plain("products", "products"),
            # Organisation and readiness
            NoneOf("problems", "customers", "customers or reps not in order", WATCH),
            Own(
                "warnings, low_items",
                ("no block ahead of an earlier one, no item of 0 or 1", "one and more of them", ""),
                _order,
            ),
        ),
        strict=True,
    )
)
