import { queryOptions } from '@tanstack/react-query';
import { get, post } from './client.ts';
import type { AuditEntry } from './history.ts';
import type { Attribute, MispObject, Tag } from './wire.ts';

/** A report of an event; `content` is Markdown with references to elements. */
export interface Report {
  readonly id: string;
  readonly uuid: string;
  readonly event_id: string;
  readonly name: string;
  readonly content: string;
  readonly distribution: string;
  readonly sharing_group_id: string;
  readonly timestamp: string;
  readonly deleted: boolean;
}

/** A report with what lists show of its event. */
export interface ReportRow {
  readonly EventReport: Report;
  readonly Event: {
    readonly id: string;
    readonly info: string;
    readonly orgc_id: string;
    readonly Orgc?: { readonly name: string };
  };
}

/** Which reports by their deletion: live ones unless said. */
export type ReportContext = 'default' | 'all' | 'deleted';

/** Reports of one event, or of all that the viewer sees. */
export const reportsQuery = (eventId: string | undefined, context: ReportContext = 'default') =>
  queryOptions({
    queryKey: ['reports', 'list', eventId ?? '', context],
    queryFn: ({ signal }) =>
      get<readonly ReportRow[]>(
        `/eventReports/index/context:${context}${eventId === undefined ? '' : `/event_id:${eventId}`}.json`,
        signal,
      ),
  });

/** One report with its text. */
export const reportQuery = (id: string) =>
  queryOptions({
    queryKey: ['reports', 'view', id],
    queryFn: ({ signal }) => get<ReportRow>(`/eventReports/view/${encodeURIComponent(id)}.json`, signal),
    enabled: id !== '',
  });

/** What the references of a report lead to, as far as the viewer sees it. */
export interface ReportElements {
  readonly attribute: Readonly<Record<string, Attribute>>;
  readonly object: Readonly<Record<string, MispObject & { readonly Attribute?: readonly Attribute[] }>>;
  readonly tagname: Readonly<Record<string, Tag>>;
  readonly galaxymatrix: Readonly<Record<string, { readonly name: string }>>;
}

/** What the references in a report's text stand for. */
export const reportElementsQuery = (id: string) =>
  queryOptions({
    queryKey: ['reports', 'elements', id],
    queryFn: ({ signal }) => get<ReportElements>(`/eventReports/getProxyMISPElements/${id}.json`, signal),
    staleTime: 30_000,
  });

/** Fields of a report that a form changes; what is left out stays. */
export interface ReportInput {
  readonly name?: string;
  readonly content?: string;
  readonly distribution?: string;
  readonly sharing_group_id?: string;
}

export const addReport = (eventId: string, report: ReportInput) =>
  post<ReportRow>(`/eventReports/add/${eventId}`, { EventReport: report });
export const editReport = (id: string, report: ReportInput) =>
  post<ReportRow>(`/eventReports/edit/${id}`, { EventReport: report });

/** Marks a report as deleted; `hard` removes it for good. */
export const deleteReport = (id: string, hard: boolean) => post(`/eventReports/delete/${id}${hard ? '/1' : ''}`);

/** Brings a report back that is marked as deleted. */
export const restoreReport = (id: string) => post(`/eventReports/restore/${id}`);

/** Has the server write a report of what the event holds. */
export const reportFromEvent = (eventId: string) => post<ReportRow>(`/eventReports/reportFromEvent/${eventId}`);

/** Has the server fetch a page and keep its text as a report. */
export const reportFromUrl = (eventId: string, url: string) =>
  post<ReportRow>(`/eventReports/importReportFromUrl/${eventId}`, { url });

/** What the server found in a report's text. */
export interface Extraction {
  /** Values that the event has not. */
  readonly complexTypeToolResult: readonly {
    readonly value: string;
    readonly original_value: string;
    readonly default_type: string;
    readonly to_ids: number;
    readonly types: Readonly<Record<string, string>>;
  }[];
  /** Values that the event has already. */
  readonly replacementValues: readonly { readonly value: string; readonly attribute_uuid: string }[];
  /** Tags and clusters that the text names. */
  readonly context: readonly { readonly value: string; readonly tag_name: string }[];
}

/** Looks through a report's text for values, tags and clusters. */
export const extractionQuery = (id: string) =>
  queryOptions({
    queryKey: ['reports', 'extraction', id],
    queryFn: ({ signal }) => get<Extraction>(`/eventReports/extractFromReport/${id}.json`, signal),
    staleTime: 0,
  });

/** An attribute that a value of the text is to become. */
export interface Suggestion {
  readonly type: string;
  readonly category: string;
  readonly to_ids: boolean;
  readonly value: string;
}

/** Makes attributes of values of the report, by the value as the text has it, and links the text to them. */
export const acceptSuggestions = (id: string, suggestions: Readonly<Record<string, Suggestion>>) =>
  post<{ readonly attributes_added: number }>(`/eventReports/replaceSuggestionInReport/${id}`, { suggestions });

/** The changes of a report, the latest first. */
export const reportVersionsQuery = (id: string) =>
  queryOptions({
    queryKey: ['reports', 'versions', id],
    queryFn: ({ signal }) => get<readonly AuditEntry[]>(`/event_reports/versions/${id}.json`, signal),
  });

/** A report as it was at one of its changes. */
export const reportVersionQuery = (id: string, version: string) =>
  queryOptions({
    queryKey: ['reports', 'version', id, version],
    queryFn: ({ signal }) =>
      get<{ readonly EventReport: Partial<Report> }>(`/event_reports/version/${id}/${version}.json`, signal),
    enabled: version !== '',
  });

/** Makes an earlier text the current one. */
export const restoreReportVersion = (id: string, version: string) =>
  post(`/event_reports/restoreVersion/${id}/${version}`);
