import { randomInt, randomUUID } from 'node:crypto';
import { readUuid } from '@magpie/model';
import type { Viewer } from '../../../access/viewer.ts';
import { recordChanges } from '../../../changes/changes.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { isObject } from '../../../http/lenient.ts';

interface OrganisationRow {
  id: number;
  uuid: string;
  name: string;
}

interface Named {
  uuid: string | null;
  name: string | null;
  source: Record<string, unknown>;
}

const MAX_NAME = 255;
const MAX_TRIES = 5;

/**
 * Ids of organisations that arrive nested in other data (`Orgc`, `Organisation`, ...), in the order given; null where
 * an entry names none. Matched by uuid, without one by name; an unknown one is created as not local, and a name that
 * another organisation has gets a number. What is known already is never changed.
 */
export async function captureOrganisations(
  tx: Transaction,
  viewer: Viewer,
  entries: readonly unknown[],
): Promise<(number | null)[]> {
  const wanted = entries.map(readNamed);
  const found = await findOrganisations(tx, wanted);
  const missing = wanted.filter((entry): entry is Named => entry?.name != null && match(found, entry) === null);
  if (missing.length > 0) found.push(...(await createOrganisations(tx, viewer, missing)));
  return wanted.map((entry) => (entry === null ? null : match(found, entry)));
}

/** The id of one such organisation; see `captureOrganisations`. */
export async function captureOrganisation(tx: Transaction, viewer: Viewer, entry: unknown): Promise<number | null> {
  return (await captureOrganisations(tx, viewer, [entry]))[0] ?? null;
}

function readNamed(value: unknown): Named | null {
  if (!isObject(value)) return null;
  const uuid = readUuid(value.uuid);
  const text = typeof value.name === 'string' ? value.name.trim().slice(0, MAX_NAME) : '';
  const name = text === '' ? null : text;
  return uuid === null && name === null ? null : { uuid, name, source: value };
}

function match(rows: readonly OrganisationRow[], { uuid, name }: Named): number | null {
  const row = rows.find((known) => (uuid === null ? known.name === name : known.uuid === uuid));
  return row?.id ?? null;
}

/** Uses the unique indexes on uuid and name. */
function findOrganisations(tx: Transaction, wanted: readonly (Named | null)[]): Promise<OrganisationRow[]> {
  const uuids = wanted.flatMap((entry) => entry?.uuid ?? []);
  const names = wanted.flatMap((entry) => (entry?.uuid === null && entry.name !== null ? entry.name : []));
  return tx.query<OrganisationRow>(
    'select id, uuid, name from organisations where uuid = any($1::uuid[]) or name = any($2::text[])',
    [uuids, names],
  );
}

async function createOrganisations(
  tx: Transaction,
  viewer: Viewer,
  missing: readonly Named[],
): Promise<OrganisationRow[]> {
  const made: OrganisationRow[] = [];
  // In one order, so that two writers who bring the same organisations do not wait for each other.
  let pending = unique(missing)
    .map((entry) => ({ ...entry, uuid: entry.uuid ?? randomUUID(), takenName: entry.name }))
    .sort((a, b) => a.uuid.localeCompare(b.uuid));
  for (let tries = 0; pending.length > 0 && tries < MAX_TRIES; tries += 1) {
    const rows = await tx.query<OrganisationRow>(
      `insert into organisations (uuid, name, description, type, nationality, sector, created_by)
       select o.uuid, o.name, o.description, o.type, o.nationality, o.sector, $7
       from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
         as o (uuid, name, description, type, nationality, sector)
       on conflict do nothing returning id, uuid, name`,
      [
        pending.map((entry) => entry.uuid),
        pending.map((entry) => entry.takenName),
        pending.map((entry) => textOf(entry.source.description)),
        pending.map((entry) => textOf(entry.source.type) ?? ''),
        pending.map((entry) => textOf(entry.source.nationality) ?? ''),
        pending.map((entry) => textOf(entry.source.sector) ?? ''),
        viewer.userId,
      ],
    );
    await recordChanges(
      tx,
      rows.map((row) => ({
        model: 'Organisation',
        action: 'add',
        modelId: row.id,
        modelUuid: row.uuid,
        title: row.name,
        after: { name: row.name, uuid: row.uuid, local: false },
      })),
    );
    // Another transaction may have made the same organisation meanwhile; a name may belong to another uuid.
    const elsewhere = await findOrganisations(tx, pending);
    made.push(...elsewhere);
    pending = pending
      .filter((entry) => !made.some((row) => row.uuid === entry.uuid))
      .map((entry) => ({ ...entry, takenName: `${entry.name}_${randomInt(10_000)}` }));
  }
  // Entries without uuid are found by the name they asked for.
  return made;
}

function unique(entries: readonly Named[]): Named[] {
  return [...new Map(entries.map((entry) => [entry.uuid ?? `name ${entry.name}`, entry])).values()];
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value.slice(0, MAX_NAME) : null;
}
