#!/usr/bin/env python3
"""Compares what the control protocol's codec takes for JSON with what Python's json does, on mutated lines.

    control_json.py --judge build/dev/bin/control-judge --cases 5000000 --seed 1

Where the two differ on purpose, the difference is one of the rules in is_json(), which hold for every input; nothing is
left out of the comparison.

Exit status 0: no difference; 1: one line for each difference (the first 20); 2: the judge failed.
"""

import argparse
import json
import math
import random
import re
import subprocess
import sys
import time

BATCH = 50_000
DIFFERENCES_LISTED = 20
DEEPEST = 32
STRING = re.compile(rb'"(?:\\.|[^"\\])*"', re.DOTALL)
SEEDS = [
    b'{"jsonrpc":"2.0","id":1,"method":"status"}',
    b'{"jsonrpc":"2.0","id":"a","method":"close","params":{"ids":["7-412","8-1"],"now":true}}',
    b'{"jsonrpc":"2.0","id":null,"method":"subscribe","params":{"since":17,"connections":false}}',
    '{"a":"\u00fc\u20ac\U0001f600","b":["\\ud83d\\ude00","\\u00e9\\n\\t\\"\\\\\\/"]}'.encode(),
    b'[0,-0,1,-1,0.5,-1.25e-3,1E+2,18446744073709551615,-9223372036854775808,1e308]',
    b'[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]', b'"text"', b"true", b" \t\r null ", b"{}", b"[]",
]
PIECES = [
    b"{", b"}", b"[", b"]", b'"', b":", b",", b"\\", b"\0", b" ", b"\t", b"\r", b"\x0b", b"\x7f", b"\x1f", b"0", b"-",
    b"+", b".", b"e", b"E5", b"01", b"1.", b".5", b"1e999", b"-1e999", b"9" * 400, b"NaN", b"Infinity", b"-Infinity",
    b"nul", b"True", b"//x", b"/*x*/", b"'", b"\\u0000", b"\\ud800", b"\\udc00", b"\\ud83d\\ude00", b"\\ud83dx", b"\\x41",
    b"\\u12", b"\\uD83D\\u0041", b"\xef\xbb\xbf", b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x82",
    b"\xc3\xbc", b",]", b",}", b"[[[[", b"]]]]", b'{"a":{"a":', b'"a":1,"a":2,',
]


class Refused(Exception):
    pass


def refuse(_):
    raise Refused


def finite(text):
    number = float(text)
    if math.isinf(number):  # beyond what a double holds: Python makes it infinite
        raise Refused
    return number


def whole(text):
    finite(text)  # Python's have no limit
    return 0


def pairs(members):
    for key, _ in members:
        check(key)
    return [value for _, value in members]


def check(value):
    """Halves of surrogate pairs are no text; Python takes them."""
    if isinstance(value, str) and any(0xD800 <= ord(c) <= 0xDFFF for c in value):
        raise Refused
    if isinstance(value, list):
        for one in value:
            check(one)


def is_json(line):
    if line.startswith(b"\xef\xbb\xbf"):  # one mark of the byte order is skipped; Python refuses it
        line = line[3:]
    depth = deepest = 0
    for c in STRING.sub(b"", line):
        depth += (c in b"[{") - (c in b"]}" and depth > 0)
        deepest = max(deepest, depth)
    try:
        check(json.loads(line.decode("utf-8"), parse_constant=refuse, parse_float=finite, parse_int=whole,
                         object_pairs_hook=pairs))
    except (ValueError, Refused, RecursionError):
        return False
    return deepest <= DEEPEST


def mutated(draw):
    line = draw.choice(SEEDS)
    for _ in range(draw.choice((0, 1, 1, 1, 2, 3))):
        at, cut = draw.randint(0, len(line)), draw.choice((0, 0, 0, 1, 1, 4))
        piece = draw.choice((b"", draw.choice(PIECES), draw.choice(PIECES), bytes([draw.randrange(256)])))
        line = line[:at] + piece + line[at + cut:]
    return line.replace(b"\n", b"")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--judge", required=True, help="the program control-judge")
    parser.add_argument("--cases", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    draw, begun = random.Random(options.seed), time.monotonic()
    cases = accepted = differences = 0
    while cases < options.cases:
        lines = PIECES + SEEDS if cases == 0 else []
        lines = lines + [mutated(draw) for _ in range(min(BATCH, options.cases - cases))]
        done = subprocess.run([options.judge], input="".join(line.hex() + "\n" for line in lines),
                              stdout=subprocess.PIPE, text=True, check=False)
        said = done.stdout.split()
        if done.returncode or len(said) != len(lines):
            print(f"the judge ended with {done.returncode} after {len(said)} of {len(lines)} answers")
            return 2
        for line, ours in zip(lines, said):
            theirs = is_json(line)
            accepted += theirs
            if theirs != (ours == "1"):
                differences += 1
                if differences <= DIFFERENCES_LISTED:
                    print(f"{line!r}: {'taken' if ours == '1' else 'refused'}, by Python not")
        cases += len(lines)
    print(f"{cases} lines with seed {options.seed} in {time.monotonic() - begun:.0f} s, {accepted} of them JSON; "
          f"{differences} differences")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
