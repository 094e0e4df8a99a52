import type { StixDocument } from '@magpie/formats/readers';
import Type from 'typebox';
import { can, type Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import { BadRequest, Conflict, Invalid } from '../../../errors.ts';
import { readJsonBody } from '../../../http/body.ts';
import { isObject, type JsonObject, readBoolean, readId } from '../../../http/lenient.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { type AddedEvent, addEvent } from '../../intelligence/events/add.ts';
import { answerEvent } from '../../intelligence/events/routes.ts';
import { publishEventWithin } from '../../intelligence/events/service.ts';
import { captureClusters } from '../../knowledge/galaxies/capture-clusters.ts';
import { isMultipart, readSentForm } from '../imports/multipart.ts';
import { inReadingTurn } from '../imports/reading-turns.ts';
import { readStixDocument } from './read-document.ts';
import { decodeXml, isXml } from './stix1-document.ts';

/** STIX documents as events. */
export function stixImportOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'events.upload_stix',
      summary:
        'Stores a STIX document, sent as the body, as an event: STIX 2, or STIX 1 in XML or JSON; tells what of it has no place in MISP',
      path: '/events/upload_stix/{version?}',
      methods: ['POST'],
      effect: 'write',
      permission: 'perm_modify',
      model: 'Event',
      rawBody: true,
      answersJson: true,
      body: Type.Unknown({
        description:
          'A STIX 2.0 or 2.1 bundle; or a STIX 1 package, as XML or in the JSON of python-stix. Or a form with it as the file stix.',
      }),
      handle: (call) => upload(magpie, call),
    },
  ];
}

async function upload(magpie: Magpie, call: Call) {
  const sent = await readSent(call);
  const options = readOptions(magpie, call, sent.fields);
  const { text, extension } = readBody(sent.bytes);
  const document = { bytes: Buffer.from(text), isXml: extension === 'xml' };
  const reading = await inReadingTurn(call.viewer, () => readStixDocument(magpie, call.viewer, document, options));
  const original = options.keepsOriginal ? [originalFile(reading, text, extension)] : [];
  const event = {
    ...reading.event,
    published: false,
    distribution: options.distribution,
    sharing_group_id: options.sharingGroupId,
    Object: [...listOf(reading.event.Object), ...original],
  };
  const added = await store(magpie, call.viewer, event, options).catch((error: unknown) => {
    if (error instanceof Conflict) throw new Invalid('', 'Event with the same UUID already exists.');
    throw error;
  });
  return answerEvent(magpie, call, added.id, [...reading.notTaken, ...added.rejected]);
}

/**
 * The document as the body, or as MISP's own form sends it: a file, or a text, beside the fields that programs put into
 * the path. Throws `BadRequest` for a form without one.
 */
async function readSent(call: Call): Promise<{ bytes: Buffer; fields: JsonObject }> {
  if (!isMultipart(call)) return { bytes: Buffer.isBuffer(call.body) ? call.body : Buffer.alloc(0), fields: {} };
  const { file, fields } = await readSentForm(call, 'Event', 'stix');
  if (file !== null) return { bytes: Buffer.from(file.bytes), fields };
  const text = fields.stix ?? fields.filecontent;
  if (typeof text !== 'string' || text === '') throw new BadRequest('No file was received.');
  return { bytes: Buffer.from(text), fields };
}

/** The text of a body, XML or JSON, whatever the client calls it. */
function readBody(bytes: Buffer): { text: string; extension: 'xml' | 'json' } {
  const quoted = readQuoted(bytes);
  if (quoted !== null) return { text: quoted, extension: isXml(Buffer.from(quoted)) ? 'xml' : 'json' };
  return isXml(bytes)
    ? { text: decodeXml(bytes), extension: 'xml' }
    : { text: bytes.toString('utf8'), extension: 'json' };
}

