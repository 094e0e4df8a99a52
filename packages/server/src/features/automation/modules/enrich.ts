import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import { Refused } from '../../../errors.ts';
import { isObject, type JsonObject, readBoolean, unwrap } from '../../../http/lenient.ts';
import { viewAttribute } from '../../intelligence/attributes/view.ts';
import { viewObject } from '../../intelligence/objects/view.ts';
import type { ModuleOutcome } from './exchange.ts';
import type { OfferedModule } from './modules.ts';
import { attributeQuestion, objectQuestion, takesObject, takesType } from './question.ts';
import { readReview } from './read-review.ts';
import type { Review, ReviewOptions, StoredReview } from './review.ts';
import { storeReview } from './store-review.ts';

/** What one module did for one element. */
export type EnrichmentOutcome =
  | ({ readonly module: string } & StoredReview)
  | { readonly module: string; readonly error: string };

/** Modules named by a body: `{"dns": true}`, flat, under `Event` or `Attribute`, or a list of names. */
export function readModuleNames(body: unknown): string[] {
  if (Array.isArray(body)) return body.filter((name) => typeof name === 'string');
  const fields = unwrap(body, 'Event', 'Attribute');
  const names = Object.entries(fields).flatMap(([name, value]) => (readBoolean(value) === true ? [name] : []));
  return [...new Set(names)];
}

/** The expansion modules of these names. Throws `Refused` when none is named, or one is not available. */
export async function findExpansions(
  magpie: Magpie,
  viewer: Viewer,
  names: readonly string[],
): Promise<OfferedModule[]> {
  if (names.length === 0) throw new Refused('modules not set');
  const modules: OfferedModule[] = [];
  for (const name of names) modules.push(await magpie.modules.find('Enrichment', viewer, name, ['expansion']));
  return modules;
}

/** How results for enrichment are read: with a comment that names the module, and the instance's distribution. */
export function reviewOptions(magpie: Magpie, module: OfferedModule): ReviewOptions {
  return {
    comment: `Enriched via the ${module.descriptor.name} module`,
    distribution: defaultDistribution(magpie),
  };
}

/** The distribution of attributes that name none: 5 follows the event. */
export function defaultDistribution(magpie: Magpie): number {
  const text = magpie.settings.get('MISP.default_attribute_distribution');
  return text === 'event' ? 5 : Number(text);
}

/** What a module says of an attribute or object that the viewer sees. Throws `NotFound`, and `Refused` for a wrong type. */
export async function askAbout(
  magpie: Magpie,
  viewer: Viewer,
  module: OfferedModule,
  element: { kind: 'attribute' | 'object'; key: string | number | undefined; signal?: AbortSignal },
): Promise<{ eventId: string; outcome: ModuleOutcome<Review> }> {
  const { body, eventId, fits } = await questionAbout(magpie, viewer, module, element);
  if (!fits) throw new Refused(`The module ${module.descriptor.name} does not take elements of this type.`);
  const { signal } = element;
  const outcome = await magpie.modules.ask(module, { use: 'expansion', body, ...(signal ? { signal } : {}) });
  if (!outcome.ok) return { eventId, outcome };
  return { eventId, outcome: { ok: true, value: readReview(outcome.value, reviewOptions(magpie, module)) } };
}

async function questionAbout(
  magpie: Magpie,
  viewer: Viewer,
  { descriptor }: OfferedModule,
  { kind, key }: { kind: 'attribute' | 'object'; key: string | number | undefined },
): Promise<{ body: JsonObject; eventId: string; fits: boolean }> {
  if (kind === 'attribute') {
    const attribute = await viewAttribute(magpie, viewer, key, { withContext: true });
    const body = attributeQuestion(descriptor, attribute);
    return { body, eventId: String(attribute.event_id), fits: takesType(descriptor, attribute.type) };
  }
  const { object, attributes } = await viewObject(magpie, viewer, key);
  const body = objectQuestion(object, attributes.filter(isObject));
  return { body, eventId: String(object.event_id), fits: takesObject(descriptor, object) };
}

/** Has modules work on one element, one after the other, and stores what they find. */
export async function enrichElement(
  magpie: Magpie,
  viewer: Viewer,
  modules: readonly OfferedModule[],
  element: { kind: 'attribute' | 'object'; key: string | number | undefined; signal?: AbortSignal },
): Promise<EnrichmentOutcome[]> {
  const outcomes: EnrichmentOutcome[] = [];
  for (const module of modules) {
    const { name } = module.descriptor;
    const { eventId, outcome } = await askAbout(magpie, viewer, module, element);
    if (outcome.ok) outcomes.push({ module: name, ...(await storeReview(magpie, viewer, eventId, outcome.value)) });
    else if (outcome.failure === 'unreachable') throw new Refused(outcome.message);
    else outcomes.push({ module: name, error: outcome.message });
  }
  return outcomes;
}

/** Outcomes in one line: what came, and what went wrong. */
export function outcomeText(outcomes: readonly EnrichmentOutcome[]): string {
  const sum = (key: 'attributes' | 'objects' | 'reports' | 'proposals') =>
    outcomes.reduce((total, outcome) => total + ('error' in outcome ? 0 : outcome[key]), 0);
  const proposals = sum('proposals');
  const found = `${sum('attributes')} attributes, ${sum('objects')} objects and ${sum('reports')} reports added`;
  const proposed = proposals > 0 ? `, ${proposals} attributes proposed` : '';
  const errors = outcomes.flatMap((outcome) => ('error' in outcome ? [`${outcome.module}: ${outcome.error}`] : []));
  return [`${found}${proposed}.`, ...new Set(errors)].join(' ');
}
