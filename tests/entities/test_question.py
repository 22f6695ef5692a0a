"""What is put into SQL once is asked anew each time, and answers what the same queryset would."""

from threading import Barrier, Thread

import pytest
from django.db import models
from pytest_django.asserts import assertNumQueries

from entities.models import Officer, Unit
from entities.question import Given, Question

pytestmark = pytest.mark.django_db


def named(name):
    return Officer.objects.select_related("unit__region").filter(name=name).order_by("pk")


def test_it_answers_what_the_queryset_does_in_one_query(world):
    question = Question(lambda: named(Given("name", models.TextField())))
    for name in (world.inspector.name, world.manager.name, "nobody"):
        with assertNumQueries(1):
            found = question(name=name)
            regions = [officer.unit.region.name for officer in found]
        assert found == list(named(name)) and regions == [officer.unit.region.name for officer in named(name)]


def test_it_keeps_the_words_and_never_an_answer(world):
    question = Question(lambda: Unit.objects.filter(pk=Given("unit")).values_list("name", flat=True))
    unit = world.inspector.unit
    assert question(unit=unit.pk) == [unit.name]
    Unit.objects.filter(pk=unit.pk).update(name="renamed")
    assert question(unit=unit.pk) == ["renamed"]
    unit_of_others = Unit.objects.exclude(pk=unit.pk).first()
    assert question(unit=unit_of_others.pk) == [unit_of_others.name]


def test_what_is_given_is_a_value_and_never_words(world):
    question = Question(lambda: named(Given("name", models.TextField())))
    for typed in ("' OR '1'='1", "%s", "%", "\\'"):
        assert question(name=typed) == []


def test_threads_that_ask_first_share_the_words():
    made, said, together = [], [], Barrier(6)

    def rows():
        made.append(1)
        return named(Given("name", models.TextField()))

    question = Question(rows)

    def ask():
        together.wait()
        said.append(question._put_into_words("default"))

    threads = [Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(said) == 6 and all(words is said[0] for words in said)
    assert len(made) == 2  # one to write the SQL of, one to make the records by
