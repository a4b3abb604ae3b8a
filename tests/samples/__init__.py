"""Made-up objects of the field, with sensible defaults."""
