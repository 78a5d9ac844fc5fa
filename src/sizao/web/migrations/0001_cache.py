"""The table in which attempts to sign in are counted for all processes."""

from django.core.management import call_command
from django.db import migrations


def make(apps, editor):
    """Django's own command; it does nothing where the table is there."""
    call_command("createcachetable", database=editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    operations = [migrations.RunPython(make, migrations.RunPython.noop, elidable=False)]
