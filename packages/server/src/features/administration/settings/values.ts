import type { Viewer } from '../../../access/viewer.ts';
import type { Magpie } from '../../../context.ts';
import { Invalid, NotFound } from '../../../errors.ts';
import { readBoolean } from '../../../http/lenient.ts';
import { findModuleSetting } from '../../automation/modules/module-facts.ts';
import { sealOption } from '../../automation/modules/module-options.ts';
import { applyUnpublishedPrivate } from '../../intelligence/events/unpublished-private.ts';
import { findSettingFacts, type SettingFacts } from './facts.ts';
import type { SettingValue } from './settings.ts';

const MAX_TEXT_LENGTH = 65_535;
/** With nothing else to sign in by, nobody could take it back in a browser. */
const NO_OUTSIDE_SIGN_IN =
  'No outside service for signing in is set up: nobody could sign in. Send force to do it anyway.';

/** Settings of modules are known as long as the module service answers. */
export async function requireFacts(
  magpie: Magpie,
  name: string | undefined,
): Promise<{ name: string; facts: SettingFacts }> {
  const facts = findSettingFacts(name ?? '') ?? (await findModuleSetting(magpie, name ?? ''));
  if (name === undefined || facts === null) throw new NotFound(`Setting ${name ?? ''} is invalid.`);
  return { name, facts };
}

/** The stored value, or the one that counts when nothing is stored. */
export function effectiveValue(magpie: Magpie, name: string, facts: SettingFacts): SettingValue {
  if (name === 'MISP.baseurl') return magpie.config.baseUrl;
  const stored = magpie.settings.stored(name);
  return typeof stored === typeof facts.initial ? (stored as SettingValue) : facts.initial;
}

/**
 * Stores a value in the form that clients send, and does what follows from it at once. Throws `Invalid` for values that
 * the setting does not take; `isForced` takes those that are not among its options.
 */
export async function storeSetting(
  magpie: Magpie,
  viewer: Viewer,
  { name, facts }: { name: string; facts: SettingFacts },
  sent: unknown,
  isForced: boolean,
): Promise<SettingValue> {
  const value = castValue(facts, sent, isForced);
  if (name === 'Security.auth_enforced' && value === true && !isForced) throw new Invalid('', NO_OUTSIDE_SIGN_IN);
  const stored = facts.sealed ? await sealOption(magpie.secrets, String(value)) : value;
  await magpie.settings.store(viewer, name, stored, { isSecret: facts.redacted ?? false });
  if (name === 'MISP.unpublishedprivate') await applyUnpublishedPrivate(magpie, viewer);
  return value;
}

/** MISP casts what it is sent: text that is no number counts as 0, with success (seen in 2.5.1). */
function castValue(facts: SettingFacts, value: unknown, isForced: boolean): SettingValue {
  if (typeof value === 'object') throw new Invalid('', 'A single value is expected.');
  const text = String(value).trim();
  if (facts.type === 'boolean') return readBoolean(typeof value === 'string' ? text : value) ?? text !== '';
  if (facts.type === 'numeric') return checkOption(facts, Number(/^-?\d{1,15}/.exec(text)?.[0] ?? 0), isForced);
  if (text === '' && !facts.mayBeEmpty && !isForced) throw new Invalid('', 'Value not set.');
  if (text.length > MAX_TEXT_LENGTH) throw new Invalid('', 'The value is too long.');
  const fault = facts.fault?.(text) ?? null;
  if (fault !== null) throw new Invalid('', fault);
  return checkOption(facts, text, isForced);
}

function checkOption(facts: SettingFacts, value: SettingValue, isForced: boolean): SettingValue {
  if (!facts.options || isForced || Object.hasOwn(facts.options, String(value))) return value;
  throw new Invalid('', `Invalid setting: expected one of ${Object.keys(facts.options).join(', ')}.`);
}
