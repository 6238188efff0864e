"""Writing down what customers and observers say of us, and taking it out again."""

from typing import Any

from crmcli.actions.soundness import refuse_faults
from crmcli.book.book import Book
from crmcli.model.change import Change
from crmcli.model.change import Edit
from crmcli.model.feedback import Feedback
from crmcli.model.words import SCALES


def add(book: Book, *, id: str, fields: dict[str, Any], day: str) -> Change:
    """Write down a rating or a compliment; `day` shows its day.

    `fields` holds at least `at`, `customer`, `kind` and `by`, who writes it down. Raises
    BadValueError for a score that is off the scale of its kind, or what else its kind refuses.
    """
    feedback = Feedback(id=id, **fields)
    refuse_faults(None, feedback)
    about = f" about {book.name_of('rep', feedback.rep)}" if feedback.rep else ""
    name = book.name_of("customer", feedback.customer)
    who = "an observer at" if feedback.rater == "observer" else "from"
    said = f"Noted {told(feedback)} {id} {who} {name}{about}, {day}"
    return Change((Edit(None, feedback),), said, f"feedback {id} added")


def told(feedback: Feedback) -> str:
    """A rating in words, as `csat 2 of 5` or `conduct 4 of 5 (polite)`."""
    item = f" ({feedback.item})" if feedback.item else ""
    if feedback.score is None or feedback.kind not in SCALES:
        return f"{feedback.kind}{item}"
    return f"{feedback.kind} {feedback.score} of {SCALES[feedback.kind][1]}{item}"


def remove(book: Book, ref: str) -> Change:
    """Take a row out of its file. Raises NotFoundError if `ref` names none or several."""
    feedback: Feedback = book.record("feedback", ref)  # type: ignore[assignment]  # the kind is the type
    said = f"Removed {told(feedback)} {feedback.id} of {feedback.at[:10]}"
    subject = f"feedback {feedback.id} removed"
    return Change((Edit(feedback, None),), said, subject, shown=(feedback.id,))
