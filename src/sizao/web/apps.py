"""The screens as a Django application."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Screens, sign-in, what is said and refused; the records are the register's."""

    name = "sizao.web"
    label = "web"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """A session is bound to its browser from the moment of sign-in."""
        from django.contrib.auth.signals import user_logged_in

        from sizao.web.sessions import bind

        user_logged_in.connect(bind, dispatch_uid="sizao.web.sessions")
