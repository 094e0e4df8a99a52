type Json = Record<string, unknown>;

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function list(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isJson) : [];
}

/** The elements of an event, a line each, in words that do not depend on who read it. */
export function elementsOf(event: Json): Set<string> {
  const lines = list(event.Attribute).map((one) => `attribute ${one.uuid} ${one.type} ${plain(one)}`);
  for (const object of list(event.Object)) {
    lines.push(`object ${object.name} ${object.uuid}`);
    for (const one of list(object.Attribute)) {
      lines.push(`member ${object.name} ${object.uuid} ${one.object_relation} ${plain(one)}`);
    }
    for (const one of list(object.ObjectReference)) {
      lines.push(`reference ${object.uuid} ${one.relationship_type} ${one.referenced_uuid}`);
    }
  }
  return new Set(lines);
}

/** Times in one zone, numbers of autonomous systems without letters, flags as numbers. */
function plain({ type, value }: Json): string {
  const text = String(value);
  if (type === 'datetime') return new Date(text).toISOString();
  if (type === 'AS') return text.replace(/^AS/i, '');
  if (/^(?:true|false)$/i.test(text)) return text.toLowerCase() === 'true' ? '1' : '0';
  return text;
}
