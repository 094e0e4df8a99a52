import { describe, expect, it } from 'vitest';
import { isCustomGalaxyTag, isGalaxyTag, parseTagName } from './tag-name.ts';

describe('parseTagName', () => {
  it.each([
    ['tlp:red', { namespace: 'tlp', predicate: 'red', value: null }],
    [
      'admiralty-scale:source-reliability="a"',
      { namespace: 'admiralty-scale', predicate: 'source-reliability', value: 'a' },
    ],
    ['misp-galaxy:tool="a: b=c"', { namespace: 'misp-galaxy', predicate: 'tool', value: 'a: b=c' }],
  ])('takes %s apart', (name, parts) => {
    expect(parseTagName(name)).toEqual(parts);
  });

  it.each(['', 'plain', 'a:b:c', 'a:b="', 'a:b=""', ':b', 'a:', 'a:b="c"d', 'tlp:ex:chr'])(
    'takes %j for a plain name',
    (name) => {
      expect(parseTagName(name)).toBeNull();
    },
  );

  it('is quick on a megabyte', () => {
    const before = process.cpuUsage();
    parseTagName(`${'a'.repeat(500_000)}:${'="'.repeat(250_000)}`);
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(1_000);
  });
});

describe('galaxy tags', () => {
  it('are recognised, custom ones by their uuid', () => {
    expect(isGalaxyTag('misp-galaxy:threat-actor="APT 1"')).toBe(true);
    expect(isCustomGalaxyTag('misp-galaxy:threat-actor="APT 1"')).toBe(false);
    expect(isCustomGalaxyTag('misp-galaxy:threat-actor="60000000-0000-4000-8000-000000000001"')).toBe(true);
    expect(isGalaxyTag('tlp:red')).toBe(false);
  });
});
