"""Tests with real web pages, and the little server and gestures they share."""
