import type { IconName } from '../../components/icon.tsx';
import type { MessageKey } from '../../i18n/i18n.tsx';

/** The sub-views of an event, by their name in the hash; the first one has none. */
export const eventTabs = [
  { id: 'data', label: 'eventTab.data', icon: 'list' },
  { id: 'reports', label: 'eventTab.reports', icon: 'text' },
  { id: 'proposals', label: 'eventTab.proposals', icon: 'edit' },
  { id: 'related', label: 'eventTab.related', icon: 'link' },
  { id: 'timeline', label: 'eventTab.timeline', icon: 'changed' },
  { id: 'history', label: 'eventTab.history', icon: 'refresh' },
  { id: 'graph', label: 'eventTab.graph', icon: 'network' },
  { id: 'matrix', label: 'eventTab.matrix', icon: 'knowledge' },
  { id: 'notes', label: 'eventTab.notes', icon: 'file' },
] as const satisfies readonly { readonly id: string; readonly label: MessageKey; readonly icon: IconName }[];

/** The sub-views of an event. */
export type EventTab = (typeof eventTabs)[number]['id'];

/** The sub-view that a hash names; the data for anything else. `#report-7` opens a report. */
export function tabOfHash(hash: string): EventTab {
  const name = hash.replace(/^#/, '').split('-')[0];
  return eventTabs.find((tab) => tab.id === name || (name === 'report' && tab.id === 'reports'))?.id ?? 'data';
}

/** What follows the name of the sub-view in the hash: the report of `#report-7`. */
export const detailOfHash = (hash: string): string => hash.replace(/^#/, '').split('-').slice(1).join('-');
