import { describe, expect, it } from 'vitest';
import { readAll } from '../read/testing.ts';

const timeline = [
  'Date,Size,Type,Mode,UID,GID,Meta,File Name',
  'Thu Jan 02 2020 10:11:12,4096,m.c.,r/rrwxrwxrwx,0,0,1234-128-4,"C:/Users/a/evil.exe"',
  '2020-01-02T10:11:13Z,12,.a.b,d/drwxr-xr-x,0,0,1235,"/tmp/a, ""b"""',
  'Xxx Xxx 00 0000 00:00:00,0,m...,r/r---------,0,0,1236,/tmp/none',
  '',
].join('\n');

const values = (object: unknown) => {
  const { Attribute: members } = object as { Attribute: { object_relation: string; value: string }[] };
  return Object.fromEntries(members.map(({ object_relation: relation, value }) => [relation, value]));
};

describe('a time line of mactime', () => {
  it('is told from other tables, and becomes an object for each row', async () => {
    const { format, events, notTaken } = await readAll(timeline, 'bodyfile.csv');
    expect(format).toBe('mactime');
    const objects = events[0]?.Object;
    expect(Array.isArray(objects) && objects.map(values)).toEqual([
      {
        'file-path': 'C:/Users/a/evil.exe',
        datetime: '2020-01-02T10:11:12.000Z',
        activityType: 'Modified, Changed',
        file_size: '4096',
        filePermissions: 'r/rrwxrwxrwx',
      },
      {
        'file-path': '/tmp/a, "b"',
        datetime: '2020-01-02T10:11:13.000Z',
        activityType: 'Accessed, Created',
        file_size: '12',
        filePermissions: 'd/drwxr-xr-x',
      },
    ]);
    expect(notTaken).toEqual([{ path: 'line 4', reason: 'It has no date.' }]);
  });

  it('gives the rows that are wanted', async () => {
    const { events } = await readAll(timeline, 'a.csv', { rows: new Set([2]) });
    expect(events).toMatchObject([{ Object: [{ name: 'mactime-timeline-analysis' }] }]);
    await expect(readAll(timeline, 'a.csv', { rows: new Set([9]) })).rejects.toThrow('no rows that are taken');
  });

  it('is refused where its columns are others', async () => {
    await expect(readAll('a,b,c\n1,2,3\n', 'a.csv', { format: 'mactime' })).rejects.toThrow('no time line of mactime');
  });
});
