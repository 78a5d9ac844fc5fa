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
REFUSAL = "append-only: a correction is a new row"


def forbid(apps, editor):
    """SQLite and PostgreSQL each in their own words; `requests` may lose their text (retention), nothing else."""
    columns = [
        field.column
        for field in apps.get_model("register", "Request")._meta.local_concrete_fields
        if field.column != "text"
    ]
    names = ", ".join(f'"{column}"' for column in columns)
    if editor.connection.vendor == "postgresql":
        editor.execute(
            "CREATE OR REPLACE FUNCTION sizao_refuse() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
        for table in APPEND_ONLY:
            editor.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}"
                " FOR EACH ROW EXECUTE FUNCTION sizao_refuse()"
            )
        for table in (*APPEND_ONLY, "requests"):
            editor.execute(
                f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}"
                " FOR EACH STATEMENT EXECUTE FUNCTION sizao_refuse()"
            )
        editor.execute(
            f"CREATE TRIGGER requests_append_only BEFORE DELETE OR UPDATE OF {names} ON requests"
            " FOR EACH ROW EXECUTE FUNCTION sizao_refuse()"
        )
        editor.execute(
            "CREATE TRIGGER requests_text BEFORE UPDATE OF text ON requests"
            " FOR EACH ROW WHEN (NEW.text IS NOT NULL) EXECUTE FUNCTION sizao_refuse()"
        )
        for table, column in (("places", "path"), ("people", "area")):
            editor.execute(f'ALTER TABLE {table} ALTER COLUMN {column} TYPE varchar(160) COLLATE "C"')
        return
    for table in APPEND_ONLY:
        for verb in ("UPDATE", "DELETE"):
            editor.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table}"
                f" BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            )
    editor.execute(
        f"CREATE TRIGGER requests_no_update BEFORE UPDATE OF {names} ON requests"
        f" BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    )
    editor.execute(
        "CREATE TRIGGER requests_text BEFORE UPDATE OF text ON requests WHEN NEW.text IS NOT NULL"
        f" BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    )
    editor.execute(
        f"CREATE TRIGGER requests_no_delete BEFORE DELETE ON requests BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    )


class Migration(migrations.Migration):
    dependencies = [("register", "0001_initial")]

    operations = [migrations.RunPython(forbid, elidable=False)]
