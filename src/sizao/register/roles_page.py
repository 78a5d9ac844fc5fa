"""The page of roles and permissions: `python -m sizao.register.roles_page > docs/roles.md`."""

from __future__ import annotations

from sizao.register.roles import permissions, roles

ABOUT = """# Roles and permissions

What each role may do, as `src/sizao/register/roles.yaml` has it; the same table is shown at `/roles`.
This page is written by `python -m sizao.register.roles_page`, and a test compares the two.

A user is given a role in a place, for some time: its permissions hold in that place and in all below it, and
end with the grant. An assignment lets a user follow one person elsewhere as far as their role goes; broken
glass shows one person elsewhere for some hours, with a typed reason; a call from elsewhere lets the call desk
record what the caller asks for, for half an hour, and shows nothing. Nobody gives a role to themselves. A
citizen sees their own record alone.

Who sees people without names (`see_people` without `see_names`) is shown no date of birth, exact home or
special care either, and may not list, filter or export by them: together they tell who somebody is. What is
left is the sex, a group of ten years of age on the person's page, and the community of the home; who shares a
home is not told, nor who lives at a place narrower than a community. One file says what identifies:
`src/sizao/register/identifying.py`.

Every address of the service says which permission it needs, and is refused without one. Whether somebody lives
outside the area or is not in the register looks the same. Every look at a person's record is logged before it
is shown: the person and oversight see who looked.
"""


def roles_page() -> str:
    """The page as Markdown, in both languages."""
    found = roles()
    lines = [ABOUT, "## Roles", "", "| role | | does |", "|---|---|---|"]
    lines += [
        f"| `{role.name}` | {role.title['en']} · {role.title['zh']} | {role.does['en']} |" for role in found.values()
    ]
    heads = " | ".join(role.title["en"] for role in found.values())
    lines += ["", "## Permissions", "", f"| permission | | {heads} |", "|---|---|" + ":-:|" * len(found)]
    for name, words in permissions().items():
        marks = " | ".join("●" if name in role.may else "" for role in found.values())
        lines.append(f"| `{name}` | {words['en']} · {words['zh']} | {marks} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(roles_page(), end="")
