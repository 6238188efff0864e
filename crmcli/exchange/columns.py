"""Which of their columns is which of our fields: by the general words, and by what was asked."""

from collections.abc import Mapping
from collections.abc import Sequence
from typing import NamedTuple

from crmcli.actions.amounts import MONEY
from crmcli.actions.fields import settable
from crmcli.model.customer import Contact
from crmcli.model.errors import BadValueError
from crmcli.model.errors import UsageError
from crmcli.model.kinds import BY_NAME
from crmcli.model.names import fold
from crmcli.model.nearest import nearest
from crmcli.reports.deals import COMPUTED
from crmcli.reports.deals import DEALS
from crmcli.reports.listing import NOUNS

# In this order, so that what is named is there: a promise may be made in an interaction. A case and
# an interaction may name each other; `File.announce` tells of the one before it has come.
KINDS = (
    "rep", "customer", "contact", "deal", "campaign", "case", "interaction", "promise", "task",
    "feedback", "sale",
)  # fmt: skip
TRACKED_WORDS = {
    "deal": "stage",
    "customer": "status",
    "promise": "status",
    "task": "status",
    "case": "status",
}
OF_CUSTOMER = (
    "status", "tier", "tags", "industry", "region", "source", "website", "address", "owner",
)  # fmt: skip
KEEP_IN = {
    "customer": "background",
    "contact": "note",
    "interaction": "summary",
    "feedback": "comment",
}

CUSTOMER = (
    "customer", "customer name", "company", "account", "account name", "company name",
    "organization", "organisation", "client", "客戶", "客户", "公司", "公司名稱", "公司名称",
    "客戶名稱", "客户名称",
)  # fmt: skip
REP = (
    "owner", "rep", "salesperson", "sales agent", "account manager", "assigned to", "sales rep",
    "業代", "業務", "业务员", "负责人", "負責人",
)  # fmt: skip
SHARED: Mapping[str, tuple[str, ...]] = {
    "status": ("status", "狀態", "状态"),
    "tier": ("tier", "grade", "class", "等級", "级别"),
    "tags": ("tags", "labels", "categories", "標籤", "标签"),
    "industry": ("industry", "sector", "行業", "行业"),
    "region": ("region", "area", "city", "country", "office location", "地區", "地区"),
    "source": ("source", "lead source", "來源", "来源"),
    "website": ("website", "url", "web page", "網站", "网站"),
    "address": ("address", "地址"),
}
DUE = ("due", "due date", "deadline", "期限")
SOLD_ON = (
    "date", "order date", "invoice date", "invoicedate", "sale date", "sold on", "日期", "訂單日期", "订单日期",
)  # fmt: skip
PRODUCT = (
    "product", "product id", "product name", "sku", "item", "article", "stock code", "stockcode", "產品", "产品", "商品", "品號",
)  # fmt: skip
QUANTITY = ("quantity", "qty", "units", "數量", "数量")

