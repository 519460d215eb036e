"""The texts of the desktop app in other languages: translations.py COMMAND; called by scripts/translations.

refresh               brings admin-gui/translations/*.ts up to date with the sources, says what is missing
missing LANGUAGE      prints what is missing, to be filled in
fill LANGUAGE FILE    takes it back, filled in; `-` reads standard input
"""

import pathlib
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as xml

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = ROOT / "admin-gui/translations"
NAME = "uninterruptible-admin_{}.ts"


def locate(name):
    """lupdate and the like, which distributions keep off the PATH; None if it is not there."""
    places = (shutil.which(name), shutil.which(f"{name}-qt6"), f"/usr/lib/qt6/bin/{name}")
    return next((place for place in places if place and pathlib.Path(place).exists()), None)


def tool(name):
    return locate(name) or sys.exit(f"scripts/translations: Qt's {name} is needed; Debian: apt-get install qt6-l10n-tools")


def update(path):
    """Returns what lupdate complains of."""
    language = path.stem.partition("_")[2]
    # Without lines of sources, which would make every change of a source one of every language.
    command = [tool("lupdate"), "-silent", "-locations", "none", "-no-obsolete", "-no-ui-lines", "-source-language", "en",
               "-target-language", language, *(["-pluralonly"] if language == "en" else []),
               "-I", "admin-gui", "-extensions", "cpp,hpp", "admin-gui/core", "admin-gui/ui", "-ts", str(path)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        sys.exit(done.stdout)
    return [line for line in done.stdout.splitlines() if line.strip()]


def messages(tree):
    """(context, message) of all that is to be translated."""
    for context in tree.getroot().iter("context"):
        for message in context.iter("message"):
            yield context.findtext("name"), message


def forms(message):
    """The elements that hold the translation: one, or one for each plural form."""
    translation = message.find("translation")
    return list(translation.iter("numerusform")) if message.get("numerus") else [translation]


def unfinished(message):
    return message.find("translation").get("type") == "unfinished"


def escaped(text):
    return (text or "").replace("\\", "\\\\").replace("\n", "\\n")


def unescaped(text):
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], text)


def refresh():
    for path in sorted(FOLDER.glob("*.ts")):
        complaints = update(path)
        print("\n".join(complaints) or f"{path.relative_to(ROOT)}: ", end="\n" if complaints else "")
        missing = sum(unfinished(message) for _, message in messages(xml.parse(path)))
        print(f"{missing} to be translated: scripts/translations missing {path.stem.partition('_')[2]}"
              if missing else "complete")


def missing(language):
    print(f"# Fill in the lines that begin with {language}: and give this to\n# scripts/translations fill {language} FILE\n"
          "# & goes before the letter of the key Alt+letter, %1, %n, %Ln and \\n stay.")
    for context, message in messages(xml.parse(FOLDER / NAME.format(language))):
        if unfinished(message):
            print(f"\n# {context}\nsource: {escaped(message.findtext('source'))}")
            for form in forms(message):
                print(f"{language}: {escaped(form.text)}")


def blocks(lines):
    """(context, source, [translation of each form])"""
    context, source, filled = None, None, []
    for line in [*lines, "# end"]:
        key, _, text = line.rstrip("\n").partition(": ")
        if line.startswith("# ") and source is not None:
            yield context, source, filled
            source, filled = None, []
        if line.startswith("# "):
            context = line[2:].rstrip("\n")
        elif key == "source":
            source = unescaped(text)
        elif source is not None and line.strip():
            filled.append(unescaped(text))


def fill(language, file):
    path = FOLDER / NAME.format(language)
    tree = xml.parse(path)
    known = {(context, message.findtext("source")): message for context, message in messages(tree)}
    with sys.stdin if file == "-" else open(file, encoding="utf-8") as lines:
        for context, source, filled in blocks(lines):
            message = known.get((context, source))
            if message is None:
                print(f"not in the sources any more: {source}")
                continue
            if len(forms(message)) != len(filled) or not all(filled):
                print(f"not filled in: {source}")
                continue
            for form, text in zip(forms(message), filled):
                form.text = text
            message.find("translation").attrib.pop("type", None)
    tree.write(path, encoding="utf-8", xml_declaration=True)
    # Writes it as Qt's own tools do.
    subprocess.run([tool("lconvert"), "-i", str(path), "-o", str(path)], check=True)
    refresh()


def main():
    commands = {"refresh": (refresh, 0), "missing": (missing, 1), "fill": (fill, 2)}
    command, *arguments = sys.argv[1:] or ["refresh"]
    if command not in commands or len(arguments) != commands[command][1]:
        sys.exit(__doc__.strip())
    commands[command][0](*arguments)


if __name__ == "__main__":
    main()
