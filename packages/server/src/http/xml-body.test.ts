import { makeOrganisation, makeUser, member, startTestMagpie, type TestMagpie } from '@magpie/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BadRequest, Refused } from '../errors.ts';
import { readXmlRequestBody } from './body.ts';

const read = (text: string) => readXmlRequestBody(Buffer.from(text));

describe('an XML body', () => {
  it('reads as the JSON that says the same', () => {
    const text = `<?xml version="1.0"?><response><Event><info>a &amp; b</info><published>0</published>
      <Attribute><type>domain</type><value>x.example</value></Attribute></Event></response>`;
    expect(JSON.parse(JSON.stringify(read(text)))).toEqual({
      response: { Event: { info: 'a & b', published: '0', Attribute: [{ type: 'domain', value: 'x.example' }] } },
    });
    expect(JSON.parse(JSON.stringify(read('<request><value>a</value><value>b</value></request>')))).toEqual({
      request: { value: ['a', 'b'] },
    });
    expect(read(' ')).toEqual({});
  });

  it('declares no entities, ends in depth, and writes no prototype', () => {
    expect(() => read('<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>')).toThrow(Refused);
    expect(() => read('<a>'.repeat(200))).toThrow(Refused);
    expect(() => read('<a><b></a>')).toThrow(Refused);
    expect(() => readXmlRequestBody(Buffer.from([0x3c, 0xff]))).toThrow(BadRequest);
    read('<a><__proto__><x>1</x></__proto__></a>');
    expect(Reflect.get({}, 'x')).toBeUndefined();
  });
});

describe('a request with an XML body', () => {
  let magpie: TestMagpie;
  let key: string;

  beforeAll(async () => {
    magpie = await startTestMagpie();
    const { id } = await makeOrganisation(magpie.admin);
    key = (await makeUser(magpie.admin, { org_id: id })).key;
  });

  afterAll(() => magpie.stop());

  const post = async (path: string, body: string) => {
    const headers = { authorization: key, accept: 'application/json', 'content-type': 'application/xml' };
    const answer = await fetch(new URL(path, magpie.url), { method: 'POST', headers, body });
    return { status: answer.status, body: (await answer.json()) as unknown };
  };

  it('adds an event and searches for it', async () => {
    const added = await post(
      '/events/add',
      `<response><Event><info>by XML</info><distribution>1</distribution>
        <Attribute><type>ip-src</type><category>Network activity</category><value>192.0.2.77</value></Attribute>
        <Attribute><type>domain</type><value>xml.example</value></Attribute></Event></response>`,
    );
    expect(member(added.body, 'Event')).toMatchObject({ info: 'by XML', attribute_count: '2', distribution: '1' });
    const found = await post('/attributes/restSearch', '<request><value>xml.example</value></request>');
    expect(member(found.body, 'response', 'Attribute', 0, 'value')).toBe('xml.example');
  });

  it('says what is wrong with it', async () => {
    const broken = await post('/events/add', '<Event><info>x</Event>');
    expect(broken.status).toBe(405);
    expect(member(broken.body, 'message')).toMatch(/^Invalid XML input\./);
  });
});
