import Type from 'typebox';
import type { Magpie } from '../../../context.ts';
import { NotFound } from '../../../errors.ts';
import { json } from '../../../http/answer.ts';
import { isObject, type JsonObject, readId, readList, unwrap } from '../../../http/lenient.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { findAttribute } from '../../intelligence/attributes/find-attribute.ts';
import { withDefaults } from '../../search/exports/with-defaults.ts';
import { answerSearch } from '../../search/rest-search/answer-search.ts';
import { readSearchParameters } from '../../search/rest-search/parameters.ts';
import { selectTagsByName } from '../tags/queries.ts';
import { requireModel } from './manage-models.ts';
import { readParameters, weighTags } from './score.ts';
import { tagNumbers } from './scoring.ts';
import { baseScoreWire, simulate, triedParameters } from './simulate.ts';

const MOST_TAGS = 500;
const anything = Type.Record(Type.String(), Type.Unknown());

/** The tool with which models are tried out on attributes and tags. Nothing is stored. */
export function decayingToolOperations(magpie: Magpie): Operation[] {
  const shared = { methods: ['GET', 'POST'], permission: 'any', effect: 'read', response: Type.Unknown() } as const;
  return [
    {
      ...shared,
      name: 'decayingModel.decayingToolComputeSimulation',
      summary: 'How the score of an attribute falls under a model; parameters in the body are tried instead of its own',
      path: '/decayingModel/decayingToolComputeSimulation/{model?}/{attribute?}',
      body: anything,
      handle: (call: Call) =>
        magpie.database.as(call.viewer, async (tx) => {
          const model = await requireModel(tx, readId(call.args.model));
          const found = await findAttribute(tx, call.args.attribute);
          if (found === null || found.attribute.deleted) throw new NotFound('Invalid attribute');
          const tried = triedParameters(model, triedOf(call));
          return json(await simulate(magpie, tx, call.viewer, tried, found.attribute));
        }),
    },
    {
      ...shared,
      name: 'decayingModel.decayingToolComputeBasescore',
      summary: 'The base score that a model gives to tags, and what it comes from',
      path: '/decayingModel/decayingToolComputeBasescore/{model?}',
      body: Type.Object({
        tags: Type.Optional(Type.Unknown({ description: 'Names of tags' })),
        base_score_config: Type.Optional(Type.Unknown({ description: 'Weight by taxonomy, instead of the model’s' })),
        default_base_score: Type.Optional(Type.Unknown()),
      }),
      handle: (call: Call) =>
        magpie.database.as(call.viewer, async (tx) => {
          const model = triedParameters(await requireModel(tx, readId(call.args.model)), triedOf(call));
          const names = (readList(unwrap(call.body, 'DecayingModel').tags) ?? []).slice(0, MOST_TAGS).map(String);
          const known = new Map((await selectTagsByName(tx, names)).map((tag) => [tag.name.toLowerCase(), tag]));
          const tags = names.map((name) => known.get(name.toLowerCase()) ?? { name, numerical_value: null });
          const parameters = readParameters(model.parameters);
          const numberOf = await tagNumbers(tx, tags);
          return json(baseScoreWire(parameters, weighTags(parameters, numberOf(tags), [])));
        }),
    },
    {
      ...shared,
      name: 'decayingModel.decayingToolBasescore',
      summary: 'Taxonomies whose tags have numbers, by which base scores can be weighed',
      path: '/decayingModel/decayingToolBasescore',
      handle: (call: Call) =>
        magpie.database.as(call.viewer, async (tx) => {
          const rows = await tx.query<{ namespace: string; predicate: string; tag: string; numerical_value: number }>(
            `select t.namespace, o.predicate, o.tag, o.numerical_value from taxonomy_tags o
             join taxonomies t on t.id = o.taxonomy_id where o.numerical_value is not null
             order by t.namespace, o.predicate_position, o.position`,
          );
          const taxonomies = [...Map.groupBy(rows, (row) => row.namespace)].map(([namespace, own]) => ({
            namespace,
            predicates: [...Map.groupBy(own, (row) => row.predicate)].map(([predicate, entries]) => ({
              predicate,
              entries: entries.map(({ tag, numerical_value }) => ({ tag, numerical_value: String(numerical_value) })),
            })),
          }));
          return json({ taxonomies });
        }),
    },
    {
      ...shared,
      name: 'decayingModel.decayingToolRestSearch',
      summary: 'Attributes to try a model on, by the filters of attributes/restSearch; 100 unless a limit is given',
      path: '/decayingModel/decayingToolRestSearch',
      body: anything,
      handle(call: Call) {
        const sent = readSearchParameters(call, 'attributes');
        return answerSearch(magpie, 'attributes', call, withDefaults(sent, { limit: 100, includeEventTags: 1 }));
      },
    },
  ];
}

/** Parameters that are tried out: in the body, also inside `parameters`. */
function triedOf(call: Call): JsonObject {
  const body = unwrap(call.body, 'DecayingModel');
  return isObject(body.parameters) ? { ...body, ...body.parameters } : body;
}
