"""What the records of a book must be to one another, and to the words of crm.yaml."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any
from typing import NamedTuple

from crmcli.book.contents import Contents
from crmcli.book.contents import Item
from crmcli.book.contents import Rule
from crmcli.model.campaign import Campaign
from crmcli.model.case import Case
from crmcli.model.consent import ALL
from crmcli.model.customer import Customer
from crmcli.model.deal import Deal
from crmcli.model.errors import Problem
from crmcli.model.feedback import Feedback
from crmcli.model.interaction import Interaction
from crmcli.model.kinds import BY_RECORD
from crmcli.model.names import fold
from crmcli.model.names import has_mixed_scripts
from crmcli.model.nearest import nearest
from crmcli.model.promise import Promise
from crmcli.model.record import Record
from crmcli.model.rep import Rep
from crmcli.model.sale import Sale
from crmcli.model.task import Task

NEAREST_OF = 2000  # names that are looked through for the one that may have been meant


class Reference(NamedTuple):
    """A field that names another record, or several."""

    source: type[Record]
    field: str
    target: type[Record]


REFERENCES = (
    Reference(Customer, "owner", Rep),
    Reference(Customer, "deputy", Rep),
    Reference(Customer, "referred_by", Customer),
    Reference(Customer, "merged_into", Customer),
    Reference(Deal, "customer", Customer),
    Reference(Deal, "owner", Rep),
    Reference(Promise, "customer", Customer),
    Reference(Promise, "by", Rep),
    Reference(Promise, "owner", Rep),
    Reference(Promise, "made_in", Interaction),
    Reference(Promise, "case", Case),
    Reference(Task, "customer", Customer),
    Reference(Task, "owner", Rep),
    Reference(Task, "deal", Deal),
    Reference(Task, "case", Case),
    Reference(Case, "customer", Customer),
    Reference(Case, "owner", Rep),
    Reference(Case, "opened_in", Interaction),
    Reference(Interaction, "customer", Customer),
    Reference(Interaction, "rep", Rep),
    Reference(Interaction, "also", Rep),
    Reference(Interaction, "deal", Deal),
    Reference(Interaction, "campaign", Campaign),
    Reference(Task, "campaign", Campaign),
    Reference(Campaign, "owner", Rep),
    Reference(Campaign, "holdout", Customer),
    Reference(Sale, "customer", Customer),
    Reference(Sale, "rep", Rep),
    Reference(Sale, "deal", Deal),
    Reference(Sale, "campaign", Campaign),
    Reference(Interaction, "case", Case),
    Reference(Feedback, "customer", Customer),
    Reference(Feedback, "rep", Rep),
    Reference(Feedback, "by", Rep),
    Reference(Feedback, "interaction", Interaction),
    Reference(Feedback, "case", Case),
)
AT_CUSTOMER = (
    Deal,
    Promise,
    Interaction,
    Case,
    Feedback,
)  # what may name a contact of its customer


def ids_stand_once(book: Contents) -> Iterator[Problem]:
    for first, other in book.twice:
        where = f"{first.path}:{first.line}" if first.line else first.path
        what = f"id {other.record.id} stands in {where} too"
        remedy = "Give one of them a new id, or remove the copy"
        is_twin = first._replace(line=other.line) == other  # of the same file, and the same row
        problem = book.problem(other, ("id",), what, remedy, level="error")
        yield problem._replace(fixable=is_twin and other.line is not None)


def references_lead_somewhere(book: Contents) -> Iterator[Problem]:
    for source, field, target in REFERENCES:
        kind = BY_RECORD[target]
        names = book.ids(target) if kind.letter is None else ()  # random ids are near to any
        for record, item in book.items(source):
            value = getattr(record, field)
            for id in value if isinstance(value, tuple) else (value,):
                if id is not None and not book.knows(target, id):
                    what = f"{field} '{id}' is no {kind.name} of this book"
                    yield book.problem(item, (field,), what, _meant(id, names), level="error")


def managers_are_reps(book: Contents) -> Iterator[Problem]:
    for rep, item in book.items(Rep):
        if rep.manager and not book.knows(Rep, rep.manager):
            what = f"manager '{rep.manager}' is no rep of this book"
            yield book.problem(
                item, ("manager",), what, _meant(rep.manager, book.ids(Rep)), level="note"
            )


def contacts_belong_to_the_customer(book: Contents) -> Iterator[Problem]:
    for source in AT_CUSTOMER:
        for record, item in book.items(source):
            contact, id = _contact(record), _customer(record)
            if contact is None:
                continue
            if id is None:
                what = f"contact '{contact}' stands without a customer"
                yield book.problem(item, ("contact",), what)
                continue
            # After a merge the people stand at the survivor.
            homes = [home for home in (book.get(Customer, id), book.survivor(id)) if home]
            known = tuple(person.id for home in homes for person in home.contacts)
            if homes and contact not in known:
                what = f"contact '{contact}' is no contact of {id}"
                yield book.problem(item, ("contact",), what, _meant(contact, known), level="error")


def contact_ids_stand_once(book: Contents) -> Iterator[Problem]:
    for customer, item in book.items(Customer):
        seen: set[str] = set()
        for at, contact in enumerate(customer.contacts):
            if contact.id in seen:
                what = f"two contacts have the id '{contact.id}'"
                yield book.problem(item, ("contacts", at, "id"), what, level="error")
            seen.add(contact.id)


def merges_end_somewhere(book: Contents) -> Iterator[Problem]:
    for customer, item in book.items(Customer):
        survivor = book.survivor(customer.id)
        if survivor is not None and survivor.merged_into and survivor.id == customer.id:
            what = f"merged_into '{customer.merged_into}' leads back to this customer"
            yield book.problem(item, ("merged_into",), what, level="error")


def stages_are_known(book: Contents) -> Iterator[Problem]:
    names = tuple(stage.name for stage in book.policy.stages)
    for deal, item in book.items(Deal):
        if deal.stage not in names:
            what = f"stage '{deal.stage}' is not one of {', '.join(names)}"
            yield book.problem(item, ("stage",), what, _meant(deal.stage, names), level="error")


def tiers_are_known(book: Contents) -> Iterator[Problem]:
    names = tuple(tier.name for tier in book.policy.tiers)
    for customer, item in book.items(Customer):
        if customer.tier and customer.tier not in names:
            what = f"tier '{customer.tier}' is not one of {', '.join(names)}"
            yield book.problem(item, ("tier",), what, _meant(customer.tier, names), level="error")


def members_are_people_or_customers(book: Contents) -> Iterator[Problem]:
    for campaign, item in book.items(Campaign):
        for at, member in enumerate(campaign.members):
            id, slash, contact = member.partition("/")
            if not book.knows(Customer, id):
                what = f"member '{member}' is no customer of this book"
                near = _meant(id, book.ids(Customer))
                yield book.problem(item, ("members", at), what, near, level="error")
                continue
            homes = [home for home in (book.get(Customer, id), book.survivor(id)) if home]
            known = tuple(person.id for home in homes for person in home.contacts)
            if slash and homes and contact not in known:
                what = f"member '{member}' is no contact of {id}"
                near = _meant(contact, known)
                yield book.problem(item, ("members", at), what, near, level="error")


def words_of_crm_yaml_are_known(book: Contents) -> Iterator[Problem]:
    policy = book.policy
    purposes = (*policy.purposes, ALL)
    for campaign, item in book.items(Campaign):
        if campaign.purpose and campaign.purpose not in purposes:
            yield _unlisted(book, item, ("purpose",), campaign.purpose, policy.purposes)
    for customer, item in book.items(Customer):
        for at, contact in enumerate(customer.contacts):
            for line, event in enumerate(contact.consent):
                if event.purpose not in purposes:
                    key = ("contacts", at, "consent", line, "purpose")
                    yield _unlisted(book, item, key, event.purpose, policy.purposes)
    goods = tuple(policy.products)
    for sale, item in book.items(Sale):
        if goods and sale.product and sale.product not in goods:
            yield _unlisted(book, item, ("product",), sale.product, goods)
        if policy.channels and sale.channel and sale.channel not in policy.channels:
            yield _unlisted(book, item, ("channel",), sale.channel, policy.channels)


def promises_are_of_a_listed_type(book: Contents) -> Iterator[Problem]:
    able = tuple(capability.type for capability in book.policy.capabilities)
    for promise, item in book.items(Promise):
        if able and promise.type and promise.type not in able:
            yield _unlisted(book, item, ("type",), promise.type, able)


def _unlisted(
    book: Contents, item: Item, key: tuple[str | int, ...], word: str, listed: tuple[str, ...]
) -> Problem:
    return book.problem(item, key, f"{key[-1]} '{word}' is not in crm.yaml", _meant(word, listed))


def currencies_have_a_rate(book: Contents) -> Iterator[Problem]:
    money: list[tuple[Item, str | None, Any]] = [
        *((item, deal.currency, deal.amount) for deal, item in book.items(Deal)),
        *((item, each.currency, each.potential) for each, item in book.items(Customer)),
        *((item, each.currency, each.cost) for each, item in book.items(Campaign)),
        *((item, each.currency, each.price) for each, item in book.items(Sale)),
    ]
    for item, currency, amount in money:
        if amount is not None and book.policy.rate(currency) is None:
            what = f"currency '{currency}' has no rate, so the amount is counted and not priced"
            yield book.problem(item, ("currency",), what, "Add it under rates: in crm.yaml")


def names_are_of_one_customer(book: Contents) -> Iterator[Problem]:
    owners: dict[str, set[str]] = defaultdict(set)
    aliases: list[tuple[str, str, int, Item]] = []
    for customer, item in book.items(Customer):
        if customer.merged_into:
            continue
        owners[fold(customer.id)].add(customer.id)
        for at, alias in enumerate(customer.aliases):
            owners[fold(alias)].add(customer.id)
            aliases.append((alias, customer.id, at, item))
    for alias, id, at, item in aliases:
        others = sorted(owners[fold(alias)] - {id})
        if others:
            what = f"alias '{alias}' also means {', '.join(others)}"
            yield book.problem(item, ("aliases", at), what)


def ids_are_of_one_script(book: Contents) -> Iterator[Problem]:
    for struct in (Customer, Rep):
        for record, item in book.items(struct):
            if has_mixed_scripts(record.id):
                what = f"id '{record.id}' mixes letters that look alike in two scripts"
                yield book.problem(item, ("id",), what, level="note")


def deals_have_a_customer(book: Contents) -> Iterator[Problem]:
    for deal, item in book.items(Deal):
        if deal.customer is None:
            yield book.problem(item, (), "deal without a customer", level="note")


def deals_are_of_the_same_customer(book: Contents) -> Iterator[Problem]:
    for struct in (Interaction, Task, Sale):
        for record, item in book.items(struct):
            deal = book.get(Deal, getattr(record, "deal"))  # noqa: B009  # of three types
            if deal is None or _customer(record) is None or deal.customer is None:
                continue
            mine, its = book.survivor(_customer(record)), book.survivor(deal.customer)
            if mine and its and mine.id != its.id:
                what = f"deal {deal.id} is of {deal.customer}, not of {_customer(record)}"
                yield book.problem(item, ("deal",), what)


def cases_are_of_the_same_customer(book: Contents) -> Iterator[Problem]:
    for struct in (Interaction, Promise, Task, Feedback):
        for record, item in book.items(struct):
            case = book.get(Case, getattr(record, "case"))  # noqa: B009  # of four types
            if case is None or _customer(record) is None or case.customer is None:
                continue
            mine, its = book.survivor(_customer(record)), book.survivor(case.customer)
            if mine and its and mine.id != its.id:
                what = f"case {case.id} is of {case.customer}, not of {_customer(record)}"
                yield book.problem(item, ("case",), what)


def merged_customers_are_named_by_the_survivor(book: Contents) -> Iterator[Problem]:
    for struct in (Deal, Promise, Task, Case):
        for record, item in book.items(struct):
            customer = book.get(Customer, _customer(record))
            if customer is not None and customer.merged_into:
                what = f"customer '{customer.id}' was merged into {customer.merged_into}"
                yield book.problem(item, ("customer",), what, level="note")


LINK_RULES: tuple[Rule, ...] = (
    ids_stand_once,
    references_lead_somewhere,
    managers_are_reps,
    contacts_belong_to_the_customer,
    contact_ids_stand_once,
    merges_end_somewhere,
    stages_are_known,
    tiers_are_known,
    members_are_people_or_customers,
    words_of_crm_yaml_are_known,
    promises_are_of_a_listed_type,
    currencies_have_a_rate,
    names_are_of_one_customer,
    ids_are_of_one_script,
    deals_have_a_customer,
    deals_are_of_the_same_customer,
    cases_are_of_the_same_customer,
    merged_customers_are_named_by_the_survivor,
)


def _meant(word: str, names: tuple[str, ...]) -> str | None:
    near = nearest(word, names, 1) if len(names) <= NEAREST_OF else ()
    return f"Did you mean {near[0]}?" if near else None


def _customer(record: Record) -> str | None:
    return getattr(record, "customer", None)


def _contact(record: Record) -> str | None:
    return getattr(record, "contact", None)
