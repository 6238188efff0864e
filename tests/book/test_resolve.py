"""Which record a person means: ids, names, beginnings, mails; never a guess."""

import pytest

from crmcli.book.index import open_index
from crmcli.book.resolve import resolve
from crmcli.model.errors import AmbiguousError
from crmcli.model.errors import Candidate
from crmcli.model.errors import NotFoundError
from tests.builders import contact
from tests.builders import customer
from tests.builders import deal
from tests.builders import promise
from tests.builders import rep
from tests.builders import task
from tests.builders import visit
from tests.builders import write_book


@pytest.fixture
def book(tmp_path):
    chen = contact(name="陳美玲 Chen", email="chen@acme.example", phone="02-2345 6789")
    write_book(
        tmp_path,
        rep(name="Mei Lin"),
        rep("jonas", name="陳美玲", email="jonas@example.com"),
        rep("lin", name="Lin", archived="2026-01-01"),
        customer("acme-battery", name="Acme Battery", aliases=["永豐電池行", "Yong-Feng"], contacts=[chen]),
        customer("acme-taipei", name="Acme Taipei", contacts=[contact("wu", name="Wu")]),
        customer("battery", name="Müller & Söhne"),
        customer("solar", name="Great Solar Ltd", contacts=[contact(name="Chen", mobile="+886 912 345 678")]),
        customer("gone", name="Gone House", status="archived"),
        customer("greatest", name="Great Wind", status="archived"),
        customer("one", name="Merged One", status="archived", merged_into="two"),
        customer("two", name="Merged Two", merged_into="solar"),
        customer("left", contacts=[contact("ann", name="Ann", left="2026-01-01"), contact("peter", name="王小明")]),
        deal(id="d-7k3m9q2x", name="Chargers for Taipei"),
        deal(id="d-7k3m0000", name="Chargers", archived="2026-10-01"),
        deal(id="d-8aaaaaaa", name="Panels", archived="2026-10-01"),
        promise(id="p-4t8wz01m"),
        promise(id="p-4t900000"),
        task(id="t-10000000"),
        visit(id="i-2m8c4x7q"),
    )  # fmt: skip
    return open_index(tmp_path)


@pytest.mark.parametrize(
    ("kind", "ref", "id"),
    [
        # whole id
        ("customer", "acme-battery", "acme-battery"),
        ("customer", " Acme-Battery ", "acme-battery"),
        ("customer", "battery", "battery"),
        ("customer", "gone", "gone"),
        # whole name or alias
        ("customer", "ACME battery", "acme-battery"),
        ("customer", "永豐電池行", "acme-battery"),
        ("customer", "yong feng", "acme-battery"),
        ("customer", "Ｙｏｎｇ Ｆｅｎｇ", "acme-battery"),
        ("customer", "muller & sohne", "battery"),
        # beginning of the id
        ("customer", "acme-b", "acme-battery"),
        ("customer", "acme t", "acme-taipei"),
        # beginning of a word of the name
        ("customer", "taip", "acme-taipei"),
        ("customer", "feng", "acme-battery"),
        ("customer", "söh", "battery"),
        # any part
        ("customer", "電池", "acme-battery"),
        ("customer", "ipei", "acme-taipei"),
        # mail or phone of a contact
        ("customer", "CHEN@acme.example", "acme-battery"),
        ("customer", "(02) 2345-6789", "acme-battery"),
        ("customer", "+886 2 2345 6789", "acme-battery"),
        ("customer", "23456789", "acme-battery"),
        ("customer", "0912345678", "solar"),
        # live before archived
        ("customer", "great", "solar"),
        ("customer", "gone house", "gone"),
        ("customer", "wind", "greatest"),
        # merged: the one that was kept
        ("customer", "one", "solar"),
        ("customer", "merged one", "solar"),
        ("customer", "merged", "solar"),
        # contacts
        ("contact", "acme-battery/chen", "acme-battery/chen"),
        ("contact", "Acme Battery/陳美玲 chen", "acme-battery/chen"),
        ("contact", "solar/ch", "solar/chen"),
        ("contact", "美玲", "acme-battery/chen"),
        ("contact", "acme-taipei/w", "acme-taipei/wu"),
        ("contact", "wu", "acme-taipei/wu"),
        ("contact", "chen@acme.example", "acme-battery/chen"),
        ("contact", "0912 345 678", "solar/chen"),
        ("contact", "ann", "left/ann"),
        # reps
        ("rep", "mei", "mei"),
        ("rep", "MEI LIN", "mei"),
        ("rep", "mei@example.com", "mei"),
        ("rep", "lin", "lin"),
        # others
        ("deal", "d-7k3m9q2x", "d-7k3m9q2x"),
        ("deal", "7k3m9", "d-7k3m9q2x"),
        ("deal", "D-7K3M9", "d-7k3m9q2x"),
        ("deal", "7k3m", "d-7k3m9q2x"),
        ("deal", "d-7k3m0", "d-7k3m0000"),
        ("deal", "taipei", "d-7k3m9q2x"),
        ("deal", "panel", "d-8aaaaaaa"),
        ("promise", "p-4t8", "p-4t8wz01m"),
        ("promise", "4t8", "p-4t8wz01m"),
        ("promise", "4T8WZOLM", "p-4t8wz01m"),
        ("task", "1", "t-10000000"),
        ("task", "t-l0", "t-10000000"),
        ("interaction", "i-2m8", "i-2m8c4x7q"),
    ],
)
def test_the_record_that_is_meant(book, kind, ref, id):
    assert resolve(book, kind, ref) == id


