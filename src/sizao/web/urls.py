"""Every address of the service, and what is shown where there is none or something failed."""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as factor
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from django.urls import URLPattern, URLResolver, path
from django.views.generic import RedirectView

from sizao.api.app import api
from sizao.register.line_lists.columns import LISTS
from sizao.web.forms.describe import About, forms
from sizao.web.needs import for_everybody, for_users, of_api
from sizao.web.screens.api import api_page
from sizao.web.screens.areas import areas
from sizao.web.screens.audit import audit
from sizao.web.screens.codes import code_path, own_code
from sizao.web.screens.components import components
from sizao.web.screens.documents import documents, documents_make, order_paper, verify
from sizao.web.screens.excess_answers import excess, excesses_do
from sizao.web.screens.excesses import excesses, excesses_file
from sizao.web.screens.exports import exports
from sizao.web.screens.health import health, metrics
from sizao.web.screens.home import choose_language, home, role_table
from sizao.web.screens.imports import import_mapping, import_people, import_problems, imports, show_import
from sizao.web.screens.interview import interview
from sizao.web.screens.line_lists import forget, keep_list, line_list, list_file, lists, old_people
from sizao.web.screens.live_charts import chart_library
from sizao.web.screens.many_done import many_done
from sizao.web.screens.orders import orders, orders_lift
from sizao.web.screens.own import own
from sizao.web.screens.people import find
from sizao.web.screens.person import person, why
from sizao.web.screens.places import place, places, suggest_places
from sizao.web.screens.record import screen
from sizao.web.screens.results import results_do
from sizao.web.screens.rule_impact import rule_impact
from sizao.web.screens.rulebooks import compare, rulebook, rulebooks_list, try_person
from sizao.web.screens.sheets import sheet_file, situation_file
from sizao.web.screens.situation import situation
from sizao.web.screens.situation_list import situation_list
from sizao.web.screens.situation_quality import situation_quality
from sizao.web.screens.users import account as own_account
from sizao.web.screens.users import user, users
from sizao.web.screens.work import sheet, work
from sizao.web.screens.work_calendar import calendar
from sizao.web.screens.work_do import work_do

BOTH = ("GET", "POST")
FOLDER: dict[About, str] = {
    "person": "people/<path:person_id>",
    "user": "users/<str:username>",
    "place": "places/<path:place_id>",
    "grant": "grants/<int:grant_id>",
    "test": "tests/<path:test_id>",
    "case": "cases/<path:case_id>",
    "order": "orders/<path:order_id>",
    "request": "requests/<path:request_id>",
    "event": "events/<path:event_id>",
    "token": "tokens/<int:token_id>",
}
ALONE = {
    "add_person": "add-person",
    "break_glass": "glass",
    "take_call": "take-call",
    "add_user": "add-user",
    "object_to_status": "own/object",
    "make_token": "account/token",
}
NAMES = {"break_glass": "glass"}


def _api() -> tuple[list[URLPattern], str, str]:
    """The addresses of the API, whose operations say and check what they need themselves."""
    patterns, app_name, namespace = api.urls
    for pattern in patterns:
        pattern.callback = of_api(pattern.callback)
    return patterns, app_name, namespace


