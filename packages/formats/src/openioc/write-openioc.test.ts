import { describe, expect, it } from 'vitest';
import { readAll } from '../read/testing.ts';
import { exportAttribute, inBatches, textOf } from '../testing.ts';
import { writeOpenIoc } from './write-openioc.ts';

const hash = 'd41d8cd98f00b204e9800998ecf8427e';
const id = (number: number) => `aaaaaaaa-aaaa-4aaa-8aaa-${String(number).padStart(12, '0')}`;
const pair = { category: 'Payload delivery', type: 'filename|md5', value1: 'a.exe', value2: hash };
const attributes = [
  exportAttribute({ uuid: id(1) }),
  exportAttribute({ uuid: id(2), ...pair }),
  exportAttribute({ uuid: id(3), type: 'user-agent', value1: 'Bad\n  agent' }),
  exportAttribute({ uuid: id(4), ...pair, value1: 'b.exe' }),
];

function written(version: '1.0' | '1.1'): Promise<string> {
  const options = { version, id: id(90), indicatorId: id(91), author: 'ACME', now: 0 };
  return textOf(writeOpenIoc(inBatches(attributes.slice(0, 2), attributes.slice(2)), options));
}

/** The names of the outermost indicator's children, by their order. */
function childrenOf(text: string): string[] {
  return [...text.matchAll(/^ {5,6}<(Indicator operator="[A-Z]+"|IndicatorItem) /gm)].map(([, name]) => name ?? '');
}

describe('OpenIOC that is written', () => {
  it('has items before indicators in 1.1, as its schema wants, whatever the order of the values', async () => {
    expect(childrenOf(await written('1.1'))).toEqual([
      'IndicatorItem',
      'Indicator operator="AND"',
      'Indicator operator="OR"',
      'Indicator operator="AND"',
    ]);
  });

  it('has the order of the values in 1.0, as MISP writes it', async () => {
    const names = ['IndicatorItem', 'Indicator operator="AND"', 'IndicatorItem', 'Indicator operator="AND"'];
    expect(childrenOf(await written('1.0'))).toEqual(names);
  });

  it.each(['1.0', '1.1'] as const)('of version %s is read with every value', async (version) => {
    const { events, notTaken } = await readAll(await written(version), 'a.ioc');
    const read = events.flatMap(({ Attribute }) => (Array.isArray(Attribute) ? Attribute : []));
    const values = read.map(({ type, value }) => `${type} ${value}`);
    expect(notTaken).toEqual([]);
    expect(values).toEqual(
      expect.arrayContaining([`filename|md5 a.exe|${hash}`, 'user-agent Bad\n  agent', `filename|md5 b.exe|${hash}`]),
    );
  });
});
