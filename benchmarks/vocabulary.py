"""Made-up words for synthetic books: names, topics, what was said."""

from itertools import accumulate


def listed(text: str) -> tuple[str, ...]:
    return tuple(text.split())


REPS = ("anna", "ben", "chloe", "david", "emil", "fay", "林佳穎", "周志宏")
ADJECTIVES = listed("""
    Amber Bright Calm Clear Copper Coral Crystal Deep Eastern Emerald Evergreen Fair Far Fine
    First Golden Grand Green Happy High Iron Ivory Jade Keen Lively Long Lucky Marble New
    Noble North Ocean Open Pearl Plain Prime Quiet Rapid Red Ruby Silver Solid Southern Steady
    Swift True Upper Western White
""")
NOUNS = listed("""
    Anchor Arrow Bamboo Bay Bridge Brook Canyon Cedar Cliff Cloud Coast Compass Crane Creek
    Delta Dune Falcon Field Forest Garden Gate Harbour Heron Hill Island Lake Lantern Lotus
    Maple Meadow Mill Moon Mountain Oak Orchard Path Peak Pine Plum River Rock Sail Shore
    Spring Star Stone Summit Valley Wave Willow
""")
TRADES = listed("""
    Batteries Boats Bearings Ceramics Cooling Electric Foods Freight Furniture Glass
    Instruments Lighting Logistics Machines Optics Packaging Paper Plastics Pumps Textiles
    Tools Trading
""")
FORMS = ("Ltd", "Inc", "GmbH", "Co", "AG")
BRAND = "永豐鼎新大華金龍泰和宏達東方明光力元正信恆昌富國聯盛德安吉祥美嘉隆興瑞遠長青海山"
CHINESE_PLACES = ("台北", "桃園", "新竹", "台中", "台南", "高雄", "上海", "蘇州", "廈門", "廣州")
CHINESE_TRADES = listed(
    "電池 光電 精密 機械 食品 物流 家具 玻璃 陶瓷 紡織 包裝 塑膠 五金 貿易 水產 照明"
)
CHINESE_FORMS = ("有限公司", "股份有限公司", "行", "廠")
SURNAMES = ("陳", "林", "黃", "張", "李", "王", "吳", "劉", "蔡", "楊")
GIVEN = ("雅婷", "志明", "淑芬", "俊傑", "怡君", "建宏", "美玲", "家豪")
PEOPLE = ("Alice", "Bruno", "Clara", "Dieter", "Elena", "Frank", "Grace", "Hugo", "Ines", "Jonas")
REGIONS = ("Taipei", "Taichung", "Kaohsiung", "Hamburg", "Vienna", "Rotterdam", "Shanghai")

# The first topics come often, the last in one interaction of a thousand: words are so in every book.
TOPICS = (
    "the price list", "the delivery date", "the quote", "a sample", "the invoice", "交貨時間", "報價單",
    "the installation", "a second order", "the contract", "樣品測試", "the guarantee", "付款條件",
    "the data sheet", "a visit to the plant", "spare parts", "the training", "品質問題", "the packaging",
    "next year's volume", "the customs papers", "a credit note", "the warehouse", "展覽邀請", "the label",
    "a new contact", "the test report", "the cable length", "the colour", "電壓規格", "the forecast",
    "the pallet size", "the insurance", "a faulty gasket",
)  # fmt: skip
TOPIC_WEIGHTS = tuple(accumulate(1 / (rank + 1) ** 1.3 for rank in range(len(TOPICS))))
OPENINGS = (
    "talked about", "they asked for", "agreed on", "went through", "open question is", "客戶問到",
    "討論了", "confirmed", "they want changes to", "reminded them of",
)  # fmt: skip
NEXT_STEPS = ("call back", "send the quote", "visit again", "ask the plant", "寄樣品", "回覆報價")
WORK = ("send", "correct", "deliver", "replace", "answer about", "寄出", "確認")
TYPES = ("quote", "delivery", "replacement", "document", "visit", "sample")
PATH = ("lead", "qualified", "proposal", "negotiation")
LOST = ("price", "competition", "budget", "timing", "unresponsive")
