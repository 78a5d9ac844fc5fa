"""How allauth and axes fit the register: no sign-up, no mail, sealed secrets, one way to a caller's address."""

from __future__ import annotations

import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.internal.httpkit import get_client_ip
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from sizao.errors import SizaoError
from sizao.register.access import access_of
from sizao.register.actions.users import change_own_password
from sizao.register.models import User
from sizao.register.seal import seal, unseal
from sizao.web.refusals import refuse
from sizao.web.say import say
from sizao.web.sessions import SINCE

NOWHERE = "0.0.0.0"
JUST_NOW = 300  # seconds
TOLD = {
    "account/messages/password_changed.txt": "password_changed",
    "mfa/messages/totp_activated.txt": "totp_activated",
    "mfa/messages/totp_deactivated.txt": "totp_deactivated",
    "mfa/messages/recovery_codes_generated.txt": "codes_made",
}
"""What of allauth's messages is worth a line."""


class Accounts(DefaultAccountAdapter):
    """Users are added by an administrator alone; nothing is sent by mail."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up."""
        return False

    def is_reauthentication_required(self, *, app: str, **more: Any) -> bool:
        """Not of who signed in a moment ago."""
        fresh = time.time() - context.request.session.get(SINCE, 0) < JUST_NOW
        return not fresh and super().is_reauthentication_required(app=app, **more)

    def set_password(self, user: User, password: str) -> None:
        """Through the action, so that it is on record that they did."""
        change_own_password(by=access_of(user), password=password)

    def send_mail(self, *args: Any, **more: Any) -> None:
        """Nothing is sent."""

    def send_notification_mail(self, *args: Any, **more: Any) -> None:
        """Nothing is sent."""

    def get_client_ip(self, request: HttpRequest) -> str:
        """As `address_of`."""
        return address_of(request)

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """Our own words for the few that matter."""
        word = TOLD.get(message_template or "")
        if word:
            messages.add_message(request, level, say(word))


class SecondFactor(DefaultMFAAdapter):
    """Secrets of second factors are sealed like names."""

    def encrypt(self, text: str) -> str:
        """Sealed with the register's keys, which rotate."""
        return seal(text).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """What `encrypt` sealed."""
        return unseal(encrypted_text.encode())

    def get_totp_label(self, user: User) -> str:
        """How the telephone's list calls the account."""
        return str(user.username)


def address_of(request: HttpRequest) -> str:
    """The caller's address, behind as many proxies as SIZAO_PROXIES says."""
    return get_client_ip(request) or NOWHERE


def name_of(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """Whom somebody tries to sign in as, in one spelling: attempts are counted by it."""
    typed = (credentials or {}).get("username") or request.POST.get("login") or ""
    return str(typed).strip().casefold()[:150]


def locked_out(request: HttpRequest, original: HttpResponse, credentials: Any) -> HttpResponse:
    """Too many wrong passwords for one user from one address."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    error = SizaoError("locked-out", "too many wrong passwords", todo=f"wait {minutes} minutes")
    return refuse(request, error, status=429)
