"""Reads exported files with the libraries that people read them with; prints one JSON line a check."""

import csv
import json
import sys
from pathlib import Path

import defusedxml.ElementTree
import idstools.rule
import openpyxl
import suricataparser

folder = Path(sys.argv[1])
facts = json.loads((folder / "facts.json").read_text())


def check_csv():
    with open(folder / "attributes.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == facts["attributes"], len(rows)
    values = [row["value"] for row in rows]
    assert any("\n" in value for value in values)
    assert 'http://evil.example.com/path;a=1?q="x"' in values, values


def check_xlsx():
    book = openpyxl.load_workbook(folder / "attributes.xlsx", read_only=True)
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert len(rows) == facts["attributes"] + 1, len(rows)
    head = rows[0]
    cells = [dict(zip(head, row)) for row in rows[1:]]
    assert "=cmd|calc" in [cell["value"] for cell in cells]
    assert all(isinstance(cell["to_ids"], bool) for cell in cells)
    assert any("威胁情报" in str(cell["value"]) for cell in cells)
    normal = openpyxl.load_workbook(folder / "attributes.xlsx")
    assert all(cell.data_type != "f" for row in normal.active.iter_rows() for cell in row)


def rules_of(name):
    lines = (folder / name).read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def check_rules(name):
    rules = rules_of(name)
    assert len(rules) > 20, len(rules)
    sids = set()
    for line in rules:
        parsed = suricataparser.parse_rule(line)
        assert parsed is not None and parsed.sid is not None, line
        again = idstools.rule.parse(line.strip())
        assert again is not None, line
        assert again.sid == parsed.sid, line
        assert "MISP e" in again.msg, line
        assert any("/events/view/" in value for value in again.references), line
        sids.add(parsed.sid)
    assert len(sids) == len(rules), "numbers are not unique"


def check_xml(name, tag, least):
    root = defusedxml.ElementTree.parse(folder / name, forbid_dtd=True, forbid_entities=True, forbid_external=True).getroot()
    found = [element for element in root.iter() if element.tag.split("}")[-1] == tag]
    assert len(found) >= least, f"{len(found)} {tag}"


def check_json(name):
    json.loads((folder / name).read_text())


def check_navigator():
    layer = json.loads((folder / "events.navigator").read_text())
    assert layer["versions"]["layer"] == "4.5"


def check_feed():
    feed = folder / "feed"
    manifest = json.loads((feed / "manifest.json").read_text())
    hashes = [line.split(",") for line in (feed / "hashes.csv").read_text().splitlines()]
    assert hashes and all(len(digest) == 32 and uuid in manifest for digest, uuid in hashes)
    for uuid in manifest:
        event = json.loads((feed / f"{uuid}.json").read_text())["Event"]
        assert event["uuid"] == uuid and "id" not in event
        assert len(event["Attribute"]) == facts["attributes"] - 2


def check_zeek():
    lines = (folder / "all.intel").read_text().splitlines()
    fields = lines[0].split("\t")[1:]
    for line in lines[1:]:
        cells = line.split("\t")
        assert len(cells) == len(fields), line
        assert cells[1].startswith("Intel::"), line


checks = {
    "CSV is read by Python's csv": check_csv,
    "xlsx is read by openpyxl, texts as texts": check_xlsx,
    "Suricata rules of attributes are parsed by suricataparser and idstools": lambda: check_rules("attributes.suricata"),
    "Suricata rules of events are parsed by suricataparser and idstools": lambda: check_rules("events.suricata"),
    "Snort rules are parsed by suricataparser and idstools": lambda: check_rules("attributes.snort"),
    "XML of events is well-formed, without entities": lambda: check_xml("events.xml", "Attribute", facts["attributes"]),
    "XML of attributes is well-formed, without entities": lambda: check_xml("attributes.xml", "Attribute", facts["attributes"]),
    "OpenIOC 1.0 is well-formed": lambda: check_xml("events.openioc", "IndicatorItem", 10),
    "OpenIOC 1.1 is well-formed": lambda: check_xml("events.openioc-1.1", "IndicatorItem", 10),
    "Kunai's list is JSON": lambda: check_json("attributes.kunai"),
    "rules of YARA in JSON are JSON": lambda: check_json("events.yara-json"),
    "the ATT&CK matrix is JSON": lambda: check_json("events.attack-matrix"),
    "the Navigator's layer has its version": check_navigator,
    "attack sightings are JSON": lambda: check_json("events.attack-sightings"),
    "the feed's folder is as MISP reads it": check_feed,
    "Zeek's file has its fields": check_zeek,
}
for name, check in checks.items():
    try:
        check()
        print(json.dumps({"name": name, "passed": True}))
    except Exception as error:  # every failure is told, and the next check runs
        print(json.dumps({"name": name, "passed": False, "message": f"{type(error).__name__}: {error}"[:800]}))
