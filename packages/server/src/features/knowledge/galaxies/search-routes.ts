import Type from 'typebox';
import type { Magpie } from '../../../context.ts';
import { BadRequest } from '../../../errors.ts';
import { type JsonObject, unwrap } from '../../../http/lenient.ts';
import type { Call, Operation } from '../../../http/operation.ts';
import { answerReading } from '../../search/rest-search/answer-reading.ts';
import { readHeld } from '../../search/rest-search/held-transaction.ts';
import { positionalNames, searchClusters } from './search-clusters.ts';

/** `galaxy_clusters/restSearch`. */
export function clusterSearchOperations(magpie: Magpie): Operation[] {
  return [
    {
      name: 'galaxy_clusters.restSearch',
      summary: 'Search clusters of all galaxies',
      path: '/galaxy_clusters/restSearch',
      methods: ['GET', 'POST'],
      permission: 'any',
      effect: 'read',
      body: Type.Record(Type.String(), Type.Unknown(), {
        description:
          'id, uuid, galaxy_id, tag_name, org_id, custom, published, minimal, elements, ... as in restSearch',
      }),
      async handle(call) {
        const parameters = readParameters(call);
        const reading = await readHeld(magpie.database, call.viewer, (tx) => searchClusters(tx, parameters));
        return answerReading(reading.body, {
          'x-result-count': String(reading.head.total),
          'x-export-module-used': 'json',
          'x-response-format': 'json',
          'x-skipped-elements-count': '0',
        });
      },
    },
  ];
}

/** The body, over it named parameters, over them positional ones. */
function readParameters(call: Call): JsonObject {
  const isBodied = call.method === 'POST';
  const parameters: JsonObject = isBodied ? { ...unwrap(call.body, 'GalaxyCluster') } : {};
  for (const [name, value] of Object.entries(call.named)) parameters[name] = value;
  for (const [place, value] of call.rest.entries()) {
    const name = positionalNames[place];
    if (name !== undefined && !['null', '0', 'false', ''].includes(value)) parameters[name] = value;
  }
  if (!isBodied && Object.keys(parameters).length === 0) {
    throw new BadRequest(
      'Restsearch queries using GET and no parameters are not allowed. If you have passed parameters via a JSON body, make sure you use POST requests.',
    );
  }
  return parameters;
}
