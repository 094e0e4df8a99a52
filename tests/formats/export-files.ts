import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { viewerOf } from '@magpie/server/access/authenticate.ts';
import { writeFeedFolder } from '@magpie/server/features/search/feed-export/write-folder.ts';
import { type FormatsWorld, SAMPLE } from './world.ts';

const searches: readonly (readonly [
  scope: 'events' | 'attributes',
  format: string,
  options?: Record<string, string>,
])[] = [
  ['attributes', 'csv'],
  ['attributes', 'xlsx'],
  ['attributes', 'suricata'],
  ['events', 'suricata'],
  ['attributes', 'snort'],
  ['events', 'xml'],
  ['attributes', 'xml'],
  ['events', 'openioc'],
  ['attributes', 'rpz'],
  ['events', 'rpz', { policy: 'Local-Data', walled_garden: '192.0.2.1', ns_alt: 'ns2.localhost.' }],
  ['attributes', 'yara'],
  ['events', 'yara'],
  ['events', 'yara-json'],
  ['attributes', 'kunai'],
  ['events', 'attack-matrix'],
  ['events', 'attack-sightings'],
  ['events', 'navigator'],
  ['events', 'pdf'],
  ['attributes', 'text'],
  ['attributes', 'values', { includeContext: '1' }],
  ['attributes', 'hashes'],
  ['attributes', 'cache'],
  ['events', 'count'],
  ['attributes', 'hosts'],
  ['events', 'hosts'],
  ['attributes', 'netfilter'],
  ['attributes', 'sigma'],
  ['events', 'csv'],
  ['events', 'xlsx'],
  ['events', 'context-markdown'],
  ['events', 'opendata'],
];

/** Fetches every format that a consumer is asked about into files of a folder, `<scope>.<format>`; below `empty`, where nothing is found. */
export async function exportFiles(
  { magpie, eventId, sampleId, attributes }: FormatsWorld,
  folder: string,
): Promise<void> {
  const save = async (name: string, path: string, body?: Record<string, unknown>) => {
    const answer = await fetch(magpie.url + path, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: magpie.adminKey, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (answer.status !== 200) throw new Error(`${path} ${name}: ${answer.status} ${await answer.text()}`);
    await writeFile(join(folder, name), Buffer.from(await answer.arrayBuffer()));
  };
  for (const [scope, format, options] of searches) {
    const body = { returnFormat: format, eventid: eventId, ...options };
    await save(`${scope}.${format}`, `/${scope}/restSearch`, body);
  }
  await mkdir(join(folder, 'empty'));
  for (const [scope, format, options] of searches) {
    const body = { returnFormat: format, value: 'nobody.has.this.example', ...options };
    await save(join('empty', `${scope}.${format}`), `/${scope}/restSearch`, body);
  }
  const later = { returnFormat: 'openioc', eventid: eventId, 'openioc-version': '1.1' };
  await save('events.openioc-1.1', '/events/restSearch', later);
  await save('sample.zip', `/attributes/download/${sampleId}`);
  await save('all.intel', '/attributes/bro/download/all');
  const reports = await magpie.admin.get(`/event_reports/index/event_id:${eventId}`);
  const [report] = JSON.parse(JSON.stringify(reports.body));
  await save('report.pdf', `/eventReports/downloadAsPdf/${report.EventReport.id}`);
  await writeFile(join(folder, 'facts.json'), JSON.stringify({ attributes, sample: SAMPLE }));
  await mkdir(join(folder, 'feed'));
  const account = await magpie.magpie.accounts.byUserId(1);
  if (account === null) throw new Error('there is no administrator');
  const viewer = viewerOf(account, { ip: '127.0.0.1', requestId: 'formats' });
  await writeFeedFolder(magpie.magpie, viewer, join(folder, 'feed'), {});
}
