"""Product certificates as a sheet."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from entities.models import ProductType
from inspections.models import Certificate
from reports.imports.declare import Column, Kind, Sheet
from reports.imports.nouns.of_entity import ENTITY_COLUMNS, OfEntityNoun, chunks

SHEET = Sheet(
    "certificates",
    _("product certificates"),
    1,
    (
        *ENTITY_COLUMNS,
        Column("number", _("certificate number"), ("证书编号", "CCC证书编号", "认证证书编号", "certificate number"), Kind.CODE,
               required=True, example="2024010101000001"),
        Column("product", _("product"), ("产品类别", "产品", "product"), Kind.CHOICE, required=True,
               choices=tuple(ProductType.choices)),
        Column("model_name", _("brand and model"), ("品牌型号", "规格型号", "型号", "brand and model"), required=True),
        Column("issuer", _("certification body"), ("发证机构", "认证机构", "certification body"), required=True),
        Column("issued_on", _("certificate issued on"), ("发证日期", "颁证日期", "certificate issued on"), Kind.DAY,
               required=True, example="2024-05-06"),
        Column("expires_on", _("expires on"), ("有效期至", "有效期截止日期", "到期日期", "expires on"), Kind.DAY),
    ),
)  # fmt: skip


class CertificateNoun(OfEntityNoun):
    """Certificates: the number at the entity is the key; a state is changed on the certificate's own page."""

    sheet = SHEET
    model = Certificate
    right = "inspections.add_certificate"
    icon = "mark"
    makes_many = True
    attributes = {name: name for name in ("number", "product", "model_name", "issuer", "issued_on", "expires_on")}

    def load_records(self, rows, known):
        """The certificates with these numbers."""
        seen = Certificate.objects.visible_to(known.officer).of_campaign(known.campaign)
        for numbers in chunks(row["number"] for row in rows):
            for one in seen.filter(number__in=numbers):
                known.records[one.entity_id, one.number] = one

    def key(self, row):
        """The number at the entity."""
        return (row["credit_code"] or row["name"], row["address"], row["number"])

    def known_key(self, row, entity):
        return entity.pk, row["number"]

    def check(self, values, maker):
        """Also, that it does not expire before it was issued: else the database alone would say so."""
        super().check(values, maker)
        if values.get("expires_on") and values["expires_on"] < values["issued_on"]:
            raise ValidationError(
                {"expires_on": _("A certificate does not expire before it was issued: check the dates.")}
            )


CERTIFICATES = CertificateNoun()
