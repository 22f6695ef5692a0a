"""The sheet of a round as a workbook and as a Word file, both on A4 landscape, block under block."""

from django.utils import timezone
from django.utils.translation import gettext
from openpyxl import Workbook

from reports.bulletins.numbers import plain
from reports.indicators import Rate
from reports.spreadsheets import inert, sheet_name
from reports.summary import CENTRED, HEAD, HEAD_FILL, LINE, MUTED, TITLE, TOTAL
from reports.word_tables import add_table, landscape

PARTS = 3


def sheet_workbook(sheet) -> Workbook:
    """One worksheet for each block: merged heads, sums as formulas where a figure adds up, and the foot."""
    book = Workbook()
    book.remove(book.active)
    for number, (label, indicators) in enumerate(sheet.heads):
        page = book.create_sheet(sheet_name(label))
        _title(page, sheet)
        _heads(page, indicators)
        first = 6
        for row, line in enumerate(sheet.lines, start=first):
            _write(page, row, line.label, line.blocks[number])
        last, total = first + len(sheet.lines) - 1, first + len(sheet.lines)
        _write(page, total, gettext("Total"), sheet.sum.blocks[number], bold=True)
        for place, declared in enumerate(indicators):
            if not isinstance(declared, Rate):
                for part in (0, 1):
                    cell = page.cell(total, 2 + PARTS * place + part)
                    cell.value = f"=SUM({cell.column_letter}{first}:{cell.column_letter}{last})"
        for offset, text in enumerate(foot(sheet)):
            page.cell(total + 2 + offset, 1, inert(text))
        page.freeze_panes = page.cell(first, 2)
        page.page_setup.orientation, page.page_setup.paperSize = "landscape", page.PAPERSIZE_A4
        page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
        page.sheet_properties.pageSetUpPr.fitToPage = True
        page.print_title_rows, page.print_title_cols = "4:5", "A:A"
    return book


def parts() -> list[str]:
    """The three columns of each figure."""
    return [gettext("this period"), gettext("cumulative"), gettext("change")]


def foot(sheet) -> list[str]:
    """Seal, person in charge, compiler, telephone, cut-off."""
    cut_off = timezone.localtime(sheet.round.cut_off)
    blank = "＿＿＿＿＿＿"
    return [
        gettext(
            "Unit (seal): %(blank)s    Person in charge: %(blank)s    Compiled by: %(blank)s    Telephone: %(blank)s"
        )
        % {"blank": blank},
        gettext("Cut-off: %(at)s") % {"at": f"{cut_off:%Y-%m-%d %H:%M}"},
    ]


def _title(page, sheet):
    page["A1"], page["A1"].font = inert(f"{sheet.round.campaign.label} · {sheet.round}"), TITLE
    waiting = [line.label for line in sheet.lines if not line.report.is_approved]
    told = (
        gettext("Not approved yet: %(units)s.") % {"units": gettext(", ").join(waiting)}
        if waiting
        else gettext("All units are approved.")
    )
    page["A2"], page["A2"].font = inert(told), MUTED


def _heads(page, indicators):
    page.cell(4, 1, gettext("Unit"))
    page.merge_cells(start_row=4, end_row=5, start_column=1, end_column=1)
    page.column_dimensions["A"].width = 26
    for place, declared in enumerate(indicators):
        left = 2 + PARTS * place
        page.cell(4, left, inert(f"{declared.label} ({declared.unit})"))
        page.merge_cells(start_row=4, end_row=4, start_column=left, end_column=left + PARTS - 1)
        for step, text in enumerate(parts()):
            page.cell(5, left + step, text)
    for row in page.iter_rows(min_row=4, max_row=5, max_col=1 + PARTS * len(indicators)):
        for cell in row:
            cell.font, cell.fill, cell.alignment, cell.border = HEAD, HEAD_FILL, CENTRED, LINE


def _write(page, row, label, cells, bold=False):
    values = [inert(label)]
    for cell in cells:
        values += [cell.week, cell.total, cell.change]
    for place, value in enumerate(values, start=1):
        written = page.cell(row, place, value)
        written.border = LINE
        if bold:
            written.font = TOTAL


def sheet_document(sheet):
    """A table for each block, as Word."""
    book = landscape(f"{sheet.round.campaign.label} · {sheet.round}")
    for number, (label, indicators) in enumerate(sheet.heads):
        heads = [gettext("Unit"), *((f"{one.label} ({one.unit})", parts()) for one in indicators)]
        lines = [(line.label, line.blocks[number]) for line in sheet.lines]
        lines.append((gettext("Total"), sheet.sum.blocks[number]))
        add_table(book, heads, [[name, *_texts(cells)] for name, cells in lines], label=str(label))
    for text in foot(sheet):
        book.add_paragraph(text)
    return book


def _texts(cells):
    return ["—" if value is None else plain(value) for cell in cells for value in (cell.week, cell.total, cell.change)]
