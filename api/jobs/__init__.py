"""Jobs, artifacts and data sets: the queue as users and as dispatchers see it, admission, the cache, upkeep."""
