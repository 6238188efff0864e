"""Words about consent: an event to write down, a channel and purpose to ask for."""

from collections.abc import Mapping
from functools import partial

from crmcli.cli.run import Run
from crmcli.model.consent import ALL
from crmcli.model.consent import CHANNELS
from crmcli.model.errors import BadValueError
from crmcli.model.errors import NeedsAnswerError
from crmcli.model.labels import read_word

NEEDED = ("channel", "purpose", "state", "source")


def add_consent(run: Run, contact: str, words: Mapping[str, str | None]) -> int:
    """Write down what a person said; `words` are those of the options.

    Raises NeedsAnswerError where one is missing without which the record would be no proof.
    """
    from crmcli.actions import consents  # noqa: PLC0415  # a write loads the records
    from crmcli.actions.fields import read_fields  # noqa: PLC0415
    from crmcli.cli.reading import read_day  # noqa: PLC0415
    from crmcli.model.customer import ConsentEvent  # noqa: PLC0415

    for name in NEEDED:
        if not (words[name] or "").strip():
            raise NeedsAnswerError(
                f"what was said needs a {name}", place=f"--{name}",
                remedy='Try: --channel email --purpose marketing --state given --source "fair form"',
            )  # fmt: skip
    day = run.day(words["on"] or "today", "on").date
    source = str(words["source"]).strip()  # any text: it is not where a customer comes from
    told = {name: word for name, word in words.items() if name not in ("on", "source")}
    fields = read_fields(run.book(), ConsentEvent, told, partial(read_day, run))
    event = ConsentEvent(**fields, source=source, date=day, by=run.me_or_none())
    run.save(lambda book: consents.add(book, contact, event, today=run.today))
    return 0


def read_may(run: Run, word: str) -> tuple[str, str]:
    """The channel and the purpose of `CHANNEL/PURPOSE`, in English or Chinese.

    Raises BadValueError with the words there are.
    """
    channel, slash, purpose = word.partition("/")
    purposes = tuple(each for each in run.book().policy.purposes if each != ALL)
    found = read_word("channel", channel, CHANNELS), read_word("purpose", purpose, purposes)
    if not slash:
        raise BadValueError(
            f"'{word}' is no channel and purpose", place="--may", remedy="Try: email/marketing"
        )
    if found[0] is None:
        raise run.not_one_of(channel, CHANNELS, "--may")
    if found[1] is None:
        raise run.not_one_of(purpose, purposes, "--may")
    return found[0], found[1]


def read_asked(run: Run, channel: str | None, purpose: str | None) -> tuple[str | None, str | None]:
    """The channel and the purpose that a question is about; None is every one, as `all` is.

    Raises BadValueError with the words there are.
    """
    return (
        _asked(run, "channel", channel, (*CHANNELS, ALL)),
        _asked(run, "purpose", purpose, run.book().policy.purposes),
    )


def _asked(run: Run, name: str, word: str | None, known: tuple[str, ...]) -> str | None:
    if word is None:
        return None
    found = read_word(name, word, known)
    if found is None:
        raise run.not_one_of(word, known, f"--{name}")
    return None if found == ALL else found


def campaign_people(run: Run, ref: str, *, refuses: bool) -> frozenset[str]:
    """The ids of the people whom a campaign is to reach.

    Raises PolicyError if consent does not allow one of them today and `refuses`.
    """
    from crmcli.actions.consents import refuse  # noqa: PLC0415  # loads the records
    from crmcli.model.errors import PolicyError  # noqa: PLC0415
    from crmcli.reports.mail_list import mail_list  # noqa: PLC0415

    book = run.book()
    id = book.id_of("campaign", ref)
    found = mail_list(book, id, run.today)
    if found.channel is None or found.purpose is None:
        raise PolicyError(
            f"{id} has no channel or no purpose, so nobody can have agreed to it",
            remedy=f"Try: crm campaign set {id} channel=email purpose=marketing",
        )
    if refuses:
        refused = [(member, each) for member, each in found.refused if each]
        refuse(refused, found.channel, found.purpose)
    return frozenset(found.people)
