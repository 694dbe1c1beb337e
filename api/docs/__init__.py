"""The documentation page: Swagger UI from an installed package, so it works without the Internet."""