# kind -> our field -> their headers; the first that a file has is taken.
WORDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "rep": {
        "name": ("name", "rep", "salesperson", "sales agent", "sales rep", "user", "user name", "業代", "業務", "业务员"),
        "email": ("email", "e mail", "email address", "mail", "電子郵件", "邮箱"),
        "manager": ("manager", "主管", "經理", "经理"),
        "department": ("department", "regional office", "office", "team", "region", "部門", "部门"),
        "ref": ("user id", "rep id", "employee id", "id"),
    },
    "customer": {
        "name": ("name", *CUSTOMER),
        "owner": REP,
        **SHARED,
        "background": ("background", "notes", "note", "description", "備註", "备注"),
        "ref": ("account id", "customer id", "company id", "record id", "id"),
    },
    "contact": {
        "name": ("name", "full name", "contact", "contact name", "姓名", "聯絡人", "联系人"),
        "customer": CUSTOMER,
        "email": ("email", "e mail", "email address", "mail", "電子郵件", "邮箱"),
        "phone": ("phone", "tel", "telephone", "phone number", "電話", "电话"),
        "mobile": ("mobile", "cell", "mobile phone", "手機", "手机"),
        "title": ("title", "job title", "position", "職稱", "职位"),
        "role": ("role", "角色"),
        "note": ("note", "notes", "備註", "备注"),
        "customer.owner": REP,
        **{f"customer.{field}": words for field, words in SHARED.items()},
        "ref": ("contact id", "record id", "id"),
    },
    "deal": {
        "ref": ("opportunity id", "deal id", "record id", "id"),
        "name": ("deal", "deal name", "opportunity", "opportunity name", "name", "商機", "商机"),
        "customer": CUSTOMER,
        "contact": ("contact", "contact name", "聯絡人", "联系人"),
        "owner": REP,
        "stage": ("stage", "deal stage", "sales stage", "階段", "阶段"),
        "amount": ("amount", "value", "close value", "deal amount", "金額", "金额"),
        "close": ("close date", "close", "expected close", "預計成交", "预计成交日期", "預計成交日期"),
        "opened": ("create date", "created", "engage date", "opened"),
        "products": ("product", "products", "產品", "产品"),
        "probability": ("probability", "probability (%)", "可能性"),
        "source": SHARED["source"],
    },
    "promise": {
        "ref": ("promise id", "commitment id", "record id", "id"),
        "what": ("promise", "commitment", "what", "承諾", "承诺"),
        "customer": CUSTOMER,
        "contact": ("contact", "contact name", "聯絡人", "联系人"),
        "due": DUE,
        "by": ("by", *REP, "promised by", "承諾人", "承诺人"),
        "made": ("made", "made on", "date made", "date"),
        "status": SHARED["status"],
    },
    "interaction": {
        "ref": ("activity id", "record id", "id"),
        "at": ("date", "when", "at", "日期"),
        "kind": ("type", "kind", "activity type", "方式"),
        "customer": CUSTOMER,
        "contact": ("contact", "contact name", "聯絡人", "联系人"),
        "rep": REP,
        "summary": ("notes", "text", "summary", "description", "subject", "內容", "内容"),
        "minutes": ("minutes", "duration"),
    },
    "case": {
        "ref": ("case id", "case number", "ticket id", "ticket number", "claim id", "record id", "id"),
        "what": ("case", "ticket", "claim", "subject", "what", "title", "summary", "description", "issue", "投诉", "客訴"),
        "customer": CUSTOMER,
        "contact": ("contact", "contact name", "requester", "聯絡人", "联系人"),
        "type": ("type", "case type", "ticket type", "kind", "類型", "类型"),
        "owner": (*REP, "assignee", "agent"),
        "status": SHARED["status"],
        "channel": ("channel", "case origin", "origin"),
        "opened": ("opened", "date opened", "created", "created at", "create date", "date", "日期"),
        "acknowledged": ("acknowledged",),
        "replied": ("replied", "first reply", "first response"),
        "resolved": ("resolved", "resolved at", "date resolved", "closed", "closed at", "date closed", "close date"),
        "remedy": ("remedy", "resolution", "solution", "處理方式", "处理方式"),
    },
    "feedback": {
        "ref": ("feedback id", "response id", "record id", "id"),
        "at": ("date", "when", "at", "日期"),
        "customer": CUSTOMER,
        "contact": ("contact", "contact name", "聯絡人", "联系人"),
        "kind": ("kind", "type", "survey"),
        "score": ("score", "rating", "nps", "評分", "评分"),
        "rep": REP,
        "comment": ("comment", "comments", "verbatim", "意見", "意见"),
    },
    "campaign": {
        "ref": ("campaign id", "record id", "id"),
        "name": ("campaign", "campaign name", "name", "活動", "活动"),
        "channel": ("channel", "campaign type", "type"),
        "purpose": ("purpose", "目的"),
        "start": ("start", "start date", "開始", "开始"),
        "end": ("end", "end date", "結束", "结束"),
        "cost": ("cost", "actual cost", "費用", "费用"),
        "owner": REP,
    },
    "sale": {
        "ref": ("line id", "order line id", "sale id", "record id", "id"),
        "order": ("order", "order id", "order number", "order no", "invoice", "invoice id", "invoice number", "invoice no", "invoiceno", "訂單", "订单", "訂單編號", "订单编号"),
        "date": SOLD_ON,
        "customer": (*CUSTOMER, "customer id", "customerid", "account id"),
        "product": PRODUCT,
        "channel": ("channel", "sales channel", "通路", "渠道"),
        "quantity": QUANTITY,
        "list_price": ("list price", "catalogue price", "定價", "定价"),
        "price": ("price", "unit price", "unitprice", "sales price", "單價", "单价"),
        "cost": ("cost", "unit cost", "成本"),
        "rep": REP,
        "deal": ("deal id", "opportunity id"),
        "campaign": ("campaign", "campaign id"),
        "promised_on": ("promised on", "promised", "promised date", "requested date", "交期"),
        "delivered_on": ("delivered on", "delivered", "delivery date", "ship date", "shipped", "出貨日期", "发货日期"),
        "delivered_quantity": ("delivered quantity", "delivered qty", "shipped quantity"),
    },
    "task": {
        "ref": ("task id", "record id", "id"),
        "what": ("task", "what", "to do", "subject", "任務", "任务"),
        "customer": CUSTOMER,
        "due": DUE,
        "owner": REP,
        "status": SHARED["status"],
    },
}  # fmt: skip

