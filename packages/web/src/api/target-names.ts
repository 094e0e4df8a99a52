import { queryOptions } from '@tanstack/react-query';
import { post } from './client.ts';
import type { ReportRow } from './reports.ts';
import type { FoundAttribute } from './search.ts';

/** Something that analyst data is about or leads to. */
export interface Target {
  readonly type: string;
  readonly uuid: string;
}

/** Names asked for at once; of more the UUID is shown. */
const most = 300;

interface Found {
  readonly uuid: string;
  readonly name: string;
}

async function eventNames(uuids: readonly string[]): Promise<readonly Found[]> {
  const { response } = await post<{ readonly response: readonly { readonly Event: { uuid: string; info: string } }[] }>(
    '/events/restSearch',
    { returnFormat: 'json', uuid: uuids, metadata: 1, limit: uuids.length },
  );
  return response.map(({ Event: event }) => ({ uuid: event.uuid, name: event.info }));
}

async function attributeNames(uuids: readonly string[]): Promise<readonly Found[]> {
  const { response } = await post<{ readonly response: { readonly Attribute: readonly FoundAttribute[] } }>(
    '/attributes/restSearch',
    { returnFormat: 'json', uuid: uuids, limit: uuids.length },
  );
  return response.Attribute.map((attribute) => ({ uuid: attribute.uuid, name: attribute.value.slice(0, 200) }));
}

async function objectNames(uuids: readonly string[]): Promise<readonly Found[]> {
  const { response } = await post<{
    readonly response: readonly {
      readonly Object: { uuid: string; name: string; Attribute?: readonly { readonly value: string }[] };
    }[];
  }>('/objects/restSearch', { returnFormat: 'json', uuid: uuids, limit: uuids.length });
  return response.map(({ Object: object }) => ({
    uuid: object.uuid,
    name: [object.name, object.Attribute?.[0]?.value.slice(0, 120) ?? ''].filter(Boolean).join(' · '),
  }));
}

async function clusterNames(uuids: readonly string[]): Promise<readonly Found[]> {
  const { response } = await post<{
    readonly response: readonly { readonly GalaxyCluster: { uuid: string; value: string } }[];
  }>('/galaxy_clusters/restSearch', { uuid: uuids, limit: uuids.length });
  return response.map(({ GalaxyCluster: cluster }) => ({ uuid: cluster.uuid, name: cluster.value }));
}

async function reportNames(uuids: readonly string[]): Promise<readonly Found[]> {
  const rows = await post<readonly ReportRow[]>('/eventReports/index', { uuid: uuids });
  return rows.map(({ EventReport: report }) => ({ uuid: report.uuid, name: report.name }));
}

const readers: Readonly<Record<string, (uuids: readonly string[]) => Promise<readonly Found[]>>> = {
  Event: eventNames,
  Attribute: attributeNames,
  Object: objectNames,
  GalaxyCluster: clusterNames,
  EventReport: reportNames,
};

/**
 * What events, attributes, objects, clusters and reports are called, by UUID; one request a kind. What the viewer does
 * not see is absent.
 */
export const targetNamesQuery = (targets: readonly Target[]) => {
  const wanted = Object.keys(readers).map(
    (type) =>
      [
        type,
        [...new Set(targets.filter((target) => target.type === type).map((target) => target.uuid))].slice(0, most),
      ] as const,
  );
  return queryOptions({
    queryKey: ['targetNames', wanted],
    queryFn: async () => {
      const found = await Promise.all(
        wanted.filter(([, uuids]) => uuids.length > 0).map(([type, uuids]) => readers[type]?.(uuids) ?? []),
      );
      return new Map(found.flat().map(({ uuid, name }) => [uuid, name]));
    },
    enabled: wanted.some(([, uuids]) => uuids.length > 0),
    staleTime: 60_000,
  });
};
