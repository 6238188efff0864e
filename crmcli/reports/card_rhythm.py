"""How often a customer was in touch with us, month by month, for the eye."""

from datetime import date

from crmcli.reports.readable import Readable
from crmcli.reports.table import Item
from crmcli.reports.table import Picture
from crmcli.reports.whose import household
from crmcli.reports.whose import listed

MONTHS = 12
BY_MONTH = """
    SELECT substr(day, 1, 7), count(*) FROM interactions
    WHERE customer IN (SELECT value FROM json_each(:customers)) AND kind <> 'note'
        AND day BETWEEN :since AND :until
    GROUP BY 1 ORDER BY 1
"""


def rhythm(book: Readable, customer: str, as_of: date) -> tuple[Picture, ...]:
    """The contacts of the last twelve calendar months, that of the day included; none if none."""
    number = as_of.year * 12 + as_of.month - 1
    months = [
        f"{each // 12:04}-{each % 12 + 1:02}" for each in range(number - MONTHS + 1, number + 1)
    ]
    ids = listed(household(book, customer))
    until = as_of.isoformat()
    counts = dict(book.query(BY_MONTH, customers=ids, since=f"{months[0]}-01", until=until))
    if not counts:
        return ()
    values = tuple(counts.get(month, 0) for month in months)
    words = f"{sum(values)} from {months[0]} to {months[-1]}"
    return (Picture("spark", "Contacts a month", (Item("", values, words),)),)
