"""The money protocol: what happened goes in, what to do comes out; nothing here does anything itself."""
