"""What one URL asks of a ledger: which records, in which order, behind which figure."""

from functools import cached_property
from urllib.parse import urlencode

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import BooleanField, ForeignKey, Q, Sum
from django.http import Http404
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from entities.choices import named_near
from entities.models import Entity, Region, Unit
from entities.paging import terms_of
from inspections.models.record import Record
from reports.columns import shown
from reports.indicators import Rate, indicator
from reports.own import indicator_of
from reports.scope import FigureScope
from reports.searching import owner_at, searched

YES_NO = [("1", _("yes")), ("0", _("no"))]
PLACE_IN_LIST = ("after", "before", "all", "count")
SCOPE_FIELDS = ("region", "own", "unit", "from", "to", "as_of")


class Selection:
    """The records of a ledger that a query string selects for one officer; without an officer, all there are.

    Without a figure, place and period narrow the ledger by its own date; with one they are the figure's scope, so that the
    list stays its drill-down. Raises Http404 for a figure that is unknown or counted in another ledger.
    """

    def __init__(self, ledger, officer, campaign, query):
        self.ledger, self.officer, self.campaign, self.query = ledger, officer, campaign, query
        self.figure = self._figure(query.get("figure", ""))
        self.scope, self.error = FigureScope(campaign), ""
        try:
            self.scope = FigureScope.from_query(campaign, query)
        except ValidationError as error:
            self.error = " ".join(error.messages)

    def _figure(self, key):
        if not key:
            return None
        try:
            found = indicator_of(self.campaign, key)
        except KeyError:
            raise Http404 from None
        if found.ledger != self.ledger.name or self.campaign is None:
            raise Http404
        return found

    @cached_property
    def counted(self):
        """The indicator whose rows the list shows: the figure itself, or the part of a rate."""
        return indicator(self.figure.part) if isinstance(self.figure, Rate) else self.figure

    @cached_property
    def behind_figure(self):
        """The records behind the figure that the officer may see, before any further filter."""
        return self.counted.rows(self.scope).visible_to(self.officer)

    @cached_property
    def form(self):
        """The bound form of all filters."""
        form = self._filters.form
        form.label_suffix = ""
        return form

    @property
    def is_valid(self) -> bool:
        return self.form.is_valid() and not self.error

    @cached_property
    def rows(self):
        """The selected records in their order; none at all when a filter makes no sense."""
        if not self.is_valid:
            return self.ledger.model.objects.none()
        order = [term.expression(backwards=False) for term in self.terms]
        return searched(self.ledger, self._filters.qs, self.query.get("q", "")).order_by(*order)

    @cached_property
    def terms(self):
        """The order of the list: the column chosen, else the record's own."""
        order = [f"-{field}" if self.descending else field for field in self.sort.sort] if self.sort else []
        return terms_of(self.ledger.model, order or self.ledger.model._meta.ordering)

    @cached_property
    def columns(self):
        """The columns chosen for the screen in the ledger's own order, those of its declaration without any choice."""
        asked = self.query.getlist("columns") if hasattr(self.query, "getlist") else [self.query.get("columns", "")]
        names = {name for part in asked for name in part.split(",")}
        first, *others = self.ledger.exported
        chosen = [column for column in others if column.name in names]
        return [first, *chosen] if chosen else self.ledger.shown

    @property
    def has_own_columns(self) -> bool:
        return self.columns is not self.ledger.shown

    @cached_property
    def exportable(self):
        """The rows that the officer may take out: all of them, or without that right what they or their unit made."""
        if self.officer.has_perm("inspections.export_scope"):
            return self.rows
        return self.rows.made_by(self.officer)

    @cached_property
    def sums(self) -> dict[str, str]:
        """The sums of the number columns over all selected records, in words. One query, none without such a column."""
        summed = {column.name: Sum(column.sort[0]) for column in self.columns if column.is_number and column.sort}
        if not summed or not self.is_valid:
            return {}
        found = self.rows.order_by().aggregate(**{f"sum_{n}": sum_ for n, sum_ in enumerate(summed.values())})
        kinds = {column.name: column.kind for column in self.columns}
        return {name: shown(found[f"sum_{n}"] or 0, kinds[name]) for n, name in enumerate(summed)}

    @cached_property
    def _sort_name(self):
        return self.query.get("sort", "")

    @property
    def descending(self) -> bool:
        return self._sort_name.startswith("-")

    @cached_property
    def sort(self):
        """The column by which the list is sorted; None for the ledger's own order and for any name that is not offered."""
        named = {column.name: column for column in self.ledger.exported if column.sort}
        return named.get(self._sort_name.removeprefix("-"))

    @property
    def is_search(self) -> bool:
        """Whether words are looked for, perhaps record by record."""
        return bool(self.query.get("q", "").strip())

    @cached_property
    def is_narrowed(self) -> bool:
        """Whether anything is filtered beyond the figure and its scope."""
        given = {name for name, value in self.query.items() if value}
        ignored = {*PLACE_IN_LIST, "sort", "columns", "figure"} | (set(SCOPE_FIELDS) if self.figure else set())
        return bool(given - ignored)

    @cached_property
    def in_force(self) -> list[tuple]:
        """(label, value in words, query string without it) of every filter in force."""
        if not self.is_valid:
            return []
        given = [bound for bound in self.form if self.query.get(bound.name)]
        return [(bound.label, _in_words(bound), self.url_query(**{bound.name: ""})) for bound in given]

    @property
    def without_filters(self) -> str:
        """The query string of the bare figure, with its scope."""
        return urlencode(self.scope.query(figure=self.figure.key)) if self.figure else ""

    def url_query(self, **changes) -> str:
        """The query string of this selection with some parts changed; an empty value drops a part."""
        parts = {name: value for name, value in self.query.items() if name not in PLACE_IN_LIST}
        if self.has_own_columns:
            parts["columns"] = ",".join(column.name for column in self.columns[1:])
        parts |= changes
        return urlencode({name: value for name, value in parts.items() if value})

    def describe(self) -> list[tuple[str, str]]:
        """Every filter in force as (label, value), for the workbook's second sheet."""
        lines = []
        if self.figure:
            lines.append((_("figure"), str(self.figure.label)))
        lines += [(label, words or _("yes")) for label, words, _query in self.in_force]
        return lines

    @cached_property
    def _base(self):
        if self.figure:
            return self.behind_figure
        rows = self.ledger.records(self.officer, self.campaign)
        return self.scope.narrow(rows, date_field=self.ledger.date)

    @cached_property
    def _filters(self):
        ledger = self.ledger
        declared = {"q": django_filters.CharFilter(label=_("search"), method=_untouched, widget=_search_box())}
        for name in ledger.filters:
            declared[name] = self._filter_of(ledger.model._meta.get_field(name), name, name)
        for name, *paths in ledger.reached:
            declared[name] = self._filter_of(_field_at(ledger.model, paths[0]), name, paths[0])
            if len(paths) > 1:
                declared[name].method = _by_any(paths)
        for name, label, select in ledger.switches:
            declared[name] = django_filters.BooleanFilter(
                label=label, method=_switch(select), widget=forms.CheckboxInput(attrs={"value": "1"})
            )
        code = self.scope.region.code if self.scope.region else ""
        declared["region"] = _chosen_from(Region, self.officer, self.scope.region, _("region"), code)
        declared["unit"] = _chosen_from(Unit, self.officer, self.scope.unit, _("unit"), code)
        if ledger.date:
            date_label = self._date_label()
            declared["from"] = _day(_("%(date)s, from") % {"date": date_label})
            declared["to"] = _day(_("%(date)s, to") % {"date": date_label})
        if self.scope.own or (self.scope.region and self.scope.region.level != Region.Level.COUNTY):
            declared["own"] = django_filters.BooleanFilter(
                label=_("only the region itself, without those inside it"),
                method=_untouched,
                widget=forms.CheckboxInput(attrs={"value": "1"}),
            )
        for declaration in declared.values():
            declaration.label = capfirst(str(declaration.label))
        return type("LedgerFilters", (django_filters.FilterSet,), declared)(self.query, self._base)

    def _filter_of(self, field, name, path):
        """The filter of a field; what another record is chosen by tells no more of them than the officer may see anyway."""
        if not isinstance(field, ForeignKey):
            return _plain_filter(field, path)
        rows = field.related_model.objects.all()
        if self.officer is not None and hasattr(rows, "visible_to"):
            seen, asked = Q(pk__in=rows.visible_to(self.officer).values("pk")), self.query.get(name, "")
            # One outside the scope that a record in the list names, as a colleague of the city is named on a task.
            if asked.isascii() and asked.isdigit() and len(asked) < 19 and self._base.filter(**{path: asked}).exists():
                seen |= Q(pk=asked)
            rows = rows.filter(seen)
        if issubclass(field.related_model, Record):
            rows = rows.filter(campaign=self.campaign)
        return django_filters.ModelChoiceFilter(
            field_name=path, label=field.verbose_name, queryset=rows, empty_label=_("all")
        )

    def _date_label(self):
        if self.counted is None:
            return self.ledger.date_label
        model, path = self.ledger.model, self.counted.date_field.removesuffix("__date").split("__")
        for step in path[:-1]:
            model = model._meta.get_field(step).related_model
        return model._meta.get_field(path[-1]).verbose_name

    @cached_property
    def meant(self):
        """The entities in scope that the search of the register may have meant when it finds nothing."""
        if self.ledger.model is not Entity or not self.is_valid or not self.query.get("q", "").strip():
            return Entity.objects.none()
        if self.rows.exists():
            return Entity.objects.none()
        return self.ledger.records(self.officer, self.campaign).suggested(self.query["q"]).select_related("region")


