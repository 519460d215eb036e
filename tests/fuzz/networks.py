#!/usr/bin/env python3
"""Compares net::Networks with Python's ipaddress, on random rules and addresses.

    networks.py --judge build/dev/bin/networks-judge --cases 10000000 --seed 1

A case is one rule judged or one address looked up. Rules are sound, nearly sound, or noise; addresses lie at and
around the ends of the networks that were accepted. Where the two differ on purpose, the difference is one of the
rules in expected_network() and expected_text(), which hold for every input; nothing is left out of the comparison.

Exit status 0: no difference; 1: one line for each difference (the first 20); 2: the judge failed.
"""

import argparse
import ipaddress
import random
import re
import subprocess
import sys
import time

BATCH = 50_000
DIFFERENCES_LISTED = 20
V4_IN_V6 = 0xFFFF << 32  # ::ffff:0:0
PREFIX = re.compile(r"0|[1-9][0-9]*")
ALPHABET = "0123456789abcdefABCDEF.:/% \t,-+x_\n\0g"
CHOSEN = [
    "", " ", "/", "//", "/0", "/8", ",", ",,", "10.0.0.0/", "/10.0.0.0", "0.0.0.0/0", "::/0", "0/0", "*", "any",
    "10.0.0.0/8 ", "\t10.0.0.0/8", "10.0.0.0 /8", "10.0.0.0/ 8", "10.0.0.0/8\n", "\n10.0.0.0/8", "10.0.0.0/8\0",
    "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/08", "10.0.0.0/008", "10.0.0.0/00", "10.0.0.0/8/8",
    "10.0.0.0/255.0.0.0", "10.0.0.0/0.255.255.255", "10.0.0.0/255.0.255.0", "10.0.0.0/0.0.0.0", "10.0.0.0/0x8",
    "010.0.0.1", "10.00.0.1", "0x0a.0.0.1", "1.2.3", "1.2.3.", ".1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.1234",
    "1..3.4", "167772161", "127.1", "localhost", "example.org/8", "127.0.0.1/8", "\u0661.0.0.0/8", "10.0.0.0/\u0668",
    "::/129", "::/-1", "::/0128", "::1/128", "::1/", ":::", ":", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8:9", "1:2",
    "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8", "1::2::3", "12345::", "::00001",
    "::0001", "g::", "1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:7:1.2.3.4", "::1.2.3", "::01.2.3.4", "::1.2.3.04/128",
    "1.2.3.4::", "::1.2.3.4:5", "::ffff:0:0/96", "::ffff:0:0/95", "::ffff:0:0/97", "::ffff:10.0.0.0/104", "::/96",
    "::ffff:10.1.2.3", "::ffff:a01:203/128", "0:0:0:0:0:FFFF:10.0.0.0/104", "::ffff:0:0/0", "::1.2.3.4/120",
    "fe80::1%eth0", "fe80::1%25eth0/64", "fe80::%1/64", "fe80::1/64%1", "10.0.0.1%1", "[::1]", "[::1]/128", "::/::",
]


def expected_network(rule):
    """What a rule means: (version, first, last, prefix, had host bits), or None when it has to be refused."""
    try:
        text = rule.decode("ascii").strip(" \t")  # blanks around it are ours to trim; Python refuses them
    except UnicodeDecodeError:
        return None
    address, slash, prefix = text.partition("/")
    if "%" in text:  # zones: Python accepts them
        return None
    if slash and not PREFIX.fullmatch(prefix):  # netmasks and leading zeros: Python accepts them
        return None
    dotted = address.rpartition(":")[2].split(".")
    if len(dotted) > 1 and any(len(part) > 1 and part[0] == "0" for part in dotted):  # Python refuses since 3.9.5
        return None
    try:
        start = ipaddress.ip_address(address)
        network = ipaddress.ip_network(text, strict=False)  # host bits do not count, but are reported
    except ValueError:
        return None
    first, last = int(network.network_address), int(network.broadcast_address)
    version, length = network.version, network.prefixlen
    host_bits = int(start) != first
    if version == 6 and length >= 96 and first >> 32 == 0xFFFF:  # a mapped rule is an IPv4 rule
        version, first, last, length = 4, first - V4_IN_V6, last - V4_IN_V6, length - 96
    return version, first, last, length, host_bits


def expected_text(network):
    version, first, _, length, _ = network
    if version == 4:
        return f"{ipaddress.IPv4Address(first)}/{length}"
    if first >> 32 == 0 and first >> 16 != 0:  # IPv4-compatible: inet_ntop(3) writes these with dots
        return f"::{ipaddress.IPv4Address(first)}/{length}"
    return f"{ipaddress.IPv6Address(first)}/{length}"


def expected_answer(networks, address):
    if len(address) == 16 and address[:12] == b"\0" * 10 + b"\xff\xff":  # a mapped peer is an IPv4 peer
        address = address[12:]
    version, number = (4 if len(address) == 4 else 6), int.from_bytes(address, "big")
    if not networks:
        return True
    return any(v == version and first <= number <= last for v, first, last, _, _ in networks)


