import { randomUUID } from 'node:crypto';
import { readUuid } from '@magpie/model';
import Type from 'typebox';
import { isSiteAdmin, type Viewer } from '../../../access/viewer.ts';
import { difference, recordChanges } from '../../../changes/changes.ts';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { Forbidden, Invalid } from '../../../errors.ts';
import { json } from '../../../http/answer.ts';
import { isObject, type JsonObject, readBoolean, readInteger, unwrap } from '../../../http/lenient.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { requireGalaxy } from './cluster-rights.ts';
import { selectGalaxy } from './queries.ts';
import type { GalaxyRow } from './rows.ts';
import { galaxyWire } from './wire.ts';

/** Types of users' galaxies begin so, and namespaces are this unless said: libraries to come keep their names. */
const TYPE_PREFIX = 'custom-';
const NAMESPACE = 'custom';
const LIMITS = { name: 255, type: 200, description: 65_535, icon: 50, namespace: 255 } as const;

const text = Type.Optional(Type.String());
const fields = Type.Object({
  name: text,
  type: text,
  description: text,
  icon: text,
  namespace: text,
  kill_chain_order: Type.Optional(Type.Unknown()),
  distribution: Type.Optional(Type.Unknown({ description: '1 to 3; galaxies are shown to everybody here' })),
  enabled: Type.Optional(Type.Unknown()),
  local_only: Type.Optional(Type.Unknown()),
});

/** Galaxies that users make for clusters of their own. */
export function ownGalaxyOperations(magpie: Magpie): Operation[] {
  const shared = {
    methods: ['POST', 'PUT'],
    permission: 'perm_galaxy_editor',
    effect: 'write',
    model: 'Galaxy',
    body: fields,
    response: Type.Object({ Galaxy: Type.Unknown() }),
  } as const;
  return [
    {
      ...shared,
      name: 'galaxies.add',
      summary: 'Make a galaxy of your own organisation',
      path: '/galaxies/add',
      describe: {
        description: 'POST a galaxy in JSON format to this API to make it.',
        mandatory: ['name'],
        optional: ['type', 'description', 'icon', 'namespace', 'kill_chain_order', 'distribution', 'local_only'],
      },
      handle: async ({ viewer, body }: Call) =>
        json({ Galaxy: galaxyWire(await addGalaxy(magpie, viewer, unwrap(body, 'Galaxy'))) }),
    },
    {
      ...shared,
      name: 'galaxies.edit',
      summary: 'Change a galaxy of your own organisation',
      path: '/galaxies/edit/{galaxy?}',
      handle: async ({ viewer, args, body }: Call) =>
        json({ Galaxy: galaxyWire(await editGalaxy(magpie, viewer, args.galaxy, unwrap(body, 'Galaxy'))) }),
    },
  ];
}

/** May change or delete the galaxy: one of a library nobody but, on deletion, the site administrator. */
export function ownsGalaxy(viewer: Viewer, galaxy: GalaxyRow): boolean {
  return !galaxy.is_default && (isSiteAdmin(viewer) || galaxy.orgc_id === viewer.organisationId);
}

function addGalaxy(magpie: Magpie, viewer: Viewer, body: JsonObject): Promise<GalaxyRow> {
  const input = readInput(body);
  if (input.name === undefined || input.name.trim() === '')
    throw new Invalid('', { name: ['Mandatory field not set.'] });
  const type = typeOf(typeof body.type === 'string' && body.type !== '' ? body.type : input.name);
  const uuid = body.uuid === undefined ? randomUUID() : readUuid(body.uuid);
  if (uuid === null) throw new Invalid('', { uuid: ['Please provide a valid RFC 4122 UUID'] });
  return magpie.database.asSystem('add galaxy', async (tx) => {
    const made = await tx.first<{ id: number }>(
      `insert into galaxies (uuid, name, type, description, version, icon, namespace, enabled, local_only,
         kill_chain_order, is_default, org_id, orgc_id, distribution, created, modified)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::jsonb, false, $11, $11, $12, now(), now())
       on conflict do nothing returning id`,
      [
        ...[uuid, input.name ?? '', type, input.description ?? '', String(magpie.now()), input.icon ?? 'globe'],
        ...[
          input.namespace ?? NAMESPACE,
          input.enabled ?? true,
          input.localOnly ?? false,
          input.killChainOrder ?? null,
        ],
        ...[viewer.organisationId, input.distribution ?? 3],
      ],
    );
    const galaxy = made && (await selectGalaxy(tx, { id: made.id }));
    if (!galaxy) throw new Invalid('', { type: ['There is a galaxy of this type or uuid already.'] });
    await record(tx, viewer, galaxy, 'add', { after: galaxyWire(galaxy) });
    return galaxy;
  });
}

