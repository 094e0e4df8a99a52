import Type from 'typebox';
import type { Magpie } from '../../../context.ts';
import { Invalid } from '../../../errors.ts';
import { type Answer, json, success } from '../../../http/answer.ts';
import { isObject, type JsonObject, readBoolean, readInteger, readList, unwrap } from '../../../http/lenient.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { answerReading } from '../../search/rest-search/answer-reading.ts';
import { readHeld } from '../../search/rest-search/held-transaction.ts';
import { objectsOf, textOf, textsOf } from '../content/fields.ts';
import { captureClusters } from './capture-clusters.ts';
import { requireCluster, requireGalaxy } from './cluster-rights.ts';
import { type ExportFilter, exportAsLibrary, exportAsMisp, libraryValues, selectExportIds } from './export-galaxy.ts';

/** Clusters from and to files, and from other instances. */
export function galaxyTransferOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'galaxies.import',
      summary: 'Import clusters: a list in the form of a MISP export, or a file of the galaxy library',
      path: '/galaxies/import',
      methods: ['POST'],
      permission: 'perm_galaxy_editor',
      effect: 'write',
      model: 'Galaxy',
      handle: (call) => capture(magpie, call, readImport(call.body), false),
    },
    {
      name: 'galaxies.pushCluster',
      summary: 'Take clusters that another instance sends',
      path: '/galaxies/pushCluster',
      methods: ['POST'],
      permission: 'perm_sync',
      effect: 'write',
      model: 'Galaxy',
      handle: (call) => capture(magpie, call, readImport(call.body), true),
    },
    {
      name: 'galaxies.export',
      summary: 'Clusters of a galaxy as MISP exports them, or as a file of the galaxy library',
      path: '/galaxies/export/{galaxy?}',
      methods: ['POST'],
      permission: 'any',
      effect: 'read',
      body: Type.Object({ Galaxy: Type.Optional(Type.Unknown()) }),
      async handle(call) {
        const body = unwrap(call.body, 'Galaxy');
        const filter = readFilter(body);
        const reading = await readHeld(magpie.database, call.viewer, async (tx) => {
          const galaxy = await requireGalaxy(tx, call.args.galaxy);
          const ids = await selectExportIds(tx, galaxy.id, filter);
          const text = body.format === 'misp-galaxy' ? exportAsLibrary(tx, galaxy, ids) : exportAsMisp(tx, ids);
          return { head: galaxy.type, body: text };
        });
        const name = `galaxy_${reading.head.replaceAll(/[^\w.-]/g, '_')}.json`;
        const isDownload = readBoolean(body.download) ?? false;
        return answerReading(
          reading.body,
          isDownload ? { 'content-disposition': `attachment; filename="${name}"` } : {},
        );
      },
    },
    {
      name: 'galaxy_clusters.export_for_misp_galaxy',
      summary: 'A cluster as an entry of a file of the galaxy library',
      path: '/galaxy_clusters/export_for_misp_galaxy/{cluster?}',
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      handle: (call) =>
        magpie.database.as(call.viewer, async (tx) => {
          const cluster = await requireCluster(tx, call.args.cluster);
          const [value] = await libraryValues(tx, [cluster]);
          return json(value);
        }),
    },
  ];
}

async function capture(magpie: Magpie, call: Call, list: readonly unknown[], locked: boolean): Promise<Answer> {
  const { imported, ignored, known, ...counts } = await magpie.database.as(call.viewer, (tx) =>
    captureClusters({ magpie, tx, viewer: call.viewer }, list, { locked }),
  );
  const failed = known + counts.failed;
  const text = `Galaxy clusters imported. ${imported} imported, ${ignored} ignored, ${failed} failed. `;
  if (imported === 0 && failed > 0) {
    throw new Invalid(
      `Could not import galaxy clusters. ${imported} imported, ${ignored} ignored, ${failed} failed. `,
      text,
    );
  }
  return success(text);
}

/** A list of clusters; also inside `Galaxy.json` or `Galaxy.submittedjson` as text, or in the form of the library. */
function readImport(body: unknown): readonly unknown[] {
  if (Array.isArray(body)) return body;
  const galaxy = unwrap(body, 'Galaxy');
  const text = galaxy.json ?? galaxy.submittedjson;
  if (typeof text === 'string') return readImport(parse(text));
  if (Array.isArray(galaxy.values)) return libraryClusters(galaxy);
  if (isObject(body) && isObject(body.GalaxyCluster)) return [body];
  throw new Invalid('', 'Expected a list of galaxy clusters.');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Invalid('', 'The galaxy clusters are not JSON.');
  }
}

/** A file of the galaxy library as clusters of one's own. */
function libraryClusters(file: JsonObject): unknown[] {
  return objectsOf(file.values).map((value) => ({
    type: textOf(file, 'type'),
    collection_uuid: textOf(file, 'uuid'),
    source: textOf(file, 'source'),
    authors: textsOf(file.authors ?? []),
    version: file.version,
    distribution: value.distribution,
    uuid: value.uuid,
    value: value.value,
    description: textOf(value, 'description'),
    GalaxyElement: isObject(value.meta) ? Object.entries(value.meta).map(([key, item]) => ({ key, value: item })) : [],
    GalaxyClusterRelation: objectsOf(value.related).map((related) => ({
      referenced_galaxy_cluster_uuid: related['dest-uuid'],
      referenced_galaxy_cluster_type: related.type,
      distribution: value.distribution,
      tags: related.tags,
    })),
    Galaxy: { uuid: file.uuid, name: file.name, type: file.type, description: file.description },
  }));
}

function readFilter(body: JsonObject): ExportFilter {
  const distributions = (readList(body.distribution) ?? []).flatMap((item) => readInteger(item) ?? []);
  return {
    default: readBoolean(body.default) ?? false,
    custom: readBoolean(body.custom) ?? false,
    distributions: distributions.length === 0 ? [0, 1, 2, 3, 4] : distributions,
  };
}
