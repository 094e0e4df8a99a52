import { makeAttribute, makeEvent, makeObject, startTestMagpie, type TestMagpie } from '@magpie/testkit';

/** An instance with one published event that is hard on writers. */
export interface FormatsWorld {
  readonly magpie: TestMagpie;
  readonly eventId: string;
  /** The attribute that holds a sample, `SAMPLE`. */
  readonly sampleId: string;
  /** Attributes of the event, those of objects included. */
  readonly attributes: number;
}

/** What the sample's file holds. */
export const SAMPLE = 'MZ evil';

const SHA256 = 'ab'.repeat(32);

const values: readonly (readonly [type: string, value: string])[] = [
  ['ip-dst', '203.0.113.5'],
  ['ip-dst', '198.51.100.7/24'],
  ['ip-src', '2001:db8::7'],
  ['ip-src', '2001:db8:0:1::/64'],
  ['ip-dst|port', '203.0.113.9|443'],
  ['domain', 'evil.example.com'],
  ['domain', 'xn--mnchen-3ya.example'],
  ['hostname', 'www.evil.example.com'],
  ['domain|ip', 'pair.example.net|198.51.100.9'],
  ['url', 'http://evil.example.com/path;a=1?q="x"'],
  ['url', 'https://evil.example.com:8443/'],
  ['url', 'ftp://203.0.113.8/pub'],
  ['uri', '/gate.php?id=1;2'],
  ['user-agent', 'Mozilla/5.0 (compatible; "bad"); 0x41 \\ | :'],
  ['email', 'bad@example.org'],
  ['email-subject', 'Rechnung; "dringend": 请付款'],
  ['email-attachment', 'invoice (1).doc'],
  ['ja3-fingerprint-md5', 'd41d8cd98f00b204e9800998ecf8427e'],
  ['md5', 'd41d8cd98f00b204e9800998ecf8427e'],
  ['sha1', 'a'.repeat(40)],
  ['filename|sha256', `a "b".exe|${SHA256}`],
  ['imphash', 'd41d8cd98f00b204e9800998ecf8427e'],
  ['hex', 'DEADBEEF00'],
  ['mutex', 'Global\\bad"x'],
  ['regkey|value', 'HKLM\\Software\\Bad|1'],
  ['text', 'first line\nsecond "line"\t威胁情报 서울 サイバー'],
  ['pattern-in-file', '=cmd|calc'],
  ['yara', 'rule plain { condition: true }'],
  [
    'yara',
    'rule plain { strings: $a = "x" nocase $h = { 01 ?? [2-4] (02|03) } $r = /a\\/b{2}/i condition: any of them }',
  ],
  [
    'yara',
    'import "pe"\nprivate rule helper : t1 t2 {\n meta:\n  author = "x"\n  score = 5\n strings:\n  $a = "q}\\"" // note\n condition:\n  $a and filesize > 10KB and\n  pe.number_of_sections >= 1 and for any i in (1..#a) : ( @a[i] > 5 )\n}\nrule second { condition: helper and not false }',
  ],
  ['yara', 'rule broken { condition: '],
  ['yara', 'rule of_another_scanner { condition: filename matches /a.b/ }'],
  ['yara', 'rule forgetful { strings: $a = "1" condition: $a and pe.is_pe }'],
  ['yara', 'rule plain { condition: false } rule after_plain { condition: plain }'],
  ['yara', 'rule unfinished { strings: $a = "x" condition: $a and }'],
  ['yara', 'rule badly_repeated { strings: $a = /a{5,2}/ condition: $a }'],
  ['yara', 'global rule silencing { condition: false }'],
  ['yara', 'rule keyword : all { condition: true }'],
  ['text', '例'.repeat(9_000)],
  ['text', 'many\nlines (\n'.repeat(2_000)],
  ['text', 'مرحبا שלום 🦜 \u0001 =HYPERLINK("http://x")'],
  ['domain', '例え.テスト'],
  ['ip-dst', '::ffff:192.0.2.1'],
  ['snort', 'alert tcp any any -> any 80 (msg:"shared; rule"; content:"a\\;b"; sid:1; reference:url,x.example;)'],
  ['sigma', 'title: Test\nlogsource:\n  product: windows\ndetection:\n  sel:\n    Image: x\n  condition: sel'],
];

/** Starts the instance and fills it. */
export async function startFormatsWorld(): Promise<FormatsWorld> {
  const magpie = await startTestMagpie();
  const event = await makeEvent(magpie.admin, {
    info: 'Hard "event"; 威胁情报 위협 <script>',
    distribution: '3',
    Tag: [
      { name: 'tlp:green' },
      { name: 'misp-galaxy:mitre-attack-pattern="Phishing - T1566"' },
      { name: 'odd:tag="a;b"' },
    ],
  });
  for (const [type, value] of values) {
    await makeAttribute(magpie.admin, event.id, {
      type,
      value,
      to_ids: true,
      comment: `=1+1;"${type}"`,
      Tag: [{ name: 'x:y="z"' }],
    });
  }
  await makeObject(magpie.admin, event.id, {
    name: 'network-connection',
    'meta-category': 'network',
    distribution: '5',
    Attribute: [
      { object_relation: 'ip-dst', type: 'ip-dst', value: '203.0.113.77', to_ids: true },
      { object_relation: 'layer4-protocol', type: 'text', category: 'Other', value: 'TCP', to_ids: true },
    ],
  });
  const sample = await makeAttribute(magpie.admin, event.id, {
    type: 'malware-sample',
    value: 'evil "x".exe',
    data: Buffer.from(SAMPLE).toString('base64'),
    encrypt: true,
    to_ids: true,
  });
  const content =
    '# 报告 보고서\n\nText with **bold**, `code` and [a link](https://example.org).\n\n- サイバー\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n';
  const report = await magpie.admin.post(`/event_reports/add/${event.id}`, {
    name: 'Rapport',
    content,
    distribution: '5',
  });
  if (report.status !== 200) throw new Error(`the report was refused: ${JSON.stringify(report.body)}`);
  await magpie.admin.post(`/events/publish/${event.id}`);
  return { magpie, eventId: event.id, sampleId: sample.id, attributes: values.length + 3 };
}
