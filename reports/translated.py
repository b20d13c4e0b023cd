"""The templates of the page as the Python jinja2 makes of them: making it anew takes longer than all else a small page needs.

`templates.json` is built by `python -m reports.translated --build` and holds nothing of its own. It names the version of
jinja2 and the digest of every template it was made from; where one of them is another, it is left aside and jinja2 does its
work at run time, with the same page as the result.
"""

import hashlib
import json
import sys
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import Any

from jinja2 import BaseLoader, Environment, PackageLoader, Template, TemplateNotFound, __version__

TEMPLATES = Path(__file__).parent / "templates"
TRANSLATED = "templates.json"


class Loader(BaseLoader):
    """Hands out templates that were translated before."""

    def __init__(self, code: Mapping[str, str]) -> None:
        self._code = code

    def load(self, environment: Environment, name: str, globals: MutableMapping[str, Any] | None = None) -> Template:  # noqa: A002 jinja2's name
        """The template of that name. Raises TemplateNotFound."""
        if name not in self._code:
            raise TemplateNotFound(name)
        code = compile(self._code[name], f"{name} as Python", "exec")
        return environment.template_class.from_code(environment, code, {} if globals is None else globals)


def loader(folder: Path = TEMPLATES) -> BaseLoader:
    """Where templates come from: as translated before, from their text where that does not fit."""
    try:
        found = json.loads((folder.parent / TRANSLATED).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return PackageLoader("reports")
    if not isinstance(found, dict) or found.get("made_from") != _made_from(folder):
        return PackageLoader("reports")
    return Loader(found["code"])


def translation(environment: Environment, folder: Path = TEMPLATES) -> str:
    """The text of templates.json, one template a line."""
    code = {name: environment.compile(text, name, raw=True) for name, text in _texts(folder).items()}
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(text, ensure_ascii=False)}" for name, text in code.items())
    return f'{{"made_from": {json.dumps(_made_from(folder), indent=1)},\n"code": {{\n{lines}\n}}}}\n'


def _texts(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.iterdir())}


def _made_from(folder: Path) -> dict[str, str]:
    digests = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in _texts(folder).items()}
    return {"jinja2": __version__} | digests


def main() -> None:
    """Write templates.json anew: the only thing this module does when run."""
    from reports.formats.html import environment

    if sys.argv[1:] != ["--build"]:
        sys.exit("usage: python -m reports.translated --build")
    text = translation(environment(PackageLoader("reports")))
    (TEMPLATES.parent / TRANSLATED).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
