import Type from 'typebox';
import { isSiteAdmin } from '../../../access/viewer.ts';
import { recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import { Forbidden, Invalid, NotFound } from '../../../errors.ts';
import { json, success } from '../../../http/answer.ts';
import { readId, readText, unwrap } from '../../../http/lenient.ts';
import type { Call, Operation } from '../../../http/operation.ts';

interface VariableRow {
  id: number;
  name: string;
  value: string;
}

const WRAPPER = 'EventReportTemplateVariable';
const MAX_LISTED = 1000;
const MAX_VALUE = 65_535;

const fields = Type.Object({ name: Type.Optional(Type.String()), value: Type.Optional(Type.String()) });

/** Texts of the instance that stand for `{{name}}` in every report. Everyone reads them, the site's administrator writes. */
export function reportVariableOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'event_report_template_variables.index',
      summary: 'The texts that reports can use by name',
      path: '/event_report_template_variables/index',
      aliases: [{ path: '/event_report_template_variables', methods: ['GET'] }],
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      handle: async ({ viewer }) => {
        const rows = await magpie.database.as(viewer, (tx) =>
          tx.query<VariableRow>('select id, name, value from event_report_template_variables order by name limit $1', [
            MAX_LISTED,
          ]),
        );
        return json(rows.map(wire));
      },
    },
    {
      name: 'event_report_template_variables.add',
      summary: 'Adds a text that reports can use by name',
      path: '/event_report_template_variables/add',
      methods: ['POST'],
      permission: 'perm_site_admin',
      effect: 'write',
      model: WRAPPER,
      body: fields,
      handle: async (call) => json(wire(await save(magpie, call, null))),
    },
    {
      name: 'event_report_template_variables.edit',
      summary: 'Changes a text that reports use by name',
      path: '/event_report_template_variables/edit/{variable}',
      methods: ['POST', 'PUT'],
      permission: 'perm_site_admin',
      effect: 'write',
      model: WRAPPER,
      body: fields,
      handle: async (call) => json(wire(await save(magpie, call, readId(call.args.variable) ?? 0))),
    },
    {
      name: 'event_report_template_variables.delete',
      summary: 'Deletes a text that reports use by name',
      path: '/event_report_template_variables/delete/{variable}',
      methods: ['POST', 'DELETE'],
      permission: 'perm_site_admin',
      effect: 'write',
      model: WRAPPER,
      handle: async ({ viewer, args }) => {
        if (!isSiteAdmin(viewer)) throw new Forbidden('You do not have permission to do that.');
        await magpie.database.asSystem('delete a variable of reports', async (tx) => {
          const row = await tx.first<VariableRow>(
            'delete from event_report_template_variables where id = $1 returning id, name, value',
            [readId(args.variable) ?? 0],
          );
          if (row === null) throw new NotFound('Invalid variable.');
          const before = { name: row.name, value: row.value };
          const change = { model: WRAPPER, action: 'delete', modelId: row.id, title: row.name, before };
          await recordChanges(tx, [change], viewer);
        });
        return success('Variable deleted.', { id: args.variable ?? '' });
      },
    },
  ];
}

function save(magpie: Magpie, { viewer, body }: Call, id: number | null): Promise<VariableRow> {
  if (!isSiteAdmin(viewer)) throw new Forbidden('You do not have permission to do that.');
  const sent = unwrap(body, WRAPPER);
  const name = readText(sent, 'name')?.trim();
  const value = readText(sent, 'value');
  if ((id === null && name === undefined) || (name !== undefined && !/^[\w.-]{1,191}$/.test(name))) {
    throw new Invalid('', { name: ['Letters, digits, dots, dashes and underscores, at most 191.'] });
  }
  if (value !== undefined && value.length > MAX_VALUE)
    throw new Invalid('', { value: [`At most ${MAX_VALUE} letters.`] });
  return magpie.database.asSystem('save a variable of reports', async (tx) => {
    const taken = await tx.first('select id from event_report_template_variables where name = $1 and id <> $2', [
      name ?? '',
      id ?? 0,
    ]);
    if (taken !== null) throw new Invalid('', { name: ['The name is taken.'] });
    const row =
      id === null
        ? await tx.first<VariableRow>(
            'insert into event_report_template_variables (name, value) values ($1, $2) returning id, name, value',
            [name ?? '', value ?? ''],
          )
        : await tx.first<VariableRow>(
            `update event_report_template_variables set name = coalesce($2, name), value = coalesce($3, value)
             where id = $1 returning id, name, value`,
            [id, name ?? null, value ?? null],
          );
    if (row === null) throw new NotFound('Invalid variable.');
    const after = { name: row.name, value: row.value };
    const action = id === null ? 'add' : 'edit';
    await recordChanges(tx, [{ model: WRAPPER, action, modelId: row.id, title: row.name, after }], viewer);
    return row;
  });
}

function wire(row: VariableRow): Record<string, unknown> {
  return { [WRAPPER]: { id: String(row.id), name: row.name, value: row.value } };
}
