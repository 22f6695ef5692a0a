"""The register of entities."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from entities.forms import EntityFilterForm, EntityForm
from entities.listing import Listing
from entities.models import Entity
from entities.models.entity import RISK_RANK
from entities.unchanged import kept_while_signed_in

COLUMNS = (
    (gettext_lazy("name"), "name", ["name"]),
    (gettext_lazy("kind"), "kind", ["kind", "name"]),
    (gettext_lazy("region"), "region", ["region_id", "name"]),
    (gettext_lazy("actual address"), "", []),
    (gettext_lazy("credit code or licence"), "code", ["credit_code", "licence_number"]),
    (gettext_lazy("phone"), "", []),
    (gettext_lazy("risk level"), "risk", ["risk_rank", "name"]),
    (gettext_lazy("state"), "state", ["state", "name"]),
)


@login_required
@kept_while_signed_in
@permission_required("entities.view_entity", raise_exception=True)
@require_safe
def entity_list(request):
    """The register in scope, searched and filtered; duplicates that were merged are left to the entity they belong to."""
    entities = Entity.objects.visible_to(request.user).filter(merged_into=None)
    listing = Listing(
        request.GET,
        # Regions are read apart: joined, the planner walks through thousands of them to have the rows in their order.
        entities.annotate(risk_rank=RISK_RANK).prefetch_related("region"),
        EntityFilterForm(request.GET, by=request.user),
        columns=COLUMNS,
        order=["region_id", "name"],
    )
    text = listing.form.cleaned_data["q"] if listing.form.is_valid() else ""
    is_lost = text and not listing.page.records
    context = {
        "listing": listing,
        "form": listing.form,
        "meant": entities.suggested(text).select_related("region") if is_lost else [],
    }
    return render(request, "entities/entity_list.html", context)


@login_required
@permission_required("entities.add_entity", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def entity_create(request):
    """Enter a new entity."""
    form = EntityForm(request.POST or None, by=request.user, initial={"name": request.GET.get("name", "")})
    if form.is_valid() and form.saves(by=request.user):
        messages.success(request, _("“%(name)s” is in the register.") % {"name": form.instance})
        return redirect(form.instance)
    return render(request, "entities/entity_form.html", {"form": form}, status=422 if form.errors else 200)


@login_required
@permission_required("entities.change_entity", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def entity_edit(request, pk):
    """Correct an entity; somebody else's change meanwhile is shown before it is overwritten."""
    entity = get_object_or_404(Entity.objects.visible_to(request.user).select_related("region"), pk=pk)
    name = str(entity)
    form = EntityForm(request.POST or None, instance=entity, by=request.user)
    if form.is_valid() and form.saves(by=request.user):
        messages.success(request, _("Saved."))
        return redirect(entity)
    context = {"form": form, "entity": entity, "name": name}
    return render(request, "entities/entity_form.html", context, status=form.answer)
