"""What all handlers share: who asks, limits, pages of lists, ETags, answers that are given again, the OpenAPI page."""
