import { isObject, readBoolean } from '../../../http/lenient.ts';
import { prepareWarnings } from '../../knowledge/warninglists/attribute-warnings.ts';
import type { WriteContext } from '../events/write-context.ts';
import { type AttributeInput, type AttributePlan, isRefused } from './plan.ts';

const TRIPPED = 'Attribute could not be saved as it trips over a warninglist and enforceWarninglist is enforced.';

/** Refuses the plans whose body asks for it (`enforceWarninglist`) and that an enabled warninglist knows. */
export async function refuseListed(
  { magpie, tx }: WriteContext,
  inputs: readonly AttributeInput[],
  plans: readonly AttributePlan[],
): Promise<AttributePlan[]> {
  const isAsked = ({ body }: AttributeInput) => isObject(body) && readBoolean(body.enforceWarninglist) === true;
  if (!inputs.some(isAsked)) return [...plans];
  const finder = await prepareWarnings(magpie, tx);
  return plans.map((plan, index) => {
    const input = inputs[index];
    if (isRefused(plan) || input === undefined || !isAsked(input)) return plan;
    const { type, value1, value2, toIds } = plan.values;
    return finder.isListed({ type, value1, value2, toIds }) ? { path: plan.path, errors: TRIPPED } : plan;
  });
}
