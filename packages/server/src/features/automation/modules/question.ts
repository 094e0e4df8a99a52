import type { JsonObject } from '../../../http/lenient.ts';
import type { ModuleDescriptor } from './descriptor.ts';

/** Whether a module takes attributes of a type. */
export function takesType({ input }: ModuleDescriptor, type: unknown): boolean {
  return typeof type === 'string' && input.includes(type);
}

/** Whether a module takes objects of a template: by its name or uuid. */
export function takesObject({ input, isStandard }: ModuleDescriptor, object: JsonObject): boolean {
  return (
    isStandard && [object.name, object.template_uuid].some((key) => typeof key === 'string' && input.includes(key))
  );
}

/**
 * What a module is told of an attribute: the whole attribute in the standard format, else its value under its type and
 * its file as `data` (modules-protocol reference, section 3). Cortex takes the first field besides the module for what
 * is to be analysed, and a file in base64 as the value of an attachment.
 */
export function attributeQuestion({ isStandard, uses }: ModuleDescriptor, attribute: JsonObject): JsonObject {
  const event_id = String(attribute.event_id ?? '');
  if (isStandard) return { attribute, event_id };
  const file = typeof attribute.data === 'string' ? { data: attribute.data } : {};
  const isFileOfCortex = uses.has('cortex') && attribute.type === 'attachment' && typeof attribute.data === 'string';
  if (isFileOfCortex) return { attachment: attribute.data, event_id, attribute_uuid: attribute.uuid };
  return { [String(attribute.type)]: attribute.value, event_id, attribute_uuid: attribute.uuid, ...file };
}

/** What a module is told of an object. */
export function objectQuestion(object: JsonObject, attributes: readonly JsonObject[]): JsonObject {
  return { object: { ...object, Attribute: attributes }, event_id: String(object.event_id ?? '') };
}
