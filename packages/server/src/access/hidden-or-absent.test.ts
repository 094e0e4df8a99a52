import {
  type ApiClient,
  databaseDigest,
  type Made,
  makeEvent,
  makeOrganisation,
  makeSharingGroup,
  makeUser,
  member,
  startTestMagpie,
  type TestMagpie,
} from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allOperations } from '../app.ts';
import { isObject } from '../http/lenient.ts';
import type { Operation } from '../http/operation.ts';

/** Names of path arguments that lead to something which may be hidden, and what of it is hidden here. */
type Hidden = Record<'event' | 'attribute' | 'object' | 'report' | 'group' | 'reference' | 'user' | 'key', string[]>;

const ABSENT_ID = '98765432';
const ABSENT_UUID = 'c0ffee00-0000-4000-8000-00000000dead';
/** These mean the caller's own account, whatever the path names. */
const OWN_ACCOUNT = new Set(['users.edit']);
/** A body that means something to most operations. */
const BODY = {
  info: 'changed',
  name: 'changed',
  value: 'changed',
  type: 'text',
  comment: 'changed',
  content: 'changed',
  distribution: '3',
  id: ['1'],
  email: 'changed@example.test',
  relationship_type: 'x',
};

let magpie: TestMagpie;
let strangers: Record<string, ApiClient>;
let hidden: Hidden;
let operations: readonly Operation[];

beforeAll(async () => {
  magpie = await startTestMagpie();
  operations = allOperations(magpie.magpie);
  const { admin } = magpie;
  const alpha = await makeOrganisation(admin);
  const beta = await makeOrganisation(admin);
  const user = (organisation: Made, role: string) => makeUser(admin, { org_id: organisation.id, role_id: role });
  const owner = await user(alpha, '2');
  const client = magpie.client(owner.key);
  const group = await makeSharingGroup(client, [alpha.uuid]);
  const event = await makeEvent(client, {
    distribution: '0',
    Tag: [{ name: 'hidden:tag' }],
    Attribute: [{ type: 'text', value: 'a hidden value' }],
    Object: [
      {
        name: 'file',
        'meta-category': 'file',
        template_uuid: crypto.randomUUID(),
        template_version: '1',
        description: 'd',
        Attribute: [{ object_relation: 'filename', type: 'filename', value: 'hidden.exe' }],
      },
    ],
    EventReport: [{ name: 'A hidden report', content: 'c' }],
  });
  const part = (...path: (string | number)[]) => {
    const found = member(event.body, 'Event', ...path);
    return [String(member(found, 'id')), String(member(found, 'uuid'))];
  };
  const keys = await client.get('/auth_keys/index');
  hidden = {
    event: [event.id, event.uuid],
    attribute: part('Attribute', 0),
    object: part('Object', 0),
    report: part('EventReport', 0),
    group: [group.id, group.uuid],
    reference: [],
    user: [owner.id],
    key: [String(member(keys.body, 0, 'AuthKey', 'id'))],
  };
  strangers = {};
  for (const [name, role] of Object.entries({ 'organisation administrator': '2', 'sync user': '5', reader: '6' })) {
    strangers[name] = magpie.client((await user(beta, role)).key);
  }
});

afterAll(() => magpie.stop());

function firstArgument({ path }: Operation): string | null {
  return /\{(\w+)\??\}/.exec(path)?.[1] ?? null;
}

function fill({ path }: Operation, value: string): string {
  let filled = false;
  return path.replaceAll(/\/\{(\w+)(\??)\}/g, (_all, _name, optional) => {
    if (filled) return optional === '?' ? '' : '/1';
    filled = true;
    return `/${value}`;
  });
}

async function ask(client: ApiClient, method: string, path: string, value: string): Promise<unknown> {
  const answer =
    method === 'GET'
      ? await client.get(path)
      : method === 'DELETE'
        ? await client.delete(path)
        : await client.post(path, BODY);
  // The path as it was sent tells nothing.
  const body = isObject(answer.body) ? { ...answer.body, url: '' } : answer.body;
  return {
    status: answer.status,
    body: JSON.stringify(body).replaceAll(new RegExp(`\\b${value}\\b`, 'g'), '…'),
  };
}

describe('what a stranger may not see', () => {
  it('answers every operation of the API as if it did not exist, and is not changed by any', async () => {
    const before = await databaseDigest(magpie.magpie.database);
    const differing: unknown[] = [];
    let asked = 0;
    for (const operation of operations.filter(({ name }) => !OWN_ACCOUNT.has(name))) {
      const argument = firstArgument(operation);
      const values = argument !== null && argument in hidden ? hidden[argument as keyof Hidden] : [];
      for (const [index, value] of values.entries()) {
        const absent = index === 0 ? ABSENT_ID : ABSENT_UUID;
        for (const [who, client] of Object.entries(strangers)) {
          for (const method of operation.methods) {
            const there = await ask(client, method, fill(operation, value), value);
            const nowhere = await ask(client, method, fill(operation, absent), absent);
            asked += 1;
            if (JSON.stringify(there) !== JSON.stringify(nowhere)) {
              differing.push({ operation: operation.name, method, who, there, nowhere });
            }
          }
        }
      }
    }
    expect(differing).toEqual([]);
    expect(asked).toBeGreaterThan(100);
    expect(await databaseDigest(magpie.magpie.database)).toEqual(before);
  }, 60_000);
});
