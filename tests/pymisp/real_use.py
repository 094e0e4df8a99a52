"""Uses a Magpie as PyMISP's users do: every published event file is added, edited, tagged, searched, exported,
imported into a second instance, exported there, and deleted. Prints one line a check that does not hold; exits with 1
if there is one.

usage: real_use.py URL KEY [PEER_URL PEER_KEY]
"""

import glob
import json
import os
import sys
import warnings

from pymisp import MISPEvent, PyMISP

warnings.filterwarnings('ignore')

EVENTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../../shared/data/events')

KEPT_EVENT = ('uuid', 'info', 'threat_level_id', 'analysis', 'date', 'timestamp', 'extends_uuid')
KEPT_ATTRIBUTE = ('type', 'category', 'value', 'comment', 'to_ids', 'timestamp', 'first_seen', 'last_seen',
                  'disable_correlation', 'object_relation')
KEPT_OBJECT = ('name', 'meta-category', 'template_uuid', 'comment', 'first_seen', 'last_seen')

failures = []
checks = 0


def check(holds, what):
    global checks
    checks += 1
    if not holds:
        failures.append(what)
        print(f'  does not hold: {what}')


def tags_of(thing):
    return sorted(tag['name'] for tag in thing.get('Tag', []) if not tag.get('deleted'))


def text(value):
    """MISP sends numbers as strings and booleans as booleans; files mix them."""
    if value is None:
        return ''
    if isinstance(value, bool):
        return str(int(value))
    return str(value)


def picture(event):
    """What MISP keeps of an event, by uuid, so that two events can be compared."""
    attributes = {}
    objects = {}

    def add(attribute, owner):
        if attribute.get('deleted'):
            return
        fields = {name: text(attribute[name]) for name in KEPT_ATTRIBUTE if name in attribute}
        attributes[attribute['uuid']] = {**fields, 'tags': tags_of(attribute), 'owner': owner}

    for attribute in event.get('Attribute', []):
        add(attribute, '')
    for item in event.get('Object', []):
        if item.get('deleted'):
            continue
        # PyMISP itself strips what it sends.
        fields = {name: text(item[name]).strip() for name in KEPT_OBJECT if name in item}
        references = sorted((reference['referenced_uuid'], reference['relationship_type'])
                            for reference in item.get('ObjectReference', []) if not reference.get('deleted'))
        objects[item['uuid']] = {**fields, 'references': references}
        for attribute in item.get('Attribute', []):
            add(attribute, item['uuid'])
    fields = {name: text(event[name]) for name in KEPT_EVENT if name in event}
    return {'event': {**fields, 'tags': tags_of(event)}, 'attributes': attributes, 'objects': objects}


def differences(before, after):
    """Differences between two pictures, one line each."""
    found = []
    for name in before['event']:
        if before['event'][name] != after['event'].get(name, ''):
            found.append(f'event {name}: {before["event"][name]!r} became {after["event"].get(name)!r}')
    for kind in ('attributes', 'objects'):
        for uuid, fields in before[kind].items():
            kept = after[kind].get(uuid)
            if kept is None:
                found.append(f'{kind} {uuid} is missing: {fields.get("type", fields.get("name"))} '
                             f'{fields.get("value", "")[:60]!r}')
                continue
            for name, value in fields.items():
                if kept.get(name, '') != value:
                    found.append(f'{kind} {uuid} {name}: {value!r} became {kept.get(name)!r}'[:300])
        for uuid in after[kind].keys() - before[kind].keys():
            found.append(f'{kind} {uuid} was not in the file')
    return found


def seen(value):
    """first_seen and last_seen are kept to the microsecond and sent in UTC with an offset."""
    return value.replace('Z', '+00:00')


def comparable(picture_of_event):
    for kind in ('attributes', 'objects'):
        for fields in picture_of_event[kind].values():
            for name in ('first_seen', 'last_seen'):
                value = seen(fields.get(name, ''))
                if value and '.' not in value:
                    value = value.replace('+00:00', '.000000+00:00')
                if name in fields:
                    fields[name] = value
    return picture_of_event


def named_in(answer, uuid, value):
    """True where the answer to an import tells about an element that it did not take."""
    return uuid in answer or json.dumps(value)[1:40] in answer


