import Type from 'typebox';
import type { Magpie } from '../../../context.ts';
import { json, success } from '../../../http/answer.ts';
import { readId, unwrap } from '../../../http/lenient.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { type ImportRuleRow, selectImportRules } from './import-rules.ts';
import { addImportRule, deleteImportRule, editImportRule } from './manage.ts';

const ruleBody = Type.Object({
  regexp: Type.Optional(Type.Unknown({ description: 'Like /^C:.Users.[^\\\\]+/i' })),
  replacement: Type.Optional(Type.Unknown({ description: 'Takes the place of a match; empty blocks the value' })),
  type: Type.Optional(Type.Unknown({ description: 'The attribute type it is for, or ALL' })),
});

/** MISP's import regular expressions: what becomes of values as they come in. */
export function importRuleOperations(magpie: Magpie): Operation[] {
  const shared = { permission: 'perm_regexp_access', effect: 'write', model: 'Regexp' } as const;
  return [
    {
      name: 'regexp.index',
      summary: 'The regular expressions that rewrite or block values as they come in',
      path: '/regexp/index',
      aliases: ['/admin/regexp/index'],
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      handle: ({ viewer }) =>
        magpie.database.as(viewer, async (tx) => json((await selectImportRules(tx)).map(ruleWire))),
    },
    {
      ...shared,
      name: 'regexp.add',
      summary: 'Rewrite or block values from now on',
      path: '/admin/regexp/add',
      methods: ['POST'],
      body: ruleBody,
      handle: async ({ viewer, body }: Call) =>
        json(ruleWire(await addImportRule(magpie, viewer, unwrap(body, 'Regexp')))),
    },
    {
      ...shared,
      name: 'regexp.edit',
      summary: 'Change such a rule',
      path: '/admin/regexp/edit/{rule?}',
      methods: ['POST', 'PUT'],
      body: ruleBody,
      handle: async ({ viewer, args, body }: Call) =>
        json(ruleWire(await editImportRule(magpie, viewer, readId(args.rule), unwrap(body, 'Regexp')))),
    },
    {
      ...shared,
      name: 'regexp.delete',
      summary: 'Take such a rule away',
      path: '/admin/regexp/delete/{rule?}',
      methods: ['POST', 'DELETE'],
      async handle({ viewer, args }: Call) {
        const { id } = await deleteImportRule(magpie, viewer, readId(args.rule));
        return success('Regexp deleted.', { id: String(id) });
      },
    },
  ];
}

function ruleWire({ id, expression, replacement, type }: ImportRuleRow): Record<string, unknown> {
  return { Regexp: { id: String(id), regexp: expression, replacement, type } };
}
