import { expect, it } from 'vitest';
import { inBatches, textOf } from '../testing.ts';
import { writeZeek } from './write-zeek.ts';

it('writes an indicator that looks like a head line so that Zeek reads it as one', async () => {
  const event = { id: '5', uuid: '0c9d7e3a-46c1-4f0a-8a7e-7f3d7be9d1c2', info: 'Mail\twave', orgc: 'CERT-X' };
  const row = { type: 'filename', half: 'value1', value: '#fields', comment: 'a\nb <b>c</b>', event } as const;
  const text = await textOf(
    writeZeek(inBatches([row]), { groups: ['filename'], hostOrganisation: '', baseUrl: 'https://misp.example' }),
  );
  expect(text.split('\n').slice(1)).toEqual([
    `\\x23fields\tIntel::FILE_NAME\tMISP (${event.uuid}) - CERT-X\tMail wave. a b c\thttps://misp.example/events/view/5\tT\t-`,
    '',
  ]);
});

it.each([
  ['-', '\\x2d'],
  ['(empty)', '\\x28empty)'],
  ['C:\\x41\\xyz\\n', 'C:\\x5cx41\\xyz\\n'],
  ['-a', '-a'],
])('writes %s so that Zeek does not read something else', async (value, written) => {
  const event = { id: '5', uuid: '0c9d7e3a-46c1-4f0a-8a7e-7f3d7be9d1c2', info: '', orgc: '' };
  const row = { type: 'filename', half: 'value1', value, comment: '', event } as const;
  const text = await textOf(writeZeek(inBatches([row]), { groups: ['filename'], hostOrganisation: '', baseUrl: '' }));
  expect(text.split('\n')[1]?.split('\t')[0]).toBe(written);
});
