"""Makes the committed table of facts about PortOne's published description, and reads it."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

TABLE = Path(__file__).with_name("published.json")
SOURCE_VARIABLE = "PORTDESK_OPENAPI"

_METHODS = ("get", "post", "put", "delete", "patch")
_NUMBERS = ("maxLength", "minimum", "maximum")

Facts = dict[str, Any]


def load() -> Facts:
    """
    The committed table: `operations` by "METHOD /path" and `definitions` by name.

    A shape is `{"ref": name}`, `{"type": "array", "item": shape}`, `{"type": "object", "fields": ...,
    "required": [...]}` or a plain `{"type": ...}`, with `enum`, `maxLength`, `minimum`, `maximum`.
    """
    table: Facts = json.loads(TABLE.read_text("utf-8"))
    return table


def compact(document: Facts) -> Facts:
    """Names, types, required, enums and lengths of a Swagger 2.0 document; none of its prose."""
    operations = {
        f"{method.upper()} {path}": _operation(method, path, entry)
        for path, entries in document["paths"].items()
        for method, entry in entries.items()
        if method in _METHODS
    }
    definitions = {name: _definition(entry) for name, entry in document["definitions"].items()}
    return {"operations": operations, "definitions": definitions}


def _operation(method: str, path: str, entry: Facts) -> Facts:
    return {
        "method": method.upper(),
        "path": path,
        "tag": entry["tags"][0],
        "parameters": [_parameter(parameter) for parameter in entry.get("parameters", [])],
        "replies": {
            status: _shape(reply["schema"]) if "schema" in reply else None
            for status, reply in entry["responses"].items()
        },
    }


def _parameter(parameter: Facts) -> Facts:
    facts = {"name": parameter["name"], "in": parameter["in"], "required": parameter.get("required", False)}
    if parameter["in"] == "body":
        return facts | _shape(parameter["schema"])
    facts |= _shape(parameter)
    if "$ref" in parameter.get("schema", {}):
        facts["ref"] = _name(parameter["schema"]["$ref"])
    return facts


def _definition(entry: Facts) -> Facts:
    fields: Facts = {}
    required: list[str] = []
    for part in entry.get("allOf", [entry]):
        if "$ref" in part:
            fields |= {"code": {"type": "integer"}, "message": {"type": "string"}}
        fields |= {name: _shape(field) for name, field in part.get("properties", {}).items()}
        required += part.get("required", [])
    return {"fields": fields, "required": required}


def _shape(entry: Facts) -> Facts:
    if "$ref" in entry:
        return {"ref": _name(entry["$ref"])}
    shape: Facts = {"type": entry.get("type", "object")}
    if "items" in entry:
        items = entry["items"]
        shape["item"] = {"type": items} if isinstance(items, str) else _shape(items)
    if "properties" in entry:
        shape |= _definition(entry)
    choices = entry.get("enum", entry.get("x-portone-enum"))
    if choices:
        shape["enum"] = list(choices)
    shape |= {name: int(entry[name]) for name in _NUMBERS if name in entry}
    return shape


def _name(ref: str) -> str:
    return ref.rpartition("/")[2]


def written(facts: Facts) -> str:
    """The table as text, one operation or definition a line."""
    sections = (
        f'"{section}": {{\n'
        + ",\n".join(
            f"{json.dumps(key, ensure_ascii=False)}: {json.dumps(entry, ensure_ascii=False)}"
            for key, entry in entries.items()
        )
        + "\n}"
        for section, entries in facts.items()
    )
    return "{\n" + ",\n".join(sections) + "\n}\n"


def main() -> int:
    """Write the table anew from the full document named by the environment."""
    source = os.environ.get(SOURCE_VARIABLE)
    if not source:
        sys.stderr.write(f"Set {SOURCE_VARIABLE} to the full published description.\n")
        return 2
    document = json.loads(Path(source).read_text("utf-8"))
    TABLE.write_text(written(compact(document)), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
