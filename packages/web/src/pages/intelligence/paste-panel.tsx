import { Button, Drawer } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { addAttributes, addObject, describeTypesQuery, objectTemplateQuery } from '../../api/attributes.ts';
import type { EventHeader } from '../../api/wire.ts';
import { ChoiceField, TextField } from '../../components/fields.tsx';
import { ErrorBox } from '../../components/states.tsx';
import { useToasts } from '../../components/toasts.tsx';
import { useDraft } from '../../components/use-draft.ts';
import { useT } from '../../i18n/i18n.tsx';
import { splitForObject } from './as-object.ts';
import { categoriesOf, categoryForType } from './attribute-choices.ts';
import { ObjectChoice } from './object-choice.tsx';
import styles from './paste-panel.module.css';
import { type ReviewRow, ReviewTable } from './review-table.tsx';
import type { EventActions } from './use-event-actions.ts';
import { useIndicators } from './use-indicators.ts';
import { useWarnings } from './use-warnings.ts';

interface PastePanelProps {
  readonly event: EventHeader;
  readonly actions: EventActions;
  readonly onClose: () => void;
}

/** The first of `ip-src/ip-dst`, which stand for a choice between the two. */
const firstType = (type: string): string => type.split('/')[0] ?? type;

/** Pasting free text: detection as you type, a table to review, one button to add what is ticked. */
export function PastePanel({ event, actions, onClose }: PastePanelProps) {
  const t = useT();
  const toasts = useToasts();
  const client = useQueryClient();
  const [text, setText, dropDraft] = useDraft(`paste ${event.id}`, '');
  const { indicators, busy } = useIndicators(text);
  const { data: types } = useQuery(describeTypesQuery());
  const [rows, setRows] = useState<readonly ReviewRow[]>([]);
  const [comment, setComment] = useState('');
  const [failure, setFailure] = useState<unknown>();
  const [saving, setSaving] = useState(false);
  const [template, setTemplate] = useState('');

  useEffect(() => {
    setRows((current) => {
      // What was already decided about a value stays decided while the text grows.
      const known = new Map(current.map((row) => [row.value, row]));
      return indicators.map(
        (found) =>
          known.get(found.value) ?? {
            value: found.value,
            original: found.originalValue,
            type: firstType(found.type),
            category: found.category,
            toIds: found.toIds,
            alternatives: [...new Set(found.alternatives.flatMap((type) => type.split('/')))],
            ticked: true,
            comment: found.comment === false ? '' : (found.comment ?? ''),
            error: undefined,
          },
      );
    });
  }, [indicators]);

  useWarnings(rows, setRows, setFailure);

  const ticked = rows.filter((row) => row.ticked);
  const update = (changed: (row: ReviewRow) => ReviewRow) => setRows((current) => current.map(changed));

  const commented = (row: ReviewRow): ReviewRow => ({
    ...row,
    comment: [row.comment, comment].filter((part) => part !== '').join(' · '),
  });

  async function save() {
    setSaving(true);
    setFailure(undefined);
    try {
      const split =
        template === ''
          ? null
          : splitForObject(ticked.map(commented), await client.fetchQuery(objectTemplateQuery(template)));
      if (split !== null) await addObject(event.id, split.object);
      const alone = split?.others ?? ticked.map(commented);
      const bodies = alone.map((row) => ({
        type: row.type,
        category: row.category,
        value: row.value,
        to_ids: row.toIds,
        comment: row.comment,
      }));
      const errors = bodies.length === 0 ? {} : ((await addAttributes(event.id, bodies)).errors ?? {});
      const refused = new Map(
        Object.entries(errors).map(([place, fields]) => [
          alone[Number(place.replace('attribute_', ''))]?.value,
          Object.values(fields).flat().join(' '),
        ]),
      );
      await actions.refresh();
      toasts.success(t('attribute.added', { n: ticked.length - refused.size }));
      dropDraft();
      if (refused.size === 0) return onClose();
      // Only what was refused stays, each with its reason.
      setRows((current) =>
        current.filter((row) => refused.has(row.value)).map((row) => ({ ...row, error: refused.get(row.value) })),
      );
    } catch (error) {
      setFailure(error);
    } finally {
      setSaving(false);
    }
    return undefined;
  }

  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size="min(1100px, 92vw)"
      title={t('paste.title')}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <form
        className={styles.panel}
        onSubmit={(submit) => {
          submit.preventDefault();
          if (ticked.length > 0) void save();
        }}
        onKeyDown={(key) => {
          if (key.key === 'Enter' && (key.ctrlKey || key.metaKey) && ticked.length > 0) void save();
        }}
      >
        <TextField
          label={t('paste.text')}
          description={t('paste.help')}
          value={text}
          onChange={setText}
          rows={6}
          mono
          autoFocus
        />
        <div className={styles.summary} aria-live="polite">
          <strong>{busy ? t('paste.busy') : t('paste.found', { n: rows.length, ticked: ticked.length })}</strong>
          <ChoiceField
            label={t('attribute.ids')}
            hideLabel
            value=""
            disabled={rows.length === 0}
            choices={[
              { value: '', label: t('paste.setIds') },
              { value: 'on', label: t('bulk.idsOn') },
              { value: 'off', label: t('bulk.idsOff') },
            ]}
            onChange={(value) =>
              value !== '' && update((row) => (row.ticked ? { ...row, toIds: value === 'on' } : row))
            }
          />
          {rows.length > 0 && <ObjectChoice rows={ticked} value={template} onChange={setTemplate} />}
          <div className={styles.grow}>
            <TextField label="" value={comment} onChange={setComment} placeholder={t('paste.commentAll')} />
          </div>
        </div>
        {types !== undefined && rows.length > 0 && (
          <ReviewTable
            rows={rows}
            typeChoices={(row) => (row.alternatives.length > 1 ? row.alternatives : types.types)}
            categoryChoices={(row) => categoriesOf(types, row.type)}
            onChange={(value, changes) =>
              update((row) => {
                if (row.value !== value) return row;
                const next = { ...row, ...changes, error: undefined };
                return changes.type === undefined
                  ? next
                  : { ...next, category: categoryForType(types, changes.type, row.category) };
              })
            }
            onTickAll={(on) => update((row) => ({ ...row, ticked: on }))}
          />
        )}
        {!busy && text.trim() !== '' && rows.length === 0 && <p className="muted">{t('paste.nothing')}</p>}
        {failure !== undefined && <ErrorBox error={failure} />}
        <div className="form-actions">
          <Button variant="default" onClick={onClose}>
            {t('action.cancel')}
          </Button>
          <Button type="submit" loading={saving} disabled={ticked.length === 0} title="Ctrl Enter">
            {t('paste.add', { n: ticked.length })}
          </Button>
        </div>
      </form>
    </Drawer>
  );
}
