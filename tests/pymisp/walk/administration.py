"""The instance, its organisations and people."""

import json
import uuid

import pymisp
from caller import Caller, check, new_event, same, unique, with_user
from pymisp import MISPEvent, MISPObject, MISPOrganisation, MISPRole, MISPServer, MISPSharingGroup, MISPUser, PyMISP


def instance(api):
    """What the instance tells of itself."""
    for name in ('version', 'recommended_pymisp_version', 'misp_instance_version'):
        check('version' in (api.good(name) or {}), f'{name} has a version')
    local, remote = api.good('describe_types_local'), api.good('describe_types_remote')
    missing = set((local or {}).get('types', [])) - set((remote or {}).get('types', []))
    check(not missing, 'describe_types_remote has the types of PyMISP', missing)
    missing = set((local or {}).get('categories', [])) - set((remote or {}).get('categories', []))
    check(not missing, 'describe_types_remote has the categories of PyMISP', missing)
    if api.has('users_heartbeat'):
        check('message' in (api.good('users_heartbeat') or {}), 'the heartbeat has a message')
    for kind in ('findMissingFunctionNames', 'printAllFunctionNames'):
        api.good('remote_acl', kind)
    api.good('get_all_functions')
    api.good('get_all_functions', not_implemented=True)
    api.good('db_schema_diagnostic')
    check('finalSettings' in (api.good('server_settings') or {}), 'server_settings has finalSettings')
    before = api.good('get_server_setting', 'MISP.welcome_text_top') or {}
    answer = api.good('set_server_setting', 'MISP.welcome_text_top', 'walked', force=True)
    check((answer or {}).get('saved') is True, 'set_server_setting says saved', answer)
    after = api.good('get_server_setting', 'MISP.welcome_text_top')
    check((after or {}).get('value') == 'walked', 'the setting has the value that was set', after)
    api.good('set_server_setting', 'MISP.welcome_text_top', before.get('value') or '')
    api.bad('get_server_setting', 'MISP.no_such_setting', status=(400, 403, 404, 405, 500))
    api.good('update_misp')
    api.good('restart_workers')
    for method in ('get_workers', 'restart_dead_workers', 'kill_all_workers'):
        api.good(method)
    api.good('start_worker', 'default')
    api.bad('start_worker', 'no such queue', status=(404,))
    api.bad('stop_worker_by_pid', 1, status=(404,))


