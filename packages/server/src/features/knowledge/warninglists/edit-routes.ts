import Type from 'typebox';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { json, success } from '../../../http/answer.ts';
import { readBoolean, readId, unwrap } from '../../../http/lenient.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import {
  addWarninglist,
  deleteWarninglist,
  editWarninglist,
  importWarninglist,
  readWarninglistInput,
  requireList,
} from './manage-lists.ts';
import { selectEntries, selectTypes } from './queries.ts';
import { toggleWarninglists } from './service.ts';
import { warninglistWire } from './wire.ts';

const listBody = Type.Object({
  name: Type.Optional(Type.Unknown()),
  type: Type.Optional(Type.Unknown({ description: 'cidr, hostname, string, substring or regex' })),
  description: Type.Optional(Type.Unknown()),
  category: Type.Optional(Type.Unknown({ description: 'false_positive or known' })),
  enabled: Type.Optional(Type.Unknown()),
  matching_attributes: Type.Optional(Type.Unknown({ description: 'Attribute types; none: all' })),
  entries: Type.Optional(Type.Unknown({ description: 'A list, or a text with an entry a line: value # comment' })),
});

/** Warninglists of the instance's own. */
export function warninglistEditOperations(magpie: Magpie): Operation[] {
  const shared = {
    permission: 'perm_warninglist',
    effect: 'write',
    // MISP writes it in lower case where it says what could not be saved.
    model: 'warninglist',
    methods: ['POST'],
  } as const;
  return [
    {
      ...shared,
      name: 'warninglists.add',
      summary: 'Add a warninglist of your own',
      path: '/warninglists/add',
      body: listBody,
      async handle(call: Call) {
        const input = readWarninglistInput(unwrap(call.body, 'Warninglist'));
        return json({ Warninglist: warninglistWire(await addWarninglist(magpie, call.viewer, input)) });
      },
    },
    {
      ...shared,
      name: 'warninglists.edit',
      summary: 'Change a warninglist of your own; entries and types are replaced when sent',
      path: '/warninglists/edit/{warninglist?}',
      body: listBody,
      async handle(call: Call) {
        const input = readWarninglistInput(unwrap(call.body, 'Warninglist'));
        const list = await editWarninglist(magpie, call.viewer, readId(call.args.warninglist), input);
        return magpie.database.as(call.viewer, async (tx) => {
          const types = await selectTypes(tx, list.id);
          return json({
            // A number here, a text everywhere else, as in MISP.
            Warninglist: { ...warninglistWire(list), version: list.version },
            WarninglistEntry: await entriesOf(tx, list.id),
            WarninglistType: types.map(({ id, type }) => ({
              id: String(id),
              type,
              warninglist_id: String(list.id),
            })),
          });
        });
      },
    },
    {
      ...shared,
      name: 'warninglists.import',
      summary: 'Add a warninglist in the form of a file of the library',
      path: '/warninglists/import',
      async handle(call: Call) {
        const list = await importWarninglist(
          magpie,
          call.viewer,
          readWarninglistInput(unwrap(call.body, 'Warninglist')),
        );
        return success('Warninglist imported', { id: list.id });
      },
    },
    {
      ...shared,
      name: 'warninglists.delete',
      summary: 'Delete a warninglist; the next update brings one of the library back',
      path: '/warninglists/delete/{warninglist?}',
      async handle(call: Call) {
        const list = await deleteWarninglist(magpie, call.viewer, readId(call.args.warninglist));
        return success('Warninglist successfully deleted.', { id: String(list.id) });
      },
    },
    {
      ...shared,
      name: 'warninglists.enableWarninglist',
      summary: 'Switch a warninglist on (with /1) or off',
      path: '/warninglists/enableWarninglist/{warninglist?}/{enable?}',
      async handle(call: Call) {
        const id = readId(call.args.warninglist);
        const list = await magpie.database.as(call.viewer, (tx) => requireList(tx, id));
        const enabled = readBoolean(call.args.enable?.toLowerCase()) ?? false;
        await toggleWarninglists(magpie.database, call.viewer, { ids: [list.id], namePatterns: [] }, enabled);
        return success(`Warninglist ${enabled ? 'enabled' : 'disabled'}`, { id: String(list.id) });
      },
    },
    {
      name: 'warninglists.export',
      summary: 'A warninglist in the form of a file of the library',
      path: '/warninglists/export/{warninglist?}',
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      handle: (call) =>
        magpie.database.as(call.viewer, async (tx) => {
          const list = await requireList(tx, readId(call.args.warninglist));
          const entries = await entriesOf(tx, list.id);
          const hasComments = entries.some((entry) => entry.comment !== null);
          return json({
            name: list.name,
            type: list.type,
            version: String(list.version),
            description: list.description,
            matching_attributes: (await selectTypes(tx, list.id)).map((row) => row.type),
            list: hasComments
              ? Object.fromEntries(entries.map((entry) => [entry.value, entry.comment ?? '']))
              : entries.map((entry) => entry.value),
          });
        }),
    },
  ];
}

async function entriesOf(tx: Transaction, id: number): Promise<{ value: string; comment: string | null }[]> {
  const entries: { value: string; comment: string | null }[] = [];
  for await (const batch of selectEntries(tx, id)) {
    for (const { value, comment } of batch) entries.push({ value, comment });
  }
  return entries;
}
