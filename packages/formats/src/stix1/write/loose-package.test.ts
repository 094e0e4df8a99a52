import { describe, expect, it } from 'vitest';
import { writeStix1Attributes } from './write-stix1.ts';

const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const attribute = (n: number, isForDetection: boolean) => ({
  uuid: uuid(n),
  type: 'domain',
  category: 'Network activity',
  value: `d${n}.example`.padEnd(40, 'x'),
  to_ids: isForDetection,
  comment: '',
  timestamp: '1700000000',
});
const options = {
  version: '1.1.1',
  organisation: 'ACME',
  baseUrl: 'https://misp.example',
  now: new Date(0),
  packageUuid: uuid(0),
} as const;

describe.each(['xml', 'json'] as const)('attributes as STIX 1 in %s', (form) => {
  it('are handed on before all are read, as far as observables stand first', async () => {
    let read = 0;
    async function* batches() {
      for (let batch = 0; batch < 20; batch += 1) {
        read += 1;
        yield Array.from({ length: 50 }, (_, index) => attribute(batch * 50 + index + 1, index % 10 === 0));
      }
    }
    let text = '';
    let atFirst = 0;
    for await (const piece of writeStix1Attributes(batches(), { ...options, form })) {
      if (text === '') atFirst = read;
      text += piece;
    }
    expect(atFirst).toBeLessThan(10);
    const places = [...text.matchAll(/ACME:Observable-00000000-0000-4000-8000-(\d{12})/g)].map(([, n]) => Number(n));
    expect(new Set(places).size).toBe(1000);
    // In their order: observables, and behind them those of indicators.
    const alone = places.filter((n) => (n - 1) % 10 !== 0);
    expect(alone).toEqual([...alone].sort((x, y) => x - y));
    if (form === 'json') expect(JSON.parse(text).observables.observables).toHaveLength(900);
    else expect(text.match(/<stix:Observables /g)).toHaveLength(1);
  });

  it('are a document without any, too', async () => {
    async function* nothing() {
      yield [];
    }
    let text = '';
    for await (const piece of writeStix1Attributes(nothing(), { ...options, form })) text += piece;
    if (form === 'json') expect(JSON.parse(text).observables.observables).toEqual([]);
    else expect(text).not.toContain('<stix:Observables');
    expect(text.endsWith(form === 'json' ? '}\n' : '</stix:STIX_Package>\n')).toBe(true);
  });
});
