import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { fc } from '@magpie/testkit/property';
import { describe, expect, it } from 'vitest';
import { arbitraryEvent, type ObjectTemplate } from './arbitrary-events.ts';
import { compareEvents } from './compare-events.ts';
import { fromStix, templatesIn, toStix } from './convert.ts';
import { readTemplates } from './generate.ts';

const library = fileURLToPath(new URL('../../../shared/content/objects', import.meta.url));
const hasLibrary = existsSync(library);

const own: readonly ObjectTemplate[] = ['file', 'domain-ip', 'email', 'person', 'no-such-template'].map((name) => ({
  name,
  uuid: '688c46fb-5edb-40a3-8273-1af7923e2215',
  version: 3,
  'meta-category': 'misc',
  description: 'A template',
  attributes: {
    filename: { 'misp-attribute': 'filename' },
    ip: { 'misp-attribute': 'ip-dst' },
    text: { 'misp-attribute': 'text' },
  },
}));

describe('an event of MISP', () => {
  it.for(['2.1', '2.0'] as const)('comes back whole from its STIX %s', async (version) => {
    const templates = hasLibrary ? readTemplates(library) : own;
    const known = hasLibrary ? templatesIn(library) : undefined;
    await fc.assert(
      fc.asyncProperty(arbitraryEvent(templates), async (event) => {
        const { event: read, notTaken } = fromStix(await toStix(event, version), known);
        expect([...compareEvents(event, read), ...notTaken.map(({ id, reason }) => `${id}: ${reason}`)]).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it.for(['2.1', '2.0'] as const)('keeps when something was last seen within a second in STIX %s', async (version) => {
    const attribute = {
      ...{ type: 'domain', category: 'Network activity', value: 'a.example', to_ids: false, timestamp: '1000000000' },
      ...{ uuid: 'afe6324d-d82a-4c13-8000-001c00000001', comment: '', deleted: false, disable_correlation: false },
      ...{ first_seen: '2001-09-09T01:46:47.000000+00:00', last_seen: '2001-09-09T01:46:47.500000+00:00' },
    };
    const event = {
      ...{ uuid: 'dfdee592-ffe9-4fff-a3bf-7c5335e6a76c', info: 'x', date: '2024-02-29', timestamp: '1000000000' },
      ...{ Attribute: [attribute], Object: [] },
    };
    const { event: read } = fromStix(await toStix(event, version), undefined);
    expect(read.Attribute).toMatchObject([{ first_seen: '2001-09-09T01:46:47Z', last_seen: '2001-09-09T01:46:47.5Z' }]);
  });
});
