import { Button } from '@mantine/core';
import { editObject, tagAttribute, untagAttribute } from '../../api/attributes.ts';
import type { EventRow } from '../../api/event-rows.ts';
import { proposeChange } from '../../api/proposals.ts';
import type { MispObject, Tag } from '../../api/wire.ts';
import { TextField } from '../../components/fields.tsx';
import { ErrorBox } from '../../components/states.tsx';
import { TagChip } from '../../components/tag-chip.tsx';
import { TagPicker } from '../../components/tag-picker.tsx';
import { useToasts } from '../../components/toasts.tsx';
import { useForm } from '../../components/use-form.ts';
import { useT } from '../../i18n/i18n.tsx';
import styles from './attribute-editor.module.css';
import { type AttributeDraft, AttributeEditor } from './attribute-editor.tsx';
import { DistributionField } from './distribution-field.tsx';
import type { OpenRow } from './event-rows.tsx';
import { type EventActions, keyOfRow } from './use-event-actions.ts';

interface RowBelowProps {
  readonly row: EventRow;
  readonly open: OpenRow;
  readonly actions: EventActions;
  readonly mayTag: boolean;
  readonly onClose: () => void;
  /** Opens the editor again with what was typed, after a refusal. */
  readonly onReopen: (open: OpenRow) => void;
}

type AttributeRow = Extract<EventRow, { kind: 'attribute' }>;
type ObjectRow = Extract<EventRow, { kind: 'object' }>;

const draftOf = (row: AttributeRow): AttributeDraft => ({
  type: row.type,
  category: row.category,
  value: row.value,
  comment: row.comment,
  to_ids: row.to_ids,
  disable_correlation: row.disable_correlation,
  distribution: row.distribution,
  sharing_group_id: row.sharing_group_id,
  first_seen: row.first_seen ?? '',
  last_seen: row.last_seen ?? '',
});

function TagEditor(props: RowBelowProps & { readonly row: AttributeRow }) {
  const t = useT();
  const toasts = useToasts();
  const { row, actions } = props;
  const tags = row.Tag ?? [];
  const key = keyOfRow(row);

  const add = (name: string, local: boolean) => {
    const shown: Tag = { id: '0', name, colour: '#888888', local };
    return actions
      .patchRow(key, { Tag: [...tags, shown] }, () => tagAttribute(row.id, name, local))
      .catch(toasts.failure);
  };
  const remove = (tag: Tag) =>
    actions
      .patchRow(key, { Tag: tags.filter((other) => other !== tag) }, () => untagAttribute(row.id, tag.id))
      .catch(toasts.failure);

  return (
    <div className={styles.editor}>
      <div className={styles.foot}>
        {tags.length === 0 && <span className="muted">{t('tag.none')}</span>}
        {tags.map((tag) => (
          <TagChip
            key={`${tag.name}-${tag.local}`}
            tag={tag}
            onRemove={props.mayTag ? () => void remove(tag) : undefined}
          />
        ))}
        <TagPicker
          label={t('tag.add')}
          disabledReason={props.mayTag ? undefined : t('reason.tag')}
          onPick={(name, local) => void add(name, local)}
        />
        <span className={styles.space} />
        <Button variant="default" onClick={props.onClose}>
          {t('action.close')}
        </Button>
      </div>
    </div>
  );
}

function ObjectEditor(props: RowBelowProps & { readonly row: ObjectRow }) {
  const t = useT();
  const { row, actions } = props;
  const form = useForm<Pick<MispObject, 'comment' | 'distribution' | 'sharing_group_id'>>({
    initial: { comment: row.comment, distribution: row.distribution, sharing_group_id: row.sharing_group_id },
    async save(values) {
      await actions.patchRow(keyOfRow(row), values, () => editObject(row.id, values));
      props.onClose();
    },
  });
  return (
    <form
      className={styles.editor}
      onSubmit={(event) => {
        event.preventDefault();
        void form.submit();
      }}
    >
      <div className={styles.fields}>
        <TextField
          label={t('attribute.comment')}
          value={form.values.comment}
          onChange={(comment) => form.set('comment', comment)}
          error={form.errorOf('comment')}
          autoFocus
        />
        <DistributionField
          value={form.values}
          mayInherit
          error={form.errorOf('distribution')}
          onChange={(sharing) => form.setAll({ ...form.values, ...sharing })}
        />
      </div>
      {form.failure !== undefined && <ErrorBox error={form.failure} />}
      <div className={styles.foot}>
        <span className={styles.space} />
        <Button variant="default" onClick={props.onClose}>
          {t('action.cancel')}
        </Button>
        <Button type="submit" loading={form.busy}>
          {t('action.save')}
        </Button>
      </div>
    </form>
  );
}

function ProposalEditor(props: RowBelowProps & { readonly row: AttributeRow }) {
  const t = useT();
  const toasts = useToasts();
  return (
    <AttributeEditor
      initial={draftOf(props.row)}
      fixedType={props.row.parentObjectId !== null}
      submitLabel={t('proposal.propose')}
      onClose={props.onClose}
      onSave={async (input) => {
        await proposeChange(props.row.id, input);
        await props.actions.refresh();
        toasts.success(t('proposal.sent'));
        props.onClose();
      }}
    />
  );
}

/** What opens under a row: its tags, or its fields. */
export function RowBelow(props: RowBelowProps) {
  const t = useT();
  const { row, open, actions } = props;
  if (row.kind === 'object') return <ObjectEditor {...props} row={row} />;
  if (open.mode === 'tags') return <TagEditor {...props} row={row} />;
  if (open.mode === 'propose') return <ProposalEditor {...props} row={row} />;
  return (
    <AttributeEditor
      initial={{ ...draftOf(row), ...open.draft }}
      initialError={open.error}
      fixedType={row.parentObjectId !== null}
      submitLabel={t('action.save')}
      onClose={props.onClose}
      onSave={async (input, draft) => {
        props.onClose();
        // The row shows the change at once; a refusal brings the editor back with what was typed.
        actions
          .changeAttribute(row.id, input)
          .catch((error: unknown) => props.onReopen({ key: keyOfRow(row), mode: 'edit', error, draft }));
      }}
    />
  );
}
