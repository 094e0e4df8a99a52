import { isObject } from './reading.ts';

/**
 * Puts the replacement character in place of what no text in a database can hold, NUL and unpaired surrogates, in all
 * texts of a find. They get there by escapes of JSON and by encodings of e-mail. The find itself is changed.
 */
export function makeStorable<T extends object>(found: T): T {
  const pending: object[] = [found];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (Array.isArray(next)) {
      for (const [index, item] of next.entries()) {
        if (typeof item === 'string') next[index] = storable(item);
        else if (isHolder(item)) pending.push(item);
      }
      continue;
    }
    for (const [key, value] of Object.entries(next)) {
      if (isHolder(value)) pending.push(value);
      const name = storable(key);
      const kept = typeof value === 'string' ? storable(value) : value;
      if (name !== key) Reflect.deleteProperty(next, key);
      if (name !== key || kept !== value) Reflect.set(next, name, kept);
    }
  }
  return found;
}

function isHolder(value: unknown): value is object {
  return Array.isArray(value) || isObject(value);
}

function storable(text: string): string {
  return text.includes('\0') || !text.isWellFormed() ? text.replaceAll('\0', '\ufffd').toWellFormed() : text;
}
