"""The pay window of each PG: what it takes, what its amount means, and the check of a request."""
