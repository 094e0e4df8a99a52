import Type from 'typebox';
import type { Magpie } from '../../../context.ts';
import type { Transaction } from '../../../database/transaction.ts';
import { NotFound } from '../../../errors.ts';
import { json, success } from '../../../http/answer.ts';
import { readBoolean, readId, unwrap } from '../../../http/lenient.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { runContentUpdate } from '../content/run-update.ts';
import { selectTagCounts } from '../tags/list-queries.ts';
import { importTaxonomy } from './import.ts';
import {
  selectExistingTags,
  selectParts,
  selectTaxonomies,
  selectTaxonomy,
  selectTaxonomyTags,
  type TaxonomyRow,
} from './queries.ts';
import {
  createTaxonomyTags,
  deleteTaxonomy,
  hideTaxonomyTags,
  requireTaxonomy,
  setTaxonomyFlag,
  type TaxonomyFlag,
} from './service.ts';
import { machineTagWire, taxonomyEntryWire, taxonomyWire } from './wire.ts';

/** Taxonomies: reading, switching, the tags they offer, updating. */
export function taxonomyOperations(magpie: Magpie): Operation[] {
  return [
    ...readingOperations(magpie),
    flagOperation(magpie, 'enable', 'enabled', () => true),
    flagOperation(magpie, 'disable', 'enabled', () => false),
    flagOperation(magpie, 'toggleRequired', 'required', (call) => readFlag(call, 'required')),
    flagOperation(magpie, 'toggleHighlighted', 'highlighted', (call) => readFlag(call, 'highlighted')),
    tagsOperation(magpie, 'addTag', 'Create the tags that a taxonomy offers', createTaxonomyTags),
    tagsOperation(magpie, 'disableTag', 'Hide the tags of a taxonomy', hideTags(true)),
    tagsOperation(magpie, 'hideTag', 'Hide the tags of a taxonomy', hideTags(true)),
    tagsOperation(magpie, 'unhideTag', 'Show the tags of a taxonomy again', hideTags(false)),
    {
      name: 'taxonomies.delete',
      summary: 'Delete a taxonomy; its tags stay',
      path: '/taxonomies/delete/{taxonomy?}',
      methods: ['POST'],
      permission: 'perm_site_admin',
      effect: 'write',
      model: 'Taxonomy',
      async handle(call) {
        const taxonomy = await deleteTaxonomy(magpie, call.viewer, call.args.taxonomy);
        return success('Taxonomy deleted.', { id: String(taxonomy.id) });
      },
    },
    {
      name: 'taxonomies.import',
      summary: 'Store a taxonomy from a file (machinetag.json)',
      path: '/taxonomies/import',
      methods: ['POST'],
      permission: 'perm_site_admin',
      effect: 'write',
      model: 'Taxonomy',
      async handle(call) {
        const taxonomy = await importTaxonomy(magpie, call.viewer, call.body);
        return success('Taxonomy imported.', { id: String(taxonomy.id) });
      },
    },
    {
      name: 'taxonomies.update',
      summary: 'Read new taxonomies from the configured source',
      path: '/taxonomies/update',
      methods: ['POST'],
      permission: 'perm_site_admin',
      effect: 'write',
      model: 'Taxonomy',
      async handle(call) {
        const { updated } = await runContentUpdate(magpie, call.viewer, 'taxonomies', false);
        return success(
          updated === 0
            ? 'All taxonomy libraries are up to date already.'
            : `Successfully updated ${updated} taxonomy libraries.`,
        );
      },
    },
  ];
}

function readingOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'taxonomies.index',
      summary: 'Taxonomies with the number of tags they offer and of those that exist',
      path: '/taxonomies/index',
      methods: ['GET', 'POST'],
      permission: 'any',
      effect: 'read',
      handle: (call) =>
        magpie.database.as(call.viewer, async (tx) => {
          const body = unwrap(call.body, 'Taxonomy');
          const read = (name: string) => body[name] ?? call.named[name] ?? call.query.get(name);
          const searched = read('searchall') ?? read('value');
          const part = typeof searched === 'string' && searched !== '' ? searched.replaceAll('\0', '') : null;
          const rows = await selectTaxonomies(tx, { enabled: readBoolean(read('enabled')) ?? null, part });
          return json(
            rows.map(({ total, existing, ...taxonomy }) => ({
              Taxonomy: taxonomyWire(taxonomy),
              total_count: total,
              current_count: existing,
            })),
          );
        }),
    },
    {
      name: 'taxonomies.view',
      summary: 'A taxonomy with the tags it offers',
      path: '/taxonomies/view/{taxonomy?}',
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      handle: (call) =>
        magpie.database.as(call.viewer, async (tx) => {
          const { taxonomy, offered, existing } = await findWithTags(tx, call);
          const entries = offered.map((row) => taxonomyEntryWire(row, existing.get(row.tag.toLowerCase())));
          return json({ Taxonomy: taxonomyWire(taxonomy), entries });
        }),
    },
    {
      name: 'taxonomies.taxonomy_tags',
      summary: 'The tags of a taxonomy with how often they are used',
      path: '/taxonomies/taxonomy_tags/{taxonomy?}',
      aliases: ['/taxonomies/taxonomyTags/{taxonomy?}'],
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      handle: (call) =>
        magpie.database.as(call.viewer, async (tx) => {
          const { taxonomy, offered, existing } = await findWithTags(tx, call);
          const counts = await selectTagCounts(
            tx,
            [...existing.values()].map((tag) => tag.id),
          );
          const entries = offered
            .toSorted((a, b) => (a.tag < b.tag ? -1 : 1))
            .map((row) => {
              const tag = existing.get(row.tag.toLowerCase());
              const uses = tag && counts.get(tag.id);
              return { ...taxonomyEntryWire(row, tag), events: uses?.events ?? 0, attributes: uses?.attributes ?? 0 };
            });
          return json({ Taxonomy: taxonomyWire(taxonomy), entries });
        }),
    },
    {
      name: 'taxonomies.export',
      summary: 'A taxonomy in the form of its library file',
      path: '/taxonomies/export/{taxonomy?}',
      methods: ['GET'],
      permission: 'any',
      effect: 'read',
      handle: (call) =>
        magpie.database.as(call.viewer, async (tx) => {
          const taxonomy = await findTaxonomy(tx, call);
          const { predicates, entries } = await selectParts(tx, taxonomy.id);
          return json(machineTagWire(taxonomy, predicates, entries));
        }),
    },
  ];
}