@pytest.mark.parametrize(
    ("kind", "ref", "ids"),
    [
        ("customer", "acme", ["acme-battery", "acme-taipei"]),
        ("customer", "e", ["acme-battery", "acme-taipei", "battery", "left", "solar"]),
        ("contact", "chen", ["acme-battery/chen", "solar/chen"]),
        ("contact", "Chen", ["acme-battery/chen", "solar/chen"]),
        ("contact", "che", ["acme-battery/chen", "solar/chen"]),
        ("promise", "4t", ["p-4t8wz01m", "p-4t900000"]),
        ("promise", "p-", ["p-4t8wz01m", "p-4t900000"]),
    ],
)
def test_several_are_told_and_none_is_guessed(book, kind, ref, ids):
    with pytest.raises(AmbiguousError) as caught:
        resolve(book, kind, ref)
    assert [candidate.id for candidate in caught.value.candidates] == ids
    assert caught.value.what == f"'{ref}' may be one of {len(ids)} {kind}s"


def test_many_candidates_are_counted_and_twenty_shown(tmp_path):
    index = open_index(write_book(tmp_path, *(customer(f"acme-{n:02}") for n in range(30))))
    with pytest.raises(AmbiguousError, match="30 customers") as caught:
        resolve(index, "customer", "acme")
    assert len(caught.value.candidates) == 20


@pytest.mark.parametrize(
    ("kind", "ref", "remedy"),
    [
        ("customer", "acne bttery", "Did you mean acme-battery (Acme Battery)?"),
        ("customer", "xyz", "Try: crm customer list"),
        ("customer", "", "Try: crm customer list"),
        ("customer", "  ", "Try: crm customer list"),
        ("customer", "12345@x", "Try: crm customer list"),
        ("contact", "qqqq", "Try: crm contact list"),
        ("contact", "solar/wu", "Did you mean acme-taipei/wu (Wu)?"),
        ("rep", "mee", "Did you mean mei (Mei Lin)?"),
        ("rep", "joans", "Did you mean jonas (陳美玲)?"),
        ("contact", "pter", "Did you mean left/peter (王小明)?"),
        ("rep", "mei l", "Did you mean mei (Mei Lin)?"),
        ("promise", "d-7k3m9q2x", "Try: crm promise list"),
        ("promise", "zzz", "Try: crm promise list"),
        ("task", "../../etc/passwd", "Try: crm task list"),
    ],
)
def test_nothing_is_told_with_what_is_near(book, kind, ref, remedy):
    with pytest.raises(NotFoundError) as caught:
        resolve(book, kind, ref)
    assert not isinstance(caught.value, AmbiguousError)
    assert caught.value.what == f"no {kind} '{ref}'"
    assert caught.value.remedy == remedy


def test_a_near_name_is_a_candidate_for_programs(book):
    with pytest.raises(NotFoundError) as caught:
        resolve(book, "customer", "acne-battery")
    assert caught.value.candidates == (Candidate("customer", "acme-battery", "Acme Battery"),)


def test_several_near_names_are_a_sentence(tmp_path):
    index = open_index(write_book(tmp_path, customer("acme"), customer("acne"), customer("acre")))
    with pytest.raises(NotFoundError) as caught:
        resolve(index, "customer", "acxe")
    shown = caught.value.remedy.removeprefix("Did you mean ").removesuffix("?")
    assert shown.count(" or ") == 1
    near = set(shown.replace(" or ", ", ").split(", "))
    assert near == {"acme (Acme)", "acne (Acne)", "acre (Acre)"}


def test_an_archived_record_is_noted(book):
    resolve(book, "customer", "gone")
    assert book.notes == ["customer 'gone' is archived"]


@pytest.mark.parametrize("into", ["one", "none"])
def test_a_circle_of_merged_customers_and_a_missing_one_do_no_harm(tmp_path, into):
    root = write_book(tmp_path, customer("one", merged_into=into))
    assert resolve(open_index(root), "customer", "one") == "one"


# as a capture asks: without a walk where that is enough


@pytest.fixture
def no_walk(book, monkeypatch):
    book.query("SELECT 1")
    book.close()
    index = open_index(book.root)
    walks = []
    monkeypatch.setattr(
        "crmcli.book.index.walk", lambda root, walk=None: walks.append(root) or real(root)
    )
    return index, walks


def real(root):
    from crmcli.book.walk import walk  # noqa: PLC0415  # the real one, which the fixture replaces

    return walk(root)


@pytest.mark.parametrize("ref", ["acme-battery", "永豐", "taip", "one"])
def test_a_capture_takes_the_index_as_it_stands(no_walk, ref):
    index, walks = no_walk
    assert resolve(index, "customer", ref, walk=False) == resolve(
        index, "customer", ref, walk=False
    )
    assert walks == []


def test_a_capture_knows_a_new_file_by_its_name(no_walk):
    index, walks = no_walk
    (index.root / "customers" / "acme.yaml").write_text("name: Brand New\n")
    assert resolve(index, "customer", "acme", walk=False) == "acme"
    assert walks == []


def test_a_capture_walks_when_it_finds_nothing(no_walk):
    index, walks = no_walk
    (index.root / "customers" / "new-house.yaml").write_text("name: Brand New\n")
    assert resolve(index, "customer", "brand", walk=False) == "new-house"
    assert len(walks) == 1


def test_a_capture_walks_when_it_finds_several(no_walk):
    index, walks = no_walk
    (index.root / "customers" / "acme-taipei.yaml").unlink()
    assert resolve(index, "customer", "acme", walk=False) == "acme-battery"
    assert len(walks) == 1


def test_a_capture_walks_when_what_it_found_is_gone(no_walk):
    index, walks = no_walk
    (index.root / "customers" / "acme-taipei.yaml").unlink()
    with pytest.raises(NotFoundError):
        resolve(index, "customer", "acme-taipei", walk=False)
    assert len(walks) == 1
