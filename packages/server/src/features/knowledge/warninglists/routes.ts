import Type from 'typebox';
import type { Magpie } from '../../../context.ts';
import { likePattern } from '../../../database/like-pattern.ts';
import { TooLarge } from '../../../errors.ts';
import { json, success, uiReply } from '../../../http/answer.ts';
import { isObject, readBoolean, readId, readList, unwrap } from '../../../http/lenient.ts';
import type { Operation } from '../../../http/operation.ts';
import { runContentUpdate } from '../content/run-update.ts';
import { type TypedValue, warningsOf } from './check-attributes.ts';
import { warninglistEditOperations } from './edit-routes.ts';
import { selectWarninglists } from './queries.ts';
import { toggleWarninglists } from './service.ts';
import { viewWarninglist, warninglistWire } from './wire.ts';

const MAX_VALUES = 10_000;

/** Warninglists: reading, switching, checking values, updating. */
export function warninglistOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'warninglists.index',
      summary: 'Warninglists, newest first',
      path: '/warninglists/index',
      methods: ['GET', 'POST'],
      permission: 'any',
      effect: 'read',
      body: Type.Object({ value: Type.Optional(Type.String()), enabled: Type.Optional(Type.Unknown()) }),
      handle: (call) =>
        magpie.database.as(call.viewer, async (tx) => {
          const body = unwrap(call.body, 'Warninglist');
          const read = (name: string) => body[name] ?? call.named[name] ?? call.query.get(name);
          const searched = read('value') ?? read('searchall');
          const part = typeof searched === 'string' && searched !== '' ? searched.replaceAll('\0', '') : null;
          const lists = await selectWarninglists(tx, { enabled: readBoolean(read('enabled')) ?? null, part });
          return json({
            Warninglists: lists.map((list) => ({
              Warninglist: {
                ...warninglistWire(list),
                warninglist_entry_count: String(list.entry_count),
                valid_attributes: list.types.join(', '),
              },
            })),
          });
        }),
    },
    {
      name: 'warninglists.view',
      summary: 'A warninglist with its entries',
      path: '/warninglists/view/{warninglist?}',
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      handle: (call) =>
        magpie.database.as(call.viewer, async (tx) => json(await viewWarninglist(tx, readId(call.args.warninglist)))),
    },
    {
      name: 'warninglists.toggleEnable',
      summary: 'Switch warninglists on or off, by id or name (with % as wildcard)',
      path: '/warninglists/toggleEnable',
      methods: ['POST'],
      permission: 'perm_warninglist',
      effect: 'write',
      model: 'Warninglist',
      body: Type.Object({
        id: Type.Optional(Type.Unknown()),
        name: Type.Optional(Type.Unknown()),
        enabled: Type.Optional(Type.Unknown()),
      }),
      async handle(call) {
        const body = unwrap(call.body, 'Warninglist');
        const ids = (readList(body.id) ?? []).map(readId).filter((id) => id !== null);
        const names = (readList(body.name) ?? []).filter((name) => typeof name === 'string');
        const namePatterns = names.map((name) => likePattern(name.replaceAll('\0', '')));
        const wanted = readBoolean(body.enabled);
        const result = await toggleWarninglists(magpie.database, call.viewer, { ids, namePatterns }, wanted);
        if (result.count === 0) return uiReply({ errors: 'Warninglist not found.' });
        const verb = wanted === undefined ? 'toggled' : wanted ? 'enabled' : 'disabled';
        return uiReply({ success: `${result.count} warninglist(s) ${verb}` });
      },
    },
    ...warninglistEditOperations(magpie),
    {
      name: 'warninglists.checkValue',
      summary: 'Which enabled warninglists values meet',
      path: '/warninglists/checkValue',
      methods: ['POST'],
      permission: 'any',
      effect: 'read',
      handle: (call) =>
        magpie.database.as(call.viewer, async (tx) => {
          const values = readValues(call.body);
          const active = await magpie.warninglists.active(tx);
          const hits = values.flatMap((value) => {
            const found = active.hits(value, null).map(({ list, entry }) => ({
              id: String(list.id),
              name: list.name,
              matched: entry.value,
            }));
            return found.length === 0 ? [] : [[value, found] as const];
          });
          // PHP writes an empty object as an empty list.
          return json(hits.length === 0 ? [] : Object.fromEntries(hits));
        }),
    },
    {
      name: 'ui.warnings',
      summary:
        'Which enabled warninglists name attributes that are not stored yet; places of the list sent, without the others',
      path: '/ui/warnings',
      methods: ['POST'],
      permission: 'any',
      effect: 'read',
      body: Type.Object({
        attributes: Type.Array(Type.Object({ type: Type.String(), value: Type.String() }), { maxItems: MAX_VALUES }),
      }),
      response: Type.Object({ warnings: Type.Record(Type.String(), Type.Array(Type.Unknown())) }),
      handle: (call) =>
        magpie.database.as(call.viewer, async (tx) => {
          const found = await warningsOf(magpie, tx, readTypedValues(call.body));
          return json({
            warnings: Object.fromEntries(
              found.flatMap((warnings, place) => (warnings.length > 0 ? [[place, warnings]] : [])),
            ),
          });
        }),
    },
    {
      name: 'warninglists.update',
      summary: 'Read new warninglists from the configured source',
      path: '/warninglists/update',
      methods: ['POST'],
      permission: 'perm_site_admin',
      effect: 'write',
      model: 'Warninglist',
      async handle(call) {
        const { updated } = await runContentUpdate(magpie, call.viewer, 'warninglists', false);
        return success(
          updated === 0 ? 'All warninglists are up to date already.' : `Successfully updated ${updated} warninglists.`,
        );
      },
    },
  ];
}

function readTypedValues(body: unknown): TypedValue[] {
  const sent = isObject(body) && Array.isArray(body.attributes) ? body.attributes : [];
  if (sent.length > MAX_VALUES) throw new TooLarge(`At most ${MAX_VALUES} values can be checked at once.`);
  return sent.map((entry) => {
    const { type, value } = isObject(entry) ? entry : {};
    return { type: typeof type === 'string' ? type : '', value: typeof value === 'string' ? value : '' };
  });
}

/** A list, `{"value": …}`, or one text. */
function readValues(body: unknown): string[] {
  const given = isObject(body) ? unwrap(body).value : body;
  const values = (readList(given) ?? []).filter((value) => typeof value === 'string' || typeof value === 'number');
  if (values.length > MAX_VALUES) throw new TooLarge(`At most ${MAX_VALUES} values can be checked at once.`);
  return [...new Set(values.map(String))];
}
