import { fc } from '@magpie/testkit/property';
import { describe, expect, it } from 'vitest';
import { exportAttribute, inBatches, textOf } from '../testing.ts';
import { csvCell } from './cells.ts';
import { csvColumns } from './columns.ts';
import { writeCsv } from './write-csv.ts';

const HEADER =
  'uuid,event_id,category,type,value,comment,to_ids,date,object_relation,attribute_tag,object_uuid,object_name,object_meta_category';
const UUID = '"5f0c0a2e-5b0e-4b7a-9a58-0d6c5f3f2a11"';

describe('CSV', () => {
  it('has MISP’s columns, a line for each attribute and an empty line at the end', async () => {
    const attribute = exportAttribute({ comment: 'says "hi"', tags: ['tlp:green', 'x:y="z"'] });
    expect(await textOf(writeCsv(inBatches([attribute]), csvColumns({})))).toBe(
      `${HEADER}\n${UUID},57,"Network activity","domain","login.bad.example","says ""hi""",1,1699963211,"","tlp:green,x:y=""z""","","",""\n\n`,
    );
  });

  it('is a head and an empty line when nothing was found', async () => {
    expect(await textOf(writeCsv(inBatches(), csvColumns({})))).toBe(`${HEADER}\n\n`);
    expect(await textOf(writeCsv(inBatches(), csvColumns({}), { headerless: true }))).toBe('\n');
  });

  it('takes any key of an attribute, and leaves unknown ones empty', async () => {
    const columns = csvColumns({ requested: ['value', 'timestamp', 'first-seen', 'value1', 'nosuch', 'a,b'] });
    const attribute = exportAttribute({ type: 'ip-dst|port', value1: '203.0.113.9', value2: '443' });
    expect(await textOf(writeCsv(inBatches([attribute]), columns))).toBe(
      'value,date,first_seen,value1,nosuch,"a,b"\n"203.0.113.9|443",1699963211,"","203.0.113.9","",""\n\n',
    );
  });

  it('appends the event and the object where they are known', async () => {
    const object = { uuid: 'c0000000-0000-4000-8000-000000000001', name: 'file', metaCategory: 'file' };
    const text = await textOf(
      writeCsv(inBatches([exportAttribute({ object })]), csvColumns({ context: true }), { headerless: true }),
    );
    expect(text).toContain(
      ',"c0000000-0000-4000-8000-000000000001","file","file","Mail wave","ACME","CERT-X",3,"High",2,"2023-11-14","",1699970000\n',
    );
  });

  it('has columns of decay scores, empty where no model applies', async () => {
    const columns = csvColumns({ requested: ['id'], decay: true });
    const scored = exportAttribute({ decay: { score: 62.4, decayed: false } });
    expect(await textOf(writeCsv(inBatches([scored, exportAttribute()]), columns))).toBe(
      'id,decay_score_score,decay_score_decayed\n8112,62.4,0\n8112,"",""\n\n',
    );
  });

  it('writes numbers bare and everything else quoted', () => {
    for (const number of ['0', '1234', '-7', '+3', '1.5', '.5', '1e9']) expect(csvCell(number)).toBe(number);
    for (const text of ['', ' 1', '1\n', '203.0.113.5', '0x1A', '-', '=1+1', '1e', 'NaN', '-1+cmd']) {
      expect(csvCell(text)).toBe(`"${text}"`);
    }
  });

  it('keeps any text readable', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1 }), (texts) => {
        expect(parseLine(texts.map(csvCell).join(','))).toEqual(texts);
      }),
    );
  });

  it('hands long texts on in pieces', async () => {
    const many = Array.from({ length: 2_000 }, (_, index) => exportAttribute({ id: String(index) }));
    const sizes: number[] = [];
    for await (const piece of writeCsv(inBatches(many), csvColumns({}))) sizes.push(piece.length);
    expect(sizes.length).toBeGreaterThan(2);
    expect(Math.max(...sizes)).toBeLessThan(70_000);
  });
});

/** RFC 4180. */
function parseLine(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/gs)].map(([, quotedText, bare]) =>
    quotedText === undefined ? (bare ?? '') : quotedText.replaceAll('""', '"'),
  );
}
