import type { Magpie } from '../../../context.ts';
import type { Operation } from '../../../http/operation.ts';

/** Events: the container of everything else. */
export function eventOperations(_magpie: Magpie): Operation[] {
  return [];
}
