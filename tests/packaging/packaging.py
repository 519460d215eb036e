#!/usr/bin/env python3
"""Checks what desktops and manuals are told of uninterruptible-admin: packaging.py RULE --source DIRECTORY ...

desktop    the desktop entry, by the rules of its specification
metainfo   the AppStream metainfo that is installed
icon       the icon is a drawing that needs nothing but itself
manual     the man page has the options of --help, and no others

desktop-file-validate and appstreamcli judge too where they are installed. Exit status 0 clean, 1 with one line for each finding.
"""

import argparse
import configparser
import datetime
import os
import pathlib
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

ID = "io.github.uninterruptible.Admin"
MAIN_CATEGORIES = {"AudioVideo", "Development", "Education", "Game", "Graphics", "Network", "Office", "Science", "Settings",
                   "System", "Utility"}
KEYS = {"Type", "Version", "Name", "GenericName", "Comment", "Icon", "TryExec", "Exec", "Terminal", "Categories", "Keywords",
        "StartupNotify"}
DRAWING = {"svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "title", "desc"}
OPTION = re.compile(r"(?<![\w-])--?[a-zA-Z][a-z-]*")


def judged_by(*command):
    if not shutil.which(command[0]):
        return
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        yield f"{command[0]}:\n{done.stdout}"


def entry_of(options):
    """The desktop entry as a mapping; a key that occurs twice is an error of the parser."""
    parser = configparser.ConfigParser(delimiters="=", interpolation=None, comment_prefixes="#")
    parser.optionxform = str
    parser.read(options.packaging / f"{ID}.desktop", encoding="utf-8")
    return parser


def desktop(options):
    parser = entry_of(options)
    if parser.sections() != ["Desktop Entry"]:
        yield f"groups are {parser.sections()}, [Desktop Entry] is wanted and nothing else"
        return
    entry = parser["Desktop Entry"]
    for key in sorted({re.sub(r"\[[a-z]{2,3}(_[A-Z]{2})?\]$", "", key) for key in entry} - KEYS):
        yield f"unknown key {key}"
    for key, wanted in {"Type": "Application", "Exec": options.program.name, "TryExec": options.program.name,
                        "Icon": ID, "Terminal": "false", "Version": "1.4"}.items():
        if entry.get(key) != wanted:
            yield f"{key} is {entry.get(key)}, not {wanted}"
    for key in ("Name", "GenericName", "Comment"):
        if not entry.get(key):
            yield f"{key} is missing"
    if entry.get("StartupNotify") not in ("true", "false"):
        yield "StartupNotify is neither true nor false"
    for key in ("Categories", "Keywords"):
        if not re.fullmatch(r"([^;]+;)+", entry.get(key, "")):
            yield f"{key} is not a list in which every word ends with ;"
    if not MAIN_CATEGORIES.intersection(entry.get("Categories", "").split(";")):
        yield "no main category"
    code = (options.source / "admin-gui/ui/main.cpp").read_text(encoding="utf-8")
    if f'setDesktopFileName(QStringLiteral("{ID}"))' not in code:
        yield "main.cpp does not tell the desktop this name"
    yield from judged_by("desktop-file-validate", str(options.packaging / f"{ID}.desktop"))


def metainfo(options):
    if options.metainfo.name != f"{ID}.metainfo.xml":
        yield f"the file is named {options.metainfo.name}"
    root = ElementTree.parse(options.metainfo).getroot()
    if root.tag != "component" or root.get("type") != "desktop-application":
        yield "not a component of type desktop-application"
    for path, wanted in {"id": ID, "launchable[@type='desktop-id']": f"{ID}.desktop", "icon[@type='stock']": ID,
                         "provides/binary": options.program.name, "project_license": "MIT",
                         "name": entry_of(options)["Desktop Entry"]["Name"]}.items():
        if root.findtext(path) != wanted:
            yield f"{path} is {root.findtext(path)}, not {wanted}"
    summary = root.findtext("summary", "")
    if not 10 <= len(summary) <= 90 or summary.endswith("."):
        yield "the summary is no short line without a full stop"
    if len(" ".join(" ".join(part.itertext()) for part in root.iterfind("description")).split()) < 40:
        yield "the description says too little"
    categories = entry_of(options)["Desktop Entry"]["Categories"].rstrip(";").split(";")
    if [category.text for category in root.iterfind("categories/category")] != categories:
        yield "the categories are not those of the desktop entry"
    releases = root.findall("releases/release")
    if not releases or releases[0].get("version") != options.version:
        yield f"the first release is not {options.version}"
    for release in releases:
        datetime.date.fromisoformat(release.get("date", ""))
    if root.find("content_rating") is None or not root.find("content_rating").get("type", "").startswith("oars-1."):
        yield "no content rating"
    for image in root.iterfind("screenshots/screenshot/image"):
        address = image.text or ""
        if not address.startswith("https://"):
            yield f"a picture is at {address}: a web address is wanted"
        if not (options.source / "docs/images" / address.rpartition("/")[2]).is_file():
            yield f"docs/images does not have {address.rpartition('/')[2]}"
    yield from judged_by("appstreamcli", "validate", "--no-net", str(options.metainfo))


def icon(options):
    root = ElementTree.parse(options.packaging / f"{ID}.svg").getroot()
    sides = root.get("viewBox", "").split()[2:]
    if len(sides) != 2 or sides[0] != sides[1]:
        yield "the icon is not square"
    for element in root.iter():
        name = element.tag.removeprefix("{http://www.w3.org/2000/svg}")
        if name not in DRAWING:
            yield f"<{name}> is not drawing"
        for attribute, value in element.attrib.items():
            if "href" in attribute or attribute.startswith("on") or "url(" in value or "://" in value:
                yield f"<{name} {attribute}> leads out of the file"


def manual(options):
    # A platform that does not exist: whoever makes an application object ends there.
    done = subprocess.run([options.program, "--help"], env=dict(os.environ, QT_QPA_PLATFORM="none"),
                          stdout=subprocess.PIPE, text=True, check=True)
    page = (options.source / "docs/man/uninterruptible-admin.1").read_text(encoding="utf-8").replace("\\-", "-")
    described = "\n".join(part.strip().split("\n")[0] for part in re.findall(r"^\.TP\n(.*)", page, re.MULTILINE))
    in_help = set(OPTION.findall(done.stdout.partition("Options:")[2].partition("Environment:")[0]))
    in_page = set(OPTION.findall(re.sub(r"\\f[BIR]|\.B ", "", described)))
    if len(in_help) < 4:
        yield f"--help has only {sorted(in_help)}: the pattern of this check is wrong"
    for option in sorted(in_help - in_page):
        yield f"the man page does not describe {option}"
    for option in sorted(in_page - in_help):
        yield f"the man page describes {option}, which --help does not have"
    for variable in sorted(set(re.findall(r"UNINTERRUPTIBLE_\w+", done.stdout))):
        if variable not in page:
            yield f"the man page does not describe {variable}"


def main():
    rules = {rule.__name__: rule for rule in (desktop, metainfo, icon, manual)}
    parser = argparse.ArgumentParser()
    parser.add_argument("rule", choices=rules)
    parser.add_argument("--version", required=True)
    for name in ("source", "metainfo", "program"):
        parser.add_argument(f"--{name}", required=True, type=pathlib.Path)
    options = parser.parse_args()
    options.packaging = options.source / "admin-gui/packaging"
    findings = list(rules[options.rule](options))
    print("\n".join(findings))
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
