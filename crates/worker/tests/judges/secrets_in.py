"""Looks for secrets in what a Restate server keeps: in clear, in hexadecimal, in base64."""

import base64
import os
import random
import re

from service import ask

# What the emulator's tokens begin with, also those that nobody but the workers has seen.
MARKS = ["pina_", "pinr_"]
# What must be found, so that the search is known to search: the title of a Pin.
CONTROL = "made by 3"


def base64_forms(text):
    """The parts of its base64 that do not depend on what is around it."""
    forms = []
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + text.encode())
        first = -(-before * 8 // 6)
        last = (before + len(text)) * 8 // 6
        forms.append(encoded[first:last])
    return forms


def forms(text):
    encoded = base64_forms(text)
    return {
        text.encode(), text.encode().hex().encode(), text.encode().hex().upper().encode(),
        *encoded, *(form.replace(b"+", b"-").replace(b"/", b"_") for form in encoded),
    }


class Search:
    def __init__(self, cluster, secrets):
        self.cluster, self.secrets = cluster, secrets

    def lines(self):
        # All tokens begin with a mark, which is looked for in clear and in hexadecimal; so that it ends in time, base64
        # is looked for of some of them.
        texts = random.sample(sorted(self.secrets), min(20, len(self.secrets)))
        texts += [self.cluster.service["client_secret"], self.cluster.key] + MARKS
        # Base64 of a mark is too short to be no chance.
        patterns = {form for text in texts for form in forms(text) if len(form) >= 8 or text in MARKS and
                    form in (text.encode(), text.encode().hex().encode())}
        pattern = re.compile(b"|".join(re.escape(form) for form in sorted(patterns)))
        found, controls, size, files = [], 0, 0, 0
        for folder, _, names in os.walk(self.cluster.base):
            for name in names:
                path = os.path.join(folder, name)
                try:
                    with open(path, "rb") as file:
                        content = file.read()
                except OSError:
                    continue
                size, files = size + len(content), files + 1
                controls += content.count(CONTROL.encode())
                found += [(path, match.group()[:12]) for match in pattern.finditer(content)]
        yield (f"{len(texts)} secrets in {len(patterns)} forms: {len(found)} found in {files} files of the server "
               f"({size >> 20} MiB) {found[:3] or ''}"), not found
        yield f"a text that is no secret is found there {controls} times", controls > 0
        found, rows = [], 0
        for table, columns in (("state", "value"), ("sys_journal", "raw, entry_json")):
            text = self.query(f"SELECT {columns} FROM {table}")
            rows += len(text)
            found += [match.group()[:12] for match in pattern.finditer(text)]
        yield f"none in what its tables show ({rows >> 10} KiB) {found[:3] or ''}", not found

    def query(self, sql):
        """Raw values come as hexadecimal digits, which are looked at as they are and decoded."""
        said = ask("POST", f"{self.cluster.admin}/query", {"query": sql}, {"accept": "application/json"})
        parts = []
        for row in said["rows"]:
            for value in row.values():
                text = str(value)
                parts.append(text.encode())
                if re.fullmatch(r"(?:[0-9a-f]{2})+", text):
                    parts.append(bytes.fromhex(text))
        return b"\n".join(parts)
