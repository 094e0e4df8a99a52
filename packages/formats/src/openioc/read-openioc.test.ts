import { describe, expect, it } from 'vitest';
import { readAll } from '../read/testing.ts';

const id = (number: number) => `aaaaaaaa-aaaa-4aaa-8aaa-${String(number).padStart(12, '0')}`;
let items = 0;
function item(search: string, content: string, more = ''): string {
  items += 1;
  return `<IndicatorItem id="${id(items)}" condition="is" ${more}><Context document="x" search="${search}" type="mir"/><Content type="string">${content}</Content></IndicatorItem>`;
}
const all = (operator: string, ...parts: string[]) =>
  `<Indicator operator="${operator}" id="i">${parts.join('')}</Indicator>`;
const document = (criteria: string) =>
  `<ioc xmlns="http://schemas.mandiant.com/2010/ioc" id="doc"><short_description>Bad things</short_description><authored_date>2020-01-02</authored_date><definition>${criteria}</definition></ioc>`;

async function valuesIn(criteria: string): Promise<{ values: string[]; reasons: string[] }> {
  const { events, notTaken } = await readAll(document(criteria), 'a.ioc');
  const attributes = events.flatMap(({ Attribute }) => (Array.isArray(Attribute) ? Attribute : []));
  return {
    values: attributes
      .filter(({ comment }) => /^OpenIOC import/.test(comment))
      .map(({ type, value }) => `${type} ${value}`),
    reasons: notTaken.map(({ reason }) => reason),
  };
}

describe('OpenIOC', () => {
  it('tells what it is, and takes alternatives one by one', async () => {
    const criteria = all('OR', item('FileItem/Md5sum', 'd41d8cd98f00b204e9800998ecf8427e'), item('X/Y', 'z'));
    const { events, format } = await readAll(document(criteria), 'bad.ioc');
    expect(format).toBe('openioc');
    expect(events).toMatchObject([
      {
        info: 'Bad things',
        Attribute: [
          { type: 'comment', value: 'Bad things' },
          { type: 'comment', value: 'doc' },
          { type: 'comment', value: '2020-01-02' },
          {
            type: 'md5',
            category: 'Payload installation',
            uuid: id(1),
            comment: `OpenIOC import from file bad.ioc Original UUID: ${id(1)}`,
          },
          { type: 'other', category: 'Other', value: 'X/Y: z', to_ids: false },
        ],
      },
    ]);
  });

  it('is read in version 1.1 too', async () => {
    const text = `<OpenIOC xmlns="http://openioc.org/schemas/OpenIOC_1.1" id="d"><metadata><short_description>New</short_description></metadata><criteria>${all('OR', item('Network/DNS', 'evil.com'), item('Network/DNS', 'good.com', 'negate="true"'))}</criteria></OpenIOC>`;
    const { events } = await readAll(text, 'a.ioc');
    expect(events).toMatchObject([
      {
        info: 'New',
        Attribute: [{}, {}, { type: 'domain', value: 'evil.com' }, { type: 'other', value: 'not is: good.com' }],
      },
    ]);
  });

  it('puts together what MISP has a type for', async () => {
    const name = item('FileItem/FileName', 'a.exe');
    const hash = item('FileItem/Sha1sum', 'a'.repeat(40));
    const signature = item('FileItem/PEInfo/DigitalSignature/CertificateSubject', 'CN');
    const key = item('RegistryItem/KeyPath', 'HKLM\\Run');
    const valueName = item('RegistryItem/ValueName', 'bad');
    const value = item('RegistryItem/Value', 'x.exe');
    expect((await valuesIn(all('AND', name, hash))).values).toEqual([`filename|sha1 a.exe|${'a'.repeat(40)}`]);
    const signed = await valuesIn(all('AND', name, signature));
    expect(signed.values).toEqual(['filename a.exe']);
    expect(signed.reasons).toEqual([expect.stringContaining('CertificateSubject: CN')]);
    expect((await valuesIn(all('AND', name, item('FileItem/FileExtension', 'exe')))).values).toEqual([
      'filename a.exe',
    ]);
    expect((await valuesIn(all('AND', key, valueName, value))).values).toEqual(['regkey|value HKLM\\Run\\bad|x.exe']);
  });

  it('multiplies alternatives that hold together, and leaves out what fits no type', async () => {
    const names = all('OR', item('FileItem/FileName', 'a.exe'), item('FileItem/FileName', 'b.exe'));
    const hash = item('FileItem/Md5sum', 'b'.repeat(32));
    expect((await valuesIn(all('AND', names, hash))).values).toHaveLength(2);
    const { values, reasons } = await valuesIn(
      all('AND', item('Network/DNS', 'a.com'), item('PortItem/remoteIP', '192.0.2.1')),
    );
    expect(values).toEqual([]);
    expect(reasons).toEqual(['No attribute holds this together: Network/DNS: a.com AND PortItem/remoteIP: 192.0.2.1']);
    expect((await valuesIn(all('OR', item('RegistryItem/Value', 'x')))).reasons[0]).toContain(
      'means nothing on its own',
    );
  });

  it('bounds the combinations', async () => {
    const ten = () => all('OR', ...Array.from({ length: 10 }, (_, n) => item('Network/DNS', `a${n}.com`)));
    const { reasons } = await valuesIn(all('AND', ten(), ten(), ten(), ten(), ten()));
    expect(reasons).toEqual(['It stands for more than 10000 combinations.']);
  });
});