# What tells a kind: a header of each group is there. The first kind that fits is taken.
SIGNS: tuple[tuple[str, tuple[tuple[str, ...], ...]], ...] = (
    ("promise", (("promise", "commitment", "promise id", "承諾", "承诺"),)),
    ("case", (("case", "case id", "case number", "ticket", "ticket id", "ticket number", "claim", "claim id", "投诉", "客訴"),)),
    ("feedback", (("score", "評分", "评分"), ("kind", "type", "survey"), WORDS["feedback"]["at"])),
    ("sale", (QUANTITY, PRODUCT, SOLD_ON)),
    ("campaign", (("campaign name", "campaign id", "campaign", "活動", "活动"), (*WORDS["campaign"]["start"], "campaign type"))),
    ("deal", ((
        *WORDS["deal"]["stage"], "opportunity id", "deal id", "deal", "deal name", "opportunity",
        "opportunity name", "close value", "close date", "deal amount", "商機", "商机",
    ),)),
    ("task", (("task", "to do", "task id", "任務", "任务"),)),
    ("interaction", (
        (*WORDS["interaction"]["at"], "activity id"),
        (*WORDS["interaction"]["kind"], *WORDS["interaction"]["summary"]),
    )),
    ("contact", (("full name", "contact name", "contact", "姓名", "聯絡人", "联系人"),)),
    ("contact", (("name",), (
        *WORDS["contact"]["email"], *WORDS["contact"]["phone"], *WORDS["contact"]["mobile"],
        *WORDS["contact"]["title"], *CUSTOMER,
    ))),
    ("rep", (
        (*WORDS["rep"]["name"], "owner"),
        (*WORDS["rep"]["manager"], *WORDS["rep"]["department"]),
    )),
    ("customer", (CUSTOMER,)),
)  # fmt: skip


class Column(NamedTuple):
    """A column of theirs that is taken: its place, its name, and our field."""

    at: int
    header: str
    target: str


class Columns(NamedTuple):
    """What becomes of each column. `own`: the file is an export of ours, with our ids."""

    taken: tuple[Column, ...]
    left: tuple[tuple[int, str], ...]
    own: bool


def own_keys(kind: str) -> tuple[str, ...]:
    """The keys of a kind's rows, as `crm list` and `crm export` give them."""
    if kind == "deal":
        return (*(column.key for column, _ in DEALS.columns), *(c.key for c in COMPUTED))
    return tuple(column.key for column, _ in NOUNS[kind].columns)


def own_kind(header: Sequence[str]) -> str | None:
    """The kind of which these are the keys of an export of ours; None for another's file."""
    if not header or header[0] != "id":
        return None
    shares = {
        kind: sum(name in own_keys(kind) for name in header) / len(own_keys(kind)) for kind in KINDS
    }
    best = max(KINDS, key=lambda kind: shares[kind])
    return best if shares[best] > 0.6 else None  # noqa: PLR2004  # most of them, and of one kind


def guess(header: Sequence[str]) -> str | None:
    """The kind of record that a file with this header holds; None if it does not show."""
    own = own_kind(header)
    if own:
        return own
    folded = set(_folded(header))
    for kind, groups in SIGNS:
        if all(folded & set(_folded(group)) for group in groups):
            return kind
    return None


