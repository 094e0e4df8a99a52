import { describe, expect, it } from 'vitest';
import { writeOpenData } from './write-opendata.ts';

const options = {
  baseUrl: 'https://misp.example',
  scope: 'attributes' as const,
  filters: [
    ['type', 'domain||hostname'],
    ['tags', 'tlp:white'],
  ] as const,
  organisation: 'CERT-X',
  setup: { dataset: {}, resources: {} },
};

describe('a data set of an open data portal', () => {
  it('points to the search', () => {
    expect(JSON.parse(writeOpenData(options))).toMatchObject({
      dataset: { title: 'Threat intelligence of CERT-X', frequency: 'unknown' },
      resources: [
        {
          filetype: 'remote',
          format: 'json',
          url: 'https://misp.example/attributes/restSearch/returnFormat:json/type:domain%7C%7Chostname/tags:tlp%3Awhite',
        },
      ],
    });
  });

  it('says what the portal is to show', () => {
    const setup = { dataset: { title: 'Domains', frequency: 'daily' }, resources: { title: 'List', type: 'main' } };
    expect(JSON.parse(writeOpenData({ ...options, setup }))).toMatchObject({
      dataset: { title: 'Domains', frequency: 'daily' },
      resources: [{ title: 'List', type: 'main', format: 'json' }],
    });
  });
});
