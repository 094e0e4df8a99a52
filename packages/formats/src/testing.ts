import type { ExportAttribute } from './export-attribute.ts';

/** An attribute of a test; what is left out has a plain value. */
export function exportAttribute(fields: Partial<ExportAttribute> = {}): ExportAttribute {
  return {
    id: '8112',
    uuid: '5f0c0a2e-5b0e-4b7a-9a58-0d6c5f3f2a11',
    objectId: '0',
    objectRelation: null,
    category: 'Network activity',
    type: 'domain',
    value1: 'login.bad.example',
    value2: '',
    toIds: true,
    timestamp: '1699963211',
    distribution: '5',
    sharingGroupId: '0',
    comment: '',
    deleted: false,
    disableCorrelation: false,
    firstSeen: null,
    lastSeen: null,
    tags: [],
    object: null,
    event: {
      id: '57',
      uuid: '0c9d7e3a-46c1-4f0a-8a7e-7f3d7be9d1c2',
      info: 'Mail wave',
      org: 'ACME',
      orgc: 'CERT-X',
      distribution: '3',
      threatLevelId: '1',
      analysis: '2',
      date: '2023-11-14',
      timestamp: '1699970000',
      published: true,
      tags: [],
    },
    ...fields,
  };
}

/** Batches as a database hands them out. */
export async function* inBatches<Item>(...batches: Item[][]): AsyncGenerator<Item[]> {
  yield* batches;
}

/** All pieces of a text. */
export async function textOf(pieces: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
}
