import type { AttributeInput } from '../../api/attributes.ts';
import type { DescribeTypes, ObjectTemplate, ObjectTemplateElement } from '../../api/wire.ts';

/** Relations that an object must have, as its template says. */
export interface Requirements {
  readonly required: readonly string[];
  readonly requiredOneOf: readonly string[];
}

/** What a template asks for; MISP sends an empty list where it asks for nothing. */
export function requirementsOf(template: ObjectTemplate): Requirements {
  const { requirements } = template;
  if (Array.isArray(requirements)) return { required: [], requiredOneOf: [] };
  const { required = [], requiredOneOf = [] } = requirements as {
    required?: readonly string[];
    requiredOneOf?: readonly string[];
  };
  return { required, requiredOneOf };
}

/** Relations shown from the start: required ones, then the most usual ones. The rest is behind a search. */
export function firstRelations(elements: readonly ObjectTemplateElement[], requirements: Requirements): string[] {
  const wanted = new Set([...requirements.required, ...requirements.requiredOneOf]);
  const ranked = [...elements].sort((a, b) => {
    const need =
      Number(requirements.required.includes(b.object_relation)) -
      Number(requirements.required.includes(a.object_relation));
    if (need !== 0) return need;
    const wish = Number(wanted.has(b.object_relation)) - Number(wanted.has(a.object_relation));
    return wish !== 0 ? wish : Number(b['ui-priority']) - Number(a['ui-priority']);
  });
  const shown = Math.max(6, requirements.required.length);
  return ranked.slice(0, shown).map((element) => element.object_relation);
}

/** Values by relation, as typed; several where the template allows it. */
export type ObjectValues = Readonly<Record<string, readonly string[]>>;

/** The attributes to send: one for each value that is not empty, with the template's presets. */
export function attributesOf(
  values: ObjectValues,
  elements: readonly ObjectTemplateElement[],
  types: DescribeTypes | undefined,
): AttributeInput[] {
  return elements.flatMap((element) =>
    (values[element.object_relation] ?? [])
      .filter((value) => value.trim() !== '')
      .map((value) => {
        const facts = types?.sane_defaults[element.type];
        const category = element.categories[0] ?? facts?.default_category;
        return {
          object_relation: element.object_relation,
          type: element.type,
          value,
          to_ids: facts?.to_ids === 1,
          distribution: '5',
          disable_correlation: element.disable_correlation === true,
          ...(category === undefined ? {} : { category }),
        };
      }),
  );
}

/** Relations that an object lacks. */
export interface Missing {
  readonly relations: readonly string[];
  /** All of them are needed, or one of them. */
  readonly all: boolean;
}

/** Relations of the template that the values leave unmet, or undefined when all is there. */
export function missingOf(values: ObjectValues, requirements: Requirements): Missing | undefined {
  const filled = (relation: string) => (values[relation] ?? []).some((value) => value.trim() !== '');
  const missing = requirements.required.filter((relation) => !filled(relation));
  if (missing.length > 0) return { relations: missing, all: true };
  if (requirements.requiredOneOf.length > 0 && !requirements.requiredOneOf.some(filled))
    return { relations: requirements.requiredOneOf, all: false };
  return undefined;
}
