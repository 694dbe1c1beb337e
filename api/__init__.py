"""The service edge: a Litestar application over the layers below. It may import them; nothing imports it."""
