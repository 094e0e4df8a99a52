import { queryOptions } from '@tanstack/react-query';
import { get, post } from './client.ts';

/** Kinds of modules, as the settings name them. */
export type ModuleFamily = 'enrichment' | 'import' | 'export' | 'action';

/** Something that an import module asks its user for. */
interface UserOption {
  readonly name: string;
  /** `Integer`, `String`, `Boolean`, `IP` or `Select`. */
  readonly type: string;
  readonly message: string;
  /** Of a `Select`, which is answered by a place in the list. */
  readonly choices: readonly string[];
}

/** A module of misp-modules, as its service describes it. */
export interface Module {
  readonly name: string;
  readonly description: string;
  readonly uses: readonly string[];
  /** Types of attributes, names and UUIDs of object templates. */
  readonly input: readonly string[];
  readonly standard: boolean;
  readonly inputSources: readonly string[];
  readonly userOptions: readonly UserOption[];
}

/** The modules of a family that may be used, or why there are none. */
export interface ModuleList {
  readonly enabled: boolean;
  readonly reachable: boolean;
  readonly message: string | null;
  /** Values may be looked up by pointing at them. */
  readonly hover: boolean;
  /** That takes a click. */
  readonly hoverByClick: boolean;
  readonly modules: readonly Module[];
}

/** Whether a service answers, for whoever sets it up. */
export const moduleListQuery = (service: string) =>
  queryOptions({
    queryKey: ['modules', 'service', service],
    queryFn: ({ signal }) => get<ModuleList>(`/ui/modules/${service.toLowerCase()}`, signal),
  });

/** The modules of a family that may be used. */
export const modulesQuery = (family: ModuleFamily) =>
  queryOptions({
    queryKey: ['modules', family],
    queryFn: ({ signal }) => get<ModuleList>(`/ui/modules/${family}`, signal),
    staleTime: 30_000,
  });

/** An attribute that a module found. */
export interface FoundAttribute {
  readonly type: string;
  readonly category?: string;
  readonly value: string;
  readonly to_ids?: boolean;
  readonly comment?: string;
  /** Types it may have beside its own; of the simplified format. */
  readonly types?: readonly string[];
  readonly object_relation?: string;
}

/** An object that a module found. */
export interface FoundObject {
  readonly name: string;
  readonly uuid?: string;
  readonly Attribute: readonly FoundAttribute[];
}

/** What a module found, before anything of it is stored. */
export interface ModuleResults {
  readonly Attribute: readonly FoundAttribute[];
  readonly Object: readonly FoundObject[];
  readonly EventReport: readonly { readonly name: string; readonly content: string }[];
  readonly Tag: readonly { readonly name: string }[];
  readonly Galaxy: readonly { readonly GalaxyCluster: readonly { readonly tag_name: string | null }[] }[];
  readonly rejected: readonly { readonly path: string; readonly reason: unknown }[];
  /** What the module says instead. */
  readonly error?: string;
}

/** What modules can look up. */
export type EnrichedKind = 'Attribute' | 'Object';

/** Has a module look an element up; nothing is stored. */
export const askModule = (kind: EnrichedKind, id: string, module: string) =>
  post<ModuleResults>(`/events/queryEnrichment/${id}/${encodeURIComponent(module)}/Enrichment/${kind}`);

/** Stores what was kept of the results of a module. */
export const storeResults = (eventId: string, kept: Partial<ModuleResults>) =>
  post<{ readonly message: string; readonly data: { readonly rejected: ModuleResults['rejected'] } }>(
    `/events/handleModuleResults/${eventId}`,
    kept,
  );

/** Runs modules over a whole event; the answer says what was done, or that it goes on in the background. */
export const enrichEvent = (eventId: string, modules: readonly string[]) =>
  post<{ readonly message: string }>(
    `/events/enrichEvent/${eventId}`,
    Object.fromEntries(modules.map((name) => [name, true])),
  );

/** What one module for a quick look says. */
export interface QuickLook {
  readonly module: string;
  readonly results?: unknown;
  readonly error?: string;
}

/** What the modules for quick looks say of an attribute. */
export const quickLookQuery = (attributeId: string) =>
  queryOptions({
    queryKey: ['modules', 'hover', attributeId],
    queryFn: ({ signal }) => get<readonly QuickLook[]>(`/attributes/hoverEnrichment/${attributeId}.json`, signal),
    staleTime: 300_000,
    retry: false,
  });

/** What an import module reads: a text or a file (base64), and its settings. */
export interface ImportInput {
  readonly paste?: string;
  readonly data?: string;
  readonly filename?: string;
  readonly config: Readonly<Record<string, string>>;
}

/** What an import module would give; nothing is stored. */
export const previewImport = (module: string, eventId: string, { data, ...input }: ImportInput) =>
  post<ModuleResults>(`/events/importModule/${encodeURIComponent(module)}/${eventId}`, {
    ...input,
    ...(data === undefined ? {} : { data }),
    source: data === undefined ? '0' : '1',
    preview: true,
  });
