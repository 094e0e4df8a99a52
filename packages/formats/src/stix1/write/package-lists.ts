/** A list of an event's package that is filled while the event passes by. */
export interface PackageList {
  /** Key in the JSON form. */
  readonly key: string;
  /** Key of the list within it; the member is the list itself otherwise. */
  readonly inner?: string;
  /** Element around the items, where there is one. */
  readonly element?: string;
  readonly item: string;
  readonly shape: string;
  /** The member that is written alone, of what is added. */
  readonly unwrapped?: string;
}

/** Lists of the incident. */
export const incidentLists = {
  indicators: {
    key: 'related_indicators',
    inner: 'indicators',
    element: 'incident:Related_Indicators',
    item: 'incident:Related_Indicator',
    shape: 'RelatedIndicator',
  },
  observables: {
    key: 'related_observables',
    inner: 'observables',
    element: 'incident:Related_Observables',
    item: 'incident:Related_Observable',
    shape: 'RelatedObservable',
  },
  leveragedTtps: {
    key: 'leveraged_ttps',
    inner: 'ttps',
    element: 'incident:Leveraged_TTPs',
    item: 'incident:Leveraged_TTP',
    shape: 'RelatedTtp',
  },
  actors: {
    key: 'attributed_threat_actors',
    inner: 'threat_actors',
    element: 'incident:Attributed_Threat_Actors',
    item: 'incident:Threat_Actor',
    shape: 'RelatedActor',
  },
  coaTaken: { key: 'coa_taken', item: 'incident:COA_Taken', shape: 'CoaTaken' },
  history: {
    key: 'history',
    inner: 'history_items',
    element: 'incident:History',
    item: 'incident:History_Item',
    shape: 'HistoryItem',
  },
  victims: { key: 'victims', item: 'incident:Victim', shape: 'Victim' },
  assets: {
    key: 'affected_assets',
    element: 'incident:Affected_Assets',
    item: 'incident:Affected_Asset',
    shape: 'Asset',
  },
} as const satisfies Record<string, PackageList>;

/** Lists of the package. */
export const packageLists = {
  ttps: { key: 'ttps', inner: 'ttps', element: 'stix:TTPs', item: 'stix:TTP', shape: 'TTP' },
  coas: { key: 'courses_of_action', element: 'stix:Courses_Of_Action', item: 'stix:Course_Of_Action', shape: 'Coa' },
  campaigns: { key: 'campaigns', element: 'stix:Campaigns', item: 'stix:Campaign', shape: 'Campaign' },
  threatActors: {
    key: 'threat_actors',
    element: 'stix:Threat_Actors',
    item: 'stix:Threat_Actor',
    shape: 'ThreatActor',
  },
} as const satisfies Record<string, PackageList>;

/** Lists of a package without an incident. */
export const looseLists = {
  indicators: {
    key: 'indicators',
    element: 'stix:Indicators',
    item: 'stix:Indicator',
    shape: 'Indicator',
    unwrapped: 'indicator',
  },
  observables: {
    key: 'observables',
    item: 'cybox:Observable',
    shape: 'Observable',
    unwrapped: 'observable',
  },
} as const satisfies Record<string, PackageList>;

/** Names of all lists. */
export type ListName = keyof typeof incidentLists | keyof typeof packageLists;
