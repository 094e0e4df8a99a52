import { isJson, type Json } from '../json.ts';
import type { EventOutput } from './event-output.ts';
import { marked } from './markings.ts';
import type { ElementContext } from './write-attribute.ts';

/** Writes observed data with its observables: beside it in STIX 2.1, inside it in 2.0. Answers its id. */
export function withObservables(
  out: EventOutput,
  { uuid, times, labels, markings }: ElementContext,
  scos: readonly Json[],
  lost: Json,
): string {
  const observed = out.head('observed-data', uuid, times);
  observed.first_observed = times.firstObserved;
  observed.last_observed = times.lastObserved;
  observed.number_observed = 1;
  if (out.version === '2.1') observed.object_refs = scos.map(({ id }) => id);
  else observed.objects = numbered(scos);
  observed.labels = labels;
  const id = out.add(Object.assign(observed, marked(markings), lost));
  if (out.version === '2.1') for (const sco of scos) out.add(asIn21(sco));
  return id;
}

function asIn21(sco: Json): Json {
  const object: Json = { type: sco.type, spec_version: '2.1', id: sco.id };
  for (const name in sco) if (name !== 'type' && name !== 'id') object[name] = sco[name];
  return object;
}

/** Observables as STIX 2.0 has them: by number, referring to each other by number (STIX 2.0, part 4, section 1.2). */
function numbered(scos: readonly Json[]): Json {
  const numbers = new Map(scos.map(({ id }, index) => [id, String(index)]));
  const renumber = (value: unknown): unknown => {
    if (typeof value === 'string') return numbers.get(value) ?? value;
    if (Array.isArray(value)) return value.map(renumber);
    if (!isJson(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [
        key,
        key.endsWith('_ref') || key.endsWith('_refs') || isJson(item) || key === 'body_multipart'
          ? renumber(item)
          : item,
      ]),
    );
  };
  return Object.fromEntries(scos.map(({ id, ...properties }) => [numbers.get(id) ?? '', asIn20(renumber(properties))]));
}

const fileTimes = { ctime: 'created', mtime: 'modified', atime: 'accessed' };

/** Properties of observables that have other names in STIX 2.0, by type. */
const namesIn20: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  directory: fileTimes,
  file: fileTimes,
  process: { created_time: 'created', image_ref: 'binary_ref', x_misp_name: 'name', x_misp_process_name: 'name' },
  'user-account': { credential: 'x_misp_password', credential_last_changed: 'password_last_changed' },
  'email-message': { message_id: 'x_misp_message_id' },
};

function asIn20(value: unknown): unknown {
  if (!isJson(value)) return value;
  const names = namesIn20[String(value.type)];
  if (names === undefined) return value;
  const renamed: Json = {};
  for (const [key, item] of Object.entries(value)) {
    const name = names[key] ?? key;
    const known = renamed[name];
    // Two relations may come to share a name: the password, and further ones.
    renamed[name] = known === undefined ? item : [known, item].flat();
  }
  return renamed;
}
