import { fc } from '@magpie/testkit/property';
import { describe, expect, it } from 'vitest';
import { readAll } from '../read/testing.ts';
import { detectDelimiter, parseCsv } from './parse-csv.ts';

const cellsOf = (text: string, delimiter = ',') => [...parseCsv(text, delimiter)].map(({ cells }) => cells);

describe('parseCsv', () => {
  it('reads what is quoted as it was written', () => {
    const row = fc.array(fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ';', ' ', 'é') }), {
      minLength: 2,
    });
    fc.assert(
      fc.property(
        fc.array(row),
        fc.constantFrom(',', ';', '\t'),
        fc.constantFrom('\n', '\r\n'),
        (rows, delimiter, end) => {
          const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`;
          const text = rows.map((cells) => cells.map(quoted).join(delimiter) + end).join('');
          expect(cellsOf(text, delimiter)).toEqual(rows);
        },
      ),
    );
  });

  it('reads plain cells as a split does', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '-', "'") });
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 5 })), (rows) => {
        const text = rows.map((cells) => cells.join(',')).join('\n');
        expect(cellsOf(text)).toEqual(
          text
            .split('\n')
            .filter((line) => line !== '')
            .map((line) => line.split(',')),
        );
      }),
    );
  });

  it('refuses a quote without end', () => {
    expect(() => cellsOf('a,"b\nc')).toThrow('never closed');
  });

  it.each([
    ['a,b\n1,2', ','],
    ['a;b;c\n1,5;2;3', ';'],
    ['a\tb\n1\t2', '\t'],
    ['a|b\n"x,y"|2', '|'],
    ['one word', null],
    ['', null],
  ])('divides %j by %j', (text, delimiter) => {
    expect(detectDelimiter(text)).toBe(delimiter);
  });
});

describe('a CSV file', () => {
  it('is read by the titles of its columns', async () => {
    const { events } = await readAll('ip,note,sha256,unknown\n192.0.2.1,first," ",x\n', 'a.csv');
    expect(events).toEqual([
      { info: 'a.csv', Attribute: [{ type: 'ip-dst', value: '192.0.2.1', comment: 'first' }], Object: [] },
    ]);
  });

  it('tells of columns and cells that nothing says the meaning of', async () => {
    const { notTaken } = await readAll('ip,score,comment\n192.0.2.1,5,first,more\n192.0.2.2,7,second\n', 'a.csv');
    expect(notTaken).toEqual([
      { path: 'column 2', reason: '"score" names no type of attribute and no field.' },
      { path: 'line 2', reason: 'Column 4: nothing says what "more" is.' },
    ]);
  });

  it('is looked through in rows that are longer than the first one', async () => {
    const { events } = await readAll('evil.example.com\nhello,192.0.2.1\n', 'a.csv');
    expect(events).toMatchObject([{ Attribute: [{ value: 'evil.example.com' }, { value: '192.0.2.1' }] }]);
  });

  it('is looked through for indicators without titles', async () => {
    const { events, notTaken } = await readAll('# comment,x\n192.0.2.1,hello\nevil.com,192.0.2.2\nnot,this\n', 'a.csv');
    expect(events).toMatchObject([
      { Attribute: [{ value: '192.0.2.1' }, { value: 'evil.com' }, { value: '192.0.2.2' }] },
    ]);
    expect(notTaken).toEqual([{ path: 'line 4', reason: 'Nothing known in "not this".' }]);
  });

  it.each([
    // Pairs without titles, whose first word looks like one.
    [
      'MD5,d41d8cd98f00b204e9800998ecf8427e\nHost,it.example.com\n',
      ['md5 d41d8cd98f00b204e9800998ecf8427e', 'hostname it.example.com'],
    ],
    ['URL,http://a[.]example.com/x\n', ['url http://a.example.com/x']],
    ['192.0.2.1,IPv4,scanner\n', ['ip-dst 192.0.2.1 (scanner)']],
    // Titles and words for types of other programs.
    [
      'Indicator type,Indicator,Description\nFileHash-SHA1,da39a3ee5e6b4b0d3255bfef95601890afd80709,x\nURI,/a.php,y\n',
      ['sha1 da39a3ee5e6b4b0d3255bfef95601890afd80709 (x)', 'uri /a.php (y)'],
    ],
    [
      'value,type,notes\nd41d8cd98f00b204e9800998ecf8427e,file,n\n198[.]51[.]100[.]7:443,ip:port,\n',
      ['md5 d41d8cd98f00b204e9800998ecf8427e (n)', 'ip-dst|port 198.51.100.7|443'],
    ],
    [
      'value,entity_type,description\nd41d8cd98f00b204e9800998ecf8427e,file,a\nc2.evil.example.com,hostname,b\n',
      ['md5 d41d8cd98f00b204e9800998ecf8427e (a)', 'hostname c2.evil.example.com (b)'],
    ],
    [
      'Filename,SHA-1,Date\na.pdf,da39a3ee5e6b4b0d3255bfef95601890afd80709,1/2/2020\n',
      ['filename a.pdf', 'sha1 da39a3ee5e6b4b0d3255bfef95601890afd80709'],
    ],
    // Titles in a comment, and blanks before quotes.
    [
      '# About\n# "first_seen", "ioc_value", "ioc_type", "tags"\n"2024-01-02 03:04:05", "evil.example.com", "domain", "a,b"\n',
      ['domain evil.example.com'],
    ],
  ])('%j is read as other programs mean it', async (text, expected) => {
    const { events } = await readAll(text, 'a.csv');
    const attributes = events.flatMap(({ Attribute: list }) => (Array.isArray(list) ? list : []));
    const told = attributes.map(({ type, value, comment }) => `${type} ${value}${comment ? ` (${comment})` : ''}`);
    expect(told).toEqual(expected);
  });

  it('tells of a value whose type nothing says', async () => {
    const { events, notTaken } = await readAll('type,value\nBreed,stoat\ndomain,evil.com\n', 'a.csv');
    expect(events).toMatchObject([{ Attribute: [{ type: 'domain' }] }]);
    expect(notTaken).toEqual([{ path: 'line 2', reason: '"Breed" does not say of which type "stoat" is.' }]);
  });

  it('is read as told', async () => {
    const csv = { delimiter: '|', hasHeader: false, columns: ['comment', 'domain', ''] };
    const { events } = await readAll('x|evil.com|y\n', 'a.csv', { csv });
    expect(events).toMatchObject([{ Attribute: [{ type: 'domain', value: 'evil.com', comment: 'x' }] }]);
  });

  it('takes dates and flags as people write them, and tells of dates that are none', async () => {
    const lines = [
      ...['domain,first_seen,last_seen,to_ids', 'a.example.com,2024-01-02 03:04:05,03.02.2024,ja'],
      ...['b.example.com,1700000000,,x', 'c.example.com,soon,,no'],
    ];
    const { events, notTaken } = await readAll(lines.join('\n'), 'a.csv');
    expect(events[0]?.Attribute).toEqual([
      {
        ...{ type: 'domain', value: 'a.example.com', to_ids: true },
        ...{ first_seen: '2024-01-02T03:04:05.000000+00:00', last_seen: '2024-02-03T00:00:00.000000+00:00' },
      },
      { type: 'domain', value: 'b.example.com', to_ids: true, first_seen: '2023-11-14T22:13:20.000000+00:00' },
      { type: 'domain', value: 'c.example.com', to_ids: false },
    ]);
    expect(notTaken).toEqual([{ path: 'line 4', reason: 'first_seen: no date can be read in "soon".' }]);
  });

  it('of MISP gives attributes, tags and objects back', async () => {
    const header =
      'uuid,event_id,category,type,value,comment,to_ids,date,object_relation,attribute_tag,object_uuid,object_name,object_meta_category';
    const lines = [
      '"1a7a5ca6-8f5f-4a37-9a1b-2f7a0a9b4a11",1,"Network activity","domain","evil.com","c",1,0,"","tlp:red,a:b=""c, d""","","",""',
      '"1a7a5ca6-8f5f-4a37-9a1b-2f7a0a9b4a12",1,"Payload delivery","filename","a.exe","",0,0,"filename","","2a7a5ca6-8f5f-4a37-9a1b-2f7a0a9b4a11","file","file"',
    ];
    const { events } = await readAll([header, ...lines].join('\n'), 'misp.csv');
    expect(events).toMatchObject([
      {
        Attribute: [{ type: 'domain', to_ids: true, Tag: [{ name: 'tlp:red' }, { name: 'a:b="c, d"' }] }],
        Object: [
          { name: 'file', 'meta-category': 'file', Attribute: [{ object_relation: 'filename', value: 'a.exe' }] },
        ],
      },
    ]);
  });
});

describe('the CSV of ThreatConnect', () => {
  it('becomes attributes and one reference for each source', async () => {
    const text = [
      'Type,Value,Confidence,Description,Source,Rating',
      'Address,192.0.2.1,52,scanner,https://source.example/1,3',
      'Host,evil.com,51,,Analyst,3',
      `File,${'A'.repeat(64)},90,sample,Analyst,3`,
      'File,abc,90,sample,Other,3',
      'Mutex,m,90,,Other,3',
    ].join('\n');
    const { events, notTaken, format } = await readAll(text, 'tc.csv');
    expect(format).toBe('threatconnect');
    expect(events).toMatchObject([
      {
        Attribute: [
          { type: 'ip-dst', value: '192.0.2.1', to_ids: true, comment: 'scanner' },
          { type: 'domain', value: 'evil.com', to_ids: false },
          { type: 'sha256', value: 'a'.repeat(64), category: 'Artifacts dropped' },
          { type: 'link', value: 'https://source.example/1', category: 'Internal reference' },
          { type: 'comment', value: 'Analyst' },
        ],
      },
    ]);
    expect(notTaken.map(({ path }) => path)).toEqual(['line 5', 'line 6']);
  });
});
