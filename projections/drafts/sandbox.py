"""Where templates run: no way out of the sandbox, and an end to every loop.

Jinja's own sandbox bounds one `range`, not loops inside of loops; here every turn of a loop and every call draws on one allowance.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from jinja2 import StrictUndefined, Template, nodes
from jinja2.exceptions import SecurityError, TemplateSyntaxError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

_ALLOWANCE = 2_000
_LONGEST_TEXT = 20_000
_LONGEST_TEMPLATE = 50_000
_OF_STRINGS = frozenset({"capitalize", "endswith", "lower", "split", "startswith", "strip", "title", "upper"})
_FILTERS = (
    *(
        "capitalize",
        "count",
        "default",
        "first",
        "join",
        "last",
        "length",
        "list",
        "lower",
        "map",
        "reject",
        "rejectattr",
    ),
    *("replace", "reverse", "select", "selectattr", "sort", "title", "trim", "truncate", "unique", "upper", "wordwrap"),
)
_TOO_MUCH = "it does too much for a letter"

_TAG = re.compile(r"\{[%#].*?[%#]\}")


class Sandbox(ImmutableSandboxedEnvironment):
    """Compiles and renders templates of plain text; what goes wrong is raised as it comes, by Jinja or by the template."""

    intercepted_binops = frozenset({"*", "**", "%"})

    def __init__(self) -> None:
        super().__init__(  # plain text: there is nothing to escape for
            undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
        )
        self.globals = {"range": self._range}
        self.filters = {name: self.filters[name] for name in _FILTERS} | {"turns": self._turns}
        self._left = 0

    def compiled(self, text: str) -> Template:
        """Raises TemplateSyntaxError where the text is no template."""
        if len(text) > _LONGEST_TEMPLATE:
            raise TemplateSyntaxError("it is too long", 1)
        tree = self.parse(_kept_lines(text))
        for loop in list(tree.find_all(nodes.For)):
            if loop.recursive:
                raise TemplateSyntaxError("a loop may not call itself", loop.lineno)
            loop.iter = nodes.Filter(loop.iter, "turns", [], [], None, None, lineno=loop.lineno)
        return self.from_string(tree)

    def rendered(self, template: Template, variables: dict[str, Any]) -> str:
        """Raises SecurityError for what goes beyond a letter's needs, UndefinedError for a variable that there is none of."""
        self._left = _ALLOWANCE
        pieces, length = [], 0
        for piece in template.generate(variables):
            pieces.append(piece)
            length += len(piece)
            if length > _LONGEST_TEXT:
                raise SecurityError(_TOO_MUCH)
        return "".join(pieces)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Of strings, only what can't make them longer."""
        return super().is_safe_attribute(obj, attr, value) and (not isinstance(obj, str) or attr in _OF_STRINGS)

    def wrap_str_format(self, value: Any) -> None:
        """None: `format`, which can pad without end, is no method that a template may call."""

    def _turns(self, values: Iterable[Any]) -> Iterator[Any]:
        for value in values:
            self._spend()
            yield value

    def _range(self, *bounds: int) -> range:
        numbers = range(*bounds)
        self._spend(len(numbers[:_ALLOWANCE]))
        return numbers

    def call(self, context: Context, called: Any, /, *args: Any, **kwargs: Any) -> Any:
        self._spend()
        return super().call(context, called, *args, **kwargs)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        if not all(isinstance(each, int | float) and abs(each) < _ALLOWANCE for each in (left, right)):
            raise SecurityError(_TOO_MUCH)
        return super().call_binop(context, operator, left, right)

    def _spend(self, turns: int = 1) -> None:
        self._left -= turns
        if self._left < 0:
            raise SecurityError(_TOO_MUCH)


def _kept_lines(text: str) -> str:
    """Lets a line that ends in a tag keep its end, unless tags are all there is on it: what people expect of a letter."""
    return "\n".join(_kept_line(line.rstrip()) for line in text.splitlines())


def _kept_line(line: str) -> str:
    ends = line.endswith(("%}", "#}")) and not line.endswith(("-%}", "+%}", "-#}", "+#}"))
    return f"{line[:-2]}+{line[-2:]}" if ends and _TAG.sub("", line).strip() else line
