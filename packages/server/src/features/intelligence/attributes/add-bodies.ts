import { isObject, type JsonObject, readBoolean } from '../../../http/lenient.ts';

/**
 * The attributes of an attributes/add body: one (flat or wrapped), a list, `{"Attribute":[…]}`, one whose `value` is
 * a list, or one with `batch_import` and a value per line.
 */
export function readBodies(body: unknown): JsonObject[] {
  const bodies = readAttributes(body);
  // The switch may stand beside the wrapper; then it is for all of them.
  const enforced = isObject(body) && Object.hasOwn(body, 'Attribute') ? body.enforceWarninglist : undefined;
  return enforced === undefined ? bodies : bodies.map((one) => ({ enforceWarninglist: enforced, ...one }));
}

function readAttributes(body: unknown): JsonObject[] {
  const inner = isObject(body) && Object.hasOwn(body, 'Attribute') ? body.Attribute : body;
  const list = Array.isArray(inner) ? inner : [inner];
  return list.flatMap((item) => {
    const attribute = isObject(item) && isObject(item.Attribute) ? item.Attribute : item;
    return isObject(attribute) ? expandValues(attribute) : [{}];
  });
}

function expandValues(body: JsonObject): JsonObject[] {
  const values = valuesOf(body);
  return values === null ? [body] : values.map((value) => ({ ...body, value }));
}

function valuesOf(body: JsonObject): unknown[] | null {
  if (Array.isArray(body.value)) return body.value;
  if (readBoolean(body.batch_import) !== true || typeof body.value !== 'string') return null;
  return body.value
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