def _in_words(bound) -> str:
    """The chosen value of a filter; nothing for a tick, whose label says it all."""
    if isinstance(bound.field, forms.BooleanField | forms.NullBooleanField):
        return ""
    choices = {str(value): str(words) for value, words in getattr(bound.field, "choices", [])}
    return choices.get(bound.data, bound.data)


def _untouched(rows, name, value):
    """Place and period are narrowed by the scope, words by the search."""
    return rows


def _by_any(paths):
    """Rows that name the chosen record along one of the lookups, none of which passes through many rows."""
    return lambda rows, name, value: rows.filter(Q.create([(path, value) for path in paths], connector=Q.OR))


def _switch(select):
    return lambda rows, name, value: select(rows) if value else rows


def _search_box():
    return forms.TextInput(attrs={"type": "search"})


def _day(label):
    return django_filters.DateFilter(
        label=label, method=_untouched, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )


def _field_at(model, path):
    owner, _steps, name = owner_at(model, path)
    return owner._meta.get_field(name)


def _plain_filter(field, path):
    label = field.verbose_name
    if isinstance(field, BooleanField):
        return django_filters.TypedChoiceFilter(
            field_name=path, label=label, choices=[("", _("all")), *YES_NO], coerce=lambda value: value == "1"
        )
    return django_filters.ChoiceFilter(field_name=path, label=label, choices=field.choices, empty_label=_("all"))


def _chosen_from(model, officer, chosen, label, code):
    """A choice among the rows that the officer may see (all without one; of thousands those near the region of that code).

    The one already asked for is among them; by code.
    """
    rows = model.objects.all() if officer is None else model.objects.visible_to(officer)
    seen = named_near(rows, code)
    if chosen and (chosen.code, chosen.name) not in seen:
        seen.append((chosen.code, chosen.name))
    return django_filters.ChoiceFilter(label=label, method=_untouched, choices=seen, empty_label=_("all"))
