"""One Endpoint per REST operation, a file a subject."""