def groups(api):
    """Organisations, sharing groups and servers."""
    organisation = MISPOrganisation()
    organisation.from_dict(
        name=unique('Walk'), description='walk', nationality='Luxembourg', sector='test', type='CSIRT', local=True
    )
    made = api.filled('add_organisation', MISPOrganisation, organisation)
    check(same(made, organisation, 'name', 'description', 'nationality', 'sector', 'type'), 'add_organisation', made)
    for given in (made, made.id, made.uuid):
        check(api.filled('get_organisation', MISPOrganisation, given).name == organisation.name, 'get_organisation')
        check(api.good('organisation_exists', given), 'organisation_exists says so')
    made.description = 'changed'
    check(api.filled('update_organisation', MISPOrganisation, made).description == 'changed', 'update_organisation')
    api.filled('update_organisation', MISPOrganisation, made, organisation_id=made.id)
    for scope in ('local', 'external', 'all'):
        found = api.listed('organisations', MISPOrganisation, scope=scope, empty=scope == 'external')
        check((made.id in [one.id for one in found]) == (scope != 'external'), f'organisations {scope}')
    check(
        [one.id for one in api.listed('organisations', MISPOrganisation, search=organisation.name)] == [made.id],
        'search',
    )

    server = MISPServer()
    server.from_dict(
        url='https://walk.example.org',
        name=unique('walk'),
        authkey='w' * 40,
        remote_org_id=made.id,
        push=False,
        pull=False,
        self_signed=False,
    )
    added = api.filled('add_server', MISPServer, server)
    check(same(added, server, 'name', 'url'), 'add_server keeps the fields', added)
    check(added.id in [one.id for one in api.listed('servers', MISPServer)], 'servers lists it')
    added.name = unique('walked')
    check(api.filled('update_server', MISPServer, added).name == added.name, 'update_server changes')
    api.filled('update_server', MISPServer, added, server_id=added.id)
    api.good('test_server', added)
    for method in ('server_push', 'server_pull'):
        api.bad(method, added, status=(404, 405))
    own = api.filled('get_user', MISPUser, 'me')
    sync, sync_row = with_user(api, own.org_id, 5)
    config = sync.filled('get_sync_config', MISPServer)
    config.name = unique('imported')
    imported = api.filled('import_server', MISPServer, config)
    check(same(imported, config, 'name', 'url'), 'import_server keeps the fields', imported)
    api.good('delete_user', sync_row)

    group = MISPSharingGroup()
    group.from_dict(name=unique('walk'), releasability='walkers', description='walk', active=True)
    shared = api.filled('add_sharing_group', MISPSharingGroup, group)
    check(same(shared, group, 'name', 'releasability', 'description'), 'add_sharing_group keeps the fields', shared)
    if api.has('sharing_group_exists'):
        check(api.good('sharing_group_exists', shared) and api.good('sharing_group_exists', shared.uuid), 'it exists')
    api.good('add_org_to_sharing_group', shared, made, extend=True)
    api.good('add_server_to_sharing_group', shared, added, all_orgs=True)
    got = api.filled('get_sharing_group', MISPSharingGroup, shared)
    check(made.uuid in got.to_json(), 'the group has the organisation', got.to_json())
    members = (api.good('get_sharing_group', shared) or {}).get('SharingGroupServer', [])
    check(str(added.id) in [one['server_id'] for one in members], 'the group has the server', members)
    got.description = 'changed'
    changed = api.filled('update_sharing_group', MISPSharingGroup, got)
    check(changed and changed.description == 'changed', 'update_sharing_group changes', changed)
    check(
        api.filled('get_sharing_group', MISPSharingGroup, shared.uuid).description == 'changed', 'and it stays changed'
    )
    api.filled('update_sharing_group', MISPSharingGroup, {'description': 'by id'}, sharing_group_id=shared.id)
    check(
        shared.uuid in [one.uuid for one in api.listed('sharing_groups', MISPSharingGroup)], 'sharing_groups lists it'
    )
    event = new_event()
    event.add_attribute('domain', 'group.example.org')
    item = event.add_object(MISPObject('domain-ip'))
    item.add_attribute('domain', 'group-object.example.org')
    item.add_attribute('ip', '198.51.100.77')
    event = api.filled('add_event', MISPEvent, event)
    for entity in (event, event.attributes[0], event.objects[0]):
        moved = api.good('change_sharing_group_on_entity', entity, shared.id, pythonify=True)
        check(
            moved is not None and str(getattr(moved, 'sharing_group_id', None)) == str(shared.id),
            'change_sharing_group_on_entity',
            moved,
        )
    api.good('delete_event', event)
    api.good('remove_server_from_sharing_group', shared, added)
    api.good('remove_org_from_sharing_group', shared, made)
    got = api.filled('get_sharing_group', MISPSharingGroup, shared)
    check(made.uuid not in got.to_json(), 'it is out')
    api.good('delete_sharing_group', shared)
    api.bad('get_sharing_group', shared)
    api.good('delete_server', added)
    if imported:
        api.good('delete_server', imported)
    check(added.id not in [one.id for one in api.listed('servers', MISPServer, empty=True)], 'the server is gone')
    api.good('delete_organisation', made)
    check(api.good('organisation_exists', made) is False, 'the organisation is gone')
    api.bad('get_organisation', made)


