"""The register as a Django application."""

from django.apps import AppConfig


class RegisterConfig(AppConfig):
    """Models, actions, roles; no screens."""

    name = "sizao.register"
    label = "register"
    verbose_name = "Register"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Has people derived anew as soon as facts of theirs are written."""
        from sizao.register.actions.act import after_write
        from sizao.register.bridge.batch import derive_soon

        if derive_soon not in after_write:
            after_write.append(derive_soon)
