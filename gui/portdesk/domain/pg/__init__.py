"""What each PG demands: rules with the page they were read from, checked before anything is sent."""
