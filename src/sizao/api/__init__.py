"""The API: OpenAPI, the same actions and permissions as the screens."""
