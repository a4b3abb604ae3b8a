"""The payments tab."""
