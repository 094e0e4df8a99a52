"""Events and what lies in them."""

import io
import uuid
from datetime import datetime, timezone

from caller import check, new_event, same, unique
from pymisp import MISPAttribute, MISPEvent, MISPEventReport, MISPObject, MISPObjectReference
from pymisp.tools import GenericObjectGenerator


def events(api):
    event = new_event()
    event.add_attribute('ip-dst', '198.51.100.7', comment='walk', to_ids=True)
    event.add_attribute(
        'domain', 'walk.example.org', first_seen='2024-01-01T00:00:00Z', last_seen='2024-02-01T00:00:00Z'
    )
    event.add_tag('walk:event')
    event.attributes[0].add_tag('walk:attribute')
    event.add_event_report(name='Walk', content='# walked')
    made = api.filled('add_event', MISPEvent, event)
    if not made:
        return None
    check(
        same(made, event, 'info', 'distribution', 'threat_level_id', 'analysis', 'uuid'), 'add_event keeps the fields'
    )
    check(len(made.attributes) == 2 and len(made.event_reports) == 1, 'add_event keeps attributes and reports', made)
    check([tag.name for tag in made.tags] == ['walk:event'], 'add_event keeps the tag')
    check([tag.name for tag in made.attributes[0].tags] == ['walk:attribute'], 'add_event keeps the attribute tag')
    api.bad('add_event', event, status=(404,), text='Event already exists')
    for given in (made, made.id, int(made.id), made.uuid, uuid.UUID(made.uuid)):
        got = api.filled('get_event', MISPEvent, given)
        check(got and got.uuid == made.uuid, 'get_event takes ids, uuids and events')
        check(api.good('event_exists', given), 'event_exists says so')
    for options in (
        {'deleted': True},
        {'deleted': [0, 1]},
        {'deleted': 1, 'extended': True},
        {'extended': 1},
        {'no_sightings': True},
    ):
        if api.has('users_heartbeat') or 'no_sightings' not in options:
            api.filled('get_event', MISPEvent, made, **options)
    meta = new_event()
    meta.add_attribute('domain', 'metadata.example.org')
    answer = api.good('add_event', meta, metadata=True)
    check('Attribute' not in (answer or {}).get('Event', {}), 'metadata leaves out attributes', answer)
    api.good('delete_event', meta.uuid)
    check(api.good('event_exists', meta.uuid) is False, 'a deleted event is gone')
    api.bad('get_event', meta.uuid, status=(404,), text='Invalid event')
    api.bad('delete_event', meta.uuid)
    api.listed('events', MISPEvent)

    made.info = unique('walk again')
    made.analysis = 2
    made.add_attribute('url', 'http://walk.example.org/a?b=c&d=%20')
    changed = api.filled('update_event', MISPEvent, made)
    check(same(changed, made, 'info', 'analysis') and len(changed.attributes) == 3, 'update_event changes', changed)
    fields = MISPEvent()
    fields.uuid = made.uuid
    fields.info = unique('walk by id')
    fields.date = '2024-05-06'
    changed = api.filled('update_event', MISPEvent, fields, event_id=made.id, metadata=True)
    check(str(changed.date) == '2024-05-06', 'update_event by id changes the date', changed)
    got = api.filled('get_event', MISPEvent, made.id)
    check(got.info == fields.info and len(got.attributes) == 3, 'update_event keeps what is not sent')
    got.attributes[2].delete()
    changed = api.filled('update_event', MISPEvent, got)
    check(len(changed.attributes) == 2, 'an attribute deleted in an update is gone', changed)
    for alert in (False, True):
        api.good('publish', made, alert=alert)
        check(api.filled('get_event', MISPEvent, made).published, 'the event is published')
    api.good('unpublish', made.uuid)
    check(not api.filled('get_event', MISPEvent, made).published, 'the event is not published')
    api.good('contact_event_reporter', made, 'a message')
    api.bad('contact_event_reporter', uuid.uuid4(), 'a message')
    pushed = api.good('push_event_to_ZMQ', made)
    check(pushed['message'] == 'ZMQ event publishing not enabled.', 'events are not pushed to ZMQ', pushed)
    if api.has('enrich_event'):
        api.call('enrich_event', made, 'dns')
        api.call('enrich_attribute', made.attributes[0], ['dns'])
    return api.filled('get_event', MISPEvent, made)


