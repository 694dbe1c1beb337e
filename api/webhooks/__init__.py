"""Webhooks: users' own addresses that are told of the ends of their jobs (https://www.standardwebhooks.com)."""
