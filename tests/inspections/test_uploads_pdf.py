"""What a PDF does or carries is found wherever it stands, and an ordinary one is taken."""

import zlib

import pytest

from inspections.uploads.pdf import Fault, fault_of


def pdf(*objects, trailer=b"<</Root 1 0 R>>", tail=b""):
    body = b"".join(b"%d 0 obj %s endobj\n" % (number, one) for number, one in enumerate(objects, start=1))
    return b"%PDF-1.7\n" + body + b"trailer" + trailer + b"\n%%EOF\n" + tail


def stream(content, about=b"", packed=True):
    content = zlib.compress(content) if packed else content
    said = b"/Filter/FlateDecode" if packed else b""
    return b"<<%s%s/Length %d>>stream\n%s\nendstream" % (about, said, len(content), content)


def object_stream(content, about=b"/Type/ObjStm"):
    head = b"12 0 13 %d " % len(content)
    return stream(head + content + b" null", about + b"/N 2/First %d" % len(head))


CATALOGUE = b"<</Type/Catalog/Pages 2 0 R%s>>"
SCRIPT = b"<</S/JavaScript/JS(app.alert\\(1\\))>>"
ORDINARY = {
    "nothing": pdf(CATALOGUE % b""),
    "it opens at a place": pdf(CATALOGUE % b"/OpenAction[3 0 R/XYZ null null 0]"),
    "it opens with a jump": pdf(CATALOGUE % b"/OpenAction<</S/GoTo/D[3 0 R/Fit]>>"),
    "it opens with a jump that stands elsewhere": pdf(CATALOGUE % b"/OpenAction 2 0 R", b"<</S /GoTo/D[3 0 R/Fit]>>"),
    "the jump is packed": pdf(CATALOGUE % b"/OpenAction 12 0 R", object_stream(b"<</S/GoTo/D[3 0 R/Fit]>>")),
    "packed objects": pdf(CATALOGUE % b"", object_stream(b"<</Type/Font/BaseFont/SimSun>>")),
    "a link": pdf(CATALOGUE % b"", b"<</Subtype/Link/A<</S/URI/URI(https://example.org)>>>>"),
    "pixels that look like short names": pdf(
        CATALOGUE % b"", stream(b"\1/JS(\2/AA\3", b"/Subtype/Image", packed=False)
    ),
    "the name of a font begins alike": pdf(CATALOGUE % b"", b"<</AAFont 3 0 R/JSong 4 0 R/Encrypted false>>"),
}
ACTIVE = {
    "a script": pdf(CATALOGUE % b"", SCRIPT),
    "a script by its text alone": pdf(CATALOGUE % b"", b"<</S/X/JS 9 0 R>>"),
    "an escaped name": pdf(CATALOGUE % b"", b"<</S/J#61va#53cript>>"),
    "a packed script": pdf(CATALOGUE % b"", object_stream(SCRIPT)),
    "a packed script that is not called packed": pdf(CATALOGUE % b"", object_stream(SCRIPT, about=b"")),
    "a packed script with its type escaped": pdf(CATALOGUE % b"", object_stream(SCRIPT, about=b"/Type/Obj#53tm")),
    "a packed, escaped script": pdf(CATALOGUE % b"", object_stream(b"<</S/Java#53cript>>")),
    "a packed script in a stream that a comment pretends to begin": pdf(b"% stream\n", object_stream(SCRIPT)),
    "a program": pdf(CATALOGUE % b"", b"<</S/Launch/F(cmd.exe)>>"),
    "a file": pdf(CATALOGUE % b"/Names<</EmbeddedFiles 4 0 R>>"),
    "a film": pdf(CATALOGUE % b"", b"<</Subtype/RichMedia>>"),
    "what happens at each page": pdf(CATALOGUE % b"/AA %comment\n<</WC 5 0 R>>"),
    "the same elsewhere": pdf(CATALOGUE % b"/AA 5 0 R"),
    "a form of another kind": pdf(CATALOGUE % b"/AcroForm<</XFA 5 0 R>>"),
    "it sends a form": pdf(CATALOGUE % b"", b"<</S/SubmitForm/F(http://example.org)>>"),
    "it opens a page of the web": pdf(CATALOGUE % b"/OpenAction<</S/URI/URI(http://example.org)>>"),
    "it opens what stands elsewhere": pdf(CATALOGUE % b"/OpenAction 2 0 R", b"<</S/URI/URI(http://example.org)>>"),
    "it opens what stands packed": pdf(CATALOGUE % b"/OpenAction 12 0 R", object_stream(b"<</S/URI/URI(http://a)>>")),
    "it opens what is not there": pdf(CATALOGUE % b"/OpenAction 99 0 R"),
    "it opens one of two": pdf(CATALOGUE % b"/OpenAction 2 0 R", b"[3 0 R/Fit]") + pdf(b"2 0 obj<</S/URI>>"),
}
DAMAGED = {
    "another file behind its end": pdf(CATALOGUE % b"", tail=b"<script>alert(1)</script>"),
    "no end": pdf(CATALOGUE % b"")[:-8],
    "packed twice": pdf(
        CATALOGUE % b"", object_stream(b"null").replace(b"/FlateDecode", b"[/ASCIIHexDecode/FlateDecode]")
    ),
    "packed in a way that is not looked through": pdf(
        CATALOGUE % b"", object_stream(b"null").replace(b"Flate", b"LZW")
    ),
    "cut off": pdf(CATALOGUE % b"", object_stream(b"x" * 500).replace(b"endstream", b"")[:-9] + b"\nendstream"),
    "a packed stream without its beginning": pdf(CATALOGUE % b"", b"<</Type/ObjStm>> nothing"),
}


@pytest.mark.parametrize("kind", ORDINARY)
def test_an_ordinary_document_is_taken(kind):
    assert fault_of(ORDINARY[kind]) is None


@pytest.mark.parametrize("kind", ACTIVE)
def test_one_that_does_or_carries_more_is_not(kind):
    assert fault_of(ACTIVE[kind]) == Fault.ACTIVE


@pytest.mark.parametrize("kind", DAMAGED)
def test_one_that_cannot_be_looked_through_is_not(kind):
    assert fault_of(DAMAGED[kind]) == Fault.DAMAGED


def test_one_that_is_encrypted_is_not():
    assert fault_of(pdf(CATALOGUE % b"", trailer=b"<</Root 1 0 R/Encrypt 5 0 R>>")) == Fault.ENCRYPTED


def test_one_that_unpacks_to_far_too_much_is_not():
    assert fault_of(pdf(CATALOGUE % b"", object_stream(b" " * (40 << 20)))) == Fault.TOO_LARGE
    assert fault_of(b"%PDF-1.7\n" + b"stream\n" * 60_000 + b"%%EOF") == Fault.TOO_LARGE
    assert fault_of(b"%PDF-1.7\n" + b"#41" * 100_001 + b"%%EOF") == Fault.TOO_LARGE
