import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { addObject, describeTypesQuery, objectTemplateQuery } from '../../api/attributes.ts';
import { tagEvent } from '../../api/events.ts';
import { acceptSuggestions, type Extraction, extractionQuery } from '../../api/reports.ts';
import type { DescribeTypes } from '../../api/wire.ts';
import { EmptyState, ErrorBox, Skeleton } from '../../components/states.tsx';
import { useToasts } from '../../components/toasts.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { splitForObject } from '../intelligence/as-object.ts';
import { categoriesOf, categoryForType } from '../intelligence/attribute-choices.ts';
import { ObjectChoice } from '../intelligence/object-choice.tsx';
import { type ReviewRow, ReviewTable } from '../intelligence/review-table.tsx';
import { useWarnings } from '../intelligence/use-warnings.ts';
import styles from './reports.module.css';

interface ReportExtractProps {
  readonly reportId: string;
  readonly eventId: string;
  readonly mayTag: boolean;
  readonly onDone: () => Promise<void>;
}

function rowsOf(found: Extraction, types: DescribeTypes): readonly ReviewRow[] {
  return found.complexTypeToolResult.map((offer) => {
    const alternatives = [...new Set(Object.keys(offer.types).flatMap((type) => type.split('/')))];
    const type = offer.default_type.split('/')[0] ?? offer.default_type;
    return {
      value: offer.value,
      original: offer.original_value,
      type,
      category: categoryForType(types, type, ''),
      toIds: offer.to_ids === 1,
      alternatives,
      ticked: true,
      comment: '',
      error: undefined,
    };
  });
}

/** Values that a report names and its event has not, to tick and correct; then they are attributes, and linked. */
export function ReportExtract({ reportId, eventId, mayTag, onDone }: ReportExtractProps) {
  const t = useT();
  const toasts = useToasts();
  const client = useQueryClient();
  const { data: types } = useQuery(describeTypesQuery());
  const { data: found, error } = useQuery(extractionQuery(reportId));
  const [rows, setRows] = useState<readonly ReviewRow[]>([]);
  const [tags, setTags] = useState<ReadonlySet<string>>(new Set());
  const [failure, setFailure] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const [template, setTemplate] = useState('');

  useEffect(() => {
    if (found !== undefined && types !== undefined) setRows(rowsOf(found, types));
  }, [found, types]);

  useWarnings(rows, setRows, setFailure);

  if (error !== null) return <ErrorBox error={error} />;
  if (found === undefined || types === undefined) return <Skeleton height={160} />;
  const names = [...new Set(found.context.map((entry) => entry.tag_name))];
  const ticked = rows.filter((row) => row.ticked);
  const update = (changed: (row: ReviewRow) => ReviewRow) => setRows((current) => current.map(changed));

  async function save() {
    setBusy(true);
    setFailure(undefined);
    try {
      const known = (found?.replacementValues ?? []).map((entry) => entry.value);
      const chosen = Object.fromEntries(
        ticked.map((row) => [
          row.original,
          { value: row.value, type: row.type, category: row.category, to_ids: row.toIds },
        ]),
      );
      if (template !== '') {
        // What stands in an object is there already when the suggestions are taken: the text is linked to it.
        const split = splitForObject(ticked, await client.fetchQuery(objectTemplateQuery(template)));
        if (split !== null) await addObject(eventId, split.object);
      }
      if (ticked.length > 0) {
        const answer = await acceptSuggestions(reportId, chosen);
        toasts.success(
          template === ''
            ? t('attribute.added', { n: answer.attributes_added })
            : t('paste.objectAdded', { n: answer.attributes_added }),
        );
      }
      for (const name of tags) await tagEvent(eventId, name, false);
      if (ticked.length === 0 && known.length === 0 && tags.size === 0) return;
      await client.invalidateQueries({ queryKey: ['reports'] });
      void client.invalidateQueries({ queryKey: ['event', eventId] });
      await onDone();
    } catch (cause) {
      setFailure(cause);
    } finally {
      setBusy(false);
    }
  }

  if (rows.length === 0 && names.length === 0) {
    return (
      <EmptyState
        icon="search"
        title={t('report.nothingFound')}
        text={t('report.nothingFoundText', { n: found.replacementValues.length })}
      />
    );
  }
  return (
    <div className={styles.report}>
      <p className="muted" style={{ margin: 0 }}>
        {t('report.extractHelp', { known: found.replacementValues.length })}
      </p>
      {rows.length > 0 && (
        <div>
          <ObjectChoice rows={ticked} value={template} onChange={setTemplate} />
        </div>
      )}
      {rows.length > 0 && (
        <ReviewTable
          rows={rows}
          typeChoices={(row) => (row.alternatives.length > 1 ? row.alternatives : types.types)}
          categoryChoices={(row) => categoriesOf(types, row.type)}
          onChange={(value, changes) =>
            update((row) => {
              if (row.value !== value) return row;
              const next = { ...row, ...changes };
              return changes.type === undefined
                ? next
                : { ...next, category: categoryForType(types, changes.type, row.category) };
            })
          }
          onTickAll={(on) => update((row) => ({ ...row, ticked: on }))}
        />
      )}
      {names.length > 0 && (
        <fieldset style={{ border: 0, margin: 0, padding: 0 }}>
          <legend>{t('report.foundTags')}</legend>
          {names.map((name) => (
            <label key={name} style={{ display: 'flex', gap: 6, alignItems: 'center', minHeight: 24 }}>
              <input
                type="checkbox"
                disabled={!mayTag}
                title={mayTag ? undefined : t('reason.tag')}
                checked={tags.has(name)}
                onChange={(event) => {
                  const next = new Set(tags);
                  if (event.currentTarget.checked) next.add(name);
                  else next.delete(name);
                  setTags(next);
                }}
              />
              <bdi>{name}</bdi>
            </label>
          ))}
        </fieldset>
      )}
      {failure !== undefined && <ErrorBox error={failure} />}
      <div className="form-actions">
        <Button loading={busy} disabled={ticked.length === 0 && tags.size === 0} onClick={() => void save()}>
          {t('report.accept', { n: ticked.length })}
        </Button>
      </div>
    </div>
  );
}
