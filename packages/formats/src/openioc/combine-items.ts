import type { JsonObject } from '../read/reading.ts';
import { addressTerms, importTerms } from './import-terms.ts';

/** One `IndicatorItem`. */
export interface IocItem {
  readonly uuid: string;
  /** Search term of its context: `FileItem/Md5sum`. */
  readonly search: string;
  readonly contentType: string;
  readonly content: string;
  readonly condition: string;
  readonly negated: boolean;
}

/** An attribute without the comment that all of a document share; null for items that are nothing on their own. */
function attributeOfItem(item: IocItem): JsonObject | null {
  if (item.negated || item.condition === 'containsnot' || item.condition === 'isnot') {
    const condition = item.negated ? `not ${item.condition}` : item.condition;
    return other(item, `${condition}: ${item.content}`);
  }
  const term = importTerms.get(item.search);
  if (term === undefined) return other(item, `${item.search}: ${item.content}`);
  const [category, type, toIds] = term;
  if (type === '') return null;
  const isAddress = addressTerms.has(item.search) && item.contentType === 'IP';
  return { uuid: item.uuid, category, type: isAddress ? 'ip-dst' : type, value: item.content, to_ids: toIds };
}

function other({ uuid }: IocItem, value: string): JsonObject {
  return { uuid, category: 'Other', type: 'other', value, to_ids: false };
}

const fileNames = new Set(['FileItem/FileName', 'FileItem/FullPath', 'DriverItem/DriverName']);
const signatures = new Set([
  'FileItem/PEInfo/DigitalSignature/CertificateSubject',
  'FileItem/PEInfo/DigitalSignature/SignatureExists',
]);
const hashTypes = new Set(['md5', 'sha1', 'sha256']);
const keys = new Set(['RegistryItem/KeyPath', 'RegistryItem/Path', 'RegistryItem/Modified']);
const registryValues = new Set(['RegistryItem/Value', 'RegistryItem/Text']);

/**
 * The one attribute that items which hold together make: a file name with a hash, an extension or a signature; a registry
 * key with its value. Null for any other set.
 */
export function attributeOfGroup(items: readonly IocItem[]): JsonObject | null {
  const [only] = items;
  if (only !== undefined && items.length === 1) return attributeOfItem(only);
  if (items.some(({ negated, condition }) => negated || /not$/.test(condition))) return null;
  return fileOf(items) ?? registryOf(items);
}

/** The items that an attribute made of several leaves out. */
export function leftOutOf(items: readonly IocItem[]): readonly IocItem[] {
  return items.length < 2 ? [] : items.filter(({ search }) => signatures.has(search));
}

function fileOf(items: readonly IocItem[]): JsonObject | null {
  const names = items.filter(({ search }) => fileNames.has(search));
  const [name] = names;
  const rest = items.filter((item) => item !== name && !signatures.has(item.search));
  if (name === undefined || names.length !== 1 || rest.length > 1) return null;
  const base = attributeOfItem(name);
  const [part] = rest;
  if (base === null || part === undefined) return base;
  if (part.search === 'FileItem/FileExtension') {
    const extension = part.content.replace(/^\./, '');
    const value = name.content.endsWith(`.${extension}`) ? name.content : `${name.content}.${extension}`;
    return { ...base, value };
  }
  const hash = importTerms.get(part.search)?.[1] ?? '';
  return hashTypes.has(hash) ? { ...base, type: `filename|${hash}`, value: `${name.content}|${part.content}` } : null;
}

function registryOf(items: readonly IocItem[]): JsonObject | null {
  const [key, ...moreKeys] = items.filter(({ search }) => keys.has(search));
  const [value, ...moreValues] = items.filter(({ search }) => registryValues.has(search));
  const [name, ...moreNames] = items.filter(({ search }) => search === 'RegistryItem/ValueName');
  const count = [key, value, name].filter((item) => item !== undefined).length;
  const isPlain = moreKeys.length + moreValues.length + moreNames.length === 0 && count === items.length;
  const base = key === undefined || !isPlain ? null : attributeOfItem(key);
  if (base === null || key === undefined) return null;
  const path = name === undefined ? key.content : `${key.content}\\${name.content}`;
  if (value === undefined) return { ...base, value: path };
  return { ...base, type: 'regkey|value', value: `${path}|${value.content}` };
}
