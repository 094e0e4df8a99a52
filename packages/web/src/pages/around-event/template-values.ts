import type { TemplateElement } from '../../api/around-event.ts';

/** What the server takes of a filled-in template: a text, a list of lines, or an object by relation. */
export function valuesOf(
  elements: readonly TemplateElement[],
  filled: Readonly<Record<string, string>>,
): Readonly<Record<string, unknown>> {
  const values: Record<string, unknown> = {};
  for (const element of elements) {
    if (element.type === 'object_field') {
      const relations = Object.fromEntries(
        (element.relations ?? []).flatMap(({ object_relation: relation }) => {
          const text = (filled[`${element.id} ${relation}`] ?? '').trim();
          return text === '' ? [] : [[relation, text]];
        }),
      );
      if (Object.keys(relations).length > 0) values[element.id] = relations;
      continue;
    }
    const text = (filled[element.id] ?? '').trim();
    if (text === '') continue;
    const several = element.repeatable === true || element.multiple === true;
    values[element.id] = several
      ? text
          .split('\n')
          .map((line) => line.trim())
          .filter((line) => line !== '')
      : text;
  }
  return values;
}

/** The content of a file in base64. */
export function readAsBase64(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).split(',')[1] ?? '');
    reader.onerror = () => reject(reader.error ?? new Error('the file cannot be read'));
    reader.readAsDataURL(file);
  });
}