def use(api, peer, path):
    name = os.path.basename(path)
    print(name)
    with open(path, encoding='utf-8') as file:
        source = unwrapped(json.load(file))
    uuid = source['uuid']
    added = api.add_event(MISPEvent_from(path))
    check('Event' in added, f'{name}: add_event answers the event: {json.dumps(added)[:300]}')
    if 'Event' not in added:
        return
    stored = api.get_event(uuid)['Event']
    invalid = json.dumps({key: value for key, value in added.items() if key != 'Event'})
    for line in differences(comparable(picture(source)), comparable(picture(stored))):
        parts = line.split()
        is_named = ' is missing: ' in line and named_in(invalid, parts[1], '')
        check(is_named, f'{name}: {line}')

    search = api.search(controller='events', uuid=uuid)
    check(len(search) == 1 and search[0]['Event']['uuid'] == uuid, f'{name}: restSearch by uuid finds the event')
    check(picture(search[0]['Event']) == picture(stored), f'{name}: restSearch answers what view answers')
    values = [attribute['value'] for attribute in stored['Attribute'] if '%' not in attribute['value']
              and '|' not in attribute['value'] and len(attribute['value']) > 5
              and '&&' not in attribute['value'] and not attribute['value'].startswith('!')]
    if values:
        hits = api.search(controller='attributes', value=values[0], eventid=uuid)['Attribute']
        check(any(hit['value'] == values[0] for hit in hits), f'{name}: search by value finds {values[0][:60]!r}')

    if peer is not None:
        round_trip(peer, name, uuid, stored)
    edit(api, name, uuid)
    deleted = api.delete_event(uuid)
    check(deleted.get('message') == 'Event deleted.', f'{name}: delete answers {deleted}')
    check(not api.event_exists(uuid), f'{name}: is gone after deleting')


def unwrapped(source):
    """The event itself: exports wrap it in "Event", and older ones in a "response" around that."""
    if 'response' in source:
        source = source['response']
        source = source[0] if isinstance(source, list) else source
    return source.get('Event', source)


def MISPEvent_from(path):
    event = MISPEvent(force_timestamps=True)
    event.load_file(path)
    return event


def round_trip(peer, name, uuid, stored):
    """Exporting and importing elsewhere changes nothing that MISP keeps."""
    exported = MISPEvent(force_timestamps=True)
    exported.load(json.dumps({'Event': stored}))
    imported = peer.add_event(exported)
    check('Event' in imported, f'{name}: the export is imported elsewhere: {json.dumps(imported)[:300]}')
    if 'Event' in imported:
        after = peer.get_event(uuid)['Event']
        for line in differences(picture(stored), picture(after)):
            check(False, f'{name}: round trip: {line}')


def edit(api, name, uuid):
    event = api.get_event(uuid, pythonify=True)
    event.info = f'{event.info} (edited)'
    event.add_attribute('domain', 'edited.example.org', comment='added by an edit')
    changed = api.update_event(event)
    check(changed.get('Event', {}).get('info', '').endswith('(edited)'), f'{name}: edit answers {str(changed)[:200]}')
    answer = api.tag(uuid, 'tlp:clear')
    check('saved' in answer or 'successfully' in json.dumps(answer), f'{name}: tag answers {answer}')
    tagged = api.get_event(uuid)['Event']
    check('tlp:clear' in tags_of(tagged), f'{name}: has the tag that was set')
    added = [attribute for attribute in tagged['Attribute'] if attribute['value'] == 'edited.example.org']
    check(len(added) == 1, f'{name}: has the attribute that the edit added')


def main():
    if not os.path.isdir(EVENTS):
        print('skipped: the event files are not beside this repository')
        return 0
    api = PyMISP(*sys.argv[1:3], False)
    peer = PyMISP(*sys.argv[3:5], False) if len(sys.argv) > 4 else None
    for path in sorted(glob.glob(os.path.join(EVENTS, '*.json'))):
        use(api, peer, path)
    print(f'real use: {checks - len(failures)} checks hold, {len(failures)} do not')
    return 1 if failures else 0


if __name__ == '__main__':
    sys.exit(main())
