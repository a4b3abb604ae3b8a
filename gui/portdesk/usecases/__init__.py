"""What the operator can do."""
