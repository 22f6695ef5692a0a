"""Ledgers: the index, one list with its filters and drill-downs, and the page of a single record."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from entities.paging import Count, KeyPage
from entities.standby import view_reads_at_standby
from entities.unchanged import kept_while_signed_in
from inspections.desk.declare import desk_of
from inspections.frame import request_frame
from inspections.models import BulkChange
from reports.details import Details
from reports.indicators import COUNT, Rate, total
from reports.ledgers import BY_NAME, CHAPTERS, LEDGERS
from reports.models import SavedFilter
from reports.own import SCOPED, is_own
from reports.rows import rows_of
from reports.selection import Selection
from reports.views.past import shows_the_past

PAGE_ROWS = 50


@login_required
@kept_while_signed_in
@view_reads_at_standby
def ledger_index(request):
    """All ledgers that the officer may open, with their counts in scope. One query for each, two beyond ten thousand."""
    campaign = request_frame(request).campaign
    allowed = [declared for declared in LEDGERS if request.user.has_perm(declared.permission)]
    chapters = [
        (
            label,
            [(d, Count.of(d.records(request.user, campaign))) for d in allowed if d.chapter == chapter],
        )
        for chapter, label in CHAPTERS.items()
    ]
    return render(
        request,
        "reports/ledger_index.html",
        {"campaign": campaign, "chapters": [c for c in chapters if c[1]]},
    )


@login_required
@kept_while_signed_in
@view_reads_at_standby
@shows_the_past
def ledger(request, name):
    """One ledger: searched, filtered, sorted, paged; with `figure`, the records behind that figure."""
    declared = declared_ledger(request, name)
    chosen = Selection(declared, request.user, request_frame(request).campaign, request.GET)
    page = KeyPage(declared.loaded(chosen.rows, chosen.columns), chosen.terms, request.GET, size=PAGE_ROWS)
    behind = _behind(chosen) if chosen.figure else None
    exactly, is_search = request.GET.get("count") == "exact", chosen.is_search
    count = behind["count"] if behind else Count.of(chosen.rows, exactly=exactly, is_search=is_search)
    everything = request.user.has_perm("inspections.export_scope")
    # What a search finds is added up as far as it is counted: to the last one it may have to be looked for record by record.
    sums = chosen.sums if count.is_exact or not is_search else {}
    return render(
        request,
        "reports/ledger.html",
        {
            "ledger": declared,
            "chosen": chosen,
            "form": chosen.form,
            "heads": _heads(declared, chosen),
            "page": page,
            "count": count,
            "query": chosen.url_query(),
            "present_query": chosen.url_query(as_of=""),
            "sums": [sums.get(column.name, "") for column in chosen.columns[1:]] if sums else [],
            "rows": rows_of(declared, page, chosen.columns),
            "undoable": BulkChange.objects.last_undoable_by(request.user),
            "bulk": _bulk(request.user, declared, chosen),
            "kept": SavedFilter.objects.offered_in(name, request.user),
            "kept_query": [(key, value) for key, value in QueryDict(chosen.url_query(columns="")).items()],
            "query_without_columns": chosen.url_query(columns=""),
            "choosable": declared.exported[1:],
            "behind": behind,
            "query_that_counts": "" if count.is_exact else chosen.url_query(count="exact"),
            "everything": everything,
            "new_url": _new_url(request.user, declared),
            "desk_pages": _desk_pages(request.user, declared),
            "own_url": _own_url(request.user, chosen),
            "exportable": count if everything else Count.of(chosen.exportable, is_search=is_search),
        },
    )


@login_required
@shows_the_past
def record(request, name, pk):
    """Everything about one record, read-only; a record that has a page of its own is shown there."""
    declared = declared_ledger(request, name)
    found = get_object_or_404(declared.model.objects.visible_to(request.user), pk=pk)
    if found.get_absolute_url() != request.path:
        return redirect(found)
    details = Details(found, request.user)
    children = [
        {
            "ledger": child,
            "heads": [{"column": column} for column in child.shown],
            "rows": rows_of(child, records),
            "count": len(records) + more,
            "more": more,
        }
        for child, records, more in details.children
    ]
    return render(
        request,
        "reports/record.html",
        {"ledger": declared, "record": found, "details": details, "children": children},
    )


def declared_ledger(request, name):
    """The ledger of that name. Raises Http404 when there is none, PermissionDenied without the right to look at it."""
    if name not in BY_NAME:
        raise Http404
    if not request.user.has_perm(BY_NAME[name].permission):
        raise PermissionDenied
    return BY_NAME[name]


def _new_url(officer, declared) -> str:
    """Where such a record is made; empty where it is not made from here, or not by this officer."""
    desk = desk_of(declared.name)
    stands_alone = desk is not None and desk.form is not None and not desk.back
    return desk.new_url if stands_alone and desk.may_add(officer) else ""


def _desk_pages(officer, declared):
    """Further pages for many records of that kind at once: (label, address)."""
    desk = desk_of(declared.name)
    if desk is None or not officer.has_perm(desk.right("change")):
        return []
    return [(label, reverse(name)) for label, name in desk.pages]


def _bulk(officer, declared, chosen):
    """What the officer may do to all records of the list: (label, address)."""
    desk = desk_of(declared.name)
    if desk is None or not chosen.is_valid:
        return []
    deeds = [deed for deed in desk.deeds if deed.for_many and officer.has_perm(desk.right_for(deed))]
    query = chosen.url_query()
    return [(deed.label, f"{reverse('ledger_bulk', args=[declared.name, deed.name])}?{query}") for deed in deeds]


def _own_url(officer, chosen) -> str:
    """Where an administrator keeps these filters as an indicator of the campaign's own; empty for anybody else."""
    if chosen.figure or not chosen.is_valid or not officer.has_perm("reports.add_ownindicator"):
        return ""
    if not officer.sees_beyond_a_county():  # it counts everywhere
        return ""
    kept = urlencode({name: value for name, value in chosen.query.items() if value and name not in SCOPED})
    return f"{reverse('admin:reports_ownindicator_add')}?{urlencode({'ledger': chosen.ledger.name, 'query': kept})}"


