"""What lint.py checks about the languages of the desktop app, by reading its sources and its .ts files."""

import pathlib
import re
import shutil
import sys
import tempfile
import xml.etree.ElementTree as xml

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts/lib"))
import translations as ts  # pylint: disable=wrong-import-position

REFRESH = "scripts/translations brings it up to date, docs/admin.md tells how"
# A call, and what stands before it.
CALL = re.compile(r"(?<![\w.>])((?:\w+::)*)(tr|translate|QT_TRANSLATE_NOOP)\(")
LITERAL = re.compile(r'\s*"((?:[^"\\]|\\.)*)"')
COMMENT = re.compile(r'//[^\n]*|/\*.*?\*/|("(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)+\')', re.DOTALL)
SHOWN = re.compile(r"(?:set(?:Text|ToolTip|StatusTip|WindowTitle|AccessibleName|AccessibleDescription|PlaceholderText"
                   r"|Suffix|SpecialValueText|Title)|add(?:Menu|Item|Row|Button|ToolBar|Action|Tab)|showMessage"
                   r"|new (?:QPushButton|QCheckBox|QRadioButton|QLabel|QAction|QMenu|QGroupBox))"
                   r'\((?:QStringLiteral\(|QLatin1String\()?"([^"]*[A-Za-z]{2}[^"]*)"')


def literal(code, place):
    """(the text of one or several string literals that begin at a place, where they end); (None, place) for others."""
    text = ""
    begin = place
    while found := LITERAL.match(code, place):
        text += found[1].replace('\\"', '"').replace("\\n", "\n").replace("\\\\", "\\")
        place = found.end()
    return (None, begin) if place == begin else (text, place)


def end_of_call(code, place):
    """The place behind the parenthesis that closes the one before `place`, and the commas that separate arguments."""
    depth, commas = 1, 0
    while depth:
        if found := LITERAL.match(code, place):
            place = found.end()
            continue
        depth += {"(": 1, "{": 1, ")": -1, "}": -1}.get(code[place], 0)
        commas += code[place] == "," and depth == 1
        place += 1
    return place, commas


def calls(code):
    """(line, text or None, whether it has plurals, whether it is glued to something) of each call."""
    for found in CALL.finditer(code):
        place = found.end()
        if found[2] != "tr":  # the context comes first
            context, place = literal(code, place)
            if context is None:
                continue
            place = code.index(",", place) + 1
        text, _ = literal(code, place)
        end, commas = end_of_call(code, found.end())
        glued = re.match(r"\s*\+", code[end:]) or re.search(r"\+\s*$", code[:found.start()])
        yield code.count("\n", 0, found.start()) + 1, text, found[2] == "tr" and commas == 2, bool(glued), code[place:end]


def without_comments(code):
    return COMMENT.sub(lambda found: found[1] or re.sub(r"[^\n]", " ", found[0]), code)


def texts_of(root):
    """({(text, whether it has plurals)}, findings) of the sources."""
    texts, findings = set(), []
    for path in sorted((root / "admin-gui").rglob("*.[ch]pp")):
        if "examples" in path.parts:
            continue
        code = without_comments(path.read_text(encoding="utf-8"))
        for line, text, plural, glued, rest in calls(code):
            if text is not None:
                texts.add((text, plural))
            elif not re.match(r"\s*\*?\w+\)", rest):  # a text that QT_TRANSLATE_NOOP marked elsewhere
                findings.append(f"{path}:{line}: what is translated here is no text")
            if glued:
                findings.append(f"{path}:{line}: a sentence built from pieces: {text!r}")
        for found in SHOWN.finditer(code):
            findings.append(f"{path}:{code.count(chr(10), 0, found.start()) + 1}: shown but not translated: {found[1]!r}")
    return texts, findings


def marks(text):
    """What has to be the same in a translation."""
    return (sorted(set(re.findall(r"%\d", text))), len(re.findall(r"&\w", text)), text.endswith("..."), text.endswith(":"),
            len(text) - len(text.lstrip()), text.count("\n"))


def flaws(message):
    source = message.findtext("source")
    if ts.unfinished(message):
        yield "is not translated"
        return
    forms = [form.text or "" for form in ts.forms(message)]
    for form in forms:
        if not form.strip():
            yield "has an empty translation"
        elif marks(form) != marks(source):
            yield f"has other placeholders, & or end than its translation {form!r}"
        elif "(s)" in form:
            yield f"has a plural that is none: {form!r}"
    counts = set(re.findall(r"%L?n", source))
    if any(set(re.findall(r"%L?n", form)) != counts for form in forms):
        yield f"has another number in it than its translations {forms!r}"


def up_to_date(path):
    """By lupdate, which knows the contexts too; nothing where that is not installed."""
    def keys(file):
        return {(context, message.findtext("source"), message.get("numerus")) for context, message in ts.messages(xml.parse(file))}
    if not ts.locate("lupdate"):
        return
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(shutil.copy(path, folder))
        for complaint in ts.update(copy):
            yield f"lupdate: {complaint}"
        for key in keys(copy) ^ keys(path):
            yield f"{path}: {key[1]!r} in context {key[0]} is in one of sources and translations only; {REFRESH}"


def translations(root):
    texts, findings = texts_of(root)
    yield from findings
    files = sorted((root / "admin-gui/translations").glob("*.ts"))
    if len(texts) < 200 or {"de", "en", "es"} - {path.stem.partition("_")[2] for path in files}:
        yield "too few texts or languages: this check looks in the wrong place"
    for path in files:
        # English needs nothing but its plurals.
        wanted = {text for text in texts if text[1] or not path.stem.endswith("_en")}
        known = set()
        for context, message in ts.messages(xml.parse(path)):
            source = message.findtext("source")
            known.add((source, message.get("numerus") == "yes"))
            for flaw in flaws(message):
                yield f"{path}: {source!r} ({context}) {flaw}"
        for text, _ in sorted(wanted - known):
            yield f"{path}: {text!r} is not in it; {REFRESH}"
        for text, _ in sorted(known - wanted):
            yield f"{path}: {text!r} is no longer in the sources; {REFRESH}"
        yield from up_to_date(path)