class Inputs:
    """Random rules and addresses; the same for the same seed."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def sound(self, networks):
        """A rule, often within or beside one that is there."""
        draw = self.random
        if networks and draw.random() < 0.5:
            version, first, last, prefix, _ = draw.choice(networks)
            number = draw.choice((first, last, first - 1, last + 1, draw.randint(first, last)))
            prefix += draw.choice((-9, -2, -1, 0, 1, 2, 9))
        else:
            version = draw.choice((4, 6))
            number = draw.getrandbits(32 if version == 4 else 128)
            number &= draw.choice((-1, -1 << 8, -1 << 16, -1 << 24, ~(0xFFFFFFFF << 16), ~(0xFFFF << 48)))
            prefix = draw.randint(0, 32 if version == 4 else 128)
            if version == 6 and draw.random() < 0.3:
                number, prefix = V4_IN_V6 | number & 0xFFFFFFFF, draw.randint(90, 128)
        bits = 32 if version == 4 else 128
        number, prefix = number % (1 << bits), min(max(prefix, 0), bits)
        if draw.random() < 0.6:
            number &= -1 << bits - prefix
        address = ipaddress.IPv4Address(number) if version == 4 else ipaddress.IPv6Address(number)
        text = str(address)
        if version == 6 and draw.random() < 0.3:
            text = draw.choice((address.exploded, text.upper(), self.dotted_tail(number)))
        return text if draw.random() < 0.1 else f"{text}/{prefix}"

    @staticmethod
    def dotted_tail(number):
        head = ":".join(f"{number >> shift & 0xFFFF:x}" for shift in range(112, 16, -16))
        return f"{head}:{ipaddress.IPv4Address(number & 0xFFFFFFFF)}"

    def damaged(self, text):
        draw = self.random
        for _ in range(draw.choice((1, 1, 1, 2, 3))):
            at = draw.randint(0, len(text))
            cut = draw.choice((0, 0, 1, 1, 2))
            text = text[:at] + draw.choice(("", draw.choice(ALPHABET))) + text[at + cut:]
        return text

    def rule(self, networks):
        draw = self.random
        kind = draw.random()
        if kind < 0.55:
            text = self.sound(networks)
        elif kind < 0.8:
            text = self.damaged(self.sound(networks))
        elif kind < 0.9:
            text = draw.choice(CHOSEN)
        else:
            text = "".join(draw.choice(ALPHABET) for _ in range(draw.randint(0, 24)))
        rule = text.encode()
        if draw.random() < 0.05:
            rule = draw.choice((b" ", b"\t", b"\xa0", b"\x0b")) + rule + draw.choice((b"", b" \t"))
        return rule

    def address(self, networks):
        draw = self.random
        if networks and draw.random() < 0.85:
            version, first, last, _, _ = draw.choice(networks)
            number = draw.choice((first, last, first - 1, last + 1, draw.randint(first, last)))
            number %= 1 << (32 if version == 4 else 128)
        else:
            version = draw.choice((4, 6))
            number = draw.getrandbits(32 if version == 4 else 128)
        if version == 4 and draw.random() < 0.3:
            version, number = 6, draw.choice((V4_IN_V6 | number, number, 0xFFFE << 32 | number))
        return number.to_bytes(4 if version == 4 else 16, "big")


def batch(inputs, size):
    """Lines for the judge, the answers it should give, and what each is about."""
    lines, answers, subjects = [], [], []
    while len(answers) < size:
        lines.append("new")
        networks, rules = [], []
        for _ in range(inputs.random.randint(1, 6)):
            rule = inputs.rule(networks)
            network = expected_network(rule)
            rules.append(rule)
            lines.append("rule " + rule.hex())
            subjects.append(f"rule {rule!r}")
            if network is None:
                answers.append("refused")
            else:
                networks.append(network)
                answers.append(f"{expected_text(network)} {int(network[4])}")
        for _ in range(inputs.random.randint(1, 8)):
            address = inputs.address(networks)
            lines.append("address " + address.hex())
            answers.append(str(int(expected_answer(networks, address))))
            subjects.append(f"address {ipaddress.ip_address(address)} with rules {rules!r}")
    return lines, answers, subjects


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--judge", required=True, help="the program networks-judge")
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    inputs, begun = Inputs(options.seed), time.monotonic()
    cases = accepted = refused = inside = differences = 0
    while cases < options.cases:
        lines, answers, subjects = batch(inputs, min(BATCH, options.cases - cases))
        done = subprocess.run([options.judge], input="\n".join(lines) + "\n", stdout=subprocess.PIPE, text=True,
                              check=False)
        said = done.stdout.splitlines()
        if done.returncode or len(said) != len(answers):
            print(f"the judge ended with {done.returncode} after {len(said)} of {len(answers)} answers")
            return 2
        for subject, ours, theirs in zip(subjects, said, answers):
            if ours != theirs:
                differences += 1
                if differences <= DIFFERENCES_LISTED:
                    print(f"{subject}: '{ours}', Python says '{theirs}'")
        cases += len(answers)
        refused += answers.count("refused")
        inside += answers.count("1")
        accepted += sum(1 for answer in answers if "/" in answer)
    print(f"{cases} cases with seed {options.seed} in {time.monotonic() - begun:.0f} s: {accepted} rules accepted, "
          f"{refused} refused, {inside} addresses inside; {differences} differences")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