def attributes(api, event):
    attribute = MISPAttribute()
    attribute.from_dict(type='sha256', value='a' * 64, comment='one', to_ids=False, distribution=0)
    made = api.filled('add_attribute', MISPAttribute, event, attribute)
    check(same(made, attribute, 'type', 'value', 'comment', 'to_ids', 'uuid'), 'add_attribute keeps the fields', made)
    api.bad('add_attribute', event, attribute, status=(403,))
    again = MISPAttribute()
    again.from_dict(type='sha256', value='a' * 64, comment='two', to_ids=False, distribution=0)
    made = api.filled('add_attribute', MISPAttribute, event.uuid, again, break_on_duplicate=False)
    check(made and made.comment == 'two', 'break_on_duplicate updates what is there', made)
    for count in (1, 2):
        several = [MISPAttribute() for _ in range(count)]
        for position, item in enumerate(several):
            item.from_dict(type='domain', value=f'{uuid.uuid4()}.example.org', comment=str(position))
        answer = api.good('add_attribute', event.id, several, pythonify=True)
        check(len((answer or {}).get('attributes', [])) == count, f'add_attribute takes a list of {count}', answer)
    valid, invalid = MISPAttribute(), MISPAttribute()
    valid.from_dict(type='domain', value=f'{uuid.uuid4()}.example.org')
    invalid.from_dict(type='ip-src', value='no address')
    answer = api.call('add_attribute', event.id, [valid, invalid], pythonify=False)
    check('attribute_1' in (answer or {}).get('errors', {}), 'what is wrong in a list is named', answer)
    check('Attribute' in (answer or {}), 'what is right in a list is stored', answer)
    for given in (made, made.id, made.uuid):
        got = api.filled('get_attribute', MISPAttribute, given)
        check(
            got and got.value == made.value and str(got.event_id) == str(event.id), 'get_attribute takes ids and uuids'
        )
        check(api.good('attribute_exists', given), 'attribute_exists says so')
    check(api.good('attribute_exists', uuid.uuid4()) is False, 'attribute_exists says no')
    api.listed('attributes', MISPAttribute)
    made.comment = 'three'
    made.add_tag('walk:later')
    made.first_seen = datetime(2024, 3, 1, tzinfo=timezone.utc)
    changed = api.filled('update_attribute', MISPAttribute, made)
    check(changed.comment == 'three' and str(changed.first_seen).startswith('2024-03-01'), 'update_attribute', changed)
    got = api.filled('get_attribute', MISPAttribute, made)
    check('walk:later' in [tag.name for tag in got.tags], 'update_attribute adds tags')
    fields = MISPAttribute()
    fields.from_dict(type='sha256', value='b' * 64, to_ids=True)
    fields.uuid = made.uuid
    changed = api.filled('update_attribute', MISPAttribute, fields, attribute_id=made.id)
    check(changed.value == 'b' * 64 and changed.to_ids is True, 'update_attribute by id', changed)
    api.good('delete_attribute', made)
    api.bad('get_attribute', made, status=(405,), text='Invalid attribute')
    api.bad('delete_attribute', made)
    restored = api.filled('restore_attribute', MISPAttribute, made.id)
    check(restored and not restored.deleted, 'the attribute is restored', restored)
    api.good('delete_attribute', made.uuid, hard=True)
    check(api.good('attribute_exists', made.id) is False, 'the attribute is gone')
    file = MISPAttribute()
    file.from_dict(type='malware-sample', value='walk.exe', data=io.BytesIO(b'walk'))
    stored = api.filled('add_attribute', MISPAttribute, event, file)
    got = api.filled('get_attribute', MISPAttribute, stored)
    check(got and got.malware_binary.getvalue() == b'walk', 'a sample comes back as it was sent', got)
    for context in ('type', 'category'):
        for percentage in (False, True):
            api.good('attributes_statistics', context, percentage)


