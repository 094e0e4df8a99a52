import Type from 'typebox';

const idText = Type.Union([Type.String(), Type.Integer()]);
const anything = Type.Object({}, { additionalProperties: true });

/** What may be sent to objects/add and edit; unknown keys are ignored. */
export const objectBody = Type.Object(
  {
    name: Type.Optional(Type.String()),
    'meta-category': Type.Optional(Type.String()),
    description: Type.Optional(Type.String()),
    template_uuid: Type.Optional(Type.String()),
    template_version: Type.Optional(idText),
    uuid: Type.Optional(Type.String({ format: 'uuid' })),
    distribution: Type.Optional(idText),
    sharing_group_id: Type.Optional(idText),
    comment: Type.Optional(Type.String()),
    deleted: Type.Optional(Type.Boolean()),
    first_seen: Type.Optional(Type.String()),
    last_seen: Type.Optional(Type.String()),
    breakOnDuplicate: Type.Optional(Type.Boolean()),
    Attribute: Type.Optional(Type.Array(anything)),
  },
  { additionalProperties: true },
);

/** `{"Object":{…}}` with its attributes. */
export const objectResponse = Type.Object(
  { Object: Type.Object({ id: Type.String(), uuid: Type.String(), Attribute: Type.Array(anything) }) },
  { additionalProperties: true },
);

/** What may be sent to objectReferences/add. */
export const referenceBody = Type.Object(
  {
    object_uuid: Type.Optional(Type.String()),
    referenced_uuid: Type.Optional(Type.String()),
    relationship_type: Type.Optional(Type.String()),
    comment: Type.Optional(Type.String()),
  },
  { additionalProperties: true },
);

/** `{"ObjectReference":{…}}`. */
export const referenceResponse = Type.Object({
  ObjectReference: Type.Object({ id: Type.String(), uuid: Type.String() }, { additionalProperties: true }),
});
