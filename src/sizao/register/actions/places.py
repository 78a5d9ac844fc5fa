"""Keeps the tree of places."""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction
from django.db.models import F, Max, Value
from django.db.models.functions import Concat, Length, Substr

from sizao.errors import SizaoError
from sizao.register.access import Access
from sizao.register.actions.act import AlreadyDone, acting
from sizao.register.actions.check import check_fact
from sizao.register.actions.find import find_place
from sizao.register.ids import new_id
from sizao.register.models import Person, Place
from sizao.register.models.places import STEP, step
from sizao.register.scope import within

CHANGED = ("kind", "name", "code", "population", "lat", "lon")
DEEPEST = 32


def add_place(
    *,
    by: Access,
    kind: str,
    name: str,
    parent_id: str | None = None,
    place_id: str | None = None,
    code: str | None = None,
    population: int | None = None,
    lat: float | None = None,
    lon: float | None = None,
) -> Place:
    """Adds a place under another (a root only with the permission everywhere).

    Raises SizaoError `not-allowed`, `not-found`, `id-known`, `too-deep`, `invalid`.
    """
    parent = find_place(parent_id, by, "keep_places")
    by.check_path("keep_places", "" if parent is None else parent.path)
    given = place_id or new_id("l")
    try:
        with acting("add_place", by, place_id=given, parent=parent_id) as writing:
            plain = {"kind": kind, "name": name, "code": code, "population": population, "lat": lat, "lon": lon}
            check_fact("places", {"place_id": given, "parent_id": parent_id, **plain}, writing.at)
            if parent is not None and len(parent.path) >= STEP * DEEPEST:
                raise _too_deep()
            if Place.objects.unscoped("ids are one for all").filter(place_id=given).exists():
                raise SizaoError("id-known", f"there is a place {given} already", todo="use that one, or another id")
            place = Place(place_id=given, parent=parent, path="", **plain)
            place.save(force_insert=True)
            place.path = ("" if parent is None else parent.path) + step(place.pk)
            place.save(update_fields=["path"])
            return place
    except AlreadyDone as done:
        return Place.objects.unscoped("the user's own act").get(place_id=done.act.place_id)


def change_place(*, by: Access, place_id: str, **changes: Any) -> Place:
    """Corrects a place's name, kind, code, population or position. SizaoError as `add_place`, `unknown-field`."""
    strange = set(changes) - set(CHANGED)
    if strange:
        raise SizaoError("unknown-field", f"no such field: {', '.join(sorted(strange))}", todo=f"one of {CHANGED}")
    place = find_place(place_id, by, "keep_places")
    assert place is not None
    try:
        with acting("change_place", by, place_id=place_id, fields=sorted(changes)) as writing:
            for name, value in changes.items():
                setattr(place, name, value)
            values = {"place_id": place_id, **{name: getattr(place, name) for name in CHANGED}}
            check_fact("places", values, writing.at)
            place.save(update_fields=list(changes))
    except AlreadyDone:
        pass
    return place


def move_place(*, by: Access, place_id: str, parent_id: str) -> Place:
    """Puts a place, and all that lies in it, under another. SizaoError `into-itself` and as `add_place`."""
    place = find_place(place_id, by, "keep_places")
    parent = find_place(parent_id, by, "keep_places")
    assert place is not None and parent is not None
    try:
        with acting("move_place", by, place_id=place_id, to=parent_id):
            _lock_tree()
            place.refresh_from_db()
            parent.refresh_from_db()
            if parent.path.startswith(place.path):
                raise SizaoError("into-itself", "a place cannot lie in itself", todo="choose another place")
            tree = Place.objects.unscoped("the whole tree moves").filter(within("path", (place.path,)))
            below = tree.aggregate(longest=Max(Length("path")))["longest"] - len(place.path)
            if len(parent.path) + STEP + below > STEP * DEEPEST:
                raise _too_deep()
            old, new = place.path, parent.path + step(place.pk)
            for model, field in ((Place, "path"), (Person, "area")):
                inside = model.objects.unscoped("the whole tree moves").filter(within(field, (old,)))
                inside.update(**{field: Concat(Value(new), Substr(F(field), len(old) + 1))})
            Place.objects.unscoped("moved").filter(pk=place.pk).update(parent=parent)
            place.refresh_from_db()
    except AlreadyDone:
        place.refresh_from_db()
    return place


def _too_deep() -> SizaoError:
    return SizaoError("too-deep", f"places are at most {DEEPEST} deep", todo="choose a place above")


def _lock_tree() -> None:
    """One move at a time, and none beside it that would add a place under an old path."""
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("LOCK TABLE places, people IN SHARE ROW EXCLUSIVE MODE")
