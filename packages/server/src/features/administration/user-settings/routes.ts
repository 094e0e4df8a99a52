import Type from 'typebox';
import type { Magpie } from '../../../context.ts';
import { BadRequest, NotFound } from '../../../errors.ts';
import { json, success } from '../../../http/answer.ts';
import { isObject, readId, unwrap } from '../../../http/lenient.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { notificationSettingOperations } from './notification-routes.ts';
import type { UserSettingRow } from './queries.ts';
import {
  getUserSetting,
  removeUserSetting,
  type SettingFilter,
  searchUserSettings,
  setUserSetting,
  toggleEventColumn,
  viewUserSetting,
} from './service.ts';

const MAX_HOMEPAGE_LENGTH = 2048;
const settingBody = Type.Object({
  setting: Type.String(),
  value: Type.Unknown(),
  user_id: Type.Optional(Type.String()),
});

/** What users keep for themselves: home page, filters, hidden columns. */
export function userSettingOperations(magpie: Magpie): Operation[] {
  return [...readOperations(magpie), ...writeOperations(magpie), ...notificationSettingOperations(magpie)];
}

function readOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'user_settings.index',
      summary: 'List settings of oneself, or of those one administers',
      path: '/user_settings/index',
      aliases: ['/user_settings'],
      methods: ['GET', 'POST'],
      permission: 'any',
      effect: 'read',
      handle: async (call) => {
        const rows = await searchUserSettings(magpie, call.viewer, readFilter(call));
        return json(rows.map((row) => ({ UserSetting: settingWire(row) })));
      },
    },
    {
      name: 'user_settings.view',
      summary: 'Show a setting by id',
      path: '/user_settings/view/{setting}',
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      handle: async ({ viewer, args }) =>
        json({ UserSetting: settingWire(await viewUserSetting(magpie, viewer, readId(args.setting))) }),
    },
    {
      name: 'user_settings.getSetting',
      summary: 'Show a setting by name',
      path: '/user_settings/getSetting/{user?}/{setting?}',
      methods: ['GET', 'POST'],
      permission: 'any',
      effect: 'read',
      handle: async ({ viewer, args, body }) => {
        const fields = unwrap(body, 'UserSetting');
        const userId = readId(args.user ?? fields.user_id);
        return json(settingWire(await getUserSetting(magpie, viewer, userId, args.setting ?? fields.setting)));
      },
    },
  ];
}

function writeOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'user_settings.setSetting',
      summary: 'Store a setting',
      path: '/user_settings/setSetting/{user?}/{setting?}',
      methods: ['POST', 'PUT'],
      permission: 'any',
      effect: 'write',
      model: 'UserSetting',
      body: settingBody,
      describe: {
        description: 'POST or PUT a setting with its value.',
        mandatory: ['setting', 'value'],
        optional: ['user_id'],
      },
      handle: async ({ viewer, args, body }) => {
        const fields = unwrap(body, 'UserSetting');
        const row = await setUserSetting(magpie, viewer, {
          userId: readId(args.user ?? fields.user_id),
          setting: args.setting ?? fields.setting,
          value: fields.value,
        });
        return json({ UserSetting: settingWire(row) });
      },
    },
    {
      name: 'user_settings.delete',
      summary: 'Delete a setting by id or by name',
      path: '/user_settings/delete/{setting?}',
      methods: ['POST', 'DELETE'],
      permission: 'any',
      effect: 'write',
      model: 'UserSetting',
      handle: async ({ viewer, args, body }) => {
        const fields = unwrap(body, 'UserSetting');
        const id = readId(args.setting);
        if (args.setting !== undefined && id === null) throw new NotFound('Invalid setting.');
        const removed = await removeUserSetting(
          magpie,
          viewer,
          id === null ? { setting: fields.setting, userId: readId(fields.user_id) } : { id },
        );
        return success('Setting deleted.', { id: String(removed) });
      },
    },
    {
      name: 'user_settings.eventIndexColumnToggle',
      summary: 'Hide a column of one’s event list, or show it again',
      path: '/user_settings/eventIndexColumnToggle/{column}',
      methods: ['POST'],
      permission: 'any',
      effect: 'write',
      model: 'UserSetting',
      handle: async ({ viewer, args }) => {
        await toggleEventColumn(magpie, viewer, args.column ?? '');
        return success('Column visibility switched');
      },
    },
    {
      name: 'user_settings.setHomePage',
      summary: 'Choose the page to begin with',
      path: '/user_settings/setHomePage',
      methods: ['POST'],
      permission: 'any',
      effect: 'write',
      model: 'UserSetting',
      body: Type.Object({ path: Type.String() }),
      handle: async ({ viewer, body }) => {
        const { path } = unwrap(body, 'UserSetting');
        if (typeof path !== 'string' || path === '' || path.length > MAX_HOMEPAGE_LENGTH) {
          throw new BadRequest('No path POSTed.');
        }
        await setUserSetting(magpie, viewer, { userId: null, setting: 'homepage', value: { path } });
        return success(`Homepage set to ${path}`);
      },
    },
  ];
}

function settingWire(row: UserSettingRow): Record<string, unknown> {
  // MISP sends an empty map as an empty list.
  const isEmpty = isObject(row.value) && Object.keys(row.value).length === 0;
  return {
    id: String(row.id),
    setting: row.setting,
    value: isEmpty ? [] : row.value,
    user_id: String(row.user_id),
    timestamp: String(row.timestamp),
  };
}

/** Whose settings: of all that one administers where nothing is said, and one's own where nobody knows whose. */
function readUsers(given: unknown): SettingFilter['users'] {
  if (given === 'org' || given === 'all' || given === 'me') return given;
  return readId(given) ?? (given ? 'me' : 'all');
}

function readFilter(call: Call): SettingFilter {
  const given = { ...(isObject(call.body) ? unwrap(call.body, 'UserSetting') : {}), ...call.named };
  const limit = readId(given.limit);
  return {
    setting: typeof given.setting === 'string' && given.setting !== '' ? given.setting : null,
    users: readUsers(given.user_id),
    limit,
    page: readId(given.page) ?? 1,
  };
}
