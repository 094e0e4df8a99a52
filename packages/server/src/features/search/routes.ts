import type { Magpie } from '../../context.ts';
import type { Operation } from '../../http/operation.ts';
import { restSearchOperations } from './rest-search/routes.ts';

/** Everything that finds. */
export function searchOperations(magpie: Magpie): Operation[] {
  return [...restSearchOperations(magpie)];
}
