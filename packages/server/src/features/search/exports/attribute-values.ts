import type { ExportAttribute } from '@magpie/formats';
import { joinValue } from '@magpie/model';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import type { JsonObject } from '../../../http/lenient.ts';
import { isFileType } from '../../intelligence/attachments/prepare.ts';
import { sightingsOfAttributes } from '../../intelligence/sightings/service.ts';
import { galaxiesOfTags } from '../../knowledge/galaxies/service.ts';
import { fileDigests } from '../rest-search/attribute-extras.ts';
import { readAttributeRows } from './attribute-rows.ts';
import { withoutListed } from './csv-format.ts';
import type { ExportSearch } from './export-search.ts';
import { readScoredRows } from './scored-rows.ts';

/**
 * The attributes of an attribute search as values in MISP's form, batch by batch, for formats that look at more than
 * their columns: with tags, galaxies, sightings, and files where they are asked for (each of these in a batch of its own).
 */
export async function* attributeValues(magpie: Magpie, search: ExportSearch): AsyncGenerator<JsonObject[]> {
  const { tx, viewer, parameters, decay } = search;
  const withFiles = parameters.flag('withAttachments');
  const withCreator = parameters.flag('includeContext');
  const wanted = {
    event: withCreator,
    tags: true,
    eventTags: false,
    objects: false,
    inheritTags: parameters.flag('includeEventTags') || parameters.flag('includeDecayScore'),
  };
  // Each batch costs some statements more, so that the rows come through a cursor.
  const rows = decay ? readScoredRows(search, decay, wanted) : readAttributeRows(search, wanted, 'cursor');
  const galaxiesOf = createGalaxyReader(tx);
  for await (const batch of withoutListed(rows, search)) {
    const ids = batch.map(({ id }) => Number(id));
    const sightings = await sightingsOfAttributes(magpie, tx, viewer, ids);
    const galaxies = await galaxiesOf(batch);
    const files = withFiles ? await fileDigests(tx, fileIds(batch)) : new Map<number, Buffer>();
    let values: JsonObject[] = [];
    for (const row of batch) {
      const id = Number(row.id);
      const value = attributeValue(row, withCreator);
      const found = sightings.get(id);
      if (found !== undefined) value.Sighting = found;
      const clusters = galaxies(row);
      if (clusters.length > 0) value.Galaxy = clusters;
      const digest = files.get(id);
      if (digest === undefined) values.push(value);
      else {
        yield values;
        values = [];
        yield [{ ...value, data: (await magpie.attachments.get(digest)).toString('base64') }];
      }
    }
    yield values;
  }
}

function fileIds(rows: readonly ExportAttribute[]): number[] {
  return rows.filter(({ type }) => isFileType(type)).map(({ id }) => Number(id));
}

function attributeValue(row: ExportAttribute, withCreator: boolean): JsonObject {
  const value: JsonObject = {
    uuid: row.uuid,
    type: row.type,
    category: row.category,
    value: joinValue(row.value1, row.value2),
    to_ids: row.toIds,
    comment: row.comment,
    timestamp: row.timestamp,
    first_seen: row.firstSeen,
    last_seen: row.lastSeen,
    deleted: row.deleted,
    disable_correlation: row.disableCorrelation,
  };
  if (row.objectRelation !== null) value.object_relation = row.objectRelation;
  if (row.tags.length > 0) value.Tag = row.tags.map((name) => ({ name }));
  if (withCreator) value.Event = { Orgc: { name: row.event.orgc } };
  return value;
}

/** So many names are remembered; a search rarely has as many. */
const MOST_NAMES = 20_000;

type Galaxy = JsonObject & { GalaxyCluster: JsonObject[] };

/** Galaxies that the tags of attributes name, as they stand in events; a name is looked up once. */
function createGalaxyReader(tx: Transaction) {
  const known = new Map<string, Galaxy | null>();
  return async (rows: readonly ExportAttribute[]): Promise<(row: ExportAttribute) => Galaxy[]> => {
    const names = new Set(rows.flatMap(galaxyTags).filter((name) => !known.has(name)));
    if (names.size > 0) {
      if (known.size > MOST_NAMES) known.clear();
      const found = await galaxiesOfTags(tx, [...names]);
      for (const name of names) {
        const one = found.get(name);
        known.set(name, one ? { ...one.galaxy, GalaxyCluster: [{ ...one.cluster }] } : null);
      }
    }
    return (row) => galaxyTags(row).flatMap((name) => known.get(name) ?? []);
  };
}

function galaxyTags({ tags }: ExportAttribute): string[] {
  return tags.filter((name) => name.startsWith('misp-galaxy:'));
}
