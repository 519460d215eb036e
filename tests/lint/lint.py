#!/usr/bin/env python3
"""Checks what the compiler cannot: lint.py RULE SOURCE_DIRECTORY.

includes      which part of the library may include which (docs/architecture.md)
public_types  the library stays small for those who use it
words         nothing in the tree depends on the machine it was written on
format        clang-format has nothing to change
scripts       shellcheck has nothing to say
translations  every text of the desktop app is in every language, whole and fit for use

Exit status 0 clean, 1 with one line for each finding, 77 when the tool that is needed is not there.
"""

import pathlib
import re
import shutil
import subprocess
import sys

from translated import translations

# Folder under libserver/src: folders it may include, and the public headers it may use.
PARTS = {
    "base": (set(), set()),
    "sys": ({"base"}, set()),
    "net": ({"base", "sys"}, set()),
    "tls": ({"base", "sys", "net"}, set()),
    "handoff": ({"base", "sys", "net"}, set()),
    "control": ({"base", "sys"}, {"control", "control_client"}),
    "settings": ({"base", "net"}, {"configuration"}),
    "generation": ({"base", "sys", "net", "settings", "handoff", "control"}, {"configuration", "generation", "control"}),
    "serving": ({"base", "sys", "net", "tls", "settings"}, {"configuration", "connection", "generation", "server"}),
}
MOST_PUBLIC_TYPES = 8
MOST_LINES = 600
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)
PUBLIC_TYPE = re.compile(r"^(?:class|struct|enum class|enum|union)\s+(\w+)[^;{]*\{", re.MULTILINE)
SOURCES = {".cpp", ".hpp"}
SKIPPED = {"build", ".git", "__pycache__"}


def files(root, suffixes=None):
    for path in sorted(root.rglob("*")):
        parts = path.relative_to(root).parts
        if path.is_file() and not SKIPPED.intersection(parts) and (suffixes is None or path.suffix in suffixes):
            yield path


def sources(root, *folders):
    for folder in folders:
        yield from files(root / folder, SOURCES)


def includes(root):
    for path in sources(root, "libserver/src"):
        part = path.relative_to(root / "libserver/src").parts[0]
        if part not in PARTS:
            yield f"{path}: '{part}' is in no row of the include table"
            continue
        folders, headers = PARTS[part]
        for kind, name in INCLUDE.findall(path.read_text(encoding="utf-8")):
            folder, _, rest = name.partition("/")
            if folder == "uninterruptible":
                if rest.removesuffix(".hpp") not in headers:
                    yield f"{path}: {part} may not include {name}"
            elif folder in PARTS and kind == '"':
                if folder != part and folder not in folders:
                    yield f"{path}: {part} may not include {name}"
            elif folder == "nlohmann":
                if part != "control":
                    yield f"{path}: nlohmann-json belongs to control alone"
            elif folder == "openssl":
                if part != "tls":
                    yield f"{path}: OpenSSL belongs to tls alone"
            elif kind == '"' or re.match(r"Q[A-Z]|CLI/|Qt", name):
                yield f"{path}: {name} belongs to no part of the library"
    yield from public_includes(root)
    for path in sources(root, "admin-cli", "libserver/examples"):
        for _, name in INCLUDE.findall(path.read_text(encoding="utf-8")):
            if re.match(r"Q[A-Z]|Qt", name):
                yield f"{path}: no Qt here ({name})"


def public_includes(root):
    for path in sources(root, "libserver/include"):
        for kind, name in INCLUDE.findall(path.read_text(encoding="utf-8")):
            own = kind == '"' and name.startswith("uninterruptible/")
            # pid_t is the one thing in a signature that std has no name for.
            if not own and name != "sys/types.h" and (kind == '"' or "/" in name or name.endswith(".h")):
                yield f"{path}: a public header may include std and its siblings only, not {name}"


def public_types(root):
    found = []
    for path in sources(root, "libserver/include"):
        if path.name not in ("control.hpp", "control_client.hpp"):  # for programs that steer a server
            found += PUBLIC_TYPE.findall(path.read_text(encoding="utf-8"))
    if len(found) > MOST_PUBLIC_TYPES:
        yield f"{len(found)} public types, {MOST_PUBLIC_TYPES} are allowed: {', '.join(found)}"
    if not found:
        yield "no public type was found: the pattern of this check is wrong"
    for path in files(root):
        if path.suffix in SOURCES and (lines := path.read_text(encoding="utf-8").count("\n")) > MOST_LINES:
            yield f"{path}: {lines} lines, {MOST_LINES} are too many"


def words(root):
    forbidden = re.compile(r"(?<![\w.])/(?:work|root|home/\w+)/\w|/tmp/bu" r"ild|\bTO" r"DO\b|\bFIX" r"ME\b|\bX" r"XX\b")
    for path in files(root):
        if path.suffix in {".png", ".svg", ".ico"}:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if found := forbidden.search(line):
                yield f"{path}:{number}: says '{found[0]}'"
            if line != line.rstrip() or "\t" in line and path.suffix in SOURCES:
                yield f"{path}:{number}: space at the end, or a tab"


def tool(name):
    found = shutil.which(name)
    if not found:
        print(f"{name} is not installed")
        sys.exit(77)
    return found


def checked_by(*command, directory=None):
    done = subprocess.run(command, cwd=directory, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        yield done.stdout


def format(root):  # pylint: disable=redefined-builtin
    program = tool("clang-format")
    version = subprocess.run([program, "--version"], stdout=subprocess.PIPE, text=True, check=True).stdout
    if not re.search(r"version 14\.", version):  # others lay the same style out in other ways
        print(f"clang-format 14 is needed, this is {version}")
        sys.exit(77)
    paths = [str(path) for path in sources(root, "libserver", "admin-cli", "admin-gui", "tests")]
    yield from checked_by(program, "--dry-run", "-Werror", *paths)


def scripts(root):
    program = tool("shellcheck")
    paths = [str(path) for path in files(root)
             if path.suffix == ".sh" or path.suffix == "" and path.read_bytes().startswith(b"#!/usr/bin/env bash")]
    yield from checked_by(program, "-x", *paths, directory=root)


def main():
    rule, root = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
    rules = {check.__name__: check for check in (includes, public_types, words, format, scripts, translations)}
    findings = list(rules[rule](root))
    print("\n".join(findings))
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
