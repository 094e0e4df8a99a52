import { setImmediate } from 'node:timers/promises';
import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import { withoutUrlKey } from '../../../secrets/masked-json.ts';
import { keptBody, LONGEST_KEPT_BYTES, type SentBody, setsSecret } from './kept-body.ts';

const MAX_WAITING = 1000;
/** Bodies that wait to be written; those beyond are not kept, their requests are. */
const MAX_WAITING_BYTES = 8 * 2 ** 20;
const FLUSH_MS = 1000;

/** One answered request. `duration` in milliseconds. */
export interface AnsweredRequest {
  viewer: Viewer;
  method: string;
  url: string;
  userAgent: string | null;
  status: number;
  duration: number;
  /** Null for requests without one. */
  body: SentBody | null;
}

/** Keeps requests of monitored users, or of everybody (MISP.log_paranoid), when the instance asks for it. */
export interface AccessLog {
  /** Costs nothing while nobody is monitored; entries are written together, after the answer. */
  note(request: AnsweredRequest): void;
  /** Writes what waits. */
  flush(): Promise<void>;
}

/** Creates the log. A failed write loses entries, never an answer; what waits is bounded. */
export function createAccessLog(magpie: Magpie): AccessLog {
  let waiting: AnsweredRequest[] = [];
  let waitingBytes = 0;
  let timer: NodeJS.Timeout | undefined;
  let monitored: Promise<ReadonlySet<number>> | null = null;
  magpie.database.listen('magpie_accounts', () => {
    monitored = null;
  });

  function readMonitored(): Promise<ReadonlySet<number>> {
    return magpie.database.aside('monitored users', async (tx) => {
      const rows = await tx.query<{ id: number }>('select id from users where monitored');
      return new Set(rows.map(({ id }) => id));
    });
  }

  /** Whether a request is kept: of monitored users with its body, of others with it where the instance says so. */
  async function keeping({ viewer }: AnsweredRequest): Promise<'whole' | 'without body' | 'not'> {
    const { settings } = magpie;
    if (settings.get('Security.user_monitoring_enabled')) {
      monitored ??= readMonitored();
      if ((await monitored).has(viewer.userId)) return 'whole';
    }
    const isParanoid =
      settings.get('MISP.log_paranoid') || (settings.get('MISP.log_paranoid_api') && viewer.authKeyId !== null);
    if (!isParanoid || settings.get('MISP.log_paranoid_skip_db')) return 'not';
    return settings.get('MISP.log_paranoid_include_post_body') ? 'whole' : 'without body';
  }

  /** Counts a body among those that wait; long ones are not held until it is known whether they are kept. */
  function hold(body: SentBody | null): SentBody | null {
    if (body === null) return null;
    const bytes = body.bytes.length > LONGEST_KEPT_BYTES ? Buffer.alloc(0) : body.bytes;
    if (waitingBytes + bytes.length > MAX_WAITING_BYTES) return null;
    waitingBytes += bytes.length;
    return { contentType: body.contentType.slice(0, 200), bytes };
  }

  function isEverWanted(): boolean {
    return (
      magpie.settings.get('MISP.log_paranoid') ||
      magpie.settings.get('MISP.log_paranoid_api') ||
      magpie.settings.get('Security.user_monitoring_enabled')
    );
  }

  async function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const batch = waiting;
    waiting = [];
    waitingBytes = 0;
    const wanted: AnsweredRequest[] = [];
    for (const request of batch) {
      const kept = await keeping(request);
      if (kept !== 'not') wanted.push(kept === 'whole' ? request : { ...request, body: null });
    }
    if (wanted.length > 0) await write(magpie, wanted);
  }

  return {
    note(request) {
      if (!isEverWanted() || waiting.length >= MAX_WAITING) return;
      waiting.push({ ...request, body: hold(request.body) });
      timer ??= setTimeout(() => {
        flush().catch((error: unknown) => {
          monitored = null;
          process.emitWarning(`requests could not be kept in the access log: ${String(error)}`);
        });
      }, FLUSH_MS).unref();
    },
    flush,
  };
}

async function write(magpie: Magpie, requests: readonly AnsweredRequest[]): Promise<void> {
  const column = <T>(read: (request: AnsweredRequest) => T) => requests.map(read);
  const bodies = await keptBodies(requests);
  await magpie.database.aside('access log', (tx) =>
    tx.execute(
      `insert into access_logs (user_id, org_id, authkey_id, ip, request_method, user_agent, request_id, controller,
         action, url, response_code, duration, request)
       select * from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::uuid[],
         $8::text[], $9::text[], $10::text[], $11::smallint[], $12::integer[], $13::bytea[])`,
      [
        column(({ viewer }) => viewer.userId),
        column(({ viewer }) => viewer.organisationId),
        column(({ viewer }) => viewer.authKeyId),
        column(({ viewer }) => viewer.ip),
        column(({ method }) => method),
        column(({ userAgent }) => userAgent?.slice(0, 500) ?? null),
        column(({ viewer }) => viewer.requestId),
        column(({ url }) => placeOf(url).controller),
        column(({ url }) => placeOf(url).action),
        column(({ url }) => withoutUrlKey(url).slice(0, 2000)),
        column(({ status }) => status),
        column(({ duration }) => Math.round(duration)),
        bodies,
      ],
    ),
  );
}

/** Megabytes may wait: between two bodies others are served. */
async function keptBodies(requests: readonly AnsweredRequest[]): Promise<(Buffer | null)[]> {
  const bodies: (Buffer | null)[] = [];
  for (const { body, url } of requests) {
    if (body !== null) await setImmediate();
    bodies.push(body === null ? null : keptBody(body, setsSecret(url)));
  }
  return bodies;
}

/** `/admin/users/add` is MISP's action admin_add of users. */
function placeOf(url: string): { controller: string; action: string } {
  const segments = (url.split('?')[0] ?? '').split('/').filter((segment) => segment !== '');
  const prefix = segments[0]?.toLowerCase() === 'admin' ? 'admin_' : '';
  const [controller = 'events', action = 'index'] = prefix === '' ? segments : segments.slice(1);
  return { controller: controller.slice(0, 100), action: `${prefix}${action.replace(/\.json$/, '')}`.slice(0, 100) };
}
