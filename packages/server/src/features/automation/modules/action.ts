import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import type { JsonObject } from '../../../http/lenient.ts';
import type { OfferedModule } from './modules.ts';

/** What a workflow hands to an action module. */
export interface ActionInput {
  readonly params: JsonObject;
  readonly data: JsonObject;
  readonly filteredItems?: readonly unknown[];
  readonly matchingData?: readonly unknown[];
}

/** Action modules that a workflow run in the viewer's name may use. Throws `Refused` when the service is down. */
export function actionModules(magpie: Magpie, viewer: Viewer): Promise<OfferedModule[]> {
  return magpie.modules.offered('Action', viewer);
}

/** Runs an action module; null when it succeeded, else why a workflow has to stop. Throws `Refused` when there is none. */
export async function runAction(
  magpie: Magpie,
  viewer: Viewer,
  name: string,
  { params, data, filteredItems = [], matchingData = [] }: ActionInput,
): Promise<string | null> {
  const module = await magpie.modules.find('Action', viewer, name);
  const outcome = await magpie.modules.ask(module, {
    use: 'action',
    body: { params, data, filteredItems, matchingData },
  });
  if (!outcome.ok) return outcome.message;
  return outcome.value.data === true ? null : 'The action module did not say that it succeeded.';
}