def objects(api, event):
    made = []
    domain = MISPObject('domain-ip')
    domain.add_attribute('domain', 'object.example.org', to_ids=False)
    domain.add_attributes('ip', '198.51.100.8', '198.51.100.9')
    domain.comment = 'walk'
    file = MISPObject('file', strict=True)
    file.add_attribute('filename', 'walk.txt')
    file.add_attribute('md5', 'c' * 32)
    generated = GenericObjectGenerator('annotation')
    generated.generate_attributes([{'type': {'value': 'Executive Summary'}}, {'text': {'value': 'walked'}}])
    for item in (domain, file, generated):
        stored = api.filled('add_object', MISPObject, event, item)
        check(
            stored
            and len(stored.attributes) == len(item.attributes)
            and same(stored, item, 'name', 'uuid', 'template_uuid'),
            f'add_object keeps {item.name}',
            stored,
        )
        made.append(stored)
    again = MISPObject('file')
    again.add_attribute('filename', 'walk.txt', category='Payload delivery')
    again.add_attribute('md5', 'c' * 32, category='Payload delivery')
    api.bad('add_object', event, again, break_on_duplicate=True, text='Duplicate object found')
    for given in (made[0], made[0].id, made[0].uuid):
        got = api.filled('get_object', MISPObject, given)
        check(got and got.uuid == domain.uuid and len(got.attributes) == 3, 'get_object takes ids and uuids')
        check(api.good('object_exists', given), 'object_exists says so')
    got = api.filled('get_object', MISPObject, made[0])
    got.comment = 'walk again'
    got.attributes[0].value = 'changed.example.org'
    got.add_attribute('text', 'added')
    changed = api.filled('update_object', MISPObject, got)
    check(
        changed and changed.comment == 'walk again' and len(changed.attributes) == 4, 'update_object changes', changed
    )
    check(
        'changed.example.org' in [attribute.value for attribute in changed.attributes], 'update_object changes values'
    )
    api.filled('update_object', MISPObject, changed, object_id=changed.id)
    reference = MISPObjectReference()
    reference.from_dict(
        object_uuid=made[0].uuid, referenced_uuid=made[1].uuid, relationship_type='related-to', comment='walk'
    )
    stored = api.filled('add_object_reference', MISPObjectReference, reference)
    check(same(stored, reference, 'referenced_uuid', 'relationship_type', 'comment'), 'add_object_reference', stored)
    whole = api.filled('get_event', MISPEvent, event)
    source = whole.get_object_by_uuid(made[0].uuid)
    check([one.referenced_uuid for one in source.references] == [made[1].uuid], 'the event has the reference')
    api.good('delete_object_reference', stored)
    second = MISPObjectReference()
    second.from_dict(object_uuid=made[1].uuid, referenced_uuid=event.attributes[0].uuid, relationship_type='drops')
    second = api.filled('add_object_reference', MISPObjectReference, second)
    api.good('delete_object_reference', second.uuid, **({'hard': True} if api.has('users_heartbeat') else {}))
    api.good('delete_object', made[2])
    whole = api.filled('get_event', MISPEvent, event)
    check(made[2].uuid not in [one.uuid for one in whole.objects], 'a deleted object is gone from the event')
    api.good('delete_object', made[2].uuid, hard=True)
    check(api.good('object_exists', made[2]) is False, 'the object is gone')
    api.bad('get_object', made[2])


def reports(api, event):
    report = MISPEventReport()
    report.from_dict(name='Walk', content=f'# Walk\n@[attribute]({event.attributes[0].uuid})', distribution=5)
    made = api.filled('add_event_report', MISPEventReport, event.id, report)
    check(same(made, report, 'name', 'content'), 'add_event_report keeps the fields', made)
    for given in (made, made.id, made.uuid):
        check(api.filled('get_event_report', MISPEventReport, given).uuid == made.uuid, 'get_event_report')
    check(
        made.uuid in [one.uuid for one in api.listed('get_event_reports', MISPEventReport, event.id)],
        'get_event_reports',
    )
    made.name = 'Walked'
    check(api.filled('update_event_report', MISPEventReport, made).name == 'Walked', 'update_event_report changes')
    api.filled('update_event_report', MISPEventReport, made, event_report_id=made.id)
    api.good('delete_event_report', made)
    check(
        made.uuid not in [one.uuid for one in api.listed('get_event_reports', MISPEventReport, event.id)],
        'it is deleted',
    )
    api.good('delete_event_report', made.uuid, hard=True)
    api.bad('get_event_report', made)
