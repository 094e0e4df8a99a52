import { isObject, type JsonObject } from '../../../http/lenient.ts';
import type { ModuleUse } from './families.ts';

/** A module as the service describes it (`GET /modules`), checked. */
export interface ModuleDescriptor {
  readonly name: string;
  readonly uses: ReadonlySet<ModuleUse>;
  /** Attribute types, object names or template uuids that it takes. */
  readonly input: readonly string[];
  /** Takes and gives attributes and objects (`misp_standard`) instead of values with types. */
  readonly isStandard: boolean;
  readonly options: readonly ModuleOption[];
  /** What the user of an import module is asked for. */
  readonly userOptions: readonly UserOption[];
  /** `file`, `paste`; of import modules. */
  readonly inputSources: readonly string[];
  /** Of export modules. */
  readonly responseType: string;
  readonly extension: string;
  readonly wantsStandardEvents: boolean;
  readonly description: string;
  /** As the service sent it, but for its options: what clients are shown. */
  readonly shown: JsonObject;
}

/** An option that the administrator sets. */
export interface ModuleOption {
  readonly name: string;
  readonly description: string;
  /** A key or password: never shown. */
  readonly isSecret: boolean;
}

/** An option that the user of an import module sets. */
export interface UserOption {
  readonly name: string;
  readonly type: string;
  readonly message: string;
  readonly errorMessage: string;
  /** A pattern as PHP writes it, with its delimiters. */
  readonly regex: string | null;
  readonly mayBeEmpty: boolean;
  /** Of a `Select`: the answer is a place in this list. */
  readonly choices: readonly string[];
}

const NAME = /^[\w.-]{1,100}$/;
const OPTION_NAME = /^[\w.@ -]{1,100}$/;
const USES: readonly ModuleUse[] = ['expansion', 'hover', 'import', 'export', 'action', 'cortex'];
const SECRET = /key|token|secret|passw|passphrase|credential/i;
const MAX_MODULES = 2000;

/** The descriptors in an answer to `GET /modules`; what is no descriptor is left out. Null when it is no list. */
export function readDescriptors(answer: unknown): ModuleDescriptor[] | null {
  if (!Array.isArray(answer)) return null;
  return answer.slice(0, MAX_MODULES).flatMap((entry) => {
    const descriptor = isObject(entry) ? readDescriptor(entry) : null;
    return descriptor === null ? [] : [descriptor];
  });
}

function readDescriptor(entry: JsonObject): ModuleDescriptor | null {
  const meta = isObject(entry.meta) ? entry.meta : {};
  const attributes = isObject(entry.mispattributes) ? entry.mispattributes : {};
  const { name } = entry;
  if (typeof name !== 'string' || !NAME.test(name)) return null;
  const types = textsOf(meta['module-type']);
  const { config: _config, ...shownMeta } = meta;
  return {
    name,
    uses: new Set(USES.filter((use) => types.includes(use) || (types.length === 0 && entry.type === use))),
    input: textsOf(attributes.input),
    isStandard: attributes.format === 'misp_standard',
    options: readOptions(meta.config),
    userOptions: readUserOptions(attributes.userConfig),
    inputSources: textsOf(attributes.inputSource),
    responseType: mediaType(attributes.responseType),
    extension: fileExtension(attributes.outputFileExtension),
    wantsStandardEvents: meta.require_standard_format === true,
    description: typeof meta.description === 'string' ? meta.description.slice(0, 2000) : '',
    shown: { name, type: entry.type, mispattributes: attributes, meta: shownMeta },
  };
}

/** Names, objects with a name, or a map from names to descriptions. */
function optionEntries(config: unknown): JsonObject[] {
  if (Array.isArray(config)) return config.map((item) => (isObject(item) ? item : { name: item }));
  if (!isObject(config)) return [];
  return Object.entries(isObject(config.params) ? config.params : config).map(([name, value]) => ({
    name,
    description: isObject(value) ? value.description : value,
  }));
}

function readOptions(config: unknown): ModuleOption[] {
  const options = new Map<string, ModuleOption>();
  for (const { name, description, redacted } of optionEntries(config)) {
    if (typeof name !== 'string' || !OPTION_NAME.test(name)) continue;
    options.set(name, {
      name,
      description: typeof description === 'string' ? description.slice(0, 1000) : '',
      isSecret: redacted === true || SECRET.test(name),
    });
  }
  return [...options.values()];
}

function readUserOptions(config: unknown): UserOption[] {
  if (!isObject(config)) return [];
  return Object.entries(config).flatMap(([name, value]) => {
    if (!isObject(value) || !OPTION_NAME.test(name)) return [];
    return {
      name,
      type: textOf(value.type),
      message: textOf(value.message),
      errorMessage: textOf(value.errorMessage),
      regex: typeof value.regex === 'string' && value.regex !== '' ? value.regex : null,
      mayBeEmpty: value.validation === '0' || value.validation === 0 || value.validation === false,
      choices: textsOf(value.options),
    };
  });
}

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Never one that a browser shows as a page. */
function mediaType(value: unknown): string {
  const text = textOf(value);
  return /^[\w.+-]+\/[\w.+-]+$/.test(text) && !/html|svg|javascript/i.test(text) ? text : 'application/octet-stream';
}

function fileExtension(value: unknown): string {
  const text = textOf(value).replace(/^\./, '');
  return /^\w{1,10}$/.test(text) ? text : 'txt';
}
