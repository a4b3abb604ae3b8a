"""The money protocol in a seeded world, and a judge that knows nothing of it."""
