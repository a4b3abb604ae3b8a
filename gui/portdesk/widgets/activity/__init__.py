"""The activity tab."""
