import { randomUUID } from 'node:crypto';
import {
  type ExportAttribute,
  iocTerms,
  kunaiTypes,
  type NidsDialect,
  writeKunai,
  writeNids,
  writeOpenIoc,
  writeSigma,
  writeYara,
  writeYaraJson,
  type YaraParts,
  yaraTypes,
} from '@magpie/formats';
import type { Magpie } from '../../../context.ts';
import { JSON_TEXT, type NamedFormat, PLAIN_TEXT, XML_TEXT } from './export-format.ts';
import type { ExportSearch } from './export-search.ts';
import { readChoice } from './options.ts';
import { exportRows } from './rows.ts';

/** What sensors and scanners read. */
export const sensorFormats: readonly NamedFormat[] = [
  ['snort', { ...PLAIN_TEXT, isRestrictive: true, write: nids('snort') }],
  ['suricata', { ...PLAIN_TEXT, isRestrictive: true, write: nids('suricata') }],
  ['kunai', { ...JSON_TEXT, isRestrictive: true, write: writeKunaiSearch }],
  ['openioc', { ...XML_TEXT, isRestrictive: true, write: writeOpenIocSearch }],
  ['yara', { ...PLAIN_TEXT, isRestrictive: false, write: (search) => writeYara(yaraParts(search)) }],
  ['yara-json', { ...JSON_TEXT, isRestrictive: false, write: (search) => writeYaraJson(yaraParts(search)) }],
  [
    'sigma',
    {
      contentType: 'application/yaml; charset=UTF-8',
      extension: 'yml',
      responseFormat: { events: 'yml', attributes: 'yml' },
      isRestrictive: false,
      write: (search) => writeSigma(exportRows(search, { types: ['sigma'], event: true })),
    },
  ],
];

function nids(dialect: NidsDialect) {
  return async (search: ExportSearch, _head: unknown, magpie: Magpie): Promise<AsyncIterable<string>> => {
    const wholeEvents = search.scope === 'events';
    const rows = exportRows(search, { event: true, tags: true, eventTags: wholeEvents, objects: wholeEvents });
    const firstSid = await readFirstSid(search);
    return writeNids(rows, { dialect, firstSid, baseUrl: magpie.config.baseUrl, wholeEvents });
  };
}

/** Where the rule numbers of the reader begin. */
async function readFirstSid({ tx, viewer }: ExportSearch): Promise<number> {
  const own = await tx.first<{ nids_sid: number }>('select nids_sid from visible_users where id = $1', [viewer.userId]);
  return own?.nids_sid ?? 0;
}

function writeKunaiSearch(search: ExportSearch, _head: unknown, magpie: Magpie): AsyncIterable<string> {
  const source = `[${magpie.settings.get('MISP.org')} MISP] ${magpie.settings.get('MISP.uuid')}`;
  return writeKunai(exportRows(search, { types: kunaiTypes, event: true, flat: true }), { source });
}

function writeOpenIocSearch(search: ExportSearch, _head: unknown, magpie: Magpie): AsyncIterable<string> {
  const version = readChoice(search.parameters, 'openioc-version', ['1.0', '1.1'], '1.0');
  return writeOpenIoc(exportRows(search, { types: Object.keys(iocTerms), flat: true }), {
    version,
    id: randomUUID(),
    indicatorId: randomUUID(),
    author: search.viewer.organisationName,
    now: magpie.now(),
  });
}

function yaraParts(search: ExportSearch): YaraParts {
  const rows = (types: readonly string[]) => (): AsyncIterable<ExportAttribute[]> =>
    exportRows(search, { types, event: true });
  return { indicators: rows([...yaraTypes]), shared: rows(['yara']), wholeEvents: search.scope === 'events' };
}
