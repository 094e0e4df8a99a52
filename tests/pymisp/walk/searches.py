"""Searches, imports and what the classes of PyMISP do beyond single calls."""

import io
import json
import uuid
from datetime import datetime, timedelta

import pymisp
from caller import check, new_event
from pymisp import MISPAttribute, MISPEvent, MISPObject

# What `search` of every release takes.
FORMATS = (
    'openioc json xml suricata snort text rpz csv cache stix-xml stix2 yara yara-json attack attack-sightings context '
    'context-markdown'
).split()


def search(api, event):
    """Searches in every scope; each must find the event and leave others out."""
    value = event.attributes[0].value
    day = datetime.now() - timedelta(days=1)
    for controller, kind in (('events', MISPEvent), ('attributes', MISPAttribute), ('objects', MISPObject)):
        options = {'eventid': event.id}
        api.good('search', controller=controller, **options)
        found = api.good('search', controller=controller, pythonify=True, **options)
        check(found and all(isinstance(one, kind) for one in found), f'search {controller}', found)
        for more in (
            {'timestamp': day},
            {'timestamp': (day, datetime.now() + timedelta(days=1))},
            {'timestamp': '1d'},
            {'date_from': '2024-05-06', 'date_to': '2024-05-06'},
            {'uuid': event.uuid},
            {'published': False},
            {'include_event_uuid': True, 'include_event_tags': True, 'include_context': True},
            {'include_sightings': True, 'include_correlations': True, 'include_decay_score': True},
            {'eventinfo': event.info},
            {'org': event.Orgc.id},
            {'limit': 1, 'page': 1},
            {'sg_reference_only': True},
            {'enforce_warninglist': True},
            {'with_attachments': True},
            {'metadata': True},
            {'deleted': [0, 1]},
            {'event_timestamp': '1d'},
        ):
            again = api.good('search', controller=controller, pythonify=True, **options, **more)
            if controller == 'objects' and 'date_from' in more or 'uuid' in more:
                continue
            check(again, f'search {controller} with {more}', again)
        check(
            api.good('search', controller=controller, timestamp='1h', published=True, **options)
            in ([], {'Attribute': []}),
            f'search {controller} leaves out what is not published',
        )
    page = [
        api.good('search', controller='attributes', eventid=event.id, limit=1, page=number)['Attribute']
        for number in (1, 2)
    ]
    check([len(one) for one in page] == [1, 1] and page[0] != page[1], 'pages of one do not overlap', page)
    for more in (
        {'value': value},
        {'type_attribute': 'ip-dst', 'value': value},
        {'category': 'Network activity', 'value': value},
        {'tags': 'walk:attribute'},
        {'event_tags': 'walk:event'},
        {'searchall': value},
        {'quick_filter': value},
        {'to_ids': 1},
    ):
        found = api.good('search', controller='attributes', eventid=event.id, pythonify=True, **more)
        check(found and value in [one.value for one in found], f'search attributes with {more}', found)
    found = api.good(
        'search',
        controller='attributes',
        requested_attributes=['value', 'type'],
        return_format='csv',
        eventid=event.id,
        pythonify=True,
    )
    check(found and set(found[0]) == {'value', 'type'}, 'search csv has the columns asked for', found)
    for form in FORMATS:
        answer = api.call('search', controller='events', return_format=form, eventid=event.id)
        failed = answer is None or (isinstance(answer, dict) and 'errors' in answer)
        check(not failed, f'search as {form}', answer)
    either = api.call('build_complex_query', or_parameters=['walk:event', 'no:such'], not_parameters=['walk:none'])
    check(
        event.uuid in [one.uuid for one in api.good('search', tags=either, pythonify=True)], 'build_complex_query, or'
    )
    both = api.call('build_complex_query', and_parameters=['walk:event', 'no:such'])
    check(
        event.uuid not in [one.uuid for one in api.good('search', tags=both, pythonify=True)],
        'build_complex_query, and',
    )
    for more in (
        {'eventinfo': event.info},
        {'eventid': event.id},
        {'all': event.info},
        {'attribute': value},
        {'tags': 'walk:event'},
        {'tags': either},
        {'eventid': [event.id], 'published': False},
        {'threatlevel': ['2'], 'analysis': ['2']},
        {'distribution': ['0']},
        {'org': event.Orgc.name},
        {'timestamp': day},
        {'timestamp': (day, '0d')},
        {'timestamp': '5d'},
        {'date_from': '2024-05-06', 'date_to': '2024-05-06'},
        {'email': api.good('get_user')['User']['email']},
        {'eventid': event.id, 'hasproposal': False},
    ):
        found = api.good('search_index', pythonify=True, **more)
        check(event.uuid in [one.uuid for one in found or []], f'search_index with {more}', len(found or []))
    check(
        [one['uuid'] for one in api.good('search_index', eventid=event.id, minimal=True) or []] == [event.uuid],
        'search_index, minimal',
    )
    other = api.filled('add_event', MISPEvent, new_event('another'))
    ordered = api.good('search_index', sort='id', desc=True, limit=2, page=1, pythonify=True)
    check(len(ordered) == 2 and int(ordered[0].id) > int(ordered[1].id), 'search_index sorts and pages')
    api.good('delete_event', other)
    for more in (
        {'limit': 5},
        {'limit': 2, 'page': 2},
        {'model': 'Server', 'action': 'serverSettingsEdit', 'limit': 5},
        {'title': 'Server setting%', 'limit': 5},
        {'created': day, 'limit': 5},
        {'email': api.good('get_user')['User']['email'], 'limit': 5},
        {'user_id': api.good('get_user')['User']['id'], 'limit': 5},
    ):
        found = api.listed('search_logs', pymisp.MISPLog, **more)
        check(0 < len(found) <= 5, f'search_logs with {more}', len(found))