def _heads(declared, chosen):
    """The table's head: each column with the link that sorts by it, and how it is sorted now."""
    heads = []
    for column in chosen.columns:
        now = chosen.sort is column
        turned = f"-{column.name}" if now and not chosen.descending else column.name
        heads.append(
            {
                "column": column,
                "query": chosen.url_query(sort=turned) if column.sort else "",
                "sorted": ("descending" if chosen.descending else "ascending") if now else "",
            }
        )
    return heads


def _behind(chosen):
    """The figure on top of its drill-down, the number of records listed, and whether they are all of it.

    What the figure says is not counted again: a figure that counts records is their number, and an officer of the whole
    place sees all of them.
    """
    figure, counted, scope = chosen.figure, chosen.counted, chosen.scope
    recorded = total(counted, scope) - counted.returned(scope)
    records = recorded if counted.measure is COUNT else counted.rows(scope).count()
    sees_all = chosen.officer.covers(scope.place.code) and not is_own(figure)
    visible = records if sees_all else chosen.behind_figure.count()
    count = visible if chosen.is_valid and not chosen.is_narrowed else chosen.rows.count()
    is_all = count == records
    returns = scope.returns().filter(indicator=counted.key)
    seen = list(returns.visible_to(chosen.officer).select_related("unit", "region"))
    return {
        "label": figure.label,
        "figure": _words(total(figure, scope)),
        "unit": figure.unit,
        "scope": scope.describe(),
        "dashboard": f"{reverse('dashboard')}?{urlencode(scope.query())}",
        "counted": counted if isinstance(figure, Rate) else None,
        "is_measured": counted.measure is not COUNT,
        "is_own": is_own(figure),
        "recorded": _words(recorded),
        "returned": _words(counted.returned(scope)) if counted.returned(scope) else "",
        "returns": seen,
        "returns_hidden": returns.count() - len(seen),
        "listed": _words(recorded if is_all else counted.measured(chosen.rows)),
        "listed_unit": counted.unit,
        "records": records,
        "hidden": records - visible,
        "is_all": is_all,
        "count": Count(count),
    }


def _words(value) -> str:
    return "—" if value is None else f"{value:,}"
