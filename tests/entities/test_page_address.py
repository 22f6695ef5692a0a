"""Where the pages of records are."""

import pytest
from django.urls import reverse

from entities.page_address import page_address


def test_it_is_what_the_table_of_addresses_says():
    for key in (1, 77, 4_271_503_986):
        assert page_address("entity_detail", key) == reverse("entity_detail", args=[key])
        assert page_address("record", "seizure", key) == reverse("record", args=["seizure", key])


def test_a_record_without_a_number_has_no_page():
    with pytest.raises(TypeError):
        page_address("entity_detail", None)
