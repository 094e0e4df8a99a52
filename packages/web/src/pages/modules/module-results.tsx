import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { describeTypesQuery } from '../../api/attributes.ts';
import { type FoundAttribute, type FoundObject, type ModuleResults, storeResults } from '../../api/modules.ts';
import type { DescribeTypes } from '../../api/wire.ts';
import { CheckField } from '../../components/fields.tsx';
import { ErrorBox } from '../../components/states.tsx';
import { useToasts } from '../../components/toasts.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { categoriesOf, categoryForType } from '../intelligence/attribute-choices.ts';
import { Reasons } from '../intelligence/import-preview.tsx';
import { type ReviewRow, ReviewTable } from '../intelligence/review-table.tsx';
import { useWarnings } from '../intelligence/use-warnings.ts';
import styles from './modules.module.css';

function rowsOf(found: readonly FoundAttribute[], types: DescribeTypes): readonly ReviewRow[] {
  const first = new Map(found.map((attribute) => [attribute.value, attribute]));
  return [...first.values()].map((attribute) => {
    const type = attribute.type.split('/')[0] ?? attribute.type;
    return {
      value: attribute.value,
      original: attribute.value,
      type,
      category: categoryForType(types, type, attribute.category ?? ''),
      toIds: attribute.to_ids ?? types.sane_defaults[type]?.to_ids === 1,
      alternatives: [...new Set((attribute.types ?? [type]).flatMap((name) => name.split('/')))],
      ticked: true,
      comment: attribute.comment ?? '',
      error: undefined,
    };
  });
}

const reasonText = (reason: unknown): string => (typeof reason === 'string' ? reason : JSON.stringify(reason));

interface ModuleResultsProps {
  readonly eventId: string;
  readonly results: ModuleResults;
  readonly onStored: (message: string) => Promise<void>;
}

/** What a module found, to tick and correct before it is stored. */
export function ModuleResultsReview(props: ModuleResultsProps) {
  const { data: types } = useQuery(describeTypesQuery());
  return types === undefined ? null : <Review {...props} types={types} />;
}

function Review({ eventId, results, onStored, types }: ModuleResultsProps & { readonly types: DescribeTypes }) {
  const t = useT();
  const toasts = useToasts();
  const [rows, setRows] = useState(() => rowsOf(results.Attribute, types));
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [failure, setFailure] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  useWarnings(rows, setRows, setFailure);
  const clusters = useMemo(() => results.Galaxy.flatMap((galaxy) => galaxy.GalaxyCluster), [results.Galaxy]);

  const keep = (key: string) => !left.has(key);
  const toggle = (key: string) =>
    setLeft((current) => {
      const next = new Set(current);
      if (!next.delete(key)) next.add(key);
      return next;
    });
  const kept = {
    Attribute: rows.filter((row) => row.ticked),
    Object: results.Object.filter((_, place) => keep(`object ${place}`)),
    EventReport: results.EventReport.filter((_, place) => keep(`report ${place}`)),
    Tag: results.Tag.filter(({ name }) => keep(`tag ${name}`)),
    Galaxy: clusters.filter(({ tag_name: name }) => keep(`tag ${name}`)),
  };
  const count = Object.values(kept).reduce((sum, list) => sum + list.length, 0);
  const found = rows.length + results.Object.length + results.EventReport.length + results.Tag.length + clusters.length;

  async function store() {
    setBusy(true);
    setFailure(undefined);
    // Of an attribute that a module found all is kept that the table does not show.
    const before = new Map(results.Attribute.map((attribute) => [attribute.value, attribute]));
    try {
      const { message, data } = await storeResults(eventId, {
        ...kept,
        Attribute: kept.Attribute.map((row) => {
          const { types: _types, ...attribute } = before.get(row.value) ?? { value: row.value };
          return { ...attribute, type: row.type, category: row.category, value: row.value, to_ids: row.toIds };
        }),
        Galaxy: kept.Galaxy.map((cluster) => ({ GalaxyCluster: [cluster] })),
      });
      for (const { path, reason } of data.rejected.slice(0, 3)) toasts.failure(`${path}: ${reasonText(reason)}`);
      await onStored(message);
    } catch (error) {
      setFailure(error);
    } finally {
      setBusy(false);
    }
  }

  return (
    <div className={styles.review}>
      {found === 0 && <p className="muted">{t('module.nothing')}</p>}
      {rows.length > 0 && (
        <ReviewTable
          rows={rows}
          typeChoices={(row) => (row.alternatives.length > 1 ? row.alternatives : types.types)}
          categoryChoices={(row) => categoriesOf(types, row.type)}
          onChange={(value, changes) =>
            setRows((current) =>
              current.map((row) => {
                if (row.value !== value) return row;
                const next = { ...row, ...changes };
                return changes.type === undefined
                  ? next
                  : { ...next, category: categoryForType(types, changes.type, row.category) };
              }),
            )
          }
          onTickAll={(ticked) => setRows((current) => current.map((row) => ({ ...row, ticked })))}
        />
      )}
      {results.Object.map((object, place) => (
        <FoundObjectCard
          // biome-ignore lint/suspicious/noArrayIndexKey: what a module found has no other name, and does not change
          key={place}
          object={object}
          kept={keep(`object ${place}`)}
          onToggle={() => toggle(`object ${place}`)}
        />
      ))}
      {results.EventReport.map((report, place) => (
        <details key={`${report.name} ${report.content.length}`}>
          <summary>
            <CheckField
              label={t('module.report', { name: report.name })}
              value={keep(`report ${place}`)}
              onChange={() => toggle(`report ${place}`)}
            />
          </summary>
          <pre className={styles.text}>{report.content.slice(0, 20_000)}</pre>
        </details>
      ))}
      {[...results.Tag.map(({ name }) => name), ...clusters.map(({ tag_name: name }) => name)].map((name) => (
        <CheckField
          key={`tag ${name}`}
          label={t('module.tag', { name: name ?? '' })}
          value={keep(`tag ${name}`)}
          onChange={() => toggle(`tag ${name}`)}
        />
      ))}
      {results.rejected.length > 0 && (
        <Reasons
          title={t('import.notTaken', { n: results.rejected.length })}
          rows={results.rejected.map(({ path, reason }) => ({ path, reason: reasonText(reason) }))}
        />
      )}
      {failure !== undefined && <ErrorBox error={failure} />}
      {found > 0 && (
        <div className="form-actions">
          <Button loading={busy} disabled={count === 0} onClick={() => void store()}>
            {t('module.store', { n: count })}
          </Button>
        </div>
      )}
    </div>
  );
}

function FoundObjectCard(props: {
  readonly object: FoundObject;
  readonly kept: boolean;
  readonly onToggle: () => void;
}) {
  const { object, kept, onToggle } = props;
  return (
    <section className={styles.object} data-off={!kept}>
      <CheckField label={object.name} value={kept} onChange={onToggle} />
      <dl>
        {object.Attribute.slice(0, 100).map((attribute) => (
          <div key={`${attribute.object_relation} ${attribute.value}`}>
            <dt className="muted">{attribute.object_relation ?? attribute.type}</dt>
            <dd>
              <bdi className="mono">{attribute.value.slice(0, 500)}</bdi>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
