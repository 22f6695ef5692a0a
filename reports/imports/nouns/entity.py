"""The register of entities as a sheet."""

from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from entities.among import Among
from entities.models import Entity, EntityKind, IdentityKind, Region, RiskLevel
from reports.imports.declare import Column, Kind, Sheet
from reports.imports.noun import Found, Noun
from reports.imports.nouns.of_entity import chunks

SHEET = Sheet(
    "entities",
    _("entities"),
    1,
    (
        Column("name", _("name"), ("企业名称", "主体名称", "单位名称", "名称", "name"), required=True,
               example="零陵示例车行"),
        Column("kind", _("main kind"), ("主体类别", "主体类型", "类别", "kind"), Kind.CHOICE, required=True,
               choices=tuple(EntityKind.choices), example="seller"),
        Column("credit_code", _("unified social credit code"),
               ("统一社会信用代码", "信用代码", "社会信用代码", "credit code"), Kind.CODE,
               note=_("Enter the credit code, or the old licence number."), example="92431102MA4L0001XG"),
        Column("licence_number", _("old licence number"), ("旧营业执照号", "营业执照注册号", "licence number"), Kind.CODE,
               note=_("Enter the credit code, or the old licence number.")),
        Column("region", _("region"), ("区划代码", "所属区县", "县区", "区县", "region"), Kind.REGION, required=True,
               note=_("The code or the name of the county."), example="零陵区"),
        Column("township", _("township or subdistrict"), ("乡镇街道", "街道", "township")),
        Column("address", _("actual address"), ("实际经营地址", "经营地址", "地址", "address"), required=True,
               example="零陵区示例路1号"),
        Column("registered_address", _("registered address"), ("注册地址", "住所", "registered address")),
        Column("legal_representative", _("legal representative or operator"),
               ("法定代表人", "法定代表人或经营者", "经营者", "负责人")),
        Column("contact", _("contact"), ("联系人", "contact")),
        Column("phone", _("phone"), ("联系电话", "电话", "手机", "phone"), Kind.CODE),
        Column("brands", _("brands"), ("经营品牌", "品牌", "brands")),
        Column("risk_level", _("risk level"), ("风险等级", "risk level"), Kind.CHOICE, choices=tuple(RiskLevel.choices)),
        Column("pledged_on", _("pledge signed on"), ("承诺书签订日期", "承诺日期", "pledge signed on"), Kind.DAY),
        Column("quality_director", _("quality-safety director"), ("质量安全总监", "quality director")),
        Column("quality_officer", _("quality-safety officer"), ("质量安全员", "quality officer")),
    ),
)  # fmt: skip


@dataclass
class Known:
    """What the register has of the file's codes and names, and the counties of the officer."""

    by_code: dict
    by_name: dict
    taken: set
    regions: dict


class EntityNoun(Noun):
    """Places of business: the credit code at an address is the key, without a code the name at the address."""

    sheet = SHEET
    model = Entity
    right = "entities.add_entity"
    icon = "shop"
    makes_many = True
    cleans_cells = True
    attributes = {column.key: column.key for column in SHEET.columns}

    def load(self, rows, *, officer, campaign, partly=()):
        """The entities with the rows' codes and names that the officer may see, and the codes that others have."""
        known = Known({}, {}, set(), {})
        for region in Region.objects.visible_to(officer).counties():
            known.regions[region.code] = known.regions[region.name] = region
        everywhere, seen = Entity._base_manager.filter(merged_into=None), Entity.objects.visible_to(officer)
        for codes in chunks(row["credit_code"] for row in rows):
            known.taken |= set(everywhere.filter(Among("credit_code", codes)).values_list("credit_code", "address"))
        for codes in chunks(code for code, _address in known.taken):
            for entity in seen.filter(Among("credit_code", codes), merged_into=None):
                known.by_code.setdefault(entity.credit_code, []).append(entity)
        for names in chunks(row["name"] for row in rows):
            for entity in seen.filter(Among("name", names), merged_into=None):
                known.by_name.setdefault((entity.name, entity.address), []).append(entity)
        return known

    def key(self, row):
        """The code at the address, or the name at the address."""
        return (row["credit_code"] or row["name"], row["address"])

    def find(self, row, context):
        """The entity with that code at that address; elsewhere, or with that name there, it is a possible duplicate."""
        errors = list(self.misplaced(row, row.keys(), context))
        same_code = context.by_code.get(row["credit_code"], []) if row["credit_code"] else []
        here = [entity for entity in same_code if entity.address == row["address"]]
        if here:
            return Found(record=here[0], errors=tuple(errors))
        if row["credit_code"] and (row["credit_code"], row["address"]) in context.taken:
            errors.append(("credit_code", gettext("This entity can't be entered by you: ask the campaign's office.")))
        same_name = context.by_name.get((row["name"], row["address"]), [])
        if not row["credit_code"]:
            exact = [one for one in same_name if row["licence_number"] in ("", one.licence_number)]
            if len(exact) == 1:
                return Found(record=exact[0], errors=tuple(errors))
            if not row["licence_number"]:
                errors.append(("credit_code", gettext("Enter the credit code, or the old licence number.")))
        return Found(candidates=tuple({one.pk: one for one in (*same_code, *same_name)}.values()), errors=tuple(errors))

    def misplaced(self, row, keys, context):
        """A county that is none, or none of the officer's."""
        if "region" not in keys or row["region"] in context.regions:
            return ()
        return (("region", gettext("There is no such county in your area: compare it with the list.")),)

    def values(self, row, context):
        """The columns are the attributes; the kind of identity follows from the number that is given."""
        values = {column.key: row[column.key] for column in SHEET.columns if row[column.key] not in ("", None)}
        values["region"] = context.regions.get(row["region"])
        if row["credit_code"]:
            values["identity_kind"] = IdentityKind.USCC
        elif row["licence_number"]:
            values["identity_kind"] = IdentityKind.OLD_LICENCE
        return values


ENTITIES = EntityNoun()
