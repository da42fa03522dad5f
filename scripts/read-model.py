#!/usr/bin/env python3
"""Reads a model file by its description alone (docs: safetensors plus alignment), without any code of Oriel: prints the
metadata and the tensors, and fails on a hole, an overlap, a wrong size or a wrong place.  Python standard library only;
the checksum's place is checked, its value is not, since XXH3 is not in that library."""
import json
import struct
import sys

SIZES = {"U8": 1, "I32": 4, "U64": 8, "F32": 4, "BF16": 2, "F16": 2, "F64": 8, "I8": 1}


def check(condition, message):
    if not condition:
        sys.exit(f"{sys.argv[1]}: {message}")


def main(path):
    with open(path, "rb") as file:
        content = file.read()
    check(len(content) > 8, "too short")
    (length,) = struct.unpack("<Q", content[:8])
    check(length <= len(content) - 8 and content[8:9] == b"{", "no header")
    header = json.loads(content[8 : 8 + length].decode("utf-8"))
    start = 8 + length
    check(start % 64 == 0, f"data begin at {start}, not at a multiple of 64")
    for key, value in header.pop("__metadata__").items():
        check(isinstance(value, str), f"{key} is no string")
        print(f"{key} = {json.dumps(value, ensure_ascii=False)}")
    at, last = 0, None
    for name, tensor in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        begin, end = tensor["data_offsets"]
        size = SIZES[tensor["dtype"]]
        for n in tensor["shape"]:
            size *= n
        check(begin == at and end - begin == size, f"{name}: bytes {begin} to {end}, expected {at} to {at + size}")
        check(begin % 64 == 0 or name.startswith("oriel.pad."), f"{name}: begins at {begin}, no multiple of 64")
        if not name.startswith("oriel.pad."):
            print(f"{name} {tensor['dtype']} {tensor['shape']}")
        at, last = end, name
    check(start + at == len(content), f"{len(content) - start - at} bytes follow the last tensor")
    check(last == "oriel.xxh3" and header[last]["dtype"] == "U64" and header[last]["shape"] == [1], "no checksum at the end")


if len(sys.argv) != 2:
    sys.exit("usage: read-model.py MODEL")
main(sys.argv[1])
