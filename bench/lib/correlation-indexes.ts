import { setTimeout } from 'node:timers/promises';
import type pg from 'pg';

/** The indexes that correlation needs; those of digests also serve searches for values. */
export const CORRELATION_INDEXES = [
  'attributes_h1',
  'attributes_h2',
  'attributes_addresses',
  'attributes_networks',
  'attributes_ssdeep',
];

/**
 * Reads tables and indexes into PostgreSQL's memory, as they are on a server that has run for a while, and waits until
 * it has read back what it held before it was started again.
 */
export async function readIntoMemory(client: pg.Client): Promise<void> {
  await client.query('create extension if not exists pg_prewarm');
  await client.query('select pg_prewarm(name::regclass) from unnest($1::text[]) name', [
    [...CORRELATION_INDEXES, 'attributes', 'attributes_event', 'attributes_pkey', 'events', 'events_pkey'],
  ]);
  const isReadingBack = `select from pg_stat_activity where backend_type = 'autoprewarm worker'`;
  while ((await client.query(isReadingBack)).rows.length > 0) await setTimeout(200);
}
