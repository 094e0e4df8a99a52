import Type from 'typebox';
import { json } from '../../../http/answer.ts';
import type { Operation } from '../../../http/operation.ts';

/** What MISP can be connected with and this version cannot: clients that look after all of them find none. */
const KINDS = {
  cerebrates: 'Connected Cerebrate instances',
  taxii_servers: 'TAXII servers that are pushed to',
  sightingdb: 'Connected SightingDB instances',
  benchmarks: 'Times that MISP takes of its own requests',
} as const;

/** Lists of connections that there are none of. */
export function notConnectedOperations(): Operation[] {
  return Object.entries(KINDS).map(([controller, what]) => ({
    name: `${controller}.index`,
    summary: `${what}: this version has none`,
    path: `/${controller}/index`,
    methods: ['GET', 'POST'],
    permission: 'perm_site_admin',
    effect: 'read',
    response: Type.Array(Type.Unknown()),
    handle: () => json([]),
  }));
}