/** PyMISP sends a document that it is given as text instead of bytes as a JSON string; null for any other body. */
function readQuoted(bytes: Buffer): string | null {
  if (bytes[0] !== 0x22) return null;
  const value = readJsonBody(bytes);
  return typeof value === 'string' ? value : null;
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

interface UploadOptions {
  readonly publish: boolean;
  readonly distribution: string;
  readonly sharingGroupId: string;
  readonly galaxiesAsTags: boolean;
  readonly clusterDistribution: string;
  readonly clusterSharingGroupId: string;
  /** The document is kept with the event. */
  readonly keepsOriginal: boolean;
}

/** Options of the path, which are before those of a form. */
function readOptions(magpie: Magpie, { named: inPath, viewer }: Call, fields: JsonObject): UploadOptions {
  const inForm = Object.entries(fields).filter(([, value]) => typeof value === 'string' && value !== '');
  const named: JsonObject = { ...Object.fromEntries(inForm), ...inPath };
  const reach = (prefix: string, fallback: string) => {
    const distribution = String(named[`${prefix}distribution`] ?? fallback);
    if (!/^[0-4]$/.test(distribution)) throw new BadRequest(`Invalid ${prefix}distribution: it takes 0 to 4.`);
    const group = distribution === '4' ? readId(named[`${prefix}sharing_group_id`]) : 0;
    if (group === null)
      throw new BadRequest(`${prefix}sharing_group_id is required with a ${prefix}distribution of 4.`);
    return { distribution, group: String(group) };
  };
  const byDefault = String(magpie.settings.get('MISP.default_event_distribution'));
  const event = reach('', /^[0-3]$/.test(byDefault) ? byDefault : '0');
  const cluster = reach('cluster_', '0');
  return {
    publish: readBoolean(named.publish) ?? false,
    distribution: event.distribution,
    sharingGroupId: event.group,
    // Without the right to make clusters tags are what is left.
    galaxiesAsTags: (readBoolean(named.galaxies_as_tags) ?? true) || !can(viewer, 'perm_galaxy_editor'),
    clusterDistribution: cluster.distribution,
    clusterSharingGroupId: cluster.group,
    keepsOriginal: readBoolean(named.original_file) ?? true,
  };
}

/** Clusters, event and its publication in one transaction; clusters need the right to make some. */
function store(magpie: Magpie, viewer: Viewer, event: JsonObject, options: UploadOptions): Promise<AddedEvent> {
  return magpie.database.as(viewer, async (tx) => {
    const { clusters, event: plain } = withoutClusters(event, options);
    const rejected: { path: string; reason: string }[] = [];
    if (clusters.length > 0) {
      const { failed } = await captureClusters({ magpie, tx, viewer }, clusters, { locked: false });
      if (failed > 0) rejected.push({ path: 'Galaxy', reason: `${failed} galaxy clusters could not be stored.` });
    }
    const added = await addEvent(magpie, tx, viewer, plain);
    if (options.publish) await publishEventWithin(magpie, tx, viewer, added.uuid);
    return { ...added, rejected: [...rejected, ...added.rejected] };
  });
}

/** Takes the clusters out of an event, each once, with the distribution that was asked for. */
function withoutClusters(event: JsonObject, options: UploadOptions): { event: JsonObject; clusters: JsonObject[] } {
  const clusters = new Map<unknown, JsonObject>();
  const strip = (holder: JsonObject): JsonObject => {
    const { Galaxy: galaxies, ...rest } = holder;
    for (const { GalaxyCluster: own, ...galaxy } of listOf(galaxies).filter(isObject)) {
      for (const { meta, ...cluster } of listOf(own).filter(isObject)) {
        const elements = isObject(meta) ? Object.entries(meta).map(([key, value]) => ({ key, value })) : [];
        clusters.set(cluster.uuid, {
          ...cluster,
          GalaxyElement: elements,
          Galaxy: galaxy,
          distribution: options.clusterDistribution,
          sharing_group_id: options.clusterSharingGroupId,
        });
      }
    }
    return rest;
  };
  const members = (value: unknown) => listOf(value).filter(isObject).map(strip);
  const plain = {
    ...strip(event),
    Attribute: members(event.Attribute),
    Object: listOf(event.Object)
      .filter(isObject)
      .map((object) => ({ ...object, Attribute: members(object.Attribute) })),
  };
  return { event: plain, clusters: [...clusters.values()] };
}

/** The document itself, as MISP keeps it with what was made of it. */
function originalFile({ version }: StixDocument, text: string, extension: string): JsonObject {
  return {
    name: 'original-imported-file',
    'meta-category': 'file',
    description: 'Object describing the original file used to import data in MISP.',
    template_uuid: '4cd560e9-2cfe-40a1-9964-7b2e797ecac5',
    template_version: '2',
    distribution: '5',
    Attribute: [
      {
        type: 'attachment',
        category: 'External analysis',
        object_relation: 'imported-sample',
        value: `imported.${extension}`,
        data: Buffer.from(text).toString('base64'),
        to_ids: false,
        disable_correlation: true,
      },
      {
        type: 'text',
        category: 'Other',
        object_relation: 'format',
        value: `STIX ${version}`,
        to_ids: false,
        disable_correlation: true,
      },
    ],
  };
}
