import { describe, expect, it } from 'vitest';
import { wantsAlert } from './alert-filter.ts';
import { defang } from './defang.ts';

const event = {
  eventTags: ['tlp:amber'],
  attributeTags: ['misp-galaxy:ransomware="LockBit"'],
  orgcName: 'Noisy Org',
  orgcUuid: 'a0000000-0000-4000-8000-000000000003',
  threatLevel: 'High',
};

describe('the filter of publish alerts', () => {
  it.each([
    [{}, true],
    [null, true],
    [{ 'EventTag.name': 'TLP:AMBER' }, true],
    [{ 'EventTag.name': 'tlp' }, false],
    [{ 'EventTag.name': '%tlp%' }, true],
    [{ 'EventTag.name': '%ransomware%' }, false],
    [{ 'AttributeTag.name': '%ransomware%' }, true],
    [{ 'Tag.name': ['nothing', '%ransomware%'] }, true],
    [{ AND: { 'Tag.name': ['%ransomware%'], NOT: { 'Orgc.name': ['Noisy Org'] } } }, false],
    [{ AND: { 'Tag.name': ['%ransomware%'], NOT: { 'Orgc.name': ['Other Org'] } } }, true],
    [{ OR: { 'ThreatLevel.name': 'low', 'Orgc.uuid': event.orgcUuid } }, true],
    [{ OR: { 'ThreatLevel.name': 'low' } }, false],
    [{ 'Unknown.name': 'x' }, false],
    [{ 'ThreatLevel.name': 'high', 'Orgc.name': 'somebody else' }, true],
    [{ AND: [{ 'ThreatLevel.name': 'high' }, { 'Orgc.name': 'somebody else' }] }, false],
  ])('%j: %s', (filter, wanted) => {
    expect(wantsAlert(filter, event)).toBe(wanted);
  });
});

describe('defanging', () => {
  it.each([
    ['url', 'https://evil.example/a.b', 'hxxps://evil[.]example/a[.]b'],
    ['email-src', 'a@evil.example', 'a[at]evil.example'],
    ['ip-dst|port', '1.2.3.4|80', '1[.]2[.]3[.]4|80'],
    ['hostname', 'a.b', 'a[.]b'],
    ['md5', 'd41d8cd98f00b204e9800998ecf8427e', 'd41d8cd98f00b204e9800998ecf8427e'],
    ['filename', 'a.exe', 'a.exe'],
  ])('makes a %s harmless', (type, value, harmless) => {
    expect(defang(type, value)).toBe(harmless);
  });
});