def others(api, event):
    text = 'see hxxp://free.example[.]org/a and 203.0.113.9, d41d8cd98f00b204e9800998ecf8427e or walk(at)example.org'
    found = api.filled('freetext', list, event, text, distribution=0)
    check(
        {'203.0.113.9', 'd41d8cd98f00b204e9800998ecf8427e', 'http://free.example.org/a'}
        <= {one.value for one in found or []},
        'freetext finds addresses, links and hashes',
        found,
    )
    for option in (True, 'soft'):
        api.good('freetext', event, '10.1.2.3', adhereToWarninglists=option)
    check(
        'meta.example.org' in json.dumps(api.good('freetext', event, 'meta.example.org', returnMetaAttributes=True)),
        'meta attributes',
    )
    stix = api.good('search', return_format='stix2', eventid=event.id)
    bundle = json.loads(stix) if isinstance(stix, str) else stix
    answer = api.call('upload_stix', data=json.dumps(bundle))
    check(
        answer is not None and answer.status_code < 500,
        'upload_stix of what is there already is clear',
        answer is not None and answer.text,
    )
    indicator = {
        'type': 'bundle',
        'id': f'bundle--{uuid.uuid4()}',
        'objects': [
            {
                'type': 'indicator',
                'spec_version': '2.1',
                'id': f'indicator--{uuid.uuid4()}',
                'created': '2024-01-01T00:00:00.000Z',
                'modified': '2024-01-01T00:00:00.000Z',
                'pattern_type': 'stix',
                'valid_from': '2024-01-01T00:00:00Z',
                'pattern': "[domain-name:value = 'stix.example.org']",
            }
        ],
    }
    for option in (
        {'data': json.dumps(indicator)},
        {'path': io.StringIO(json.dumps({**indicator, 'id': f'bundle--{uuid.uuid4()}'}))},
    ):
        answer = api.call('upload_stix', **option, version='2')
        made = answer.json() if answer is not None and answer.status_code == 200 else {}
        check(
            'Event' in json.dumps(made) or 'Attribute' in json.dumps(made),
            'upload_stix makes an event',
            answer is not None and answer.text,
        )
    xml = api.call('search', return_format='stix-xml', eventid=event.id)
    xml = (xml or '').replace(event.uuid, str(uuid.uuid4()))
    answer = api.call('upload_stix', data=xml, version='1')
    check(answer is not None and answer.status_code == 200, 'upload_stix of STIX 1', answer is not None and answer.text)
    if api.has('sign_blob'):
        check(api.call('sign_blob', 'a text') is not None, 'sign_blob answers')
    check('version' in api.good('direct_call', 'servers/getVersion'), 'direct_call reads')
    api.good('direct_call', 'events/index', {'limit': 1})
    answer = api.good('direct_call', 'events/index', kw_params={'limit': 1, 'page': 1})
    check(isinstance(answer, list) and len(answer) == 1, 'direct_call takes named parameters', answer)
    api.call('toggle_global_pythonify')
    check(isinstance(api.good('get_event', event.id), MISPEvent), 'everything is an object')
    api.call('toggle_global_pythonify')


