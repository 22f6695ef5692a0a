"""Small files and texts that the readers take, and some that they refuse for their content: the fuzzer begins with these."""

import json
from io import BytesIO
from zipfile import ZipFile

from openpyxl import Workbook
from PIL import ExifTags, Image, ImageDraw

from reports.imports.nouns import NOUNS
from tests.damaged import PACKINGS, not_unpacking

SHEET = "xl/worksheets/sheet1.xml"


def workbook(*rows) -> bytes:
    made, content = Workbook(), BytesIO()
    for row in rows:
        made.active.append(row)
    made.save(content)
    return content.getvalue()


def sheet_of(content) -> bytes:
    """The first sheet of a workbook, unpacked; its texts stand in it and not in a part of their own."""
    with ZipFile(BytesIO(content)) as packed:
        return packed.read(SHEET)


BLANK = workbook(["编号", "名称"], ["1", "某店"])
SUMS = workbook(["地区", "检查"], ["零陵区", 3], ["合计", "=SUM(B2:B2)+B2-$B$2"])


def drawn(form, mode="RGB", **options) -> bytes:
    image, content = Image.new(mode, (48, 32)), BytesIO()
    ImageDraw.Draw(image).ellipse((4, 4, 30, 28), fill="white")
    image.save(content, form, **options)
    return content.getvalue()


def pictures():
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = "2024:09:02 10:00:00"
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (26.0, 13.0, 21.0), 3: "E", 4: (111.0, 36.0, 54.0)})
    noted = {"exif": exif.tobytes()}
    return [
        drawn("JPEG", **noted), drawn("JPEG", progressive=True), drawn("PNG", **noted), drawn("PNG", "P"), drawn("PNG", "I;16"),
        drawn("WEBP"), drawn("WEBP", lossless=True), drawn("HEIF", **noted),
    ]  # fmt: skip


def signatures():
    return [drawn("PNG", "RGBA"), drawn("PNG", "LA"), drawn("PNG", "P")]


def documents():
    from tests.inspections.test_uploads_pdf import ACTIVE, ORDINARY

    return [*ORDINARY.values(), *ACTIVE.values()]


def packages():
    from tests.inspections.test_uploads_package import ACTIVE, ORDINARY

    spoilt = [not_unpacking(BLANK, SHEET, packing) for packing in PACKINGS.values()]
    return [*ORDINARY.values(), *ACTIVE.values(), *spoilt]


def notes():
    told = {"taken_at": "2024-09-02T10:00:00+08:00", "latitude": 26.2, "longitude": 111.6, "sha256": "a" * 64}
    return [json.dumps(told).encode(), b"[]"]


def lists(city):
    """A header and a good row of each kind."""
    from tests.reports.test_import_nouns import GOOD, of
    from tests.reports.test_imports import GOOD as ENTITY
    from tests.reports.test_imports import HEAD

    rows = {kind: of(city.world.shop, kind) for kind in GOOD}
    columns = {kind: NOUNS[kind].sheet.columns for kind in GOOD}
    made = [
        [[c.headers[0] for c in columns[kind]], [rows[kind].get(c.key, "") for c in columns[kind]]] for kind in GOOD
    ]
    return [*made, [HEAD, ENTITY]]


def texts(city):
    written = ["\n".join(",".join(row) for row in rows) for rows in lists(city)]
    return [text.encode(code) for text in written for code in ("utf-8", "gb18030")]


def inline(rows) -> bytes:
    """A sheet whose texts stand in its cells, so that they can be mutated there."""
    cells = "".join(
        "<row>" + "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in row) + "</row>" for row in rows
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>'.encode()


def cells(city):
    return [inline(rows) for rows in lists(city)]


def laboratory(_city):
    from tests.inspections.test_sampling_results import HEAD, line

    return [inline([HEAD, line("CC-1")]), sheet_of(workbook(HEAD, line("CC-1", on=45000)))]


def visits(city):
    from tests.api.test_sheets import WRONG, visit

    whole = visit(city.world, answers={"XS-02": "fail"}, hazards=[WRONG])
    return [json.dumps(whole).encode(), json.dumps(visit(city.world), ensure_ascii=False).encode()]
