/** The libraries that Magpie imports, in the order in which they build on each other. */
export const libraryNames = [
  'taxonomies',
  'galaxies',
  'objects',
  'warninglists',
  'noticelists',
  'decaying-models',
  'event-templates',
] as const;

/** The libraries of knowledge that an instance fetches. */
export type LibraryName = (typeof libraryNames)[number];

/** Where a library's files are. */
export interface LibraryPlace {
  /** Repository of the public MISP project that publishes it; also a folder name that sources may use. */
  repository: string;
  /** Which files of the repository belong to it, by path from its root. Nothing else is read or unpacked. */
  files: RegExp;
  /** Path from the root of the repository to the folders that are searched. */
  folders: readonly string[];
}

const NAME = '[A-Za-z0-9_][A-Za-z0-9_. +-]*';

/** Where each library comes from, and which of its files count. */
export const libraryPlaces: Readonly<Record<LibraryName, LibraryPlace>> = {
  taxonomies: {
    repository: 'misp-taxonomies',
    // Each taxonomy is a folder; `tools` and `mapping` hold something else.
    files: new RegExp(`^(?!tools/|mapping/)${NAME}/machinetag\\.json$`),
    folders: [''],
  },
  galaxies: {
    repository: 'misp-galaxy',
    files: new RegExp(`^(galaxies|clusters)/${NAME}\\.json$`),
    // Clusters belong to a galaxy that must be there.
    folders: ['galaxies', 'clusters'],
  },
  objects: {
    repository: 'misp-objects',
    files: new RegExp(`^(objects/${NAME}|relationships)/definition\\.json$`),
    folders: ['objects', 'relationships'],
  },
  warninglists: {
    repository: 'misp-warninglists',
    files: new RegExp(`^lists/${NAME}/list\\.json$`),
    folders: ['lists'],
  },
  noticelists: {
    repository: 'misp-noticelist',
    files: new RegExp(`^lists/${NAME}/list\\.json$`),
    folders: ['lists'],
  },
  'decaying-models': {
    repository: 'misp-decaying-models',
    files: new RegExp(`^models/${NAME}\\.json$`),
    folders: ['models'],
  },
  'event-templates': {
    repository: 'misp-event-templates',
    files: new RegExp(`^templates/${NAME}/definition\\.json$`),
    folders: ['templates'],
  },
};

/** The source of the libraries cannot be read; the message says what and why. */
export class ContentSourceError extends Error {}
