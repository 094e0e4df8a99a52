import { describe, expect, it } from 'vitest';
import { plainText } from './plain-text.ts';

describe('the words of a report', () => {
  it('are told without the signs of Markdown', () => {
    expect(plainText('# Head\n\n- **bold** [link](https://a.example)\n> quoted `code`')).toBe(
      'Head bold link quoted code',
    );
  });

  it('leave out frames of tables and what references lead to', () => {
    expect(plainText('| What | When |\n|---|:--|\n| mail | May |')).toBe('What When mail May');
    expect(plainText('To @[attribute](c31f) as @[tag](tlp:amber)')).toBe('To … as tlp:amber');
  });

  it.each(['\n', '-', '| ', ' -\n', '@[tag](', '![', '\n`', '1.'])('take no time, whatever is repeated: %j', (part) => {
    // An expression that looks back would be busy with these for minutes.
    expect(plainText(part.repeat(100_000)).length).toBeLessThanOrEqual(2000);
  });
});
