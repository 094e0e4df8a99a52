import Type from 'typebox';
import type { Magpie } from '../../../context.ts';
import { json, success } from '../../../http/answer.ts';
import { readId, readText, unwrap } from '../../../http/lenient.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import {
  addExclusion,
  deleteExclusion,
  type ExclusionRow,
  editExclusion,
  getExclusion,
  listExclusions,
} from './exclusions.ts';

/** Values that do not correlate. */
export function correlationExclusionOperations(magpie: Magpie): Operation[] {
  const shared = { permission: 'perm_site_admin', effect: 'write', methods: ['POST'] } as const;
  return [
    {
      name: 'correlation_exclusions.index',
      summary: 'Values that do not correlate',
      path: '/correlation_exclusions/index',
      methods: ['GET', 'POST'],
      permission: 'perm_site_admin',
      effect: 'read',
      async handle(call) {
        const body = unwrap(call.body, 'CorrelationExclusion');
        const read = (name: string) => body[name] ?? call.named[name] ?? call.query.get(name);
        const searched = read('value') ?? read('searchall') ?? read('quickFilter');
        const part = typeof searched === 'string' && searched !== '' ? searched.replaceAll('\0', '') : null;
        const limit = readId(read('limit'));
        const offset = limit === null ? 0 : ((readId(read('page')) ?? 1) - 1) * limit;
        return json((await listExclusions(magpie, { part, limit, offset })).map(exclusionWire));
      },
    },
    {
      name: 'correlation_exclusions.view',
      summary: 'One value that does not correlate',
      path: '/correlation_exclusions/view/{exclusion?}',
      methods: ['GET'],
      permission: 'perm_site_admin',
      effect: 'read',
      handle: async (call) => json(exclusionWire(await getExclusion(magpie, readId(call.args.exclusion)))),
    },
    {
      ...shared,
      name: 'correlation_exclusions.add',
      summary: 'Let a value, or with % at its start or end all like it, no longer correlate',
      path: '/correlation_exclusions/add',
      // MISP writes it in lower case where it says what could not be saved.
      model: 'correlation_exclusion',
      body: Type.Object({ value: Type.Optional(Type.Unknown()), comment: Type.Optional(Type.Unknown()) }),
      async handle(call: Call) {
        const body = unwrap(call.body, 'CorrelationExclusion');
        const input = { value: readText(body, 'value') ?? '', comment: readText(body, 'comment') ?? null };
        return json(exclusionWire(await addExclusion(magpie, call.viewer, input)));
      },
    },
    {
      ...shared,
      name: 'correlation_exclusions.edit',
      summary: 'Change the comment of an excluded value',
      path: '/correlation_exclusions/edit/{exclusion?}',
      model: 'CorrelationExclusion',
      body: Type.Object({ comment: Type.Optional(Type.Unknown()) }),
      async handle(call: Call) {
        const comment = readText(unwrap(call.body, 'CorrelationExclusion'), 'comment') ?? null;
        return json(exclusionWire(await editExclusion(magpie, call.viewer, readId(call.args.exclusion), comment)));
      },
    },
    {
      ...shared,
      name: 'correlation_exclusions.delete',
      summary: 'Let an excluded value correlate again',
      path: '/correlation_exclusions/delete/{exclusion?}',
      model: 'CorrelationExclusion',
      async handle(call: Call) {
        const { id } = await deleteExclusion(magpie, call.viewer, readId(call.args.exclusion));
        return success('CorrelationExclusion deleted.', { id });
      },
    },
    {
      ...shared,
      name: 'correlation_exclusions.clean',
      summary: 'Answers at once: exclusions act as soon as they are stored',
      path: '/correlation_exclusions/clean',
      model: 'CorrelationExclusion',
      handle: () => success('Correlations cleanup initiated, based on the exclusion rules.'),
    },
  ];
}

function exclusionWire(row: ExclusionRow): Record<string, unknown> {
  const { id, value, from_json, comment } = row;
  return { CorrelationExclusion: { id: String(id), value, from_json, comment } };
}
