import { isJson, type Json, textOf } from '../../stix2/json.ts';

/** Conditions of CybOX (cyboxCommon:ConditionTypeEnum) under which a text is no value that anything has. */
const noValue =
  /^(DoesNotEqual|DoesNotContain|GreaterThan(OrEqual)?|LessThan(OrEqual)?|(In|Ex)clusiveBetween|FitsPattern|BitwiseAnd|BitwiseOr|BitwiseXor)$/;

/** The properties of an object, and the conditions of what was left out of them. */
export interface Comparable {
  readonly properties: Json;
  readonly leftOut: readonly string[];
  /** How many members it was looked for in, however deep. */
  readonly size: number;
}

/** Leaves out of an object's properties what is said of a value but that it is one: negations, ranges and patterns. */
export function comparable(properties: Json): Comparable {
  const leftOut = new Set<string>();
  let size = 0;
  function keep(value: unknown): unknown {
    size += 1;
    if (Array.isArray(value)) return value.map(keep).filter((item) => item !== undefined);
    if (!isJson(value)) return value;
    const condition = textOf(value.condition);
    if (noValue.test(condition)) {
      leftOut.add(condition);
      return undefined;
    }
    const kept: Json = Object.create(null);
    for (const [key, item] of Object.entries(value)) {
      const inner = keep(item);
      if (inner !== undefined) kept[key] = inner;
    }
    return kept;
  }
  const kept = keep(properties);
  return { properties: leftOut.size > 0 && isJson(kept) ? kept : properties, leftOut: [...leftOut], size };
}

/** Whether an indicator or an observable tells what is not to be found. */
export function isNegated(json: Json): boolean {
  return textOf(json.negate).toLowerCase() === 'true';
}