function flagOperation(
  magpie: Magpie,
  action: string,
  flag: TaxonomyFlag,
  read: (call: Call) => boolean | undefined,
): Operation {
  return {
    name: `taxonomies.${action}`,
    summary: `Set whether a taxonomy is ${flag}`,
    path: `/taxonomies/${action}/{taxonomy?}`,
    methods: ['POST'],
    permission: 'perm_site_admin',
    effect: 'write',
    model: 'Taxonomy',
    async handle(call) {
      const taxonomy = await setTaxonomyFlag(magpie, call.viewer, call.args.taxonomy, flag, read(call));
      if (action === 'disable') {
        await magpie.database.as(call.viewer, async (tx) => hideTags(true)(tx, taxonomy, null));
      }
      // MISP makes the text from the name of the action: "Taxonomy toggleRequireded".
      const text = action.endsWith('e') ? `Taxonomy ${action}d` : `Taxonomy ${action}ed`;
      return success(text, { id: String(taxonomy.id) });
    },
  };
}

function readFlag(call: Call, name: string): boolean | undefined {
  const body = unwrap(call.body, 'Taxonomy');
  return readBoolean(body[name]);
}

type WorkOnTags = (tx: Transaction, taxonomy: TaxonomyRow, names: readonly string[] | null) => Promise<void>;

function hideTags(hidden: boolean): WorkOnTags {
  return async (tx, taxonomy, names) => {
    const all = names ?? (await selectTaxonomyTags(tx, taxonomy.id)).map(({ tag }) => tag);
    await hideTaxonomyTags(tx, all, hidden);
  };
}

function tagsOperation(magpie: Magpie, action: string, summary: string, work: WorkOnTags): Operation {
  return {
    name: `taxonomies.${action}`,
    summary,
    path: `/taxonomies/${action}/{taxonomy?}`,
    methods: ['POST'],
    permission: 'perm_site_admin',
    effect: 'write',
    model: 'Taxonomy',
    body: Type.Object({ taxonomy_id: Type.Optional(Type.Unknown()), name: Type.Optional(Type.Unknown()) }),
    handle(call) {
      const body = unwrap(call.body, 'Taxonomy');
      return magpie.database.as(call.viewer, async (tx) => {
        const taxonomy = await requireTaxonomy(tx, call.args.taxonomy ?? body.taxonomy_id);
        await work(tx, taxonomy, readNames(body.nameList ?? body.name));
        const text = action === 'addTag' ? 'The tag(s) has been saved.' : 'The tag(s) has been hidden.';
        return success(action === 'unhideTag' ? 'The tag(s) has been unhidden.' : text, { id: String(taxonomy.id) });
      });
    },
  };
}

/** One name, a list, or a JSON list as text; null when none is named: all of them. */
function readNames(value: unknown): string[] | null {
  if (Array.isArray(value)) return value.filter((item) => typeof item === 'string');
  if (typeof value !== 'string' || value === '') return null;
  if (!value.trimStart().startsWith('[')) return [value];
  try {
    return readNames(JSON.parse(value));
  } catch {
    // Not a list: the name of a tag that begins with a bracket.
    return [value];
  }
}

async function findTaxonomy(tx: Transaction, call: Call): Promise<TaxonomyRow> {
  const id = readId(call.args.taxonomy);
  const taxonomy = await selectTaxonomy(tx, id === null ? { namespace: call.args.taxonomy ?? '' } : { id });
  if (taxonomy === null) throw new NotFound('Taxonomy not found.');
  return taxonomy;
}

async function findWithTags(tx: Transaction, call: Call) {
  const taxonomy = await findTaxonomy(tx, call);
  const offered = await selectTaxonomyTags(tx, taxonomy.id);
  const existing = await selectExistingTags(
    tx,
    offered.map(({ tag }) => tag),
  );
  return { taxonomy, offered, existing };
}
