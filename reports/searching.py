"""The search of a ledger: each part of what is typed stands in the record's own texts, in its entity, or in something it is linked to."""

from django.db.models import Q

from entities.models import Entity, Officer
from entities.word_search import words_in

SHORTEST_BEGINNING = 8
MOST_OFFICERS = 1_000


def searched(ledger, rows, text):
    """Those of the ledger's rows in which every part of the text is found."""
    model = ledger.model
    entities = [path for path in ledger.search if _is_entity(model, path)] + ([""] if model is Entity else [])
    officers = [path for path in ledger.search if path not in entities and owner_at(model, path)[0] is Officer]
    texts = _by_owner(model, [path for path in ledger.search if path not in entities + officers])
    for part in text.split():
        few = bool(entities) and Entity.objects.are_few(part)
        # By their index, unless there is more to look for in each record.
        by_index = few or not entities and not officers and len(texts) == 1
        conditions = [words_in(*owner, part, path=steps, by_index=by_index) for steps, owner in texts.items()]
        if len(part) >= SHORTEST_BEGINNING:
            conditions += [Q(**{f"{path}__startswith": part.lower()}) for path in ledger.begins]
        conditions += [Entity.objects.found_at(path, part, few=few) for path in entities]
        conditions += [named for path in officers for named in _by_officers(path, part)]
        rows = rows.found_by(conditions, apart=few) if conditions else rows.none()
    return rows


def _by_officers(path, part) -> list[Q]:
    """The records of the officers whose name holds the part, if there are any: found first, as they are few beside their records."""
    steps, name = path.rsplit("__", 1)
    found = list(
        Officer.objects.filter(**{f"{name}__icontains": part}).values_list("pk", flat=True)[: MOST_OFFICERS + 1]
    )
    if len(found) > MOST_OFFICERS:
        return [Q(**{f"{path}__icontains": part})]
    return [Q(**{f"{steps}__in": found})] if found else []


def _by_owner(model, paths):
    """The texts of each record that is read, by the steps to it: its model, and the names of its fields."""
    found = {}
    for path in paths:
        owner, steps, name = owner_at(model, path)
        found.setdefault(steps, (owner, []))[1].append(name)
    return found


def owner_at(model, path):
    """The model that the last step of a path of lookups belongs to, the steps to it, and that step."""
    *steps, last = path.split("__")
    for step in steps:
        model = model._meta.get_field(step).related_model
    return model, "".join(f"{step}__" for step in steps), last


def _is_entity(model, path):
    owner, _steps, name = owner_at(model, path)
    return owner._meta.get_field(name).related_model is Entity
