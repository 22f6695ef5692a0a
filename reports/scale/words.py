"""Of what invented names are made. None is of a business, a place or a person: every one is made by chance and marked."""

from entities.pinyin import initials

MARK = "（示例）"  # behind every name of a business
PROVINCES = {
    "11": "北京市", "12": "天津市", "13": "河北省", "14": "山西省", "15": "内蒙古自治区", "21": "辽宁省", "22": "吉林省",
    "23": "黑龙江省", "31": "上海市", "32": "江苏省", "33": "浙江省", "34": "安徽省", "35": "福建省", "36": "江西省",
    "37": "山东省", "41": "河南省", "42": "湖北省", "43": "湖南省", "44": "广东省", "45": "广西壮族自治区", "46": "海南省",
    "50": "重庆市", "51": "四川省", "52": "贵州省", "53": "云南省", "54": "西藏自治区", "61": "陕西省", "62": "甘肃省",
    "63": "青海省", "64": "宁夏回族自治区", "65": "新疆维吾尔自治区",
}  # fmt: skip
# Only signs that are read in one way, so that the initials of a name are those of its parts.
PLACE_FIRST = "云清白青金玉龙凤石松竹梅柳桃桂兰荷莲枫杨古新永安宁平丰福瑞祥"
PLACE_SECOND = "溪江河湖泉岭坡山峰岩桥塘洲滩湾港关寨堡源林田川浦陵台门水"
NAME_FIRST = "安宝诚达德丰福光广海恒宏华辉吉佳嘉捷锦骏凯康利联龙隆明鹏"
NAME_SECOND = "荣瑞盛顺泰腾天旺祥新鑫旭永裕源远云展志众驰骑途风通运星阳"
STREETS = [
    "育才",
    "迎宾",
    "建设",
    "文昌",
    "解放",
    "滨江",
    "朝晖",
    "文明",
    "和平",
    "人民",
    "新华",
    "青年",
    "胜利",
    "东风",
    "团结",
    "友谊",
]
BRANCHES = ["", "", "", "城东店", "城西店", "城南店", "城北店", "二店", "三店", "旗舰店"]
FORMS = {
    "producer": ["电动车制造有限公司", "车业科技有限公司"],
    "parts_producer": ["电池科技有限公司", "充电器配件厂"],
    "seller": ["电动车行", "电动自行车专卖店", "车业商行", "电动车经营部", "新能源车行"],
    "repair_shop": ["电动车维修部", "车辆修理店", "电动车维修服务部"],
    "online_seller": ["网络商贸店", "电子商务有限公司"],
}
GOODS = {
    "producer": ["ebike"], "parts_producer": ["battery", "charger"], "seller": ["ebike", "battery"],
    "repair_shop": ["other"], "online_seller": ["battery", "charger"],
}  # fmt: skip
BRANDS = [f"{first}{second}牌{MARK}" for first, second in zip(NAME_FIRST, NAME_SECOND, strict=False)]

# The initials of each part, asked once.
LETTERS = {part: initials(part) for part in {*PLACE_FIRST, *PLACE_SECOND, *NAME_FIRST, *NAME_SECOND}}
LETTERS |= {part: initials(part) for part in [MARK, *BRANCHES, *(form for forms in FORMS.values() for form in forms)]}


def place_names(chance):
    """Invented names of places, of two signs, without end: those of one region differ as long as there are enough."""
    while True:
        pairs = [first + second for first in PLACE_FIRST for second in PLACE_SECOND]
        chance.shuffle(pairs)
        yield from pairs
