"""What analysts do on the events of others."""

import time
import uuid
from datetime import datetime, timedelta

import pymisp
from caller import MISPNote, MISPOpinion, MISPRelationship, check, new_event, same
from pymisp import MISPAttribute, MISPEvent, MISPEventDelegation, MISPSighting, MISPUser


def proposals(api, user, event, shared):
    """The user proposes on an event of another organisation, which the administrator then handles."""
    attribute = MISPAttribute()
    attribute.from_dict(type='domain', value='proposed.example.org', category='Network activity')
    proposed = user.filled('add_attribute_proposal', pymisp.MISPShadowAttribute, shared, attribute)
    check(proposed and proposed.value == attribute.value, 'add_attribute_proposal keeps the value', proposed)
    got = user.filled('get_attribute_proposal', pymisp.MISPShadowAttribute, proposed)
    check(got and got.uuid == proposed.uuid, 'get_attribute_proposal answers it')
    for given in (None, shared):
        found = user.listed('attribute_proposals', pymisp.MISPShadowAttribute, given)
        check(proposed.uuid in [one.uuid for one in found], 'attribute_proposals lists it')
    api.good('accept_attribute_proposal', proposed)
    whole = api.filled('get_event', MISPEvent, shared)
    check('proposed.example.org' in [one.value for one in whole.attributes], 'an accepted proposal is an attribute')
    api.bad('accept_attribute_proposal', proposed)
    # PyMISP itself falls back on proposals, by the exact words of the refusal.
    attribute.from_dict(type='domain', value='fallen-back.example.org')
    attribute.uuid = str(uuid.uuid4())
    fallen = user.good('add_attribute', shared, attribute, pythonify=True)
    check(isinstance(fallen, pymisp.MISPShadowAttribute), 'adding to an event of others becomes a proposal', fallen)
    user.good('discard_attribute_proposal', fallen)
    first = whole.attributes[0]
    first.comment = 'proposed comment'
    changed = user.good('update_attribute', first, pythonify=True)
    check(
        isinstance(changed, pymisp.MISPShadowAttribute), 'changing an attribute of others becomes a proposal', changed
    )
    api.good('accept_attribute_proposal', changed)
    check(api.filled('get_attribute', MISPAttribute, first).comment == 'proposed comment', 'the change is accepted')
    user.filled('update_attribute_proposal', pymisp.MISPShadowAttribute, first, first)
    user.good('delete_attribute', first)
    user.good('delete_attribute_proposal', whole.attributes[1])
    check(
        len(api.filled('get_event', MISPEvent, shared).shadow_attributes)
        + sum(len(one.shadow_attributes) for one in api.filled('get_event', MISPEvent, shared).attributes)
        >= 2,
        'they stand in the event',
    )
    for one in api.listed('attribute_proposals', pymisp.MISPShadowAttribute, shared):
        if not one.deleted:
            api.good('discard_attribute_proposal', one)


def sightings(api, event):
    attribute = event.attributes[0]
    sighting = MISPSighting()
    sighting.from_dict(value=attribute.value, source='walk', type=0, timestamp=int(time.time()) - 60)
    by_value = api.filled('add_sighting', MISPSighting, sighting)
    by_uuid = MISPSighting()
    by_uuid.from_dict(id=attribute.id, type=1)
    api.filled('add_sighting', MISPSighting, by_uuid, attribute)
    third = api.filled('add_sighting', MISPSighting, {'type': 0, 'source': 'third'}, attribute.uuid)
    check(third and third.source == 'third' and str(third.attribute_id) == str(attribute.id), 'add_sighting', third)
    for given in (event, attribute):
        found = api.listed('sightings', MISPSighting, given)
        check(len(found) == 3, f'sightings of {type(given).__name__}', len(found))
    api.listed('sightings', MISPSighting)
    own = api.filled('get_user', MISPUser, 'me').org_id
    check(len(api.listed('sightings', MISPSighting, event, own)) == 3, 'sightings by organisation')
    for context, ident in ((None, None), ('event', event.id), ('attribute', attribute.id)):
        for options in ({}, {'include_attribute': True, 'include_event_meta': True}):
            found = api.good('search_sightings', context=context, context_id=ident, pythonify=True, **options)
            check(
                found and all(isinstance(one['sighting'], MISPSighting) for one in found),
                f'search_sightings {context}',
                found,
            )
    yesterday = datetime.now() - timedelta(days=1)
    found = api.good('search_sightings', context='attribute', context_id=attribute.id, type_sighting='1')
    check(len(found or []) == 1, 'search_sightings by type', found)
    found = api.good(
        'search_sightings',
        context='event',
        context_id=event.id,
        source='third',
        date_from=yesterday,
        date_to=datetime.now() + timedelta(days=1),
    )
    check(len(found or []) == 1, 'search_sightings by source and dates', found)
    api.good('search_sightings', context='event', context_id=event.id, publish_timestamp='7d', org=own)
    api.good('delete_sighting', third)
    check(len(api.listed('sightings', MISPSighting, attribute)) == 2, 'a deleted sighting is gone')
    api.bad('delete_sighting', third)
    api.good('delete_sighting', by_value.uuid if by_value else '')


