"""A case through its states, and what its moments may not say against each other."""

from datetime import date

import pytest

from crmcli.model.errors import AlreadyError
from tests.builders import case

NINTH = date(2026, 11, 9)


def test_it_is_acknowledged_once_and_answered_once() -> None:
    first = case("2026-11-08").acknowledge("2026-11-09T10:00:00+08:00", by="lin")
    assert (first.status, first.acknowledged) == ("acknowledged", "2026-11-09T10:00:00+08:00")
    assert (first.replied, first.history[-1].by) == (None, "lin")
    with pytest.raises(AlreadyError, match="already acknowledged"):
        first.acknowledge("2026-11-09", by="lin")
    answered = first.acknowledge("2026-11-10", by="lin", replied=True)
    assert (answered.acknowledged, answered.replied) == (first.acknowledged, "2026-11-10")
    assert answered.history == first.history
    with pytest.raises(AlreadyError):
        answered.acknowledge("2026-11-11", by="lin", replied=True)


def test_what_is_resolved_is_not_acknowledged_nor_resolved_again() -> None:
    settled = case("2026-11-08", settled="2026-11-09")
    with pytest.raises(AlreadyError, match="already resolved"):
        settled.acknowledge("2026-11-10", by="lin", replied=True)
    with pytest.raises(AlreadyError, match="already resolved"):
        settled.resolve("2026-11-10", by="lin")


def test_reopening_forgets_the_end_and_keeps_the_beginning() -> None:
    told = case("2026-11-01").acknowledge("2026-11-02", by="mei", note="by phone")
    assert told.history[-1].note == "by phone"
    settled = told.resolve("2026-11-03", by="mei", remedy="new one", accepted=date(2026, 11, 4))
    again = settled.reopen(on=NINTH, by="lin", note="broken too")
    assert (again.status, again.resolved, again.accepted) == ("open", None, None)
    assert (again.acknowledged, again.remedy) == ("2026-11-02", "new one")
    last = again.history[-1]
    assert (last.date, last.status, last.note) == (NINTH, "open", "broken too")
    assert last.cleared == ("resolved", "accepted")
    assert again.acknowledge("2026-11-09", by="lin").status == "acknowledged"
    with pytest.raises(AlreadyError, match="still open"):
        again.reopen(on=NINTH, by="lin")


@pytest.mark.parametrize(
    ("fields", "faults"),
    [
        ({"status": "acknowledged", "acknowledged": "2026-11-02"}, []),
        ({"status": "acknowledged", "acknowledged": "2026-11-01"}, ["acknowledged"]),
        ({"replied": "2026-11-01T10:00:00+08:00"}, ["replied"]),
        ({"status": "acknowledged", "replied": "2026-11-02"}, []),
        ({"status": "acknowledged"}, ["acknowledged"]),
        ({"status": "resolved"}, ["resolved"]),
        ({"status": "resolved", "resolved": "2026-11-01"}, ["resolved"]),
        ({"status": "open", "resolved": "2026-11-03"}, ["status"]),
        ({"accepted": "2026-11-03"}, ["accepted"]),
        ({"status": "resolved", "resolved": "2026-11-03", "accepted": "2026-11-02"}, ["accepted"]),
        ({"status": "resolved", "resolved": "2026-11-03", "accepted": "2026-11-03"}, []),
    ],
)
def test_its_moments_and_its_status_must_fit(fields: dict[str, str], faults: list[str]) -> None:
    assert [field for field, _ in case("2026-11-02", **fields).faults()] == faults


def test_times_of_one_day_are_compared_across_zones() -> None:
    opened = "2026-11-02T10:00:00+08:00"  # 02:00 UTC
    before = case(opened, replied="2026-11-02T01:59:00+00:00")
    assert [what for _, what in before.faults()] == [
        f"replied 2026-11-02T01:59:00+00:00 is before opened {opened}"
    ]
    assert not list(case(opened, replied="2026-11-02T02:00:00+00:00").faults())