def extras(api):
    """Features of the classes of PyMISP, beyond single calls."""
    event = new_event('extras', distribution=3)
    tagged = event.add_attribute('domain', 'extras.example.org', disable_correlation=True, distribution=5)
    tagged.add_tag('tlp:green')
    tagged.add_sighting({'type': '0', 'source': 'walk'}) if hasattr(tagged, 'add_sighting') else None
    item = MISPObject('url')
    item.add_attribute('url', 'https://extras.example.org/')
    item.add_reference(tagged.uuid, 'related-to', 'walk')
    event.add_object(item)
    event.add_attribute('attachment', 'walk.txt', data=io.BytesIO(b'text'))
    if hasattr(event, 'add_note'):
        event.add_note('walk', 'en', distribution=1)
        tagged.add_opinion(60, 'fine', distribution=1)
        item.add_note('on an object', distribution=1)
    event.set_date('2024-06-07')
    event.publish()
    made = api.filled('add_event', MISPEvent, event)
    if not made:
        return
    check(made.published and str(made.date) == '2024-06-07', 'publish and set_date hold', made)
    check(len(made.objects[0].references) == 1, 'a reference inside an event is kept')
    check(
        made.attributes[0].disable_correlation is True and made.attributes[0].tags[0].name == 'tlp:green',
        'details hold',
    )
    whole = api.filled('get_event', MISPEvent, made)
    check(whole.attributes[1].data.getvalue() == b'text', 'an attachment is kept')
    if hasattr(event, 'add_note'):
        check(
            len(made.notes) == 1 and len(made.attributes[0].opinions) == 1 and len(made.objects[0].notes) == 1,
            'analyst data inside an event is kept',
            made.to_json()[:300],
        )
    feed = made.to_feed(with_distribution=True, with_local_tags=True, with_event_reports=True)
    check(feed['Event']['uuid'] == made.uuid and len(feed['Event']['Attribute']) == 2, 'to_feed makes a feed event')
    check(made.attributes_hashes(), 'there are hashes for a feed')
    extending = new_event('extends')
    extending.extends_uuid = made.uuid
    extending.add_attribute('domain', 'extending.example.org')
    extending = api.filled('add_event', MISPEvent, extending)
    whole = api.filled('get_event', MISPEvent, made, extended=True)
    check('extending.example.org' in [one.value for one in whole.attributes], 'an extended view has the extension')
    made.delete_attribute(made.attributes[0].uuid)
    made.add_tag('walk:added')
    changed = api.filled('update_event', MISPEvent, made)
    check(len(changed.attributes) == 1, 'delete_attribute and update_event delete it')
    for one in (extending, made):
        api.good('delete_event', one)