def analyst_data(api, event):
    if not api.has('add_note'):
        return
    kinds = (
        ('note', MISPNote, {'note': 'walk', 'language': 'en'}, {'note': 'walked'}),
        ('opinion', MISPOpinion, {'opinion': 20, 'comment': 'walk'}, {'opinion': 80, 'comment': 'walked'}),
        (
            'relationship',
            MISPRelationship,
            {
                'relationship_type': 'related-to',
                'related_object_uuid': event.attributes[1].uuid,
                'related_object_type': 'Attribute',
            },
            {'authors': 'walked@example.org'},
        ),
    )
    targets = [
        ('Event', event.uuid),
        ('Attribute', event.attributes[0].uuid),
        ('Object', event.objects[0].uuid),
        ('EventReport', event.event_reports[0].uuid),
    ]
    for name, kind, fields, changes in kinds:
        for target_type, target in targets:
            item = kind()
            item.from_dict(
                object_uuid=target, object_type=target_type, distribution=1, authors='walk@example.org', **fields
            )
            made = api.filled(f'add_{name}', kind, item)
            check(
                made and same(made, item, 'uuid', 'object_uuid', 'object_type', *fields),
                f'add_{name} on {target_type}',
                made,
            )
        check(api.filled(f'get_{name}', kind, made).uuid == made.uuid, f'get_{name} answers it')
        check(api.filled('get_analyst_data', kind, made).uuid == made.uuid, f'get_analyst_data answers a {name}')
        for field, value in changes.items():
            setattr(made, field, value)
        changed = api.filled(f'update_{name}', kind, made)
        check(changed and same(changed, made, *changes), f'update_{name} changes', changed)
        api.filled('update_analyst_data', kind, made, analyst_data_id=made.id)
        whole = api.filled('get_event', MISPEvent, event)
        check(len(getattr(whole, f'{name}s')) == 1, f'the event has its {name}', whole.to_json()[:300])
        check(len(getattr(whole.attributes[0], f'{name}s')) == 1, f'the attribute has its {name}')
        check(len(getattr(whole.objects[0], f'{name}s')) == 1, f'the object has its {name}')
        check(len(getattr(whole.event_reports[0], f'{name}s')) == 1, f'the report has its {name}')
        api.good(f'delete_{name}', made)
        api.bad(f'get_{name}', made)
        item = kind()
        item.from_dict(object_uuid=event.uuid, object_type='Event', distribution=0, **fields)
        made = api.filled('add_analyst_data', kind, item)
        api.good('delete_analyst_data', made)
        api.bad('delete_analyst_data', made)
    note = MISPNote()
    note.from_dict(object_uuid=event.uuid, object_type='Event', note='below', distribution=1)
    note = api.filled('add_note', MISPNote, note)
    below = note.add_opinion(opinion=40, comment='on a note')
    below = api.filled('add_opinion', MISPOpinion, below)
    got = api.filled('get_note', MISPNote, note)
    check(
        got and [one.uuid for one in got.opinions] == [below.uuid],
        'an opinion stands in its note',
        got.to_json() if got else None,
    )


def delegations(api, receiver):
    """The administrator hands an event over to the user's organisation."""
    api.good('set_server_setting', 'MISP.delegation', True, force=True)
    organisation = receiver.filled('get_user', MISPUser, 'me').org_id
    made = []
    for given in range(3):
        event = new_event('delegated')
        event.add_attribute('domain', 'delegated.example.org')
        event = api.filled('add_event', MISPEvent, event)
        if given == 0:
            delegation = api.filled(
                'delegate_event', MISPEventDelegation, event, organisation, distribution=1, message='take it'
            )
        else:
            request = MISPEventDelegation()
            request.from_dict(event_id=event.id, org_id=organisation, distribution=0, message='take it')
            delegation = api.filled('delegate_event', MISPEventDelegation, event_delegation=request)
        check(
            delegation and str(delegation.event_id) == str(event.id), 'delegate_event answers the request', delegation
        )
        made.append((event, delegation))
    found = [one.id for one in receiver.listed('event_delegations', MISPEventDelegation)]
    check(all(delegation.id in found for _, delegation in made), 'the receiver lists them', found)
    (first, accepted), (second, discarded), (third, withdrawn) = made
    receiver.good('accept_event_delegation', accepted)
    got = receiver.filled('get_event', MISPEvent, first.uuid)
    check(got and str(got.org_id) == str(organisation), 'the event belongs to the receiver')
    receiver.bad('accept_event_delegation', accepted)
    receiver.good('discard_event_delegation', discarded)
    api.good('discard_event_delegation', withdrawn.id)
    receiver.bad('get_event', second.uuid, status=(404,))
    for one in (first, second, third):
        api.good('delete_event', one.uuid)
    api.good('set_server_setting', 'MISP.delegation', False, force=True)
