#!/usr/bin/env python3
"""Checks docs/from-ruby.md against the tests: seed_table.py (table | license) SOURCE_DIRECTORY.

table    every `program::function` that the page names is a test function, and every test function of tests/seed is named
license  LICENSE is the MIT License, as the gem's is

Exit status 0 clean, 1 with one line for each finding.
"""

import pathlib
import re
import sys

NAMED = re.compile(r"`([a-z]+_\w+)::(\w+)`")
FUNCTION = re.compile(r"^  void (\w+)\(\)(?:;| \{)", re.MULTILINE)
NOT_TESTS = {"initTestCase", "cleanupTestCase", "init", "cleanup"}
GRANT = "Permission is hereby granted, free of charge, to any person obtaining a copy of this software"


def functions(path):
    slots = path.read_text(encoding="utf-8").partition("private slots:")[2]
    found = set(FUNCTION.findall(slots)) - NOT_TESTS
    return {name for name in found if not (name.endswith("_data") and name.removesuffix("_data") in found)}


def table(root):
    page = (root / "docs/from-ruby.md").read_text(encoding="utf-8")
    named = set(NAMED.findall(page))
    programs = {path.stem: path for path in (root / "tests").rglob("*.cpp")}
    for program, function in sorted(named):
        if program not in programs or function not in functions(programs[program]):
            yield f"docs/from-ruby.md names {program}::{function}, and there is no such test"
    of_seed = [path for path in sorted((root / "tests/seed").glob("seed_*.cpp")) if functions(path)]
    for path in of_seed:
        for function in sorted(functions(path)):
            if (path.stem, function) not in named:
                yield f"docs/from-ruby.md does not name {path.stem}::{function}"
    if not named or not of_seed:
        yield "nothing was found: the patterns of this check are wrong"


def license(root):  # pylint: disable=redefined-builtin
    text = " ".join((root / "LICENSE").read_text(encoding="utf-8").split())
    if not text.startswith("MIT License ") or GRANT not in text or 'THE SOFTWARE IS PROVIDED "AS IS"' not in text:
        yield "LICENSE is not the MIT License"


def main():
    rule, root = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
    findings = list({"table": table, "license": license}[rule](root))
    print("\n".join(findings))
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
