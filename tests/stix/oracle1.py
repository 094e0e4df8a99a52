"""Asks the Python tools that consume and produce STIX 1: one JSON request a line in, one JSON answer a line out."""

import importlib.util
import io
import json
import logging
import pathlib
import re
import sys
import warnings

from misp_stix_converter import InternalSTIX1toMISPParser, MISPtoSTIX1EventsParser
from stix.core import STIXPackage

logging.disable(logging.CRITICAL)
warnings.simplefilter("ignore")


def export(request):
    """The package that misp-stix makes of a MISP event, and the event that it reads from it."""
    parser = MISPtoSTIX1EventsParser(request["organisation"], request["version"])
    parser.parse_misp_event(request["event"])
    package = parser.stix_package
    answer = {"package": package.to_dict()}
    try:
        # As a file would hold it: what only stands in Python's objects is no answer.
        answer["read"] = event_of(STIXPackage.from_xml(io.BytesIO(package.to_xml())))
    except Exception as error:
        answer["unread"] = f"{type(error).__name__}: {error}"[:500]
    return answer


def load(request):
    """The JSON form that python-stix makes of a document in XML, of its version."""
    package = STIXPackage.from_xml(io.BytesIO(request["xml"].encode()))
    return {"package": package.to_dict(), "version": package.version}


def event_of(package):
    parser = InternalSTIX1toMISPParser()
    parser.load_stix_package(package)
    parser.parse_stix_package()
    return json.loads(parser.misp_event.to_json())


def read(request):
    """The MISP event that misp-stix makes of a document in XML."""
    return {"event": event_of(STIXPackage.from_xml(io.BytesIO(request["xml"].encode())))}


def schema(version):
    """The schemas of a version of STIX that the package stix-validator brings along, as one; None without the package."""
    found = importlib.util.find_spec("sdv")
    if found is None:
        return None
    from lxml import etree

    folder = pathlib.Path(found.submodule_search_locations[0]) / "resources/xsd" / f"stix_{version}"
    imports = []
    for file in sorted(folder.rglob("*.xsd")):
        if "external" in file.relative_to(folder).parts:
            continue
        namespace = re.search(r'targetNamespace="([^"]+)"', file.read_text(encoding="utf-8"))
        if namespace and ("mitre.org" in namespace.group(1)):
            imports.append((namespace.group(1), file))
    unneeded = re.compile("oval|cvrf|capec|maec|open_ioc|generic")
    text = "".join(
        f'<xs:import namespace="{name}" schemaLocation="{file.as_uri()}"/>'
        for name, file in imports
        if not unneeded.search(file.name)
    )
    root = f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{text}</xs:schema>'
    return etree.XMLSchema(etree.fromstring(root))


known_schemas = {}


def validate(request):
    """What the schemas of STIX and CybOX 2.1 say about a document."""
    version = request["version"]
    if version not in known_schemas:
        known_schemas[version] = schema(version)
    known = known_schemas[version]
    if known is None:
        return {"skipped": "the package stix-validator is not installed"}
    from lxml import etree

    is_valid = known.validate(etree.fromstring(request["xml"].encode()))
    return {"valid": is_valid, "problems": [error.message for error in known.error_log]}


actions = {"export": export, "load": load, "read": read, "validate": validate}

for line in sys.stdin:
    request = json.loads(line)
    try:
        answer = actions[request["action"]](request)
    except Exception as error:  # whatever a library raises is the answer
        answer = {"raised": f"{type(error).__name__}: {error}"[:2000]}
    sys.stdout.write(json.dumps({"id": request["id"], **answer}) + "\n")
    sys.stdout.flush()