def _folded(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(fold(name) for name in names)


def targets_of(kind: str) -> tuple[str, ...]:
    """The fields of a kind at which a column may be aimed, without the dated states."""
    struct = Contact if kind == "contact" else BY_NAME[kind].record
    fields = tuple(settable(struct))
    extra = ("id", "ref") if "ref" not in fields else ("id",)
    if kind == "contact":
        return (*extra, "customer", *fields, *(f"customer.{field}" for field in OF_CUSTOMER))
    money = ("currency",) if set(MONEY) & set(fields) else ()
    return (*extra, *fields, *money)


def map_columns(kind: str, header: Sequence[str], asked: Sequence[tuple[str, str]]) -> Columns:
    """Find the field of each column; `asked` are pairs (their column, our field) and win.

    An empty field leaves the column out. Raises BadValueError for a column that is not there or
    a field that the kind does not have.
    """
    own = own_kind(header) == kind
    chosen = _chosen(kind, header, asked)
    taken = {target for target in chosen.values() if target}
    found = _own_columns(kind, header) if own else _by_words(kind, header, taken)
    found = {at: target for at, target in found.items() if target not in taken} | chosen
    columns = tuple(
        Column(at, header[at], target) for at, target in sorted(found.items()) if target
    )
    computed = set(own_keys(kind)) if own else set()
    left = tuple(
        (at, name)
        for at, name in enumerate(header)
        if not found.get(at) and name and name not in computed
    )
    return Columns(columns, left, own)


def _chosen(kind: str, header: Sequence[str], asked: Sequence[tuple[str, str]]) -> dict[int, str]:
    chosen: dict[int, str] = {}
    for theirs, ours in asked:
        places = [at for at, name in enumerate(header) if fold(name) == fold(theirs)]
        if not places:
            raise BadValueError(
                f"the file has no column '{theirs}'", place="--column", remedy=_near(theirs, header)
            )
        target = ours.strip().replace("-", "_") if "." not in ours else ours.strip()
        if target and not _is_target(kind, target):
            known = targets_of(kind)
            raise BadValueError(
                f"a {kind} has no field '{ours}'", place="--column", remedy=_near(ours, known)
            )
        chosen[places[0]] = target
    return chosen


def _is_target(kind: str, target: str) -> bool:
    field, dot, _ = target.partition(".")
    return target in targets_of(kind) or bool(dot and TRACKED_WORDS.get(kind) == field)


def _near(word: str, known: Sequence[str]) -> str:
    near = nearest(word, known, 1)
    return f"Did you mean '{near[0]}'?" if near else f"There are: {', '.join(known)}"


def _own_columns(kind: str, header: Sequence[str]) -> dict[int, str]:
    targets = targets_of(kind)
    found = {at: name for at, name in enumerate(header) if name in targets}
    dated = {"kept_on": "status.kept", "original_due": "original_due"} if kind == "promise" else {}
    return found | {at: dated[name] for at, name in enumerate(header) if name in dated}


def _by_words(kind: str, header: Sequence[str], taken: set[str]) -> dict[int, str]:
    folded = _folded(header)
    found: dict[int, str] = {}
    words = {**dict.fromkeys(targets_of(kind), ()), **WORDS[kind]}
    for target, names in words.items():
        if target in taken or target == "id":
            continue
        for name in (*names, target):
            at = next(
                (at for at, h in enumerate(folded) if h == fold(name) and at not in found), None
            )
            if at is not None:
                found[at] = target
                break
    return found


def kind_word(word: str, place: str) -> str:
    """The kind that a person names, in the singular or plural, by any of its names.

    Raises UsageError at that place.
    """
    plain = fold(word)
    for kind, names in NOUN_WORDS.items():
        if plain in names or plain.removesuffix("s") in names:
            return kind
    near = nearest(word, KINDS, 1)
    raise UsageError(
        f"'{word}' is not one of {', '.join(KINDS)}",
        place=place,
        remedy=f"Did you mean '{near[0]}'?" if near else None,
    )


NOUN_WORDS: Mapping[str, tuple[str, ...]] = {
    "customer": ("customer", "account", "company", "companie", "organisation", "organization", "partner", "客户", "客戶", "公司"),
    "contact": ("contact", "person", "people", "联系人", "聯絡人"),
    "deal": ("deal", "opportunity", "opportunitie", "商机", "商機"),
    "interaction": ("interaction", "activity", "activitie", "跟进记录"),
    "promise": ("promise", "commitment", "承諾", "承诺"),
    "case": ("case", "ticket", "claim", "投诉", "客訴"),
    "feedback": ("feedback", "rating"),
    "task": ("task",),
    "campaign": ("campaign", "市場活動", "市场活动"),
    "sale": ("sale", "order line", "order", "invoice line", "銷售", "销售", "訂單", "订单"),
    "rep": ("rep", "owner", "user", "assigned user", "salesperson", "sales agent", "業代", "业务员", "负责人", "負責人"),
}  # fmt: skip
