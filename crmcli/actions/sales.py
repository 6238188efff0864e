"""Writing down what was sold, and taken back."""

from typing import Any

from crmcli.actions.soundness import refuse_faults
from crmcli.book.book import Book
from crmcli.model.change import Change
from crmcli.model.change import Edit
from crmcli.model.errors import BadValueError
from crmcli.model.errors import NeedsAnswerError
from crmcli.model.money import show_money
from crmcli.model.sale import Sale
from crmcli.model.sale import as_refund


def add(book: Book, *, id: str, fields: dict[str, Any], echo: str) -> Change:
    """Write down a line of an order; `echo` shows its day.

    A price below zero makes a return of it. Raises NeedsAnswerError without a price, which may be
    0 but not unknown; BadValueError for what a line cannot say.
    """
    if fields.get("price") is None:
        raise NeedsAnswerError(
            "a sale needs the price of one unit",
            place="--price",
            remedy="Try: --price 500   (--price 0 for a gift)",
        )
    try:
        quantity, price = as_refund(fields["quantity"], fields["price"])
    except ValueError as error:
        raise BadValueError(str(error), remedy="Try: --quantity -1 --price 500") from None
    sale = Sale(id=id, **fields | {"quantity": quantity, "price": price})
    refuse_faults(None, sale)
    return Change(
        (Edit(None, sale),),
        f"Added {_told(book, sale)}, {echo}: {_amount(book, sale)}",
        f"sale {id} added",
        _notes(book, sale),
    )


def remove(book: Book, ref: str) -> Change:
    """Take a line out of its file. Raises NotFoundError for the ref."""
    sale = book.sale(ref)
    said = f"Removed {_told(book, sale)}, {sale.date}"
    return Change((Edit(sale, None),), said, f"sale {sale.id} removed", shown=(sale.id,))


def _told(book: Book, sale: Sale) -> str:
    word, way = ("return", "from") if sale.quantity < 0 else ("sale", "to")
    customer = book.name_of("customer", sale.customer)
    return f"{word} {sale.id}: {sale.quantity:f} {sale.product or 'of something'} {way} {customer}"


def _amount(book: Book, sale: Sale) -> str:
    assert sale.price is not None
    assert sale.total is not None
    currency = sale.currency or book.policy.currency
    total = show_money(sale.total, currency)
    return f"{total} ({show_money(sale.price, currency, exact=True)} each)"


def _notes(book: Book, sale: Sale) -> tuple[str, ...]:
    notes = []
    if book.policy.rate(sale.currency) is None:
        notes.append(f"no rate for {sale.currency}: counted and not priced. Add it in crm.yaml")
    if sale.deal:
        deal = book.deal(sale.deal)
        if deal.customer and deal.customer != sale.customer:
            notes.append(f"{deal.id} is a deal of {deal.customer}, not of {sale.customer}")
    return tuple(notes)
