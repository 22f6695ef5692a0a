"""Identity-card numbers: checked, encrypted, found by a keyed hash, shown masked."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from entities.identity import fingerprint
from entities.models import Entity

NUMBER = "11010519491231002X"  # the example of GB 11643-1999


def test_nothing_of_the_number_can_be_read_in_the_row(world):
    world.shop.set_identity_card(NUMBER)
    world.shop.store(by=world.inspector)
    row = str(Entity.objects.filter(pk=world.shop.pk).values().get())
    history = str(world.shop.history.values().first())
    assert NUMBER not in row and "19491231" not in row and NUMBER not in history


def test_the_number_is_shown_masked(world):
    world.shop.set_identity_card(f" {NUMBER.lower()} ")
    assert world.shop.masked_identity_card == "110105********002X"


def test_the_same_number_is_found_whatever_the_case(world):
    world.shop.set_identity_card(NUMBER)
    world.shop.store(by=world.inspector)
    assert Entity.objects.get(identity_hash=fingerprint(NUMBER.lower())) == world.shop


def test_two_encryptions_differ_but_their_hashes_agree(world):
    world.shop.set_identity_card(NUMBER)
    world.repair_shop.set_identity_card(NUMBER)
    assert world.shop.identity_cipher != world.repair_shop.identity_cipher
    assert world.shop.identity_hash == world.repair_shop.identity_hash


def test_the_hash_needs_the_key(settings):
    ours = fingerprint(NUMBER)
    settings.IDENTITY_KEY = "another key"
    assert fingerprint(NUMBER) != ours


@pytest.mark.parametrize("number", ["110105194912310021", "11010519491231", "110105199913320020", "abc"])
def test_a_wrong_number_is_refused_and_the_old_one_stays(number):
    entity = Entity()
    entity.set_identity_card(NUMBER)
    kept = entity.identity_hash
    with translation.override("en"), pytest.raises(ValidationError, match="compare its 18 characters"):
        entity.set_identity_card(number)
    assert entity.identity_hash == kept


def test_an_empty_number_clears_it():
    entity = Entity()
    entity.set_identity_card(NUMBER)
    entity.set_identity_card(" ")
    assert entity.masked_identity_card == entity.identity_hash == entity.identity_cipher == ""
