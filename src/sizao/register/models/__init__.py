"""The records: tables that mirror the contracts, and those of the people who keep them."""

from sizao.register.models.answers import ExcessAnswer
from sizao.register.models.audit import Act, Read
from sizao.register.models.facts import Case, CasePlace, Event, FollowUp, Order, Request, Test, Visit
from sizao.register.models.imports import Import, ImportMapping, ImportMatch, ImportPart
from sizao.register.models.lists import SavedList
from sizao.register.models.now import (
    NowArea,
    NowExcess,
    NowHeld,
    NowPlaceExcess,
    NowRun,
    NowStatus,
    NowTestDue,
    NowTouched,
    NowUndecided,
)
from sizao.register.models.papers import Document, PersonCode
from sizao.register.models.people import Assignment, Merge, Person
from sizao.register.models.places import Place
from sizao.register.models.teams import ApiToken, BrokenGlass, Grant, Membership, Team, User

FACTS = (Event, Test, Case, CasePlace, Visit, FollowUp, Order, Request)
"""Append-only: the database itself refuses to change or delete their rows."""

__all__ = [
    "FACTS",
    "Act",
    "ApiToken",
    "Assignment",
    "BrokenGlass",
    "Case",
    "CasePlace",
    "Document",
    "Event",
    "ExcessAnswer",
    "FollowUp",
    "Grant",
    "Import",
    "ImportMapping",
    "ImportMatch",
    "ImportPart",
    "Membership",
    "Merge",
    "NowArea",
    "NowExcess",
    "NowHeld",
    "NowPlaceExcess",
    "NowRun",
    "NowStatus",
    "NowTestDue",
    "NowTouched",
    "NowUndecided",
    "Order",
    "Person",
    "PersonCode",
    "Place",
    "Read",
    "Request",
    "SavedList",
    "Team",
    "Test",
    "User",
    "Visit",
]
