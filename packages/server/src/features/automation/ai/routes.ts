import { Refused } from '../../../errors.ts';
import type { Operation } from '../../../http/operation.ts';

const OFF = 'AI tools are not enabled on this instance.';

/**
 * The addresses of later releases where a language model is asked about an event or a report. This version asks none,
 * so that they answer as where the tools are switched off.
 */
export function aiOperations(): Operation[] {
  const shared = {
    methods: ['POST'],
    effect: 'read',
    handle: () => {
      throw new Refused(OFF);
    },
  } as const;
  return [
    ...(['aiSummarize', 'aiRecommendTags', 'aiExtractIndicators'] as const).map(
      (action): Operation => ({
        ...shared,
        name: `events.${action}`,
        summary: 'Asks a language model about an event: switched off',
        path: `/events/${action}/{event?}`,
        permission: 'perm_add',
      }),
    ),
    {
      ...shared,
      name: 'event_reports.aiSummarize',
      summary: 'Asks a language model about a report: switched off',
      path: '/event_reports/aiSummarize/{report?}',
      permission: 'perm_add',
    },
    {
      ...shared,
      name: 'servers.aiDryRun',
      summary: 'Tries the connection to a language model: switched off',
      path: '/servers/aiDryRun',
      permission: 'perm_site_admin',
    },
  ];
}
