import { Button, Drawer } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError } from '../../api/client.ts';
import type { EventRow } from '../../api/event-rows.ts';
import { askModule, type ModuleResults, modulesQuery, type QuickLook, quickLookQuery } from '../../api/modules.ts';
import { ErrorBox, Skeleton } from '../../components/states.tsx';
import { useToasts } from '../../components/toasts.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { ModuleResultsReview } from './module-results.tsx';
import styles from './modules.module.css';
import { NoModules } from './no-modules.tsx';

interface EnrichPanelProps {
  readonly row: EventRow;
  readonly eventId: string;
  /** Results may be looked at, but are stored only by who may change the event. */
  readonly mayEdit: boolean;
  readonly onStored: () => Promise<void>;
  readonly onClose: () => void;
}

/** What modules know of an attribute or object: a quick look, and what may be taken over into the event. */
export function EnrichPanel({ row, eventId, mayEdit, onStored, onClose }: EnrichPanelProps) {
  const t = useT();
  const toasts = useToasts();
  const { data: list, error } = useQuery(modulesQuery('enrichment'));
  const [asked, setAsked] = useState<string>();
  const [results, setResults] = useState<ModuleResults>();
  const [failure, setFailure] = useState<unknown>();
  const keys = row.kind === 'object' ? [row.name, row.template_uuid] : [row.type];
  const fitting = (list?.modules ?? []).filter(({ input }) => keys.some((key) => key != null && input.includes(key)));
  const expansions = fitting.filter(({ uses }) => uses.includes('expansion'));
  const looks = row.kind === 'attribute' && fitting.some(({ uses }) => uses.includes('hover'));

  async function ask(module: string) {
    setAsked(module);
    setResults(undefined);
    setFailure(undefined);
    try {
      const answer = await askModule(row.kind === 'object' ? 'Object' : 'Attribute', row.id, module);
      if (answer.error === undefined) setResults(answer);
      else setFailure(new ApiError(200, answer.error));
    } catch (cause) {
      setFailure(cause);
    }
  }

  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="min(900px, 92vw)"
      title={t('module.enrich')}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <div className={styles.review}>
        <bdi className="mono">{row.kind === 'object' ? row.name : row.value.slice(0, 500)}</bdi>
        {error !== null && <ErrorBox error={error} />}
        {list === undefined && error === null && <Skeleton height={80} />}
        {list?.message != null && <NoModules message={list.message} />}
        {looks && <QuickLooks attributeId={row.id} />}
        {list?.reachable === true && expansions.length === 0 && <p className="muted">{t('module.noneFits')}</p>}
        <ul className={styles.modules}>
          {expansions.map((module) => (
            <li key={module.name} className={styles.module}>
              <Button
                size="xs"
                variant="default"
                loading={asked === module.name && results === undefined && failure === undefined}
                disabled={!mayEdit}
                title={mayEdit ? undefined : t('reason.edit')}
                onClick={() => void ask(module.name)}
              >
                {module.name}
              </Button>
              <span className="muted">{module.description.slice(0, 300)}</span>
            </li>
          ))}
        </ul>
        {failure !== undefined && <ErrorBox error={failure} />}
        {results !== undefined && (
          <ModuleResultsReview
            key={asked}
            eventId={eventId}
            results={results}
            onStored={async (message) => {
              toasts.success(message);
              await onStored();
              onClose();
            }}
          />
        )}
      </div>
    </Drawer>
  );
}

/** What the modules for a quick look say of a value; nothing of it can be stored. */
export function QuickLooks({ attributeId }: { readonly attributeId: string }) {
  const t = useT();
  const { data: looks, error } = useQuery(quickLookQuery(attributeId));
  if (error !== null) return <p className="muted">{error.message}</p>;
  if (looks === undefined) return <Skeleton height={60} />;
  return (
    <section aria-label={t('module.look')} className={styles.review}>
      {looks.map((look) => (
        <div key={look.module} className={styles.look}>
          <h4>{look.module}</h4>
          <LookLines look={look} />
        </div>
      ))}
    </section>
  );
}

const MOST_LINES = 60;

function LookLines({ look }: { readonly look: QuickLook }) {
  const t = useT();
  if (look.error !== undefined) return <p className="muted">{look.error}</p>;
  const lines = linesOf(look.results).slice(0, MOST_LINES);
  if (lines.length === 0) return <p className="muted">{t('module.nothing')}</p>;
  return (
    <dl>
      {lines.map(([name, value], place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name, and do not change
        <div key={place}>
          <dt className="muted">{name}</dt>
          <dd>
            <bdi className="mono">{value.slice(0, 500)}</bdi>
          </dd>
        </div>
      ))}
    </dl>
  );
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Values with their names, whatever form a module answers in: attributes, objects, values with types, structures. */
function linesOf(results: unknown): [name: string, value: string][] {
  const lines: [string, string][] = [];
  const pending: [name: string, value: unknown][] = [['', results]];
  while (pending.length > 0 && lines.length < MOST_LINES) {
    const [name, value] = pending.shift() ?? ['', null];
    if (Array.isArray(value)) pending.unshift(...value.map((item): [string, unknown] => [name, item]));
    else if (isRecord(value)) {
      if (typeof value.value === 'string')
        lines.push([String(value.object_relation ?? value.type ?? name), value.value]);
      else if (value.values !== undefined) pending.unshift([[value.types].flat().join(', '), value.values]);
      else pending.unshift(...shown(value));
    } else if (value !== null && value !== undefined && value !== '') lines.push([name, String(value)]);
  }
  return lines;
}

/** Of an object of MISP its attributes; of another structure its members. */
function shown(value: Readonly<Record<string, unknown>>): [string, unknown][] {
  if (Array.isArray(value.Attribute) && typeof value.name === 'string') return [[value.name, value.Attribute]];
  return Object.entries(value);
}
