"""Tables as Word files on A4 landscape, as offices hand them round."""

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from inspections.documents import NOT_IN_XML


def landscape(title, *under) -> Document:
    """A new document with its title, and lines under it."""
    book = Document()
    section = book.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(15)
    style = book.styles["Normal"]
    style.font.name, style.font.size = "SimSun", Pt(9)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "宋体")
    head = book.add_paragraph(_clean(title))
    head.alignment, head.runs[0].font.size = WD_ALIGN_PARAGRAPH.CENTER, Pt(16)
    for line in under:
        book.add_paragraph(_clean(line)).alignment = WD_ALIGN_PARAGRAPH.CENTER
    return book


def add_table(book, heads, rows, *, label=""):
    """A table with its head on every page; a head (`(text, [texts])`) may stand over several columns."""
    if label:
        book.add_paragraph(_clean(label))
    over = any(isinstance(head, tuple) for head in heads)
    columns = sum(len(head[1]) if isinstance(head, tuple) else 1 for head in heads)
    table = book.add_table(rows=1 + over + len(rows), cols=columns, style="Table Grid")
    # Asking a table for one cell looks through all of them: each row is asked once.
    cells = [row.cells for row in table.rows]
    for row in table.rows[: 1 + over]:
        row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    left = 0
    for head in heads:
        if isinstance(head, tuple):
            cells[0][left].merge(cells[0][left + len(head[1]) - 1]).text = _clean(head[0])
            for step, text in enumerate(head[1]):
                cells[1][left + step].text = _clean(text)
            left += len(head[1])
            continue
        top = cells[0][left].merge(cells[1][left]) if over else cells[0][left]
        top.text = _clean(head)
        left += 1
    for written, texts in zip(cells[1 + over :], rows, strict=True):
        for cell, text in zip(written, texts, strict=True):
            cell.text = _clean(text)


def _clean(text) -> str:
    """Text as XML can hold it."""
    return NOT_IN_XML.sub("", str(text))
