"""Parts of screens that know no payment word."""
