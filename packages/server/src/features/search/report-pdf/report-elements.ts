import { type ElementText, type PdfReport, type ReportElements, referenceKey } from '@magpie/formats';
import { joinValue } from '@magpie/model';
import type { Transaction } from '../../../database/transaction.ts';
import type { AttachmentStore } from '../../intelligence/attachments/store.ts';
import { findReferences, type Reference } from '../../intelligence/event-reports/markdown.ts';
import { selectTagsByName } from '../../knowledge/tags/queries.ts';

/** References of one set of reports that are looked up; further ones are named only. */
const MOST_REFERENCES = 5000;
/** Attached pictures of one set of reports, and their bytes. */
const MOST_PICTURES = 100;
const MOST_PICTURE_BYTES = 30 * 1024 * 1024;
/** Characters of a value that stand in a text. */
const MOST_CHARACTERS = 200;
const VALUES_OF_OBJECT = 3;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Reports with what their references stand for: attributes, objects and attached pictures of the reports' own events,
 * tags, matrices. What the viewer may not see is missing. A fixed number of statements for all reports.
 */
export async function withElements<Report extends PdfReport & { readonly event_id: number }>(
  tx: Transaction,
  files: AttachmentStore,
  reports: readonly Report[],
): Promise<Report[]> {
  const references = reports.flatMap(({ content }) => findReferences(content)).slice(0, MOST_REFERENCES);
  if (references.length === 0) return [...reports];
  const events = [...new Set(reports.map((report) => report.event_id))];
  const elements: ReportElements = {
    texts: new Map([
      ...(await elementTexts(tx, events, references)),
      ...(await tagTexts(tx, targetsOf(references, 'tag'))),
      ...(await matrixTexts(tx, uuidsOf(references, 'galaxymatrix'))),
    ]),
    pictures: await readPictures(
      tx,
      files,
      events,
      uuidsOf(
        references.filter(({ picture }) => picture),
        'attribute',
      ),
    ),
  };
  return reports.map((report) => ({ ...report, elements }));
}

function targetsOf(references: readonly Reference[], kind: Reference['kind']): string[] {
  return [...new Set(references.filter((reference) => reference.kind === kind).map(({ target }) => target))];
}

function uuidsOf(references: readonly Reference[], kind: Reference['kind']): string[] {
  return targetsOf(references, kind).filter((target) => UUID.test(target));
}

type Text = [key: string, text: ElementText];

async function elementTexts(tx: Transaction, events: readonly number[], references: Reference[]): Promise<Text[]> {
  const uuids = [...uuidsOf(references, 'attribute'), ...uuidsOf(references, 'object')];
  if (uuids.length === 0) return [];
  const attributes = await tx.query<{ uuid: string; type: string; value1: string; value2: string }>(
    `select uuid, type, value1, value2 from visible_attributes
     where uuid = any ($1::uuid[]) and event_id = any ($2::bigint[]) and not deleted`,
    [uuids, events],
  );
  const objects = await tx.query<{ uuid: string; name: string; values: string[] }>(
    `select o.uuid, o.name, array(select left(a.value1, ${MOST_CHARACTERS}) from visible_attributes a
       where a.object_id = o.id and a.event_id = o.event_id and not a.deleted order by a.id
       limit ${VALUES_OF_OBJECT}) as values
     from visible_objects o where o.uuid = any ($1::uuid[]) and o.event_id = any ($2::bigint[]) and not o.deleted`,
    [uuids, events],
  );
  return [
    ...attributes.map(({ uuid, type, value1, value2 }): Text => {
      const value = joinValue(value1, value2).slice(0, MOST_CHARACTERS);
      return [referenceKey('attribute', uuid), { text: `${type}: ${value}` }];
    }),
    ...objects.map(({ uuid, name, values }): Text => {
      const text = values.length === 0 ? name : `${name}: ${values.join(' \u00b7 ')}`;
      return [referenceKey('object', uuid), { text }];
    }),
  ];
}

async function tagTexts(tx: Transaction, names: readonly string[]): Promise<Text[]> {
  const rows = names.length === 0 ? [] : await selectTagsByName(tx, names);
  return rows.flatMap(({ place, name, colour }): Text[] => {
    const asked = names[place];
    return asked === undefined ? [] : [[referenceKey('tag', asked), { text: name, colour }]];
  });
}

async function matrixTexts(tx: Transaction, uuids: readonly string[]): Promise<Text[]> {
  if (uuids.length === 0) return [];
  const rows = await tx.query<{ uuid: string; name: string }>(
    'select uuid, name from galaxies where uuid = any ($1::uuid[])',
    [uuids],
  );
  return rows.map(({ uuid, name }) => [referenceKey('galaxymatrix', uuid), { text: `Matrix: ${name}` }]);
}

/** The files of attachments; whether they are pictures is found out when they are drawn. */
async function readPictures(
  tx: Transaction,
  files: AttachmentStore,
  events: readonly number[],
  uuids: readonly string[],
): Promise<Map<string, Buffer>> {
  const pictures = new Map<string, Buffer>();
  if (uuids.length === 0) return pictures;
  const rows = await tx.query<{ uuid: string; sha256: Buffer; size: number }>(
    `select a.uuid, f.sha256, f.size from visible_attributes a join visible_attachments f on f.attribute_id = a.id
     where a.uuid = any ($1::uuid[]) and a.event_id = any ($2::bigint[]) and not a.deleted and a.type = 'attachment'
     limit ${MOST_PICTURES}`,
    [uuids, events],
  );
  let bytes = 0;
  for (const { uuid, sha256, size } of rows) {
    bytes += size;
    // A file that is lost leaves the name of its attribute.
    if (bytes <= MOST_PICTURE_BYTES && (await files.has(sha256))) pictures.set(uuid, await files.get(sha256));
  }
  return pictures;
}
