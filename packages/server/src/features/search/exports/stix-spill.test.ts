import { randomBytes } from 'node:crypto';
import { readdirSync, readlinkSync } from 'node:fs';
import http from 'node:http';
import { makeEvent, startTestMagpie, type TestMagpie } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

// More than what waits for its place in memory, packed: random letters hardly become less.
const ATTRIBUTES = 120;
const LETTERS = 30_000;

let magpie: TestMagpie;
let eventId: string;

beforeAll(async () => {
  magpie = await startTestMagpie();
  const attributes = Array.from({ length: ATTRIBUTES }, (_, index) => ({
    type: 'url',
    value: `https://spilled.example/${index}/${randomBytes(LETTERS).toString('base64url').slice(0, LETTERS)}`,
    to_ids: true,
  }));
  eventId = (await makeEvent(magpie.admin, { info: 'Large', Attribute: attributes })).id;
});
afterAll(() => magpie?.stop());

/** Scratch files that this process has open: they have no name, but Linux tells which name they had. */
function openScratches(): number {
  return readdirSync('/proc/self/fd').filter((file) => {
    try {
      return readlinkSync(`/proc/self/fd/${file}`).includes('/scratch-');
    } catch {
      return false;
    }
  }).length;
}

function ask(returnFormat: string, scope: 'events' | 'attributes'): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: magpie.adminKey, 'content-type': 'application/json' };
    const request = http.request(`${magpie.url}/${scope}/restSearch`, { method: 'POST', headers }, resolve);
    request.on('error', reject);
    request.end(JSON.stringify({ returnFormat, eventid: eventId }));
  });
}

describe.skipIf(process.platform !== 'linux')('a STIX 1 document that is too much for memory', () => {
  it.each([
    ['attributes', 'stix-xml'],
    ['attributes', 'stix-json'],
    ['events', 'stix-xml'],
  ] as const)('holds all of %s as %s, and gives its room back', async (scope, format) => {
    let text = '';
    let most = 0;
    for await (const piece of await ask(format, scope)) {
      text += piece;
      most = Math.max(most, openScratches());
    }
    const found = new Set([...text.matchAll(/spilled\.example\/(\d+)\//g)].map(([, index]) => index));
    expect([most, found.size]).toEqual([1, ATTRIBUTES]);
    if (format === 'stix-json') expect(() => JSON.parse(text)).not.toThrow();
    else expect(text.endsWith('</stix:STIX_Package>\n')).toBe(true);
    expect(openScratches()).toBe(0);
  });

  it.each(['attributes', 'events'] as const)('gives its room back when its reader goes away (%s)', async (scope) => {
    const answer = await ask('stix-xml', scope);
    await new Promise((resolve) => answer.once('data', resolve));
    answer.pause();
    expect(openScratches()).toBe(1);
    answer.destroy();
    await expect.poll(openScratches, { timeout: 10_000 }).toBe(0);
    // The connection behind it is free, too.
    expect((await magpie.admin.get(`/events/view/${eventId}`)).status).toBe(200);
  });
});
