"""The Chinese labels of the vocabularies, so that they may be typed and read in either script."""

from collections.abc import Mapping
from collections.abc import Sequence

from crmcli.model.names import fold

# field -> stored value -> (traditional, simplified); one word where both are written alike
LABELS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "stage": {
        "lead": ("線索", "线索"),
        "qualified": ("需求確認", "需求确认"),
        "proposal": ("方案報價", "方案报价"),
        "negotiation": ("商務談判", "商务谈判"),
        "won": ("贏單", "赢单"),
        "lost": ("丟單", "丢单"),
    },
    "customer.status": {
        "lead": ("線索", "线索"),
        "prospect": ("有望客戶", "潜在客户"),
        "active": ("往來客戶", "活跃客户"),
        "lapsed": ("久未往來", "沉睡客户"),
        "lost": ("流失",),
        "archived": ("封存", "归档"),
    },
    "customer.kind": {"company": ("公司",), "person": ("個人", "个人")},
    "interaction.kind": {
        "visit": ("拜訪", "到访"),
        "call": ("電話", "电话"),
        "meeting": ("會議", "会议"),
        "email": ("郵件", "邮件"),
        "message": ("訊息", "消息"),
        "note": ("備註", "备注"),
    },
    "direction": {"in": ("來", "来"), "out": ("往",)},
    "mood": {
        "delighted": ("非常滿意", "非常满意"),
        "pleased": ("滿意", "满意"),
        "neutral": ("普通", "一般"),
        "unhappy": ("不滿", "不满"),
        "offended": ("得罪",),
    },
    "failure": {
        "neglect": ("怠慢",),
        "disappointment": ("失望",),
        "lost-face": ("不給面子", "不给面子"),
        "disregard": ("不重視", "不重视"),
    },
    "promise.status": {
        "open": ("未到期",),
        "kept": ("已兌現", "已兑现"),
        "broken": ("失信",),
        "withdrawn-by-customer": ("客戶撤回", "客户撤回"),
        "withdrawn-by-us": ("我方撤回",),
        "late": ("逾期",),
    },
    "role": {
        "decision-maker": ("決策者", "决策者"),
        "economic-buyer": ("預算負責人", "预算负责人"),
        "champion": ("支持者",),
        "influencer": ("影響者", "影响者"),
        "gatekeeper": ("把關者", "把关者"),
        "user": ("使用者",),
    },
    "lost_reason": {
        "price": ("價格", "价格"),
        "competition": ("競爭對手", "竞争对手"),
        "budget": ("預算", "预算"),
        "features": ("功能不足",),
        "timing": ("時機", "时机"),
        "no-decision-maker": ("無決策者", "无决策者"),
        "unresponsive": ("無回應", "无回应"),
        "poor-fit": ("不適合", "不适合"),
        "other": ("其他",),
    },
    "source": {
        "referral": ("介紹", "转介绍"),
        "existing-customer": ("既有客戶", "老客户"),
        "cold-call": ("陌生開發", "陌生拜访"),
        "partner": ("夥伴", "合作伙伴"),
        "trade-fair": ("展覽", "展会"),
        "conference": ("研討會", "会议"),
        "website": ("網站", "网站"),
        "campaign": ("活動", "市场活动"),
        "other": ("其他",),
    },
    "deal.type": {
        "new-business": ("新業務", "新业务"),
        "renewal": ("續約", "续约"),
        "upsell": ("加購", "增购"),
        "cross-sell": ("交叉銷售", "交叉销售"),
    },
    "case.type": {
        "complaint": ("客訴", "投诉"),
        "request": ("服務需求", "服务请求"),
        "question": ("詢問", "咨询"),
        "fault": ("故障",),
    },
    "case.status": {
        "open": ("處理中", "处理中"),
        "acknowledged": ("已回覆", "已回复"),
        "resolved": ("已解決", "已解决"),
        "late": ("逾期",),
    },
    "feedback.item": {
        "friendly": ("友善",),
        "helpful": ("樂於助人", "乐于助人"),
        "considerate": ("體諒", "体谅"),
        "thoughtful": ("貼心", "贴心"),
        "polite": ("禮貌", "礼貌"),
        "empathy": ("同理心",),
        "interaction": ("良好互動", "良好互动"),
    },
    "feedback.kind": {"compliment": ("讚美", "表扬")},
    "rater": {"customer": ("客戶", "客户"), "observer": ("旁觀者", "旁观者")},
    "step": {
        "inquiry": ("詢價", "询价"),
        "quote": ("報價", "报价"),
        "order": ("訂單", "订单"),
        "delivery": ("送貨", "送货"),
        "installation": ("安裝", "安装"),
        "invoice": ("發票", "发票"),
        "support": ("支援", "支持"),
    },
    "channel": {
        "email": ("郵件", "邮件"),
        "phone": ("電話", "电话"),
        "sms": ("簡訊", "短信"),
        "message": ("訊息", "消息"),
        "post": ("郵寄", "邮寄"),
        "visit": ("拜訪", "拜访"),
        "all": ("全部",),
    },
    "purpose": {
        "marketing": ("行銷", "营销"),
        "service": ("服務", "服务"),
        "survey": ("調查", "调查"),
        "greeting": ("問候", "问候"),
        "sharing": ("提供第三方",),
        "all": ("全部",),
    },
    "consent.state": {
        "given": ("同意",),
        "declined": ("拒絕", "拒绝"),
        "withdrawn": ("撤回",),
    },
    "basis": {
        "consent": ("同意",),
        "contract": ("契約", "合同"),
        "legal-obligation": ("法定義務", "法定义务"),
        "vital-interest": ("重大利益",),
        "public-interest": ("公共利益",),
        "legitimate-interest": ("正當利益", "正当利益"),
    },
    "campaign.status": {
        "planned": ("計畫中", "计划中"),
        "active": ("進行中", "进行中"),
        "done": ("已結束", "已结束"),
    },
}


def read_word(field: str, typed: str, allowed: Sequence[str]) -> str | None:
    """The stored word for a typed one: any case, space or `_` for `-`, or its Chinese label.

    `field` is a field's name. None where no word of `allowed` is meant.
    """
    wanted = fold(typed)
    for word in allowed:
        if fold(word) == wanted:
            return word
    for key, labels in LABELS.items():
        if key.rpartition(".")[2] == field:
            for word, names in labels.items():
                if word in allowed and wanted in {fold(name) for name in names}:
                    return word
    return None
