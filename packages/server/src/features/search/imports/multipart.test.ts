import { describe, expect, it } from 'vitest';
import { BadRequest, TooLarge } from '../../../errors.ts';
import { readSentForm } from './multipart.ts';

const part = (name: string, content: string) => `--b\r\nContent-Disposition: form-data; ${name}\r\n\r\n${content}\r\n`;

function read(parts: string, type = 'multipart/form-data; boundary=b') {
  const call = { headers: { 'content-type': type }, body: Buffer.from(`${parts}--b--\r\n`) };
  return readSentForm(call, 'Event', 'submittedfile');
}

describe('a form with a file', () => {
  it('gives fields without their wrappers, and the file', async () => {
    const form = await read(
      part('name="data[Event][publish]"', '1') +
        part('name="Event[config][limit]"', '5') +
        part('name="data[Event][submittedfile]"; filename="a.txt"', '192.0.2.1'),
    );
    expect(JSON.parse(JSON.stringify(form.fields))).toEqual({ publish: '1', config: { limit: '5' } });
    expect([form.file?.fileName, Buffer.from(form.file?.bytes ?? []).toString()]).toEqual(['a.txt', '192.0.2.1']);
  });

  it('takes its only file under any name, and of several the one that is meant', async () => {
    const other = part('name="data"; filename="b.txt"', 'other');
    expect((await read(other)).file?.fileName).toBe('b.txt');
    const meant = part('name="submittedfile"; filename="a.txt"', 'meant');
    expect((await read(other + meant)).files.map(({ fileName }) => fileName)).toEqual(['a.txt']);
    expect((await read(other + part('name="c"; filename="c.txt"', 'x'))).file).toBeNull();
  });

  it('has no more fields than a form has, which are counted before they are read', async () => {
    await expect(read(part('name="a"', '').repeat(10_001))).rejects.toThrow(TooLarge);
    const quoted = 'multipart/form-data; charset=utf-8; boundary="b"';
    await expect(read(part('name="a"', '').repeat(10_001), quoted)).rejects.toThrow(TooLarge);
    // Lines of a file are no parts.
    const file = part('name="submittedfile"; filename="a.txt"', '\n--c-'.repeat(20_000));
    expect((await read(file)).file?.bytes.length).toBe(100_000);
  });

  it('without a boundary is refused', async () => {
    await expect(read(part('name="a"', '1'), 'multipart/form-data')).rejects.toThrow(BadRequest);
  });
});
