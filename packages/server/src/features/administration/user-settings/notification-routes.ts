import Type from 'typebox';
import { isSiteAdmin, type Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import { BadRequest, Forbidden } from '../../../errors.ts';
import { json } from '../../../http/answer.ts';
import { isObject, type JsonObject, unwrap } from '../../../http/lenient.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { editOwnAccount } from '../users/own-account.ts';
import { searchUserSettings, setUserSetting } from './service.ts';

const FILTERS = 'periodic_notification_filters';
const FLAGS = ['notification_daily', 'notification_weekly', 'notification_monthly'] as const;

const flag = Type.Optional(Type.Union([Type.Boolean(), Type.String(), Type.Integer()]));
const choices = { notification_daily: flag, notification_weekly: flag, notification_monthly: flag };

/** Which periodic summaries one wants, and of what: the settings of MISP's page, in one place. */
export function notificationSettingOperations(magpie: Magpie): Operation[] {
  const place = { path: '/users/notificationSettings', permission: 'any', model: 'User' } as const;
  return [
    {
      ...place,
      name: 'users.notificationSettings_form',
      summary: 'Which periodic summaries one has chosen, and their filters',
      methods: ['GET'],
      effect: 'read',
      handle: async ({ viewer }: Call) => json(await chosenBy(magpie, viewer)),
    },
    {
      ...place,
      name: 'users.notificationSettings',
      summary: 'Chooses periodic summaries and their filters; what is left out stays',
      methods: ['POST', 'PUT'],
      effect: 'write',
      body: Type.Object({ ...choices, [FILTERS]: Type.Optional(Type.Object({}, { additionalProperties: true })) }),
      handle: async ({ viewer, body }: Call) => {
        if (magpie.settings.get('MISP.disableUserSelfManagement') && !isSiteAdmin(viewer)) {
          throw new Forbidden('User self-management has been disabled on this instance.');
        }
        const sent: JsonObject = { ...unwrap(body, 'UserSetting'), ...unwrap(body, 'User') };
        const filters = sent[FILTERS];
        if (filters !== undefined && !isObject(filters)) throw new BadRequest(`${FILTERS}: expected an object.`);
        const flags = Object.fromEntries(
          FLAGS.flatMap((name) => (sent[name] === undefined ? [] : [[name, sent[name]]])),
        );
        const confirmPassword = () => Promise.resolve();
        if (Object.keys(flags).length > 0) {
          await editOwnAccount(magpie, viewer, flags, { sessionToken: null, confirmPassword });
        }
        if (filters !== undefined) {
          await setUserSetting(magpie, viewer, { userId: null, setting: FILTERS, value: filters });
        }
        return json(await chosenBy(magpie, viewer));
      },
    },
  ];
}

async function chosenBy(magpie: Magpie, viewer: Viewer): Promise<JsonObject> {
  const [setting] = await searchUserSettings(magpie, viewer, { setting: FILTERS, users: 'me', limit: 1, page: 1 });
  const flags = await magpie.database.as(viewer, (tx) =>
    tx.first<Record<string, boolean>>(`select ${FLAGS.join(', ')} from visible_users where id = $1`, [viewer.userId]),
  );
  return { User: flags ?? {}, UserSetting: { [FILTERS]: setting?.value ?? {} } };
}
