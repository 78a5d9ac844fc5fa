"""The cache in the database, which Django does not make by itself."""
