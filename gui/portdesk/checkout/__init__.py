"""The only room with QtWebEngine: our page that loads the SDK, and what the others in it may do."""
