import { type IntelValue, intelGroups, intelSources, writeZeek } from '@magpie/formats';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import type { Answer } from '../../../http/answer.ts';
import { HttpProblem } from '../../../http/errors.ts';
import type { Call } from '../../../http/operation.ts';
import { type ExportSearch, exportSource, readExportSearch } from '../exports/export-search.ts';
import { restriction } from '../exports/with-defaults.ts';
import { isGiven, readLegacyParameters } from '../legacy-exports/legacy-parameters.ts';
import { answerReading } from '../rest-search/answer-reading.ts';
import { copyRows } from '../rest-search/copy-rows.ts';
import { readHeld } from '../rest-search/held-transaction.ts';
import { searchParametersOf } from '../rest-search/parameters.ts';

const names = ['type', 'tags', 'eventid', 'from', 'to', 'last', 'enforceWarninglist'];

/**
 * Indicators for Zeek at MISP's old address `/attributes/bro/download/<type>/…`: those for detection of published
 * events. Throws 404 for an unknown type.
 */
export async function answerZeek(magpie: Magpie, call: Call): Promise<Answer> {
  const { type: sent, ...filters } = readLegacyParameters(call, names);
  const type = isGiven(sent) ? String(sent).toLowerCase() : 'all';
  if (type !== 'all' && !intelGroups.includes(type)) {
    throw new HttpProblem(404, `Invalid type. Known are all, ${intelGroups.join(', ')}.`);
  }
  const parameters = searchParametersOf('attributes', { ...restriction(magpie), ...filters });
  const groups = type === 'all' ? intelGroups : [type];
  const { body } = await readHeld(magpie.database, call.viewer, async (tx) => {
    const search = await readExportSearch(magpie, tx, call.viewer, 'attributes', parameters);
    const hostOrganisation = await readHostOrganisation(magpie, tx);
    const written = writeZeek(readIntelValues(search, groups), {
      groups,
      hostOrganisation,
      baseUrl: magpie.config.baseUrl,
    });
    return { head: null, body: written };
  });
  return answerReading(
    body,
    { 'content-disposition': `attachment; filename="misp.${type}${eventPart(parameters.get('eventid'))}.intel"` },
    { contentType: 'text/plain; charset=UTF-8' },
  );
}

function eventPart(eventId: unknown): string {
  const text = typeof eventId === 'string' || typeof eventId === 'number' ? String(eventId) : '';
  return /^[0-9a-fA-F-]{1,36}$/.test(text) ? `.event_${text}` : '';
}

async function readHostOrganisation(magpie: Magpie, tx: Transaction): Promise<string> {
  const id = magpie.settings.get('MISP.host_org_id');
  const row = await tx.first<{ name: string }>('select name from organisations where id = $1', [id]);
  return row?.name ?? '';
}

/** Halves of values sorted by their bytes; PostgreSQL sorts, on disk where they are many. */
async function* readIntelValues(search: ExportSearch, groups: readonly string[]): AsyncGenerator<IntelValue[]> {
  const { tx, listed } = search;
  const types = intelSources(groups);
  const among = (list: readonly string[]) => `a.type = any (${tx.literal(list)}::text[])`;
  const { from, where } = exportSource(search, { withEvent: true });
  const sql = `select a.type, h.half, h.value, a.comment, e.id, e.uuid, e.info, g.name, a.value1, a.value2
    from ${from} left join organisations g on g.id = e.orgc_id
    cross join lateral (select 'value1' as half, a.value1 as value where ${among(types.value1)}
      union all select 'value2', a.value2 where a.value2 <> '' and ${among(types.value2)}) h
    where ${where} order by h.value collate "C", a.id`;
  for await (const rows of copyRows(tx.copyOut(sql))) {
    const kept = rows.filter(([type, , , , , , , , value1, value2]) => {
      const judged = { type: type ?? '', value1: value1 ?? '', value2: value2 ?? '', toIds: true };
      return listed === null || !listed.isListed(judged);
    });
    yield kept.map(([type, half, value, comment, id, uuid, info, orgc]) => ({
      type: type ?? '',
      half: half === 'value2' ? 'value2' : 'value1',
      value: value ?? '',
      comment: comment ?? '',
      event: { id: id ?? '', uuid: uuid ?? '', info: info ?? '', orgc: orgc ?? '' },
    }));
  }
}
