import Type from 'typebox';

const idText = Type.Union([Type.String(), Type.Integer()]);

/** What may be sent to events/add and edit; unknown keys are ignored. */
export const eventBody = Type.Object(
  {
    info: Type.Optional(Type.String()),
    date: Type.Optional(Type.String({ description: 'YYYY-MM-DD' })),
    threat_level_id: Type.Optional(idText),
    analysis: Type.Optional(idText),
    distribution: Type.Optional(idText),
    sharing_group_id: Type.Optional(idText),
    published: Type.Optional(Type.Boolean()),
    uuid: Type.Optional(Type.String({ format: 'uuid' })),
    timestamp: Type.Optional(idText),
    extends_uuid: Type.Optional(Type.String()),
    Attribute: Type.Optional(Type.Array(Type.Object({}, { additionalProperties: true }))),
    Object: Type.Optional(Type.Array(Type.Object({}, { additionalProperties: true }))),
    EventReport: Type.Optional(Type.Array(Type.Object({}, { additionalProperties: true }))),
    Tag: Type.Optional(Type.Array(Type.Object({ name: Type.String() }, { additionalProperties: true }))),
  },
  { additionalProperties: true },
);

/** `{"Event":{…}}`, with `rejected` when parts of the body were not stored. */
export const eventResponse = Type.Object({
  Event: Type.Object(
    {
      id: Type.String(),
      uuid: Type.String({ format: 'uuid' }),
      info: Type.String(),
      date: Type.String(),
      published: Type.Boolean(),
      Attribute: Type.Optional(Type.Array(Type.Object({}, { additionalProperties: true }))),
      Object: Type.Optional(Type.Array(Type.Object({}, { additionalProperties: true }))),
    },
    { additionalProperties: true },
  ),
  rejected: Type.Optional(Type.Array(Type.Object({ path: Type.String(), reason: Type.Unknown() }))),
});
