"""Keeps a line list under a name, for oneself or a team, and forgets it."""

from __future__ import annotations

from sizao.errors import SizaoError
from sizao.register.access import Access, not_found
from sizao.register.actions.act import AlreadyDone, acting
from sizao.register.actions.check import check_texts
from sizao.register.line_lists.asked import read_query
from sizao.register.line_lists.columns import permission_of
from sizao.register.models import Membership, SavedList

MOST = 100
"""Lists that one user keeps."""


def save_list(*, by: Access, of: str, name: str, query: str = "", team_id: int | None = None) -> SavedList:
    """Keeps a list (what stands behind ? in its address) for the user or a team of theirs; one that they kept under
    the same name is replaced.

    Raises SizaoError `unknown-list`, `not-allowed`, `not-found` (the team), `list-column`, `list-filter`,
    `list-names`, `too-many-lists`; RefusedError `invalid`.
    """
    name = name.strip() if isinstance(name, str) else name
    check_texts(SavedList, name=name)
    if not name:
        raise SizaoError("list-needs-name", "a kept list needs a name", todo="give it one")
    asked = read_query(of, query)
    permission_of(by, asked.list)
    if by.user is None:
        raise SizaoError("not-allowed", "a list is kept by a user", todo="sign in")
    if team_id is not None and not Membership.objects.filter(team_id=team_id, user=by.user).exists():
        raise not_found("team", str(team_id))
    mine = SavedList.objects.filter(user=by.user)
    if mine.count() >= MOST and not mine.filter(of=of, name=name).exists():
        raise SizaoError("too-many-lists", f"you keep {MOST} lists", todo="forget one that you no longer need")
    try:
        with acting("save_list", by, of=of, team=team_id) as writing:
            values = {"query": asked.query(), "team_id": team_id, "made_at": writing.at}
            found: SavedList
            found, _ = SavedList.objects.update_or_create(user=by.user, of=of, name=name, defaults=values)
            return found
    except AlreadyDone:
        first: SavedList = mine.get(of=of, name=name)
        return first


def forget_list(*, by: Access, list_id: int) -> None:
    """Forgets a list of one's own. Raises SizaoError `not-found`."""
    try:
        with acting("forget_list", by, id=list_id):
            gone, _ = SavedList.objects.filter(user=by.user, pk=list_id).delete() if by.user is not None else (0, {})
            if not gone:
                raise not_found("list", str(list_id))
    except AlreadyDone:
        return
