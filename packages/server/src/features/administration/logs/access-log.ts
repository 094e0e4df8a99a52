import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';

const MAX_WAITING = 1000;
const FLUSH_MS = 1000;

/** One answered request. `duration` in milliseconds. */
export interface AnsweredRequest {
  viewer: Viewer;
  method: string;
  url: string;
  userAgent: string | null;
  status: number;
  duration: number;
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

  async function isWanted({ viewer }: AnsweredRequest): Promise<boolean> {
    if (magpie.settings.get('MISP.log_paranoid')) return true;
    if (magpie.settings.get('MISP.log_paranoid_api') && viewer.authKeyId !== null) return true;
    if (!magpie.settings.get('Security.user_monitoring_enabled')) return false;
    monitored ??= readMonitored();
    return (await monitored).has(viewer.userId);
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
    const wanted: AnsweredRequest[] = [];
    for (const request of batch) if (await isWanted(request)) wanted.push(request);
    if (wanted.length > 0) await write(magpie, wanted);
  }

  return {
    note(request) {
      if (!isEverWanted() || waiting.length >= MAX_WAITING) return;
      waiting.push(request);
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
  await magpie.database.aside('access log', (tx) =>
    tx.execute(
      `insert into access_logs (user_id, org_id, authkey_id, ip, request_method, user_agent, request_id, controller,
         action, url, response_code, duration)
       select * from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::uuid[],
         $8::text[], $9::text[], $10::text[], $11::smallint[], $12::integer[])`,
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
        column(({ url }) => withoutKey(url).slice(0, 2000)),
        column(({ status }) => status),
        column(({ duration }) => Math.round(duration)),
      ],
    ),
  );
}

/** A key that stands in the URL is not kept. */
function withoutKey(url: string): string {
  return url.replaceAll(/(\/apikey(?::|%3a))[^/?]*/gi, '$1*');
}

/** `/admin/users/add` is MISP's action admin_add of users. */
function placeOf(url: string): { controller: string; action: string } {
  const segments = (url.split('?')[0] ?? '').split('/').filter((segment) => segment !== '');
  const prefix = segments[0]?.toLowerCase() === 'admin' ? 'admin_' : '';
  const [controller = 'events', action = 'index'] = prefix === '' ? segments : segments.slice(1);
  return { controller: controller.slice(0, 100), action: `${prefix}${action.replace(/\.json$/, '')}`.slice(0, 100) };
}
