"""The database itself refuses to change or delete what was recorded; paths of places compare by their bytes."""

from django.db import migrations

APPEND_ONLY = (
    "events",
    "tests",
    "cases",
    "case_places",
    "visits",
    "follow_ups",
    "orders",
    "merges",
    "acts",
    "reads",
)
WORDS = {"requests": "text", "documents": "says", "excess_answers": "text"}
"""Append-only too, but for what they say in words, which may become empty (retention) and nothing else."""
REFUSAL = "append-only: a correction is a new row"


def forbid(apps, editor):
    """SQLite and PostgreSQL each in their own words."""
    columns = {
        model._meta.db_table: [f'"{field.column}"' for field in model._meta.local_concrete_fields]
        for model in apps.get_app_config("register").get_models()
    }
    fixed = {
        table: ", ".join(name for name in columns[table] if name != f'"{words}"') for table, words in WORDS.items()
    }
    if editor.connection.vendor == "postgresql":
        for table, column in (("places", "path"), ("people", "area"), ("documents", "area"), ("now_held", "path")):
            editor.execute(f'ALTER TABLE {table} ALTER COLUMN {column} TYPE varchar(160) COLLATE "C"')
        editor.execute(
            "CREATE OR REPLACE FUNCTION sizao_refuse() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
        for table in APPEND_ONLY:
            editor.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}"
                " FOR EACH ROW EXECUTE FUNCTION sizao_refuse()"
            )
        for table in (*APPEND_ONLY, *WORDS):
            editor.execute(
                f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}"
                " FOR EACH STATEMENT EXECUTE FUNCTION sizao_refuse()"
            )
        for table, words in WORDS.items():
            editor.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE DELETE OR UPDATE OF {fixed[table]} ON {table}"
                " FOR EACH ROW EXECUTE FUNCTION sizao_refuse()"
            )
            editor.execute(
                f"CREATE TRIGGER {table}_words BEFORE UPDATE OF {words} ON {table}"
                f" FOR EACH ROW WHEN (NEW.{words} IS NOT NULL) EXECUTE FUNCTION sizao_refuse()"
            )
        return
    for table in APPEND_ONLY:
        for verb in ("UPDATE", "DELETE"):
            editor.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table}"
                f" BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            )
    for table, words in WORDS.items():
        for name, what in (
            ("no_update", f"UPDATE OF {fixed[table]}"),
            ("no_delete", "DELETE"),
        ):
            editor.execute(
                f"CREATE TRIGGER {table}_{name} BEFORE {what} ON {table} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            )
        editor.execute(
            f"CREATE TRIGGER {table}_words BEFORE UPDATE OF {words} ON {table} WHEN NEW.{words} IS NOT NULL"
            f" BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        )


class Migration(migrations.Migration):
    dependencies = [("register", "0001_initial")]

    operations = [migrations.RunPython(forbid, elidable=False)]
