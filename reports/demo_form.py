"""A superior's form for the demonstration campaign: a made-up monthly table, bound in every cell of its body."""

from io import BytesIO

from django.core.files.base import ContentFile
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter

from entities.models import Region
from reports.models import FormBinding, Holds, SuperiorForm

SHEET, NAME = "月报表", "电动自行车安全隐患整治月报表（示例）"
COLUMNS = (
    "inspections",
    "hazards_found",
    "hazards_rectified",
    "cases_filed",
    "entities_interviewed",
    "officers_dispatched",
)
HEADS = (("检查情况", 1), ("隐患情况", 2), ("执法情况", 2), ("力量投入", 1))
LABELS = ("检查家次", "发现隐患数", "整改隐患数", "立案数", "约谈主体数", "出动人次")
FIRST_ROW = 6
LINES = Border(*(Side(style="thin"),) * 4)
MIDDLE = Alignment(horizontal="center", vertical="center", wrap_text=True)


def form_workbook(places) -> bytes:
    """The empty form as an office would send it: merged heads, a row for each place, and a row of sums."""
    book = Workbook()
    sheet = book.active
    sheet.title = SHEET
    last = get_column_letter(len(COLUMNS) + 1)
    sheet.merge_cells(f"A1:{last}1")
    sheet["A1"], sheet["A1"].font, sheet["A1"].alignment = NAME, Font(name="方正小标宋简体", size=18), MIDDLE
    sheet["A2"], sheet["E2"] = "填报单位：", "报表期："
    sheet.merge_cells("B2:D2")
    sheet.merge_cells(f"F2:{last}2")
    sheet.merge_cells("A3:A4")
    sheet["A3"] = "地区"
    column = 2
    for label, width in HEADS:
        sheet.cell(3, column, label)
        if width > 1:
            sheet.merge_cells(start_row=3, end_row=3, start_column=column, end_column=column + width - 1)
        column += width
    for number, label in enumerate(LABELS, start=2):
        sheet.cell(4, number, label)
        sheet.cell(5, number, number - 1)
    sheet["A5"] = "栏次"
    total = FIRST_ROW + len(places)
    for row, place in enumerate([*places, "合计"], start=FIRST_ROW):
        sheet.cell(row, 1, place)
    for number in range(2, len(COLUMNS) + 2):
        letter = get_column_letter(number)
        sheet[f"{letter}{total}"] = f"=SUM({letter}{FIRST_ROW}:{letter}{total - 1})"
    for row in sheet.iter_rows(min_row=3, max_row=total, max_col=len(COLUMNS) + 1):
        for cell in row:
            cell.border, cell.alignment = LINES, MIDDLE
    sheet[f"A{total + 1}"], sheet[f"E{total + 1}"] = "填表人：", "填报日期："
    sheet.column_dimensions["A"].width = 18
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.print_title_rows = "1:5"
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def load_form(campaign, *, by):
    """Upload the example form and bind it: the city's own level and each county, six figures each, and its four words."""
    place = campaign.region
    inside = list(Region.objects.filter(parent=place).order_by("code"))
    places = [(f"{place.name}本级", place, True), *((region.name, region, False) for region in inside)]
    form = SuperiorForm(
        campaign=campaign, name=NAME, issued_by="示例省整治办",
        file=ContentFile(form_workbook([name for name, _region, _own in places]), name="form.xlsx"),
    )  # fmt: skip
    form.take_in(by=by)
    last = FIRST_ROW + len(places)
    words = (("B2", Holds.UNIT), ("F2", Holds.PERIOD), (f"B{last + 1}", Holds.COMPILER), (f"F{last + 1}", Holds.DATE))
    bindings = [FormBinding(sheet=SHEET, cell=cell, holds=holds) for cell, holds in words]
    for row, (_name, region, own) in enumerate(places, start=FIRST_ROW):
        for number, key in enumerate(COLUMNS, start=2):
            cell = f"{get_column_letter(number)}{row}"
            bindings.append(FormBinding(sheet=SHEET, cell=cell, indicator=key, region=region, own=own))
    form.bind(bindings, by=by)
    return form