def people(api):
    """Users, roles, settings, registrations."""
    own = api.filled('get_user', MISPUser, 'me')
    expanded = api.good('get_user', 'me', pythonify=True, expanded=True)
    check(
        isinstance(expanded, tuple) and len(expanded) == 3 and isinstance(expanded[1], MISPRole), 'get_user, expanded'
    )
    role = MISPRole()
    role.from_dict(name=unique('walk'), permission=1, perm_tagger=True, perm_auth=True)
    made = api.filled('add_role', MISPRole, role)
    check(made and made.name == role.name and made.perm_tagger, 'add_role keeps the fields', made)
    made.perm_tagger = False
    made.name = unique('walked')
    changed = api.filled('update_role', MISPRole, made)
    check(changed and not changed.perm_tagger and changed.name == made.name, 'update_role changes', changed)
    roles = api.listed('roles', MISPRole)
    usual = next((one for one in roles if one.default), None)
    api.good('set_default_role', made)
    check([one.id for one in api.filled('roles', list) if one.default] == [made.id], 'there is one default role')
    api.good('set_default_role', usual or 3)
    user = MISPUser()
    user.from_dict(email=f'{uuid.uuid4()}@example.test', org_id=own.org_id, role_id=made.id, change_pw=False)
    stored = api.filled('add_user', MISPUser, user)
    check(same(stored, user, 'email', 'org_id', 'role_id'), 'add_user keeps the fields', stored)
    api.bad('add_user', user, status=(403,))
    got = api.filled('get_user', MISPUser, stored.id)
    check(got and got.email == user.email, 'get_user answers it')
    stored.role_id = 3
    check(str(api.filled('update_user', MISPUser, stored).role_id) == '3', 'update_user changes the role')
    api.filled('update_user', MISPUser, stored, user_id=stored.id)
    check(stored.email in [one.email for one in api.listed('users', MISPUser)], 'users lists it')
    check(
        [one.email for one in api.listed('users', MISPUser, search=stored.email)] == [stored.email], 'users by e-mail'
    )
    check(
        stored.email in [one.email for one in api.listed('users', MISPUser, organisation=int(own.org_id))],
        'users by organisation',
    )
    api.good('delete_role', made)
    check(made.id not in [one.id for one in api.filled('roles', list)], 'the role is gone')
    key = api.good('get_new_authkey', stored)
    check(isinstance(key, str) and len(key) == 40, 'get_new_authkey answers a key', key)
    theirs = Caller('new user', PyMISP(api.api.root_url, key, False))
    theirs.good('change_user_password', 'Another-password-2026')
    for given in (None, stored):
        asking = theirs if given is None else api
        options = {} if given is None else {'user': given}
        api_name = 'user_settings'
        for value in ({'path': '/events/index'}, {'path': '/attributes/index'}):
            answer = asking.filled('set_user_setting', pymisp.MISPUserSetting, 'homepage', value, **options)
            check(answer and answer.value == value, 'set_user_setting answers the value', answer)
        got = asking.filled('get_user_setting', pymisp.MISPUserSetting, 'homepage', **options)
        check(got and got.value == {'path': '/attributes/index'}, 'get_user_setting answers the value', got)
        asking.listed(api_name, pymisp.MISPUserSetting)
        asking.good('delete_user_setting', 'homepage', **options)
        asking.bad('get_user_setting', 'homepage', **options)
    registrations(api)
    for context in ('data', 'orgs', 'users', 'tags', 'attributehistogram', 'sightings', 'galaxyMatrix'):
        api.good('users_statistics', context)
    api.good('delete_user', stored)
    api.bad('get_user', stored.id)


def registrations(api):
    api.good('set_server_setting', 'Security.allow_self_registration', True, force=True)
    addresses = [f'{uuid.uuid4()}@example.test' for _ in range(3)]
    own = api.filled('get_user', MISPUser, 'me')
    organisation = api.filled('get_organisation', MISPOrganisation, own.org_id)
    for address in addresses:
        api.good(
            'direct_call',
            'users/register',
            {'email': address, 'org_name': 'Walkers', 'org_uuid': organisation.uuid, 'message': 'let me in'},
        )
    waiting = {
        one.data['email'] if isinstance(one.data, dict) else json.loads(one.data)['email']: one
        for one in api.listed('user_registrations', pymisp.MISPInbox)
    }
    check(set(addresses) <= set(waiting), 'user_registrations lists them', list(waiting))
    if set(addresses) <= set(waiting):
        api.good('accept_user_registration', waiting[addresses[0]], organisation=own.org_id, role=3)
        api.good('accept_user_registration', waiting[addresses[1]], unsafe_fallback=True)
        api.good('discard_user_registration', waiting[addresses[2]].id)
        users = {one.email: one for one in api.filled('users', list)}
        check(
            addresses[0] in users and addresses[1] in users and addresses[2] not in users, 'registrations become users'
        )
        for address in addresses[:2]:
            if address in users:
                api.good('delete_user', users[address])
    api.good('set_server_setting', 'Security.allow_self_registration', False, force=True)
