import { describe, expect, it } from 'vitest';
import { exportAttribute, inBatches, textOf } from '../testing.ts';
import { reframeRule } from './shared-rule.ts';
import { writeNids } from './write-nids.ts';

const options = {
  dialect: 'suricata',
  firstSid: 0,
  baseUrl: 'https://misp.example',
  wholeEvents: false,
} as const;

async function rulesOf(type: string, value1: string): Promise<string[]> {
  const text = await textOf(writeNids(inBatches([exportAttribute({ type, value1 })]), options));
  return text.split('\n').slice(10);
}

describe('rules that were shared', () => {
  it('are one line each with a number each, where a text has several', async () => {
    const rules = await rulesOf(
      'snort',
      'alert tcp any any -> any any (msg:"one";\n  content:"x"; sid:1;)\r\n\r\ndrop udp any any -> any any (msg:"two"; sid:2;)',
    );
    expect(rules).toHaveLength(2);
    expect(rules[0]).toMatch(/^alert tcp .*\| one"; content:"x"; sid:81121;.*\)$/);
    expect(rules[1]).toMatch(/^drop udp .*\| two"; sid:81122;.*\)$/);
    const many = await rulesOf('snort', 'alert ip any any -> any any (sid:1;)\n'.repeat(30));
    expect(many).toHaveLength(10);
    expect(many.at(-1)).toContain('sid:81130;');
  });

  it('end their message where its quote is missing', () => {
    const frame = { prefix: 'MISP', sid: 7, reference: 'reference:url,x;' };
    expect(reframeRule('alert tcp any any -> any any (msg:"unclosed; sid:1;)', frame)).toBe(
      'alert tcp any any -> any any (msg: "MISP | unclosed\\; sid:1\\;";sid:7; rev:1;classtype:trojan-activity;reference:url,x;)',
    );
    expect(reframeRule('alert tcp any any -> any any (msg:"a\\; b";)', frame)).toContain('"MISP | a\\; b";');
  });
});

describe('addresses of pages', () => {
  it.each([
    ['http://evil.example:8080/x', '8080'],
    ['http://evil.example:99999/x', '$HTTP_PORTS'],
    ['http://evil.example:0/x', '$HTTP_PORTS'],
    ['https://evil.example:70000/', '443'],
  ])('have only ports that there are: %s', async (value, port) => {
    const [rule] = await rulesOf('url', value);
    expect(rule).toContain(`$EXTERNAL_NET ${port} (`);
  });
});
