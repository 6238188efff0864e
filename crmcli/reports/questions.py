"""The questions that a house must be able to answer, and the report that answers each."""

from typing import NamedTuple


class Question(NamedTuple):
    """A question in English, as it was first asked, and the report (and its part) that answers."""

    group: str
    words: str
    original: str
    report: str
    part: str = ""

    @property
    def command(self) -> str:
        """What to type for the whole answer."""
        part = f" --part {self.part}" if self.part else ""
        return f"crm report {self.report}{part}"


RELATIONSHIPS = "Relationships"
PROMISES = "Promises"
CONDUCT = "Reps and conduct"
VISITS = "Visits"
CONTINUITY = "Continuity"
KNOWLEDGE = "Knowledge and potential"
PIPELINE = "Pipeline"
VALUE = "Value"
CASES = "Service cases"
CAMPAIGNS = "Campaigns and consent"
PRODUCTS = "Products, channels and demand"
READINESS = "Organisation and readiness"

QUESTIONS = (
    Question(
        RELATIONSHIPS, "Which customers did we please?", "公司取悅了哪些客戶", "relationships"
    ),
    Question(RELATIONSHIPS, "Which did we offend?", "得罪了哪些客戶", "relationships"),
    Question(
        RELATIONSHIPS, "Which business are we about to lose?", "哪些生意即將失守", "relationships"
    ),
    Question(
        RELATIONSHIPS,
        "Did neglect, disappointment, loss of face or disregard happen, and was it put right?",
        "怠慢、令客戶失望、不給客戶面子、不重視客戶",
        "recovery",
    ),
    Question(
        RELATIONSHIPS,
        "Are the customers who matter satisfied, department by department?",
        "從全部顧客滿意到價值顧客滿意",
        "satisfaction",
    ),
    Question(
        RELATIONSHIPS,
        "Do customers stay?",
        "留住原有客戶，使其成為忠實客戶甚至終生客戶",
        "retention",
    ),
    Question(
        PROMISES,
        "Which reps promise what the firm cannot do?",
        "哪些業代對客戶許下公司做不到的承諾",
        "promises",
    ),
    Question(
        PROMISES, "Do broken promises hurt us?", "這些失信之處是否影響公司的商譽", "reputation"
    ),
    Question(PROMISES, "Do we deliver on time and in full?", "更可靠、更準確的交貨", "delivery"),
    Question(
        CONDUCT,
        "Which reps serve well, measured against a standard?",
        "哪些業代有扮演好服務客戶的角色；公司是否有標準進行評量",
        "reps",
    ),
    Question(
        CONDUCT,
        "Is conduct good, and is it lived from the top down?",
        "友善、樂於助人、體諒、貼心、禮貌、同理心、良好互動；是否從上而下的貫徹",
        "conduct",
    ),
    Question(
        CONDUCT,
        "What do our own people think?",
        "業代的心態和態度；企業文化、共同的願景；员工的满意度和忠诚度",
        "pulse",
    ),
    Question(
        CONDUCT, "How much training, and does it help?", "提供多少的教育訓練；考试合格", "training"
    ),
    Question(
        CONDUCT,
        "Who deserves thanks, on what evidence?",
        "是否有提供獎勵制度給予願意服務客戶的業代",
        "recognition",
    ),
    Question(
        CONDUCT,
        "Do all of us serve, or only a few?",
        "是否已經落實到全體員工，還是只是少部分的人",
        "breadth",
    ),
    Question(
        VISITS, "Do reps report after visits?", "業代拜訪客戶後，是否都有定期做彙報", "visits"
    ),
    Question(
        VISITS, "Do we learn from them and improve?", "做檢討改善的分析", "visits", "improvement"
    ),
    Question(VISITS, "Do we answer fast?", "如何快速回應他們的需求及其變化", "reps"),
    Question(
        CONTINUITY,
        "Would the relationship vanish with the rep?",
        "客戶的關係是否會因為業代的離去而消逝",
        "continuity",
    ),
    Question(
        CONTINUITY,
        "Does more than one of us know the customer?",
        "客戶資訊共用；投诉记录…共享统一的客户数据",
        "continuity",
    ),
    Question(
        KNOWLEDGE,
        "Do we know each customer's background and potential?",
        "公司對於客戶的背景和潛力是否清楚",
        "knowledge",
    ),
    Question(
        KNOWLEDGE,
        "Can the data be trusted?",
        "客户信息的不确定性；规范采集行为、责权、内容与格式",
        "knowledge",
        "fields",
    ),
    Question(
        KNOWLEDGE,
        "Do we know what each one wants?",
        "收集客戶需求，分析喜好方向；個性需求",
        "knowledge",
    ),
    Question(
        KNOWLEDGE,
        "Does our effort go where the potential is?",
        "是否將資源投資在客戶關係的發展上；有限的資源",
        "allocation",
    ),
    Question(
        KNOWLEDGE,
        "Which prospects fit, and do existing customers buy more readily?",
        "有望客戶群；明確顧客標準；从以前积累的客户入手",
        "prospects",
    ),
    Question(
        KNOWLEDGE, "Who are our customers?", "客户的构成、地理分布；对客户状态进行分类", "base"
    ),
    Question(
        PIPELINE,
        "What is in the pipeline, what is stuck, what is it worth?",
        "缩减销售周期和销售成本，增加收入",
        "pipeline",
    ),
    Question(PIPELINE, "What will close, and when?", "更準確的預測", "forecast"),
    Question(
        PIPELINE, "Where do deals stall or die?", "哪些业务需要改善、哪些流程需要改进", "conversion"
    ),
    Question(PIPELINE, "What do we win, what do we lose, and why?", "哪些业务需要改善", "winloss"),
    Question(
        PIPELINE, "Are targets being met?", "提出销售任务、分配任务、评价和度量销售", "targets"
    ),
    Question(
        VALUE,
        "Who brings the value, and who costs more than he brings?",
        "80%的銷售收入來源於20%的顧客；用合理的成本去维系",
        "value",
    ),
    Question(
        VALUE,
        "How should we treat which customer?",
        "不同客户不同对待；忠诚度高价值低、价值高忠诚度低",
        "matrix",
    ),
    Question(VALUE, "Who buys only at a discount?", "價格戰、低價依賴；交易型顧客", "discounts"),
    Question(CASES, "Are cases handled in time and alike?", "保证服务中心一致对待客户案", "cases"),
    Question(CASES, "Which step goes wrong most?", "客户最不满意的一个环节", "cases", "steps"),
    Question(
        CAMPAIGNS, "Did the campaign work?", "市场活动管理、跟踪和反馈、进行活动评价", "campaigns"
    ),
    Question(
        CAMPAIGNS,
        "Whom may we contact, how, and did we respect it?",
        "准许的营销政策；每一个客户的隐私偏好",
        "consent",
    ),
    Question(
        PRODUCTS,
        "What sells where, to whom, and where badly?",
        "周轉率高的產品；哪些電池在哪個通路的銷售情況不佳；渠道优化",
        "products",
    ),
    Question(
        PRODUCTS, "How much will be wanted?", "更準確的需求預測；更低庫存、更短提前期", "demand"
    ),
    Question(
        READINESS,
        "Has everyone one manager, and every customer one owner?",
        "避免越級管理或多人管一人；管理幅度",
        "organisation",
    ),
    Question(
        READINESS,
        "Are we ready, in the right order?",
        "客户、策略、流程、人、技术，顺序不能错；循序漸進",
        "readiness",
    ),
)
