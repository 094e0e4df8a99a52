import Type from 'typebox';
import type { Magpie } from '../../../context.ts';
import type { Operation } from '../../../http/operation.ts';
import type { SearchScope } from './parameters.ts';
import { answerWithinLimits } from './user-limits.ts';

/** Searches of events, attributes and objects (`/events/restSearch` and so on). */
export function restSearchOperations(magpie: Magpie): Operation[] {
  return [
    operation(magpie, 'events', 'Search whole events.'),
    operation(magpie, 'attributes', 'Search attributes.'),
    operation(magpie, 'objects', 'Search objects.'),
  ];
}

function operation(magpie: Magpie, scope: SearchScope, summary: string): Operation {
  return {
    name: `${scope}.restSearch`,
    summary,
    path: `/${scope}/restSearch`,
    methods: ['GET', 'POST'],
    permission: 'any',
    effect: 'read',
    body: Type.Record(Type.String(), Type.Unknown(), {
      description:
        'The parameters of MISP restSearch, flat or in "request"; lists, "%", "!" and OR, AND, NOT as there.',
    }),
    response: Type.Object({ response: Type.Unknown() }),
    handle: (call) => answerWithinLimits(magpie, scope, call),
  };
}
