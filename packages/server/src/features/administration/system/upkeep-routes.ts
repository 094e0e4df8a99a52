import { recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import { NotFound, Refused } from '../../../errors.ts';
import { json, success } from '../../../http/answer.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { QUEUES } from '../../../jobs/jobs.ts';

/**
 * What MISP's pages of maintenance look for in the data and repair. Most of it cannot be: an attribute has its event
 * and both its halves, or is not stored.
 */
export function upkeepOperations(magpie: Magpie): Operation[] {
  return [...checks(), ...repairs(magpie)];
}

function checks(): Operation[] {
  const check = { methods: ['GET', 'POST'], effect: 'read', handle: () => json([]) } as const;
  return [
    {
      ...check,
      name: 'attributes.checkComposites',
      summary: 'Composite attributes that lack a half: there are none, since they are checked before they are stored',
      path: '/attributes/checkComposites',
      permission: 'perm_admin',
    },
    {
      ...check,
      name: 'attributes.checkOrphanedAttributes',
      summary: 'Attributes without an event: there are none, since they go with their event',
      path: '/attributes/checkOrphanedAttributes',
      permission: 'perm_site_admin',
    },
    {
      ...check,
      name: 'logs.testForStolenAttributes',
      summary: 'Attributes that moved from one event to another: there are none, since no write moves one',
      path: '/logs/testForStolenAttributes',
      permission: 'perm_site_admin',
    },
  ];
}

function repairs(magpie: Magpie): Operation[] {
  const button = { methods: ['POST'], permission: 'perm_site_admin', effect: 'write' } as const;
  return [
    {
      ...button,
      name: 'attributes.pruneOrphanedAttributes',
      summary: 'Nothing to do: there are no attributes without an event',
      path: '/attributes/pruneOrphanedAttributes',
      model: 'Attribute',
      handle: () => success('There is nothing to do.'),
    },
    {
      ...button,
      name: 'logs.pruneUpdateLogs',
      summary: 'Nothing to do: updates of the program write no entries, and entries are not taken out of the log',
      path: '/logs/pruneUpdateLogs',
      model: 'Log',
      handle: () => success('There is nothing to do.'),
    },
    {
      ...button,
      name: 'regexp.clean',
      summary: 'Refused: import rules change what comes in, not what is stored',
      path: '/admin/regexp/clean',
      model: 'Regexp',
      handle: () => {
        throw new Refused('Import rules change what comes in; what is stored stays as it is.');
      },
    },
    {
      ...button,
      name: 'servers.clearWorkerQueue',
      summary: 'Cancels what users have in a queue and has not begun',
      path: '/servers/clearWorkerQueue/{queue?}',
      model: 'Server',
      handle: async ({ viewer, args }: Call) => {
        const queue = QUEUES.find((name) => name === args.queue);
        if (queue === undefined) throw new NotFound('Invalid queue.');
        await magpie.database.asSystem('clear a queue', async (tx) => {
          // Work that the program plans for itself comes back by being done.
          await tx.execute(
            `update jobs set state = 'cancelled', cancel_requested = true, modified = clock_timestamp()
             where queue = $1 and state = 'waiting' and user_id <> 0`,
            [queue],
          );
          await recordChanges(tx, [{ model: 'Job', action: 'clear', title: queue }], viewer);
        });
        return success('Queue cleared.');
      },
    },
  ];
}
