"""The command group. A command's room is imported only when it is called."""

import importlib

import click

__all__ = ["main"]

COMMANDS = {
    "inspect": ("inspect", "Say what an export looks like; write nothing."),
    "codebook": ("codebook", "Draft, check, compare, export codebooks."),
    "clean": ("clean", "Clean exports with a codebook."),
    "table": ("table", "Tabulate cleaned responses, small groups hidden."),
    "trend": ("trend", "Compare an item through the waves, small groups hidden."),
    "run": ("run", "Run the notebooks of a study; write reports/."),
    "release": ("release", "Make outputs to pass on, checked against earlier ones."),
    "protection": ("protection", "Say what protecting tables cost; for the owner."),
    "key": ("key", "Make keys of pseudonyms."),
    "demo": ("demo", "Write the synthetic demo exports."),
}
"""Name of each command, its room in this wing, and its line in the help."""


class _LazyGroup(click.Group):
    """Lists all commands, imports one.

    pandas and the notebook libraries cost seconds at import; `surveytools --help` and
    a run with nothing to do need neither.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        room = importlib.import_module(f"surveytools.cli.{COMMANDS[cmd_name][0]}")
        command: click.Command = room.command
        return command

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002
        formatter: click.HelpFormatter,
    ) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=_LazyGroup)
@click.version_option(package_name="surveytools")
def main() -> None:
    """From exported survey spreadsheets to workshop slides, small groups hidden.

    Exit status: 0 done, 1 the data or the codebook must be corrected, 2 the command
    was mistyped, 3 a notebook failed, 4 an output held what must
    not leave.
    """
