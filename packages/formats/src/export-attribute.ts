/** The parts of an attribute that lists of values are made from. */
export interface ExportValue {
  readonly type: string;
  readonly value1: string;
  /** Empty unless the type is a composite one. */
  readonly value2: string;
}

/** An attribute as the writers of formats take it: numbers and times as decimal text, as they stand in the database. */
export interface ExportAttribute extends ExportValue {
  readonly id: string;
  readonly uuid: string;
  readonly objectId: string;
  readonly objectRelation: string | null;
  readonly category: string;
  readonly toIds: boolean;
  /** Epoch seconds. */
  readonly timestamp: string;
  readonly distribution: string;
  readonly sharingGroupId: string;
  readonly comment: string;
  readonly deleted: boolean;
  readonly disableCorrelation: boolean;
  /** ISO 8601 with microseconds. */
  readonly firstSeen: string | null;
  readonly lastSeen: string | null;
  /** Names, in the order in which they were attached. */
  readonly tags: readonly string[];
  /** Null outside objects, and where the scope of a search leaves objects out. */
  readonly object: ExportObject | null;
  readonly event: ExportEvent;
  /** By decaying models; missing where none was asked for or none applies. */
  readonly decay?: ExportDecay;
}

/** What decaying models make of an attribute. */
interface ExportDecay {
  /** Mean of the models' scores, 0 to 100. */
  readonly score: number;
  /** Whether any of them calls it decayed. */
  readonly decayed: boolean;
}

/** The object an attribute lies in. */
export interface ExportObject {
  readonly uuid: string;
  readonly name: string;
  readonly metaCategory: string;
}

/** The event an attribute belongs to. */
export interface ExportEvent {
  readonly id: string;
  readonly uuid: string;
  readonly info: string;
  /** Name of the organisation that has the event here. */
  readonly org: string;
  /** Name of the organisation that made it. */
  readonly orgc: string;
  readonly distribution: string;
  /** 1 to 4. */
  readonly threatLevelId: string;
  /** 0 to 2. */
  readonly analysis: string;
  /** YYYY-MM-DD. */
  readonly date: string;
  /** Epoch seconds. */
  readonly timestamp: string;
  readonly published: boolean;
  readonly tags: readonly string[];
}