function editGalaxy(magpie: Magpie, viewer: Viewer, key: string | undefined, body: JsonObject): Promise<GalaxyRow> {
  const input = readInput(body);
  return magpie.database.asSystem('edit galaxy', async (tx) => {
    const before = await requireGalaxy(tx, key);
    if (!ownsGalaxy(viewer, before)) throw new Forbidden('You do not have permission to do that.');
    await tx.execute(
      `update galaxies set name = $2, description = $3, icon = $4, namespace = $5, enabled = $6, local_only = $7,
         kill_chain_order = coalesce($8::jsonb, kill_chain_order), distribution = $9, version = $10, modified = now()
       where id = $1`,
      [
        ...[before.id, input.name || before.name, input.description ?? before.description, input.icon ?? before.icon],
        ...[input.namespace ?? before.namespace, input.enabled ?? before.enabled, input.localOnly ?? before.local_only],
        ...[input.killChainOrder ?? null, input.distribution ?? before.distribution, String(magpie.now())],
      ],
    );
    const after = await requireGalaxy(tx, String(before.id));
    const change = difference(galaxyWire(before), galaxyWire(after));
    if (change) await record(tx, viewer, after, 'edit', change);
    return after;
  });
}

function record(
  tx: Transaction,
  viewer: Viewer,
  { id, uuid, name }: GalaxyRow,
  action: string,
  change: { before?: Record<string, unknown>; after?: Record<string, unknown> },
): Promise<void> {
  return recordChanges(tx, [{ model: 'Galaxy', action, modelId: id, modelUuid: uuid, title: name, ...change }], viewer);
}

/** A type has its place in tags: lower-case words with hyphens. */
function typeOf(name: string): string {
  const words = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, LIMITS.type);
  if (words === '') throw new Invalid('', { type: ['Expected letters or digits.'] });
  return words.startsWith(TYPE_PREFIX) ? words : TYPE_PREFIX + words;
}

interface GalaxyInput {
  name?: string;
  description?: string;
  icon?: string;
  namespace?: string;
  enabled?: boolean;
  localOnly?: boolean;
  distribution?: number;
  /** As JSON text. */
  killChainOrder?: string;
}

function readInput(body: JsonObject): GalaxyInput {
  const errors: Record<string, string[]> = {};
  const input: GalaxyInput = {};
  for (const name of ['name', 'description', 'icon', 'namespace'] as const) {
    const value = body[name];
    if (value === undefined || value === null) continue;
    if (typeof value !== 'string' || value.length > LIMITS[name])
      errors[name] = [`At most ${LIMITS[name]} characters.`];
    else input[name] = value;
  }
  const { kill_chain_order: order, distribution } = body;
  if (isObject(order)) input.killChainOrder = JSON.stringify(order);
  else if (order !== undefined && order !== null) errors.kill_chain_order = ['Expected an object of lists.'];
  if (distribution !== undefined && distribution !== null) {
    const reach = readInteger(distribution);
    if (reach === null || reach < 1 || reach > 3)
      errors.distribution = ['1, 2 or 3: galaxies are shown to everybody here.'];
    else input.distribution = reach;
  }
  const enabled = readBoolean(body.enabled);
  const localOnly = readBoolean(body.local_only);
  if (Object.keys(errors).length > 0) throw new Invalid('', errors);
  return { ...input, ...(enabled === undefined ? {} : { enabled }), ...(localOnly === undefined ? {} : { localOnly }) };
}
