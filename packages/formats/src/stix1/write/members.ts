import { isJson, type Json, text } from '../../stix2/json.ts';
import { stixTime } from '../../stix2/times.ts';
import { cyboxHash } from '../facts/hashes.ts';
import { address, equals, hostname, mailAddress, port, recipient, wholeNumber } from './properties.ts';

/** Puts an attribute of an object into the properties of a CybOX object; false when there is no place for it. */
export type Put = (properties: Json, value: string, attribute: Json) => boolean;

type Path = readonly string[];

/** Sets what stands at a path, unless something stands there already; `[]` behind a name is the first of a list. */
export function setAt(properties: Json, path: Path, value: unknown): boolean {
  let holder = properties;
  for (const [index, name] of path.entries()) {
    if (index === path.length - 1) {
      if (holder[name] !== undefined) return false;
      holder[name] = value;
      return true;
    }
    holder = childOf(holder, name);
  }
  return false;
}

function childOf(holder: Json, name: string): Json {
  const isList = name.endsWith('[]');
  const key = isList ? name.slice(0, -2) : name;
  const known = holder[key];
  const first: unknown = Array.isArray(known) ? known[0] : known;
  if (isJson(first)) return first;
  const made: Json = {};
  holder[key] = isList ? [made] : made;
  return made;
}

/** Adds to the list at a path. */
export function addAt(properties: Json, path: Path, value: unknown): boolean {
  let holder = properties;
  for (const name of path.slice(0, -1)) holder = childOf(holder, name);
  const key = path.at(-1) ?? '';
  const known = holder[key];
  holder[key] = Array.isArray(known) ? [...known, value] : [value];
  return true;
}

/** A value with its condition. */
export const put =
  (...path: string[]): Put =>
  (properties, value) =>
    setAt(properties, path, equals(value));

/** A value without a condition: where the schema has a plain text. */
export const putText =
  (...path: string[]): Put =>
  (properties, value) =>
    setAt(properties, path, value);

/** A whole number. */
export const putNumber =
  (...path: string[]): Put =>
  (properties, value) => {
    const decimal = wholeNumber(value);
    return decimal !== null && setAt(properties, path, equals(decimal));
  };

/** A number with or without a fraction. */
export const putFraction =
  (...path: string[]): Put =>
  (properties, value) =>
    /^-?\d{1,15}(\.\d{1,15})?$/.test(value) && setAt(properties, path, equals(Number(value)));

/** A time with its zone; what is none is not taken. */
export const putTime =
  (...path: string[]): Put =>
  (properties, value) => {
    const time = stixTime(value);
    if (time === null) return false;
    return setAt(properties, path, { value: time.replace('Z', '+00:00'), precision: 'second', condition: 'Equals' });
  };

/** Day alone. */
export const putDate =
  (...path: string[]): Put =>
  (properties, value) => {
    const time = stixTime(value);
    if (time === null) return false;
    return setAt(properties, path, { value: time.slice(0, 10), precision: 'day', condition: 'Equals' });
  };

/** A yes or no, in any of the forms that MISP stores. */
export const putFlag =
  (name: string): Put =>
  (properties, value) =>
    /^(0|1|true|false)$/i.test(value) && setAt(properties, [name], value === '1' || value.toLowerCase() === 'true');

/** A hash, under the name that CybOX has for its type. */
export const putHash =
  (...path: string[]): Put =>
  (properties, value, attribute) =>
    addAt(properties, path, cyboxHash(text(attribute, 'type'), value));

/** One more recipient of a message. */
export const putRecipient =
  (name: string): Put =>
  (properties, value) =>
    addAt(properties, ['header', name], recipient(value));

/** An address of mail. */
export const putMail =
  (...path: string[]): Put =>
  (properties, value) =>
    setAt(properties, path, mailAddress(value));

/** Host, address and port of one end of a connection. The schema takes an address or a name, not both. */
export const putSocket =
  (end: string, part: 'ip' | 'host' | 'port', direction: 'source' | 'destination'): Put =>
  (properties, value) => {
    const known = properties[end];
    const socket = isJson(known) ? known : {};
    const made =
      part === 'ip'
        ? { ip_address: address(value, direction) }
        : part === 'host'
          ? hostnamePart(value)
          : portPart(value);
    const taken = part === 'port' ? socket.port : (socket.ip_address ?? socket.hostname);
    if (made === null || taken !== undefined) return false;
    properties[end] = { ...socket, ...made, 'xsi:type': 'SocketAddressObjectType' };
    return true;
  };

function hostnamePart(value: string): Json {
  return { hostname: hostname(value) };
}

function portPart(value: string): Json | null {
  const decimal = wholeNumber(value);
  return decimal === null ? null : { port: port(decimal) };
}

/** One more port. */
export const putPort: Put = (properties, value) => {
  const decimal = wholeNumber(value);
  return decimal !== null && addAt(properties, ['port_list'], port(decimal));
};
