import Type from 'typebox';

/** One proposal. */
export const proposalResponse = Type.Object(
  { ShadowAttribute: Type.Object({}, { additionalProperties: true }) },
  { additionalProperties: true },
);
