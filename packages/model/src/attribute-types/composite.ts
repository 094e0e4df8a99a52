/** The two stored halves of a value; value2 is empty for simple types. */
export interface ValueHalves {
  readonly value1: string;
  readonly value2: string;
}

/** True for types whose value is two values joined by a pipe. */
export function isCompositeType(type: string): boolean {
  return type.includes('|') || type === 'malware-sample';
}

/** Splits a value at its first pipe if the type is composite. */
export function splitComposite(type: string, value: string): ValueHalves {
  const pipe = isCompositeType(type) ? value.indexOf('|') : -1;
  return pipe < 0 ? { value1: value, value2: '' } : { value1: value.slice(0, pipe), value2: value.slice(pipe + 1) };
}

/** The value as shown: both halves, or the first alone when the second is empty. */
export function joinValue(value1: string, value2: string): string {
  return value2 === '' ? value1 : `${value1}|${value2}`;
}
