"""The field's nouns, without network, disk or screen."""
