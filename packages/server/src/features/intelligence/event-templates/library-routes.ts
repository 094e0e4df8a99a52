import Type from 'typebox';
import type { Magpie } from '../../../context.ts';
import { json, success } from '../../../http/answer.ts';
import { readBoolean } from '../../../http/lenient.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { runContentUpdate } from '../../knowledge/content/run-update.ts';

/** The public library of event templates: what of it is here, and bringing it up to date. */
export function libraryOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'event_templates.update',
      summary: 'Reads new event templates from the public library',
      path: '/event_templates/update',
      methods: ['POST'],
      permission: 'perm_site_admin',
      effect: 'write',
      model: 'EventTemplate',
      handle: async ({ viewer, named }: Call) => {
        const force = readBoolean(named.force) ?? false;
        const { files, updated, notices } = await runContentUpdate(magpie, viewer, 'event-templates', force);
        return success(
          updated === 0 ? 'All event templates are up to date already.' : `${updated} event templates updated.`,
          {
            data: { files, updated, failed: notices },
          },
        );
      },
    },
    {
      name: 'event_templates.library_status',
      summary: 'How many templates of the public library are here, and when the newest came',
      path: '/event_templates/library_status',
      methods: ['GET'],
      permission: 'perm_site_admin',
      effect: 'read',
      response: Type.Object({ installed: Type.Integer(), updated: Type.Union([Type.String(), Type.Null()]) }),
      handle: ({ viewer }: Call) =>
        magpie.database.as(viewer, async (tx) => {
          const row = await tx.first<{ installed: number; updated: Date | null }>(
            'select count(*) as installed, max(modified) as updated from visible_event_templates where misp_default',
          );
          return json({ installed: row?.installed ?? 0, updated: row?.updated?.toISOString() ?? null });
        }),
    },
  ];
}
