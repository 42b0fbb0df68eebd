"""What the HTTP API says and takes, as pydantic models: one file a noun. `docs/openapi.json` is made from these."""
