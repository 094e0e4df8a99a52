import { fc, hostileText } from '@magpie/testkit/property';
import { describe, expect, it } from 'vitest';
import { exportAttribute, inBatches, textOf } from '../testing.ts';
import { dnsContent, ruleContent, ruleRegex } from './escape.ts';
import { reframeRule } from './shared-rule.ts';
import { writeNids } from './write-nids.ts';

const options = {
  dialect: 'suricata',
  firstSid: 6_000_000,
  baseUrl: 'https://misp.example',
  wholeEvents: false,
} as const;
const frame = { prefix: 'MISP e1 [] snort-rule', sid: 7, reference: 'reference:url,x;' };

describe('rules for network sensors', () => {
  it('are as MISP writes them', async () => {
    const attribute = exportAttribute({ value1: 'bad.example', tags: ['tlp:green'] });
    const text = await textOf(writeNids(inBatches([attribute]), options));
    expect(text.split('\n')[10]).toBe(
      'alert dns any any -> any any (msg: "MISP e57 [tlp:green] Domain bad.example"; dns.query; content:"bad.example"; nocase; pcre: "/(^|[^A-Za-z0-9-])bad\\.example$/i";  classtype:trojan-activity; sid:6081121; rev:1; priority:1; reference:url,https://misp.example/events/view/57;) ',
    );
  });

  it('write what means something in rules as bytes', () => {
    expect(ruleContent('a|b";:\\0x41\r\n')).toBe('a|7c|b|22||3b||3a||5c||30 78|41|0d||0a|');
    expect(ruleRegex('a.b-c|7c|')).toBe('a\\.b\\-c\\|7c\\|');
    expect(dnsContent('bad.example')).toBe('|03|bad|07|example|00|');
  });

  it('stay one line each, with one number each, whatever the values and tags are', async () => {
    const types = fc.constantFrom(
      'domain',
      'url',
      'user-agent',
      'email',
      'email-attachment',
      'snort',
      'ip-dst',
      'ip-src|port',
    );
    const piece = fc.constantFrom(
      ...[
        'alert tcp any any -> any any (',
        'msg:"a";',
        'sid:5;',
        ' sid: 6 ;',
        'rev:2;',
        'content:"x\\"y;',
        'reference:url,a;',
        ')',
      ],
      ...['"', '\\', ';', '|', '0x', 'evil.example', 'http://', '/a?b', '1.2.3.4', '::1', ':80'],
    );
    const mixed = fc.array(fc.oneof(piece, hostileText(3)), { maxLength: 8 }).map((pieces) => pieces.join(''));
    const texts = fc.oneof(hostileText(), mixed);
    await fc.assert(
      fc.asyncProperty(types, texts, texts, fc.array(texts), async (type, value1, value2, tags) => {
        const attribute = exportAttribute({ type, value1, value2, tags });
        for (const dialect of ['snort', 'suricata'] as const) {
          const text = await textOf(writeNids(inBatches([attribute]), { ...options, dialect }));
          for (const line of text.split('\n').slice(10)) {
            expect(type === 'snort' || line.startsWith('alert ')).toBe(true);
            // Within quotes it would be text.
            const numbers = line.replaceAll(/"(?:[^"\\]|\\.)*"/g, '').match(/sid:\d+;/g) ?? [];
            expect(line === '' || numbers.length === 1, line).toBe(true);
          }
        }
      }),
    );
  });

  it('take shared ones over whole, and refuse what is none', () => {
    expect(
      reframeRule(
        'alert tcp any any -> any 80 (msg:"a\\; b; c"; content:"x;y"; rev:9; reference:url,a; reference:url,b;)',
        frame,
      ),
    ).toBe(
      'alert tcp any any -> any 80 (msg: "MISP e1 [] snort-rule | a\\; b\\; c"; content:"x;y"; rev:1; reference:url,x;sid:7;classtype:trojan-activity;)',
    );
    expect(reframeRule('no rule', frame)).toBeNull();
    expect(reframeRule('alert ip any any -> any any ()', frame)).toBe(
      'alert ip any any -> any any (msg: "MISP e1 [] snort-rule";sid:7; rev:1;classtype:trojan-activity;reference:url,x;)',
    );
  });
});
