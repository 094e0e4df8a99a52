import { Autocomplete, Button, Modal } from '@mantine/core';
import { useState } from 'react';
import { relationTypes } from '../../api/references.ts';
import { type Choice, TextField } from '../../components/fields.tsx';
import { PickField } from '../../components/pick-field.tsx';
import { ErrorBox } from '../../components/states.tsx';
import { useT } from '../../i18n/i18n.tsx';
import type { GraphNode } from './graph-model.ts';

/** A relation that is being made. */
export interface Relation {
  /** UUIDs of both ends; empty while they are not chosen. */
  readonly from: string;
  readonly to: string;
  readonly type: string;
  readonly comment: string;
}

interface RelationDialogProps {
  readonly relation: Relation;
  /** An existing one keeps its ends. */
  readonly exists: boolean;
  readonly nodes: readonly GraphNode[];
  readonly onSave: (relation: Relation) => Promise<unknown>;
  readonly onDelete?: (() => Promise<unknown>) | undefined;
  readonly onClose: () => void;
}

const choiceOf = (node: GraphNode): Choice => ({
  value: node.uuid ?? '',
  label: `${node.type} · ${node.label.slice(0, 120)}`,
});

/** Relates two elements of an event, or changes what their relation is called. */
export function RelationDialog(props: RelationDialogProps) {
  const t = useT();
  const [relation, setRelation] = useState(props.relation);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<unknown>();
  const set = (changes: Partial<Relation>) => setRelation((current) => ({ ...current, ...changes }));
  const known = props.nodes.filter((node) => node.uuid !== undefined && node.kind !== 'tag');
  const isWhole = relation.from !== '' && relation.to !== '' && relation.type.trim() !== '';

  async function run(work: () => Promise<unknown>) {
    setBusy(true);
    setFailure(undefined);
    try {
      await work();
      props.onClose();
    } catch (error) {
      setFailure(error);
      setBusy(false);
    }
  }

  return (
    <Modal
      opened
      onClose={props.onClose}
      size={560}
      title={t(props.exists ? 'graph.editRelation' : 'graph.addRelation')}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (isWhole && !busy) void run(() => props.onSave({ ...relation, type: relation.type.trim() }));
        }}
      >
        <PickField
          label={t('graph.from')}
          description={t('graph.fromHelp')}
          value={relation.from}
          choices={known.filter((node) => node.kind === 'object').map(choiceOf)}
          disabled={props.exists}
          required
          autoFocus={props.relation.from === ''}
          onChange={(from) => set({ from })}
        />
        <Autocomplete
          label={t('graph.relation')}
          value={relation.type}
          data={[...relationTypes]}
          limit={60}
          maxDropdownHeight={260}
          size="xs"
          withAsterisk
          aria-required
          {...(props.relation.from === '' ? {} : { 'data-autofocus': true })}
          onChange={(type) => set({ type })}
        />
        <PickField
          label={t('graph.to')}
          value={relation.to}
          choices={known.filter((node) => node.uuid !== relation.from).map(choiceOf)}
          disabled={props.exists}
          required
          onChange={(to) => set({ to })}
        />
        <TextField label={t('attribute.comment')} value={relation.comment} onChange={(comment) => set({ comment })} />
        {failure !== undefined && <ErrorBox error={failure} />}
        <div className="form-actions">
          {props.onDelete !== undefined && (
            <Button
              variant="outline"
              color="danger"
              style={{ marginInlineEnd: 'auto' }}
              disabled={busy}
              onClick={() => void run(props.onDelete ?? (async () => undefined))}
            >
              {t('graph.deleteRelation')}
            </Button>
          )}
          <Button variant="default" onClick={props.onClose}>
            {t('action.cancel')}
          </Button>
          <Button type="submit" loading={busy} disabled={!isWhole}>
            {t('action.save')}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
