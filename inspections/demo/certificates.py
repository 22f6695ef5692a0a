"""Certificates in their four states, and recalls."""

import random
from datetime import date, timedelta

from entities.models import EntityKind, ProductType
from inspections.models import Certificate, CertificateChange, CertificateStatus, Recall

OF_EACH_PRODUCER, OF_PARTS = 2, 8
# Of e-bikes, and of batteries and chargers, which can be certified since 2024-10-15: part of the number, issued from, within
# how many days, entered from.
VEHICLES = "19", date(2020, 1, 6), 1400, date(2024, 5, 20)
PARTS = "21", date(2024, 10, 21), 40, date(2024, 12, 2)
ISSUERS = ["示例质量认证中心", "示例检测认证有限公司"]
S = CertificateStatus
# What became of some of them, by their order: (state, from, why).
CHANGES = {
    2: [(S.SUSPENDED, date(2024, 8, 6), "工厂监督检查未按期完成（示例）")],
    5: [(S.SUSPENDED, date(2024, 7, 16), "抽查不合格，限期整改（示例）"), (S.VALID, date(2024, 10, 15), "整改验证合格（示例）")],
    7: [(S.CANCELLED, date(2024, 9, 24), "企业申请注销，该型号停产（示例）")],
    9: [(S.SUSPENDED, date(2024, 6, 18), "整车一致性不符（示例）"), (S.REVOKED, date(2024, 11, 5), "暂停期满未整改（示例）")],
    11: [(S.CANCELLED, date(2024, 12, 17), "换发新版证书（示例）")],
    14: [(S.SUSPENDED, date(2025, 1, 7), "证书使用标志不规范（示例）")],
}  # fmt: skip
RECALLS = [
    (EntityKind.PRODUCER, 0, ProductType.EBIKE, date(2024, 8, 20), 126, "鞍座支架焊接强度不足（示例）"),
    (EntityKind.PRODUCER, 3, ProductType.EBIKE, date(2024, 11, 12), 84, "控制器防篡改装置失效（示例）"),
    (EntityKind.PARTS_PRODUCER, 2, ProductType.CHARGER, date(2024, 12, 3), 310, "过热保护动作温度偏高（示例）"),
]  # fmt: skip


def load_certificates(ledger, people, entities):
    """Certificates of the producers, with every change of their state on its day."""
    chance, by = random.Random(20191015), people.clerk
    producers = [e for e in entities if e.kind == EntityKind.PRODUCER]
    makers = [e for e in entities if e.kind == EntityKind.PARTS_PRODUCER]
    rows = [(entity, ProductType.EBIKE) for entity in producers for _model in range(OF_EACH_PRODUCER)]
    rows += [(e, [ProductType.BATTERY, ProductType.CHARGER][n % 2]) for n, e in enumerate(makers[:OF_PARTS])]
    certificates = []
    for number, (entity, product) in enumerate(rows, start=1):
        code, first, within, entered_from = VEHICLES if product == ProductType.EBIKE else PARTS
        issued_on = first + timedelta(days=chance.randrange(within))
        entered_on = ledger.open_from(entered_from + timedelta(days=chance.randrange(20)))
        certificate = Certificate(
            number=f"{issued_on.year}0111{code}{chance.randrange(10**6):06d}示例",
            entity=entity, entity_kind=entity.kind, region=entity.region, product=product,
            model_name=f"示例牌{number}号 TDT{chance.randrange(100, 999)}Z（示例）", issuer=ISSUERS[number % 2],
            issued_on=issued_on, expires_on=issued_on.replace(year=issued_on.year + 5, day=min(issued_on.day, 28)),
            verified_on=entered_on if number % 4 else None,
        )  # fmt: skip
        certificates.append(ledger.signed(certificate, by=by, on=entered_on))
    ledger.write(certificates)
    _change(ledger, by, certificates)
    _recall(ledger, by, {EntityKind.PRODUCER: producers, EntityKind.PARTS_PRODUCER: makers})


def _change(ledger, by, certificates):
    """Each change as the verb writes it: the state on the certificate, and a row."""
    changes = []
    for number, steps in CHANGES.items():
        certificate = certificates[number]
        for state, day, reason in steps:
            certificate.status = state
            ledger.rewrite(
                [certificate], ["status"], when=lambda _c, day=day: day, by=lambda _c: by, why=lambda _c, why=reason: why
            )  # fmt: skip
            change = CertificateChange(
                certificate=certificate, status=state, from_on=day, reason=reason, region=certificate.region
            )
            changes.append(ledger.signed(change, by=by, on=day))
    ledger.write(changes)


def _recall(ledger, by, producers):
    recalls = []
    for kind, number, product, day, items, reason in RECALLS:
        entity = producers[kind][number]
        recall = Recall(
            entity=entity, entity_kind=entity.kind, region=entity.region, product=product, announced_on=day, items=items,
            model_name=f"示例牌{number + 1}号（示例）", reason=reason,
        )  # fmt: skip
        recalls.append(ledger.signed(recall, by=by, on=day))
    ledger.write(recalls)
