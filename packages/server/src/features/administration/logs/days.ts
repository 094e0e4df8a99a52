import { isSiteAdmin } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import { type Answer, json } from '../../../http/answer.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { isAuditedAction } from './actions.ts';
import { addOrganisationFilter, ownScope } from './filters.ts';

const DAYS = 31;
const DAY_SECONDS = 86_400;
/** Entries of a day that are looked at; a day with more counts these. */
const COUNTED = 10_000;
const NOT_COUNTED = ['login', 'logout', 'change_pw'];

/**
 * How many entries of the logs there are on each of the last days, for a calendar. Days are found by the ids that begin
 * them, and of each no more than 10,000 entries are looked at, so that the cost does not grow with the log.
 */
export function logDayOperations(magpie: Magpie): Operation[] {
  const shared = { methods: ['GET'], permission: 'perm_audit', effect: 'read' } as const;
  return [
    {
      ...shared,
      name: 'logs.returnDates',
      summary: 'Entries of the log on each of the last 31 days, at most 10,000 a day',
      path: '/logs/returnDates/{organisation?}',
      aliases: ['/admin/logs/returnDates/{organisation?}'],
      handle: (call: Call) => answer(magpie, call, 'true'),
    },
    {
      ...shared,
      name: 'audit_logs.returnDates',
      summary: 'Changes on each of the last 31 days, at most 10,000 a day',
      path: '/audit_logs/returnDates/{organisation?}',
      aliases: ['/admin/audit_logs/returnDates/{organisation?}'],
      handle: (call: Call) => answer(magpie, call, isAuditedAction),
    },
  ];
}

function answer(magpie: Magpie, { viewer, args }: Call, counted: string): Promise<Answer> {
  return magpie.database.as(viewer, async (tx) => {
    const where = ownScope(viewer);
    const organisation = args.organisation?.toLowerCase();
    if (organisation !== 'all' || !isSiteAdmin(viewer)) {
      await addOrganisationFilter(tx, where, organisation === 'all' ? undefined : args.organisation);
    }
    const today = Math.floor(magpie.now() / DAY_SECONDS) * DAY_SECONDS;
    const at = where.values.length;
    const scope = where.conditions.map((condition) => ` and ${condition}`).join('');
    const rows = await tx.query<{ day: number; entries: number }>(
      `select d.day, n.entries from (
         select s.day, first_change_since(to_timestamp(s.day)) as low,
           coalesce(first_change_since(to_timestamp(s.day + ${DAY_SECONDS})), 9223372036854775807) as high
         from generate_series($${at + 1}::bigint, $${at + 2}::bigint, ${DAY_SECONDS}) s(day)
       ) d cross join lateral (
         select count(*) filter (where action <> all ($${at + 3}::text[]) and ${counted}) as entries
         from (select c.action from visible_changes c where c.id >= d.low and c.id < d.high${scope}
           order by c.id limit ${COUNTED}) x
       ) n where d.low is not null and n.entries > 0 order by d.day`,
      [...where.values, today - (DAYS - 1) * DAY_SECONDS, today, NOT_COUNTED],
    );
    return json(Object.fromEntries(rows.map(({ day, entries }) => [String(day), entries])));
  });
}
