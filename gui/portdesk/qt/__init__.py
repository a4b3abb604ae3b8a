"""Where coroutines and signals meet."""
