import { can, type Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import { Forbidden, Invalid, NotFound, Refused } from '../../../errors.ts';
import { isObject, type JsonObject, readInteger, unwrap } from '../../../http/lenient.ts';
import { decodeBase64 } from '../../intelligence/attachments/prepare.ts';
import { canModifyEvent, findEvent, NO_RIGHT } from '../../intelligence/events/rights.ts';
import type { SentForm } from '../../search/imports/multipart.ts';
import type { SentFile } from '../../search/imports/read-apart.ts';
import type { UserOption } from './descriptor.ts';
import { defaultDistribution } from './enrich.ts';
import type { OfferedModule } from './modules.ts';
import { readReview } from './read-review.ts';
import { EMPTY_REVIEW, type Review, type StoredReview } from './review.ts';
import { storeReview } from './store-review.ts';

const MAX_OPTION_LENGTH = 10_000;
/** Patterns come from the module service; texts that they are tried on are short. */
const MAX_MATCHED_LENGTH = 500;

/** What an import gave. */
export interface ImportedByModule {
  readonly eventId: number;
  readonly isStandard: boolean;
  readonly review: Review;
  /** Null when it was only looked at. */
  readonly stored: StoredReview | null;
}

/**
 * Has an import module read a file or text and stores what it finds: in the standard format for who may change the
 * event, as attributes or proposals in the simplified one. Throws `NotFound`, `Forbidden`, `Refused`, `Invalid`.
 */
export async function importByModule(
  magpie: Magpie,
  viewer: Viewer,
  names: { module: string | undefined; event: string | undefined },
  form: SentForm,
  options: { isPreview: boolean },
): Promise<ImportedByModule> {
  const event = await magpie.database.as(viewer, (tx) => findEvent(tx, names.event));
  if (event === null) throw new NotFound('Invalid event');
  const mayChange = canModifyEvent(viewer, event);
  if (!mayChange && !can(viewer, 'perm_add')) throw new Forbidden(NO_RIGHT);
  const module = await findImporter(magpie, viewer, names.module ?? '');
  const { isStandard, name } = module.descriptor;
  if (isStandard && !mayChange) throw new Forbidden(NO_RIGHT);
  const { file, userConfig } = readImportBody(module, form);
  const outcome = await magpie.modules.ask(module, {
    use: 'import',
    userConfig,
    body: { event_id: String(event.id), ...file },
  });
  if (!outcome.ok) throw new Refused(outcome.message);
  const comment = `Imported via the ${name} module`;
  const read = readReview(outcome.value, { comment, distribution: defaultDistribution(magpie) });
  // A module without anything found may leave its results out.
  const review = outcome.value.results === undefined ? EMPTY_REVIEW : read;
  const stored = options.isPreview
    ? null
    : await storeReview(magpie, viewer, event.id, review, { softWarninglists: !isStandard });
  return { eventId: event.id, isStandard, review, stored };
}

async function findImporter(magpie: Magpie, viewer: Viewer, name: string): Promise<OfferedModule> {
  const module = (await magpie.modules.offered('Import', viewer)).find(({ descriptor }) => descriptor.name === name);
  if (module === undefined) throw new Refused('The requested module is not enabled.');
  return module;
}

function readImportBody(
  { descriptor }: OfferedModule,
  form: SentForm,
): { file: JsonObject; userConfig: Record<string, string> } {
  const fields = unwrap(form.fields, 'Event');
  const sent = isObject(fields.config) ? fields.config : {};
  const userConfig: Record<string, string> = {};
  for (const option of descriptor.userOptions) {
    const value = readOption(option, sent[option.name]);
    if (value !== null) userConfig[option.name] = value;
  }
  if (descriptor.inputSources.length === 0) return { file: {}, userConfig };
  return { file: form.file === null ? readFile(fields) : sentFile(form.file), userConfig };
}

/** What a form without entries would send; modules rely on texts being there. */
const UNSET: Readonly<Record<string, string>> = { String: '', Boolean: '0' };

function readOption(option: UserOption, value: unknown): string | null {
  if (value === undefined || value === null || value === '') return UNSET[option.type] ?? null;
  const text = typeof value === 'boolean' ? (value ? '1' : '0') : String(value);
  const refuse = (reason: string) => new Invalid('', { [option.name]: [reason] });
  if (typeof value === 'object' || text.length > MAX_OPTION_LENGTH) throw refuse('Expected a short text.');
  const number = readInteger(text);
  if (option.type === 'Integer' && number === null) throw refuse(option.errorMessage || 'Expected a whole number.');
  if (option.regex !== null && !matches(option.regex, text)) {
    throw refuse(option.errorMessage || 'The value does not have the expected form.');
  }
  return text;
}

/** Tries a pattern as PHP writes it: `/^[0-4]$/i`. One that cannot be read here holds nobody up. */
function matches(pattern: string, text: string): boolean {
  const parts = /^(.)(.*)\1([a-z]*)$/s.exec(pattern);
  if (text.length > MAX_MATCHED_LENGTH) return false;
  let expression: RegExp;
  try {
    expression = new RegExp(parts?.[2] ?? pattern, parts?.[3]?.replaceAll(/[^ims]/g, '') ?? '');
  } catch {
    return true;
  }
  return expression.test(text);
}

function sentFile({ fileName, bytes }: SentFile): JsonObject {
  return { data: Buffer.from(bytes).toString('base64'), filename: fileName || 'file' };
}

/** `source` 0 or absent: the text of `paste`; 1: a file in base64 as `data`. */
function readFile(fields: JsonObject): JsonObject {
  const filename = typeof fields.filename === 'string' && fields.filename !== '' ? fields.filename.slice(0, 255) : null;
  const isFile = readInteger(fields.source) === 1 || (fields.source === undefined && fields.data !== undefined);
  if (!isFile) {
    const { paste } = fields;
    if (typeof paste !== 'string' || paste === '') throw new Invalid('', { paste: ['Expected a text.'] });
    return { data: Buffer.from(paste, 'utf8').toString('base64'), filename: filename ?? 'paste.txt' };
  }
  const bytes = typeof fields.data === 'string' && fields.data !== '' ? decodeBase64(fields.data) : null;
  if (bytes === null) throw new Invalid('', { data: ['Expected a file as base64 text.'] });
  return { data: bytes.toString('base64'), filename: filename ?? 'file' };
}
