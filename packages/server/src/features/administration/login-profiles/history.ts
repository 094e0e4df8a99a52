import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import { databaseTime } from '../database-time.ts';
import { type LoginProfile, profileOf } from './profile.ts';
import { selectProfiles } from './queries.ts';
import { statusOf } from './status.ts';

const MAX_HISTORY = 500;
const ACTIONS = `action = any (array['login', 'login_fail', 'auth', 'auth_fail'])`;

interface SignInRow {
  id: number;
  at: Date;
  action: string;
  after: Record<string, unknown> | null;
  ip: string | null;
}

/**
 * The latest sign-ins, failures and refused keys of a user, as far as the viewer sees his log. With
 * `Security.alert_on_suspicious_logins` each with what is to be thought of it.
 */
export async function readSignIns(magpie: Magpie, viewer: Viewer, userId: number): Promise<unknown[]> {
  // By the index of the log on (model, id); bounded.
  const rows = await magpie.database.as(viewer, (tx) =>
    tx.query<SignInRow>(
      `select id, at, action, after, ip from visible_changes
       where model = 'User' and model_id = $1 and ${ACTIONS} order by id desc limit $2`,
      [userId, MAX_HISTORY],
    ),
  );
  const isJudged = magpie.settings.get('Security.alert_on_suspicious_logins') && rows.length > 0;
  const stored = isJudged
    ? await magpie.database.asSystem('judged sign-ins', (tx) => selectProfiles(tx, userId))
    : null;
  return rows.map((row) => {
    const profile = loggedProfile(row);
    return {
      id: String(row.id),
      created: databaseTime(row.at),
      action: row.action,
      ip: profile.ip,
      user_agent: profile.user_agent,
      accept_lang: profile.accept_lang,
      platform: profile.ua_platform,
      browser: profile.ua_browser,
      region: profile.geoip,
      ...(stored === null ? {} : { status: statusOf(profile, stored) }),
    };
  });
}

/** The profile behind an entry of the viewer's own log; null when it is none of his sign-ins. */
export async function findOwnSignIn(magpie: Magpie, viewer: Viewer, logId: number): Promise<LoginProfile | null> {
  const row = await magpie.database.as(viewer, (tx) =>
    tx.first<SignInRow>(
      `select id, at, action, after, ip from visible_changes
       where id = $1 and user_id = $2 and model = 'User' and model_id = $2 and ${ACTIONS}`,
      [logId, viewer.userId],
    ),
  );
  return row === null ? null : loggedProfile(row);
}

function loggedProfile({ after, ip }: SignInRow): LoginProfile {
  const text = (name: string) => (typeof after?.[name] === 'string' ? after[name] : null);
  return profileOf(text('ip') ?? ip ?? '', text('user_agent'), text('accept_lang'));
}
