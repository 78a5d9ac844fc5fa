"""The page of roles is what the command prints, and roles are said in both languages."""

from __future__ import annotations

from pathlib import Path

from sizao.register.roles import permissions, roles
from sizao.register.roles_page import roles_page

PAGE = Path(__file__).parents[4] / "docs/roles.md"


def test_the_page_of_roles_is_what_the_command_prints() -> None:
    said = PAGE.read_text("utf-8")
    assert said == roles_page(), "run: python -m sizao.register.roles_page > docs/roles.md"


def test_roles_and_permissions_are_said_in_both_languages() -> None:
    words = [
        *(role.title for role in roles().values()),
        *(role.does for role in roles().values()),
        *permissions().values(),
    ]
    assert all(set(said) == {"zh", "en"} for said in words)


def test_every_permission_is_held_by_some_role() -> None:
    assert set(permissions()) == {name for role in roles().values() for name in role.may}


def test_who_sees_no_names_is_as_the_words_say() -> None:
    for role in roles().values():
        if "no names" in role.does["en"] or role.name in ("laboratory", "administrator", "citizen"):
            assert "see_names" not in role.may, role.name
