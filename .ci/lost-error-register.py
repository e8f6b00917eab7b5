#!/usr/bin/env python3
"""Finds the places in a compiled program where the error register is lost.

A Swift closure that may throw (all that `withUnsafeTemporaryAllocation` and the like are given count as such) owes its
caller 0 in the error register, on x86-64 r12. Where its last action is a copy of memory, Swift 6.3 may leave by a jump to
memmove without restoring r12 after using it for something else; the caller then takes the path of an error that no one
has thrown. Whether r12 is used depends on the processor that is compiled for, so every level has to be looked at.

usage: lost-error-register.py PROGRAM...        prints each such function; status 1 if there is one
"""
import re
import subprocess
import sys


def functions(program):
    """The names of a program's functions and their instructions."""
    listing = subprocess.Popen(["objdump", "-d", "--no-show-raw-insn", program], stdout=subprocess.PIPE, text=True)
    name, lines = None, []
    for line in listing.stdout:
        head = re.match(r"^[0-9a-f]+ <(.+)>:$", line)
        if head:
            if name:
                yield name, lines
            name, lines = head.group(1), []
        elif line.strip():
            lines.append(line.split("\t", 1)[-1].strip())
    if name:
        yield name, lines
    if listing.wait() != 0:
        sys.exit(f"{program} cannot be read as a program")


def bodies(lines):
    """Code that has no symbol stands behind a function that has one; each begins by setting up a frame."""
    starts = [0] + [
        i for i in range(1, len(lines) - 1)
        if re.match(r"push\s+%rbp", lines[i]) and re.match(r"mov\s+%rsp,%rbp", lines[i + 1])
    ]
    return [lines[first:end] for first, end in zip(starts, starts[1:] + [len(lines)])]


WRITES = re.compile(r"^(?!cmp|test|push|call|j)\S+\s+.*%r12[dwb]?$")
SAVES = re.compile(r"^mov\s+%r12,(-?0x[0-9a-f]+\(%r[bs]p\)|\(%rsp\))$")
COPIES = re.compile(r"jmp\s+.*<mem(move|cpy|set)")


def loses(lines):
    """Whether r12 is written, and a jump into a copy is reached without its value brought back."""
    if any(re.match(r"push\s+%r12", line) for line in lines[:12]):
        return False  # saved for the caller and restored: not the error register
    slots = {match.group(1) for match in map(SAVES.match, lines) if match}

    def restores(line):
        if re.match(r"(xor\s+%r12d,%r12d|mov\s+\$0x0,%r12d?)$", line):
            return True
        return any(re.match(r"mov\s+" + re.escape(slot) + ",%r12$", line) for slot in slots)

    if not any(WRITES.match(line) and not restores(line) for line in lines):
        return False
    for place, line in enumerate(lines):
        if COPIES.match(line):
            block = []
            for earlier in reversed(lines[max(0, place - 40):place]):
                if re.match(r"(j\w+|ret|ud2)\b", earlier):
                    break
                block.append(earlier)
            if not any(map(restores, block)):
                return True
    return False


found = [(program, name) for program in sys.argv[1:] for name, lines in functions(program) if any(map(loses, bodies(lines)))]
for program, name in found:
    command = ["swift", "demangle", "--simplified", "--compact", name]
    shown = subprocess.run(command, capture_output=True, text=True).stdout.strip() or name
    print(f"{program} loses the error register in {shown}")
sys.exit(bool(found))
