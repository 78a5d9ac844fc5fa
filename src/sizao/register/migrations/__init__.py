"""How the database came to be as it is; made by `python -m django makemigrations register`, but for the triggers."""
