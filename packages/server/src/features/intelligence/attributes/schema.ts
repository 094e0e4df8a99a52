import Type from 'typebox';

const idText = Type.Union([Type.String(), Type.Integer()]);
const flag = Type.Union([Type.Boolean(), Type.Integer(), Type.String()]);

/** What may be sent for an attribute; unknown keys are ignored. */
export const attributeBody = Type.Object(
  {
    type: Type.Optional(Type.String()),
    category: Type.Optional(Type.String()),
    value: Type.Optional(Type.Unknown()),
    to_ids: Type.Optional(flag),
    comment: Type.Optional(Type.String()),
    uuid: Type.Optional(Type.String()),
    distribution: Type.Optional(idText),
    sharing_group_id: Type.Optional(idText),
    timestamp: Type.Optional(idText),
    first_seen: Type.Optional(Type.Union([Type.String(), Type.Null()])),
    last_seen: Type.Optional(Type.Union([Type.String(), Type.Null()])),
    disable_correlation: Type.Optional(flag),
    deleted: Type.Optional(flag),
    data: Type.Optional(Type.String({ contentEncoding: 'base64' })),
    encrypt: Type.Optional(flag),
    Tag: Type.Optional(Type.Array(Type.Object({ name: Type.String() }, { additionalProperties: true }))),
  },
  { additionalProperties: true },
);

/** `{"Attribute":{…}}`, or a list under it when several were added. */
export const attributeResponse = Type.Object(
  {
    Attribute: Type.Union([
      Type.Object({}, { additionalProperties: true }),
      Type.Array(Type.Object({}, { additionalProperties: true })),
    ]),
  },
  { additionalProperties: true },
);
