/** Number and name of one choice, as stored and as shown. */
export interface Choice {
  readonly id: number;
  readonly name: string;
}

/** Who may receive an element. `inheritEvent` is for what lies inside an event, never for the event. */
export const distribution = {
  organisation: 0,
  community: 1,
  connectedCommunities: 2,
  allCommunities: 3,
  sharingGroup: 4,
  inheritEvent: 5,
} as const;

/** How far an element is shared (`distribution`). */
export const distributions: readonly Choice[] = [
  { id: 0, name: 'Your organisation only' },
  { id: 1, name: 'This community only' },
  { id: 2, name: 'Connected communities' },
  { id: 3, name: 'All communities' },
  { id: 4, name: 'Sharing group' },
  { id: 5, name: 'Inherit event' },
];

/** `threat_level_id` of events. */
export const threatLevels: readonly Choice[] = [
  { id: 1, name: 'High' },
  { id: 2, name: 'Medium' },
  { id: 3, name: 'Low' },
  { id: 4, name: 'Undefined' },
];

/** `analysis` of events. */
export const analysisStates: readonly Choice[] = [
  { id: 0, name: 'Initial' },
  { id: 1, name: 'Ongoing' },
  { id: 2, name: 'Completed' },
];

/** `type` of sightings. */
export const sightingTypes: readonly Choice[] = [
  { id: 0, name: 'Sighting' },
  { id: 1, name: 'False positive' },
  { id: 2, name: 'Expiration' },
];

/** What an object reference points at. */
export const referencedTypes: readonly Choice[] = [
  { id: 0, name: 'Attribute' },
  { id: 1, name: 'Object' },
];

/** The kinds of analyst data. */
export const analystDataTypes: readonly Choice[] = [
  { id: 0, name: 'Note' },
  { id: 1, name: 'Opinion' },
  { id: 2, name: 'Relationship' },
];

/** Name of a choice by its number, or null. */
export function choiceName(choices: readonly Choice[], id: number): string | null {
  return choices.find((choice) => choice.id === id)?.name ?? null;
}
