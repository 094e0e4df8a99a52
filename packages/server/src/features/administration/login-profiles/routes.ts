import { can, isSiteAdmin, type Viewer } from '../../../access/viewer.ts';
import { recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import { NotFound } from '../../../errors.ts';
import { json, success } from '../../../http/answer.ts';
import { readId } from '../../../http/lenient.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { databaseTime } from '../database-time.ts';
import { readSignIns } from './history.ts';
import { deleteProfile, type LoginProfileRow, selectProfiles } from './queries.ts';
import { judgeOwnSignIn } from './service.ts';

/** Where users sign in from, and what they say of it. */
export function loginProfileOperations(magpie: Magpie): Operation[] {
  return [...readOperations(magpie), ...judgeOperations(magpie)];
}

function readOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'users.view_login_history',
      summary: 'The latest sign-ins, failures and refused keys of oneself or a user one administers',
      path: '/users/view_login_history/{user?}',
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      handle: async ({ viewer, args }) => {
        const id = targetUser(viewer, args.user);
        return json(id === null ? [] : await readSignIns(magpie, viewer, id));
      },
    },
    {
      name: 'user_login_profiles.index',
      summary: 'What oneself or a user one administers said of where sign-ins came from',
      path: '/user_login_profiles/index/{user?}',
      aliases: ['/user_login_profiles'],
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      handle: async ({ viewer, args }) => {
        const id = targetUser(viewer, args.user);
        if (id === null || !(await mayRead(magpie, viewer, id))) return json([]);
        const rows = await magpie.database.asSystem('login profiles', (tx) => selectProfiles(tx, id));
        return json(rows.map(profileWire));
      },
    },
  ];
}

function judgeOperations(magpie: Magpie): Operation[] {
  const judge = { methods: ['POST'], permission: 'any', effect: 'write', model: 'UserLoginProfile' } as const;
  return [
    {
      ...judge,
      name: 'user_login_profiles.trust',
      summary: 'Say that a sign-in of the log was one’s own',
      path: '/user_login_profiles/trust/{entry?}',
      handle: async ({ viewer, args, sessionToken }: Call) => {
        await judgeOwnSignIn(magpie, viewer, readId(args.entry), 'trusted', sessionToken);
        return success('Login marked as trusted.', { id: args.entry ?? '' });
      },
    },
    {
      ...judge,
      name: 'user_login_profiles.malicious',
      summary: 'Say that a sign-in of the log was not one’s own: administrators are told, a new password is demanded',
      path: '/user_login_profiles/malicious/{entry?}',
      handle: async ({ viewer, args, sessionToken }: Call) => {
        await judgeOwnSignIn(magpie, viewer, readId(args.entry), 'malicious', sessionToken);
        return success('Login marked as malicious.', { id: args.entry ?? '' });
      },
    },
    {
      name: 'user_login_profiles.admin_delete',
      summary: 'Forget what a user said of a sign-in',
      path: '/admin/user_login_profiles/delete/{profile?}',
      methods: ['POST', 'DELETE'],
      permission: 'perm_admin',
      effect: 'write',
      model: 'UserLoginProfile',
      handle: async ({ viewer, args }) => {
        const id = readId(args.profile);
        await magpie.database.asSystem('forget a login profile', async (tx) => {
          const within = isSiteAdmin(viewer) ? null : viewer.organisationId;
          const found = id === null ? null : await deleteProfile(tx, id, within);
          if (id === null || found === null) throw new NotFound('Invalid user login profile.');
          const change = { model: 'UserLoginProfile', action: 'delete', modelId: id, title: `User ${found.user_id}` };
          await recordChanges(tx, [{ ...change, before: { status: found.status, ip: found.ip } }], viewer);
        });
        return success('UserLoginProfile deleted.', { id: args.profile ?? '' });
      },
    },
  ];
}

/** Oneself unless another is named; null for what is no id. */
function targetUser(viewer: Viewer, named: string | undefined): number | null {
  return named === undefined || named.toLowerCase() === 'me' ? viewer.userId : readId(named);
}

/** Oneself, users of the organisation that one administers, and for site administrators everybody. */
async function mayRead(magpie: Magpie, viewer: Viewer, userId: number): Promise<boolean> {
  if (userId === viewer.userId || isSiteAdmin(viewer)) return true;
  if (!can(viewer, 'perm_admin')) return false;
  return (await magpie.accounts.byUserId(userId))?.organisationId === viewer.organisationId;
}

function profileWire(row: LoginProfileRow): Record<string, unknown> {
  const { id, user_id, created, status, ...profile } = row;
  return {
    UserLoginProfile: {
      id: String(id),
      created_at: databaseTime(created),
      user_id: String(user_id),
      status,
      ...profile,
    },
  };
}
