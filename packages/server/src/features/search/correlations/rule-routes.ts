import Type from 'typebox';
import type { Magpie } from '../../../context.ts';
import { json, success } from '../../../http/answer.ts';
import { readId, unwrap } from '../../../http/lenient.ts';
import type { Operation } from '../../../http/operation.ts';
import { readGivenFilters, readPage } from '../../administration/logs/filters.ts';
import { listRules, type RuleRow, readRule, removeRule, saveRule } from './rules.ts';

const MAX_PAGE = 1000;

/** Rules that keep events apart which would correlate. */
export function ruleOperations(magpie: Magpie): Operation[] {
  const body = Type.Object({
    name: Type.Optional(Type.String()),
    comment: Type.Optional(Type.String()),
    selector_type: Type.Optional(Type.String()),
    selector_list: Type.Optional(Type.Unknown()),
  });
  return [
    {
      permission: 'perm_site_admin',
      model: 'correlation_rule',
      name: 'correlation_rules.index',
      summary: 'Rules that keep events apart',
      path: '/correlation_rules/index',
      aliases: ['/correlation_rules'],
      methods: ['GET', 'POST'],
      effect: 'read',
      handle: async (call) => {
        const given = readGivenFilters(call, 'CorrelationRule');
        const { limit, offset } = readPage(given, { defaultLimit: MAX_PAGE, maxLimit: MAX_PAGE });
        return json((await listRules(magpie, { limit: limit ?? MAX_PAGE, offset })).map(ruleWire));
      },
    },
    {
      permission: 'perm_site_admin',
      model: 'correlation_rule',
      name: 'correlation_rules.view',
      summary: 'Show a rule',
      path: '/correlation_rules/view/{rule}',
      methods: ['GET'],
      effect: 'read',
      handle: async ({ args }) => json(ruleWire(await readRule(magpie, readId(args.rule)))),
    },
    {
      permission: 'perm_site_admin',
      model: 'correlation_rule',
      name: 'correlation_rules.add',
      summary: 'Keep the events apart that a rule selects',
      path: '/correlation_rules/add',
      methods: ['POST'],
      effect: 'write',
      body,
      describe: {
        description: 'POST a rule: events that it selects do not correlate with each other.',
        mandatory: ['name', 'selector_type', 'selector_list'],
        optional: ['comment'],
      },
      handle: async (call) =>
        json(ruleWire(await saveRule(magpie, call.viewer, null, unwrap(call.body, 'CorrelationRule')))),
    },
    {
      permission: 'perm_site_admin',
      model: 'correlation_rule',
      name: 'correlation_rules.edit',
      summary: 'Change a rule',
      path: '/correlation_rules/edit/{rule}',
      methods: ['POST', 'PUT'],
      effect: 'write',
      body,
      handle: async ({ viewer, args, body: sent }) => {
        const id = (await readRule(magpie, readId(args.rule))).id;
        return json(ruleWire(await saveRule(magpie, viewer, id, unwrap(sent, 'CorrelationRule'))));
      },
    },
    {
      permission: 'perm_site_admin',
      model: 'correlation_rule',
      name: 'correlation_rules.delete',
      summary: 'Delete a rule',
      path: '/correlation_rules/delete/{rule}',
      methods: ['POST', 'DELETE'],
      effect: 'write',
      handle: async ({ viewer, args }) =>
        success('CorrelationRule deleted.', { id: await removeRule(magpie, viewer, readId(args.rule)) }),
    },
  ];
}

function ruleWire(row: RuleRow): Record<string, unknown> {
  return {
    CorrelationRule: {
      id: String(row.id),
      uuid: row.uuid,
      name: row.name,
      comment: row.comment,
      selector_type: row.selector_type,
      selector_list: row.selector_list,
      created: String(row.created),
      timestamp: String(row.timestamp),
    },
  };
}