unfinished = for_users(BOTH, unfinished=True)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("health", health, name="health"),
    path("metrics", metrics, name="metrics"),
    path("language", choose_language, name="language"),
    path("roles", role_table, name="roles"),
    path("sign-in", for_everybody(BOTH)(account.login), name="account_login"),
    path("sign-in/code", for_everybody(BOTH)(factor.authenticate), name="mfa_authenticate"),
    path("sign-in/closed", for_everybody()(account.account_inactive), name="account_inactive"),
    path("sign-out", for_everybody(("POST",))(account.logout), name="account_logout"),
    path("account", own_account, name="account"),
    path("account/password", unfinished(account.password_change), name="account_change_password"),
    path("account/again", unfinished(account.reauthenticate), name="account_reauthenticate"),
    path("account/again/code", unfinished(factor.reauthenticate), name="mfa_reauthenticate"),
    path("account/factor", unfinished(totp.activate_totp), name="mfa_activate_totp"),
    path("account/factor/off", for_users(BOTH)(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("account/factor/done", for_users()(RedirectView.as_view(pattern_name="account")), name="mfa_index"),
    path("account/codes", for_users()(codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("account/codes/new", for_users(BOTH)(codes.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("account/codes/file", for_users()(codes.download_recovery_codes), name="mfa_download_recovery_codes"),
    *(path(where, screen(name), name=NAMES.get(name, name)) for name, where in ALONE.items()),
    path("work", work, name="work"),
    path("work/sheet", sheet, name="work_sheet"),
    path("work/sheet.pdf", sheet_file, name="work_sheet_file"),
    path("work/do", work_do, name="work_do"),
    path("done/<str:batch_key>", many_done, name="many_done"),
    path("calendar", calendar, name="calendar"),
    path("people", old_people, name="old_people"),
    path("lists", lists, name="lists"),
    *(path(f"lists/{of}", line_list(of), name=f"list_{of}") for of in LISTS),
    path("lists/tests/results", results_do, name="results_do"),
    path("lists/keep", keep_list, name="keep_list"),
    path("lists/forget", forget, name="forget_list"),
    path("lists/file", list_file, name="list_file"),
    path("find-person", find, name="find"),
    path("people/<path:person_id>/why", why, name="why"),
    path("import", imports, name="imports"),
    path("import/<str:import_id>", show_import, name="import"),
    path("import/<str:import_id>/mapping", import_mapping, name="import_mapping"),
    path("import/<str:import_id>/people", import_people, name="import_people"),
    path("import/<str:import_id>/problems.csv", import_problems, name="import_problems"),
    path("export", exports, name="exports"),
    path("audit", audit, name="audit"),
    path("users", users, name="users"),
    path("places", places, name="places"),
    path("places-like", suggest_places, name="suggest_places"),
    path("situation", situation, name="situation"),
    path("charts.js", chart_library, name="chart_library"),
    path("situation.pdf", situation_file, name="situation_file"),
    path("situation/list", situation_list, name="situation_list"),
    path("situation/quality", situation_quality, name="situation_quality"),
    path("cases/<path:case_id>/interview", interview, name="interview"),
    path("documents", documents, name="documents"),
    path("documents/make", documents_make, name="documents_make"),
    path(f"{FOLDER['order']}/paper", order_paper, name="order_paper"),
    path("verify/<str:paper_code>", verify, name="verify"),
    path("own", own, name="own"),
    path("own/code", own_code, name="own_code"),
    path("c/<str:code>", code_path, name="code_path"),
    path("components", components, name="components"),
    path("excesses", excesses, name="excesses"),
    path("orders", orders, name="orders"),
    path("orders/lift", orders_lift, name="orders_lift"),
    path("excesses/one", excess, name="excess"),
    path("excesses/do", excesses_do, name="excesses_do"),
    path("excesses.csv", excesses_file, name="excesses_file"),
    path("areas", areas, name="areas"),
    path("rulebooks", rulebooks_list, name="rulebooks"),
    path("rulebooks/compare", compare, name="rulebook_compare"),
    path("rulebooks/impact", rule_impact, name="rulebook_impact"),
    path("rulebooks/try", try_person, name="rulebook_try"),
    path("rulebooks/<str:rulebook_id>", rulebook, name="rulebook"),
    *(
        path(f"{FOLDER[said.about]}/{said.name}", screen(said.name), name=said.name)
        for said in forms().values()
        if said.name not in ALONE
    ),
    path("api/docs", api_page, name="api_page"),
    path("api/", _api()),
    path(FOLDER["person"], person, name="person"),
    path(FOLDER["user"], user, name="user"),
    path(FOLDER["place"], place, name="place"),
]

handler400 = "sizao.web.refusals.bad_request"
handler403 = "sizao.web.refusals.forbidden"
handler404 = "sizao.web.refusals.nowhere"
handler500 = "sizao.web.refusals.broken"
