"""Starts the program: `python -m portdesk`."""

from portdesk.app.main import run

if __name__ == "__main__":
    run()
