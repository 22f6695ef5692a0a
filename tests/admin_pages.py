"""The pages of the admin as a browser uses them: addresses, forms filled in, messages."""

from datetime import date

from django.urls import reverse

from entities.models import Grant
from inspections.models import Checklist, ChecklistItem, ChecklistVersion, DeadlineRule, Holiday
from reports.models import ChosenIndicator, OwnIndicator, RankingRule
from tests.factories import MAKERS, make_cause, make_number_block
from tests.models import own_models
from tests.office import OFFICE_MAKERS

OURS = {model._meta.model_name: model for model in own_models()}
SEEN_ONLY = {"inspection", "rectification", "evidence", "deadline", "suspension", "handover", "certificatechange", "casestep",
             "disposal", *OFFICE_MAKERS}  # fmt: skip


def one_of(name, world):
    """A record of that model inside the county of the inspector."""
    made_by = MAKERS | OFFICE_MAKERS
    if name in made_by:
        return made_by[name](world)
    return {
        "region": lambda: world.county,
        "department": lambda: world.market,
        "unit": lambda: world.inspector.unit,
        "officer": lambda: world.second,
        "grant": lambda: Grant.objects.get(officer=world.second),
        "campaign": lambda: world.campaign,
        "holiday": lambda: Holiday.objects.create(day=date(2024, 10, 1), name="国庆节"),
        "ownindicator": lambda: OwnIndicator.objects.create(
            campaign=world.campaign, key="own-x", name="自设", unit="次"
        ),
        "chosenindicator": lambda: ChosenIndicator.objects.create(
            campaign=world.campaign, key="visits_all", chapter="visits"
        ),
        "rankingrule": lambda: RankingRule.objects.create(campaign=world.campaign, key="visits_all"),
        "cause": lambda: make_cause(world),
        "deadlinerule": lambda: DeadlineRule.objects.create(kind="filing", days=15, in_force_from=date(2024, 1, 1)),
        "numberblock": lambda: make_number_block(world),
        "checklist": Checklist.objects.first,
        "checklistversion": ChecklistVersion.objects.first,
        "checklistitem": ChecklistItem.objects.first,
    }[name]()


def url(model, page="changelist", *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def filled(answer, **changes):
    """What a browser would send back: every field of the page as it stands, with the changes."""
    data = {}
    forms = [answer.context["adminform"].form]
    for formset in answer.context["inline_admin_formsets"]:
        forms += [formset.formset.management_form, *formset.formset.forms]
    for form in forms:
        for name, field in form.fields.items():
            value = form[name].value()
            if value is None or value is False:
                continue
            if isinstance(value, list):
                data[form.add_prefix(name)] = [str(getattr(v, "pk", v)) for v in value]
            else:
                data[form.add_prefix(name)] = field.prepare_value(value)
    return data | changes


def errors(answer):
    form = answer.context["adminform"].form
    return {name: [str(message) for message in messages] for name, messages in form.errors.items()}


def save(client, model, pk=None, **changes):
    page = url(model, "change", pk) if pk else url(model, "add")
    return client.post(page, filled(client.get(page), **changes))


def line(prefix, index, total, /, initial=0, **values):
    """One more line of a page, as its script would add it."""
    return {f"{prefix}-{index}-{name}": value for name, value in values.items()} | {
        f"{prefix}-TOTAL_FORMS": str(total), f"{prefix}-INITIAL_FORMS": str(initial),
    }  # fmt: skip
