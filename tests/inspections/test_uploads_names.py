"""Names of uploaded files: shown and handed out again without anything that misleads, stored under none of it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from inspections.models import Evidence
from inspections.uploads import LONGEST_NAME, clean_name
from tests.factories import make_inspection

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("责改〔2024〕1号.pdf", "责改〔2024〕1号.pdf"),
        ("two words.pdf", "two words.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\王\\a.pdf", "a.pdf"),
        ("a\r\nSet-Cookie: b.pdf", "aSet-Cookie b.pdf"),
        ("回执\u202egpj.exe", "回执gpj.exe"),
        ("a\u200b\ufeff\u2066b\u2028.pdf", "ab.pdf"),
        ('<img src="x">.pdf', "img src=x.pdf"),
        ("con.pdf", "_con.pdf"),
        ("COM1.tar.gz", "_COM1.tar.gz"),
        ("concert.pdf", "concert.pdf"),
        (".htaccess", "htaccess"),
        ("a.pdf. . ", "a.pdf"),
        ("e\u0301.pdf", "é.pdf"),
        ("...", "file"),
        ("", "file"),
        (None, "file"),
        ("\ud800.pdf", "pdf"),
        ("长" * 300 + ".pdf", "长" * (LONGEST_NAME - 4) + ".pdf"),
        ("a." + "x" * 300, "a." + "x" * 19),
    ],
)
def test_a_name_is_cleaned(given, kept):
    assert clean_name(given) == kept


def test_an_uploaded_document_is_handed_out_under_its_cleaned_chinese_name(client, world):
    upload = SimpleUploadedFile("x", PDF)
    upload._name = "../回执\u202efdp.exe"  # past Django's own cleaning
    evidence = Evidence.attach(make_inspection(world), upload, by=world.inspector)
    assert evidence.original_name == "回执fdp.exe"
    client.force_login(world.inspector)
    answer = client.get(evidence.get_absolute_url())
    assert answer["Content-Disposition"] == "attachment; filename*=utf-8''%E5%9B%9E%E6%89%A7fdp.pdf"
