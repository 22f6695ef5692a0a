"""The sheet of past visits: one row for each hazard, the visit repeated; a visit without hazards has one row."""

from django.utils.translation import gettext_lazy as _

from inspections.models import HazardCategory, Mode, Outcome, Severity
from reports.imports.declare import Column, Kind, Sheet
from reports.imports.nouns.of_entity import ENTITY_COLUMNS

SHEET = Sheet(
    "inspections",
    _("inspections"),
    1,
    (
        *ENTITY_COLUMNS,
        Column("inspected_on", _("inspected on"), ("检查日期", "检查时间", "inspected on"), Kind.DAY, required=True, example="2024-09-02"),
        Column("officers", _("officers"), ("检查人员", "执法人员", "执法证号", "officers"), required=True, example="HN-0001、HN-0002",
               note=_("At least two, by certificate number, or by name where only one officer has it.")),
        Column("mode", _("mode"), ("检查方式", "检查类型", "mode"), Kind.CHOICE, choices=tuple(Mode.choices)),
        Column("outcome", _("outcome"), ("检查结果", "检查情况", "outcome"), Kind.CHOICE, required=True, choices=tuple(Outcome.choices)),
        Column("record_number", _("number of the on-site record"), ("现场检查笔录编号", "检查记录编号", "通知书编号", "record number")),
        Column("vehicles_checked", _("vehicles checked"), ("检查车辆数", "抽查车辆数", "vehicles checked"), Kind.NUMBER),
        Column("remarks", _("remarks"), ("备注", "remarks")),
        Column("point", _("checklist item"), ("检查项编号", "不合格项编号", "checklist item"), Kind.CODE, example="XS-02",
               note=_("One hazard in a row; the rows of a visit repeat its day and its officers.")),
        Column("category", _("category"), ("隐患类别", "问题类别", "category"), Kind.CHOICE, choices=tuple(HazardCategory.choices)),
        Column("severity", _("severity"), ("隐患等级", "严重程度", "severity"), Kind.CHOICE, choices=tuple(Severity.choices)),
        Column("description", _("what is wrong"), ("问题隐患", "隐患描述", "问题描述", "what is wrong")),
        Column("deadline", _("to be rectified by"), ("整改期限", "整改时限", "to be rectified by"), Kind.DAY),
        Column("measures", _("measures taken"), ("整改措施", "整改情况", "measures taken")),
        Column("rectified_on", _("rectified on"), ("整改完成日期", "整改日期", "rectified on"), Kind.DAY),
    ),
)  # fmt: skip
OF_HAZARD = ("point", "category", "severity", "description", "deadline", "measures", "rectified_on")


def has_hazard(row) -> bool:
    """Whether the row tells of a hazard."""
    return any(row[name] for name in OF_HAZARD)
