"""The second ring, towards products, platforms, entities and the public."""

from django.db.models import Count, F, Sum
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from inspections.models import (
    Certificate,
    CertificateChange,
    CertificateStatus,
    Duty,
    Exposure,
    Lead,
    Letter,
    Listing,
    ListingStatus,
    MonitoringRun,
    OutreachEvent,
    Recall,
    Training,
)
from reports.indicators.declare import further
from reports.indicators.units import BATCHES, CASES, ENTITIES, PIECES


def _changes(key, status, label):
    return further(
        key, "certification", label, pgettext_lazy("unit", "certificates"),
        lambda scope: scope.of(CertificateChange).since_campaign().filter(status=status), "from_on", "certificatechange",
    )  # fmt: skip


def _runs(key, label, unit, measure):
    return further(
        key, "online", label, unit, lambda scope: scope.of(MonitoringRun), "ran_on", "monitoringrun", measure=measure
    )  # fmt: skip


def _duties(key, kind, label, unit):
    return further(
        key, "responsibility", label, unit, lambda scope: scope.of(Duty).filter(kind=kind), "done_on", "duty"
    )  # fmt: skip


def _exposed(key, label, unit, measure, **more):
    return further(
        key, "outreach", label, unit, lambda scope: scope.of(Exposure), "exposed_on", "exposure", measure=measure, **more
    )  # fmt: skip


CERTIFICATION = (
    further(
        "certificates_verified", "certification", _("certificates verified"), pgettext_lazy("unit", "certificates"),
        lambda scope: scope.of(Certificate).exclude(verified_on=None), "verified_on", "certificate",
    ),
    _changes("certificates_suspended", CertificateStatus.SUSPENDED, _("certificates suspended")),
    _changes("certificates_cancelled", CertificateStatus.CANCELLED, _("certificates cancelled")),
    _changes("certificates_revoked", CertificateStatus.REVOKED, _("certificates revoked")),
    further(
        "letters_to_certifiers", "certification", _("letters to certification bodies"), pgettext_lazy("unit", "letters"),
        lambda scope: scope.of(Letter).filter(kind=Letter.Kind.CERTIFICATION_BODY), "sent_on", "letter",
    ),
    further(
        "recalls", "certification", _("recalls"), pgettext_lazy("unit", "recalls"), lambda scope: scope.of(Recall),
        "announced_on", "recall",
    ),
    further(
        "items_recalled", "certification", _("items recalled"), PIECES, lambda scope: scope.of(Recall), "announced_on",
        "recall", measure=Sum("items"),
    ),
)  # fmt: skip

ONLINE = (
    _runs("monitoring_runs", _("monitoring runs"), pgettext_lazy("unit", "runs"), Count("pk")),
    _runs("pages_monitored", _("pages monitored"), pgettext_lazy("unit", "pages"), Sum("pages_checked")),
    _runs("shops_monitored", _("online shops monitored"), pgettext_lazy("unit", "shops"), Sum("shops_monitored")),
    further(
        "leads_online", "online", _("leads from online monitoring"), pgettext_lazy("unit", "leads"),
        lambda scope: scope.of(Lead).filter(came_from=Lead.Origin.ONLINE), "received_on", "lead",
    ),
    further(
        "listings_removed", "online", _("sales pages removed"), pgettext_lazy("unit", "pages"),
        lambda scope: scope.of(Listing).filter(status=ListingStatus.REMOVED), "removed_on", "listing",
    ),
    _runs(
        "advertisements_blocked", _("advertisements blocked"), pgettext_lazy("unit", "advertisements"),
        Sum("advertisements_blocked"),
    ),
)  # fmt: skip

RESPONSIBILITY = (
    _duties("directors_appointed", Duty.Kind.DIRECTOR, _("quality-safety directors appointed"), pgettext_lazy("unit", "people")),
    _duties("officers_appointed", Duty.Kind.OFFICER, _("quality-safety officers appointed"), pgettext_lazy("unit", "people")),
    _duties("dispatches_kept", Duty.Kind.DISPATCH, _("monthly dispatch records kept"), pgettext_lazy("unit", "records")),
    _duties("exams_held", Duty.Kind.EXAM, _("exams held"), pgettext_lazy("unit", "exams")),
    _duties("pledges_signed", Duty.Kind.PLEDGE, _("pledges signed"), pgettext_lazy("unit", "pledges")),
)  # fmt: skip

OUTREACH = (
    further(
        "events_held", "outreach", _("outreach events held"), pgettext_lazy("unit", "events"),
        lambda scope: scope.of(OutreachEvent), "held_on", "outreachevent",
    ),
    further(
        "enterprises_trained", "outreach", _("enterprises trained"), ENTITIES, lambda scope: scope.of(Training), "held_on",
        "training", measure=Sum(F("enterprises")),
    ),
    further(
        "cases_exposed", "outreach", _("typical cases exposed"), CASES,
        lambda scope: scope.of(Exposure).filter(kind=Exposure.Kind.CASE), "exposed_on", "exposure",
    ),
    _exposed("batches_exposed", _("batches exposed"), BATCHES, Count("batches")),
    _exposed(
        "brands_exposed", _("brands exposed"), pgettext_lazy("unit", "brands"), Count("batches__brand", distinct=True),
        additive=frozenset(),
    ),
)  # fmt: skip
