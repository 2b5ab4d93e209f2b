"""What can be wrong with somebody else's weights."""


class ConversionError(Exception):
    """Everything that is wrong, said at once."""

    def __init__(self, *problems: str):
        super().__init__("\n".join(problems))
        self.problems = problems


def counted(names: list[str], limit: int = 20) -> str:
    """The names, in order; what is beyond the limit as a number."""
    names = sorted(names)
    rest = len(names) - limit
    return ", ".join(names[:limit]) + (f" and {rest} more" if rest > 0 else "")
