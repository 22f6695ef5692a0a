"""Filling a form for a period: the number of each bound cell, what does not add up, and the workbook to hand out."""

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from io import BytesIO

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext
from openpyxl.workbook.properties import CalcProperties

from entities.models import Region
from entities.today import today
from reports.dashboard import records_url
from reports.indicators import INDICATORS, total, totals
from reports.models import FilledForm, Holds, When
from reports.own import indicator_of
from reports.rollup import county_rows
from reports.scope import FigureScope
from reports.spreadsheets import inert
from reports.superior.book import in_order
from reports.superior.period import Period

SYSTEM = {declared.key for declared in INDICATORS}


@dataclass(frozen=True)
class Line:
    """A bound cell with what is written into it; `url` opens the records behind a figure."""

    binding: object
    value: object
    url: str = ""

    @property
    def text(self) -> str:
        if self.value is None:
            return "—"
        return self.value if isinstance(self.value, str) else f"{self.value:,}"


@dataclass
class Findings:
    """What was seen on checking: errors are to be settled before the form is sent, notices to be known."""

    errors: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)


class Filling:
    """One form for one period, for one officer. The number of queries grows with the indicators, not with the bound cells."""

    def __init__(self, form, period: Period, officer):
        if period.until < form.campaign.starts_on:
            raise ValidationError(
                gettext("The period ends before the campaign began: %(day)s.") % {"day": form.campaign.starts_on}
            )
        if period.first > today():
            raise ValidationError(gettext("The period has not begun yet: choose one up to today."))
        self.form, self.period, self.officer = form, period, officer
        self.bindings = sorted(
            form.bindings.select_related("region", "of_unit"), key=lambda b: (b.sheet, *in_order(b.cell))
        )
        for binding in self.bindings:
            binding.form = form
        self._declared, self._children, self._city = {}, {}, {}

    @cached_property
    def book(self):
        return self.form.open()

    def scope_of(self, binding) -> FigureScope:
        """Of what the bound figure is asked."""
        scope = self._when(binding.when)
        return replace(scope, region=binding.region or self.form.campaign.region, own=binding.own, unit=binding.of_unit)

    def _when(self, when):
        period = self.period.previous() if when == When.PREVIOUS else self.period
        since = None if when == When.CUMULATIVE else period.since
        return FigureScope(self.form.campaign, since=since, until=period.until, on=min(period.until, today()))

    def declared(self, key):
        """The indicator; None for an own one that can't be counted any more."""
        if key not in self._declared:
            try:
                self._declared[key] = indicator_of(self.form.campaign, key)
            except KeyError:
                self._declared[key] = None
        return self._declared[key]

    @cached_property
    def _figures(self):
        """(place, when, indicator) → figure of every bound cell."""
        found, asked = {}, defaultdict(set)
        for binding in self._figure_bindings:
            if binding.indicator in SYSTEM:
                asked[binding.when, self.scope_of(binding)].add(binding.indicator)
            elif self.declared(binding.indicator) is not None:
                scope = self.scope_of(binding)
                if (scope, binding.indicator) not in found:
                    found[scope, binding.indicator] = total(self.declared(binding.indicator), scope)
        for when in {when for when, _scope in asked}:
            self._ask(self._when(when), {scope: keys for (w, scope), keys in asked.items() if w == when}, found)
        return found

    def _ask(self, base, asked, found):
        """The counties of a period at once, every other place for itself."""
        keys = {key for scope_keys in asked.values() for key in scope_keys}
        city = base.at(self.form.campaign.region)
        inside = [scope for scope in asked if scope.unit is None and scope != city]
        rows = county_rows(city, keys) if inside else []
        together = {(row.scope.region, row.scope.own): row.figures for row in rows}
        for scope, scope_keys in asked.items():
            figures = together.get((scope.region, scope.own)) if scope.unit is None and scope != city else None
            if figures is None:
                figures = totals(scope, scope_keys)
            found |= {(scope, key): figures[key] for key in scope_keys}

    @cached_property
    def _figure_bindings(self):
        return [binding for binding in self.bindings if binding.holds == Holds.FIGURE]

    def value(self, binding):
        """What is written into the cell."""
        if binding.holds == Holds.FIGURE:
            return self._figures.get((self.scope_of(binding), binding.indicator))
        return {
            Holds.UNIT: self.form.unit.name,
            Holds.PERIOD: self.period.words,
            Holds.DATE: today().isoformat(),
            Holds.COMPILER: self.officer.name,
        }[binding.holds]

    @cached_property
    def lines(self) -> list[Line]:
        """Every bound cell in the order of reading."""
        return [Line(binding, self.value(binding), self._url(binding)) for binding in self.bindings]

    def _url(self, binding):
        declared = self.declared(binding.indicator) if binding.holds == Holds.FIGURE else None
        scope = self.scope_of(binding)
        if declared is None or not self.officer.covers(scope.place.code) or self.value(binding) is None:
            return ""
        return records_url(declared, scope)

    @cached_property
    def _at(self):
        return {(binding.sheet, binding.cell): binding for binding in self.bindings}

    @cached_property
    def findings(self) -> Findings:
        """Everything that does not fit together."""
        found = Findings()
        if not self.bindings:
            found.errors.append(gettext("No cell of this form holds anything yet: bind its cells first."))
        if self.period.until > today():
            found.notices.append(gettext("The period has not ended yet: later entries will change its figures."))
        self._check_bound(found)
        self._check_parts(found)
        self._check_totals(found)
        self._check_formulas(found)
        return found

    def _check_bound(self, found):
        for binding in self.bindings:
            said = self.book.refusal(binding.sheet, binding.cell)
            if said:
                found.errors.append(said)
            if binding.holds == Holds.FIGURE and self.declared(binding.indicator) is None:
                found.errors.append(
                    gettext("%(cell)s: the indicator “%(key)s” can't be counted any more.")
                    % {"cell": binding.cell, "key": binding.indicator}
                )

    def _check_parts(self, found):
        """No part may be larger than its whole at the same place and time."""
        held = {(b.indicator, self.scope_of(b)): b for b in self._figure_bindings}
        for (key, scope), binding in held.items():
            whole = held.get((getattr(self.declared(key), "parent", ""), scope))
            if whole is not None and (self.value(binding) or 0) > (self.value(whole) or 0):
                found.errors.append(
                    gettext("%(cell)s (%(part)s) is larger than %(other)s (%(whole)s), which it is a part of.")
                    % {
                        "cell": binding.cell,
                        "part": self.value(binding),
                        "other": whole.cell,
                        "whole": self.value(whole),
                    }
                )

    def _check_totals(self, found):
        """Where a place and the places inside it are bound on one sheet, the parts must add up to the whole."""
        groups = defaultdict(list)
        for binding in self._figure_bindings:
            groups[binding.sheet, binding.indicator, binding.when].append(binding)
        for bindings in groups.values():
            for whole in bindings:
                parts = [b for b in bindings if whole.of_unit is None and not whole.own and self._is_part(b, whole)]
                if parts:
                    self._compare(found, whole.cell, [(1, b) for b in parts], self.value(whole), whole)

    def _check_formulas(self, found):
        unread = 0
        for sheet, cell in self.book.formulas():
            terms = self.book.terms(sheet, cell)
            if terms is None:
                unread += 1
                continue
            held = [(sign, self._at.get((sheet, name))) for sign, name in terms]
            bound = [(sign, b) for sign, b in held if b is not None and b.holds == Holds.FIGURE]
            if len({(b.indicator, b.when) for _sign, b in bound}) != 1 or any(sign < 0 for sign, _b in bound):
                continue
            if any(
                self.book.constant(sheet, name) for (_sign, name), (_s, b) in zip(terms, held, strict=True) if not b
            ):
                found.notices.append(
                    gettext("%(cell)s also adds numbers that stand in the form itself: check them.") % {"cell": cell}
                )
                continue
            first = bound[0][1]
            if len(bound) > 1 and all(self._is_part(b, None) for _sign, b in bound):
                self._compare(found, cell, bound, self._city_total(first.indicator, first.when), None)
        if unread:
            found.notices.append(
                gettext("%(count)s formulas are no simple sums and were not recalculated here.") % {"count": unread}
            )

    def _city_total(self, key, when):
        """The figure of the whole campaign; None where it can't be counted. Asked once, however often the form adds it up."""
        if (key, when) not in self._city:
            whole = self._when(when).at(self.form.campaign.region)
            declared = self.declared(key)
            self._city[key, when] = declared.total(whole) if declared else None
        return self._city[key, when]

    def _is_part(self, binding, total):
        """Whether the binding is a direct part of the total's region, of the campaign's without one."""
        place = (total and total.region) or self.form.campaign.region
        if binding is total or binding.of_unit is not None or binding.region is None:
            return False
        return binding.region == place if binding.own else binding.region.parent_id == place.pk

    def _compare(self, found, cell, parts, whole, total):
        declared = self.declared(parts[0][1].indicator)
        if whole is None or declared is None:
            return
        added = sum(Decimal(self.value(binding) or 0) for _sign, binding in parts)
        if added == whole:
            return
        names = {"cell": cell, "sum": f"{added:,}", "whole": f"{whole:,}", "label": declared.label}
        if "region" not in declared.additive:
            found.notices.append(
                gettext(
                    "%(cell)s: the parts add up to %(sum)s, the figure is %(whole)s; “%(label)s” is not to be added."
                )
                % names
            )
            return
        place = (total and total.region) or self.form.campaign.region
        bound = {(binding.region_id, binding.own) for _sign, binding in parts}
        lines = {(region.pk, False): region.name for region in self._inside(place)}
        lines[place.pk, True] = gettext("%(region)s itself") % {"region": place.name}
        said = gettext("%(cell)s: the parts add up to %(sum)s, but “%(label)s” is %(whole)s.") % names
        missing = [name for key, name in lines.items() if key not in bound]
        if missing:
            said += " " + gettext("Left out: %(places)s.") % {"places": gettext(", ").join(missing)}
        found.errors.append(said)

    def _inside(self, place):
        if place.pk not in self._children:
            self._children[place.pk] = list(Region.objects.filter(parent=place).order_by("code"))
        return self._children[place.pk]

    @transaction.atomic
    def hand_out(self, *, despite=False) -> bytes:
        """The filled workbook, recorded with its numbers, its hash and the errors that were known.

        Raises ValidationError where no cell holds anything, and where something does not add up unless it goes out `despite` that.
        """
        if not self.bindings:
            raise ValidationError(self.findings.errors[0])
        if self.findings.errors and not despite:
            raise ValidationError(gettext("Settle the errors first, or tick that the form is to go out with them."))
        for line in self.lines:
            self.book.check(line.binding.sheet, line.binding.cell)
            self.book.workbook[line.binding.sheet][line.binding.cell].value = inert(line.value)
        workbook = self.book.workbook
        workbook.calculation = CalcProperties(fullCalcOnLoad=True)
        content = BytesIO()
        workbook.save(content)
        FilledForm.objects.create(
            form=self.form,
            period=self.period.key,
            by=self.officer,
            figures={
                f"{line.binding.sheet}!{line.binding.cell}": None if line.value is None else str(line.value)
                for line in self.lines
            },
            despite=self.findings.errors,
            sha256=hashlib.sha256(content.getvalue()).hexdigest(),
        )
        return content.getvalue()
