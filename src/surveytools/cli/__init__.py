"""The commands: each parses, calls one function and prints."""

from surveytools.cli.main import main

__all__ = ["main"]
