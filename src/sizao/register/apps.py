"""The register as a Django application."""

from django.apps import AppConfig


class RegisterConfig(AppConfig):
    """Models, actions, roles; no screens."""

    name = "sizao.register"
    label = "register"
    verbose_name = "Register"
    default_auto_field = "django.db.models.BigAutoField"
