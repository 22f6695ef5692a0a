"""Penalties: imposed on the page of their case, and paid."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from inspections.desk.case import DECIDES, FROM_BLOCK, NotedForm
from inspections.desk.declare import Deed, Desk
from inspections.desk.forms import RecordForm
from inspections.models import CaseStatus, Penalty, StepKind


class PenaltyForm(RecordForm):
    """One penalty of a decided case."""

    origins = ("case",)
    shown_at = {
        "penalty_fine_is_positive": "amount", "penalty_goods_have_quantity": "quantity", "penalty_amounts_fit_kind": "kind",
    }  # fmt: skip

    class Meta:
        model = Penalty
        fields = ("kind", "amount", "goods_kind", "quantity", "goods_value", "number", "decided_on")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["amount"].help_text = _("Of a fine or of confiscated gains.")
        self.fields["goods_kind"].help_text = _("Of confiscated goods, with their quantity.")
        if not self.instance.pk:
            self.fields["number"].required, self.fields["number"].help_text = False, FROM_BLOCK
            if "case" in self.given:
                self._begin(self.given["case"])

    def _begin(self, case):
        """The penalties of one decision share its day and number."""
        self.initial["decided_on"] = case.decided_on
        papers = (case.penalties.order_by("pk"), case.steps.filter(kind=StepKind.DECIDED).exclude(number=""))
        numbers = (rows.values_list("number", flat=True).first() for rows in papers)
        self.initial["number"] = next(filter(None, numbers), "")

    def write(self):
        penalty = self.instance
        if penalty.case_id is None:
            raise ValidationError(_("A penalty belongs to a case: begin it on the page of the case."))
        if penalty.pk:
            super().write()
        else:
            penalty.case.impose(penalty, by=self.by)


class PayForm(NotedForm):
    """When the money came, by which receipt."""

    shown_at = NotedForm.shown_at | {"paid_on": "on"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["on"].label, self.fields["number"].label = _("paid on"), _("number of the receipt")


PENALTY = Desk(
    Penalty,
    PenaltyForm,
    deeds=(Deed("pay", _("Paid"), PayForm, when=lambda penalty: penalty.is_owed and penalty.case.is_decided),),
    add_right=DECIDES,
    changeable=lambda penalty: penalty.paid_on is None and penalty.case.status == CaseStatus.DECIDED,
    begins_at=lambda case: case.is_decided and not case.no_penalty,
    back="case",
)
