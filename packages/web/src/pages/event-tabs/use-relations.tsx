import { useQueryClient } from '@tanstack/react-query';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { addReference, deleteReference } from '../../api/references.ts';
import { canEditEvent, useSession } from '../../api/session.tsx';
import type { EventHeader } from '../../api/wire.ts';
import { useToasts } from '../../components/toasts.tsx';
import { useT } from '../../i18n/i18n.tsx';
import type { Graph, GraphEdge, GraphNode } from './graph-model.ts';
import type { Relation } from './relation-dialog.tsx';

const RelationDialog = lazy(() =>
  import('./relation-dialog.tsx').then((module) => ({ default: module.RelationDialog })),
);

interface Draft {
  readonly relation: Relation;
  readonly referenceId?: string;
}

/** Making relations between items of a graph. */
export interface Relations {
  /** Why relations cannot be drawn; undefined when they can. */
  readonly disabledReason: string | undefined;
  /** Asks for a relation; ends that are known, by their number in the graph, are filled in. */
  readonly relate: (from?: string, to?: string) => void;
  readonly edit: (edge: GraphEdge) => void;
  readonly remove: (edge: GraphEdge) => Promise<void>;
  readonly dialog: ReactNode;
}

/** Drawing, changing and deleting references of an event; each can be taken back. */
export function useRelations(event: EventHeader, graph: Graph | undefined, all: readonly GraphNode[]): Relations {
  const t = useT();
  const toasts = useToasts();
  const client = useQueryClient();
  const mayEdit = canEditEvent(useSession(), event);
  const [draft, setDraft] = useState<Draft>();
  const uuidOf = (id: string | undefined) => all.find((node) => node.id === id)?.uuid ?? '';
  const refresh = () => client.invalidateQueries({ queryKey: ['event', event.id] });
  const relationOf = (edge: GraphEdge): Relation => ({
    from: uuidOf(edge.from),
    to: uuidOf(edge.to),
    type: edge.label,
    comment: edge.comment,
  });

  const undo = (work: () => Promise<unknown>) => () => {
    work().then(refresh, toasts.failure);
  };

  async function save(relation: Relation) {
    // MISP's references are not edited: one with another name takes the place of the old one.
    const old = draft?.referenceId;
    const { ObjectReference: added } = await addReference(relation);
    if (old !== undefined) await deleteReference(old);
    await refresh();
    toasts.success(t('graph.related'), old === undefined ? undo(() => deleteReference(added.id)) : undefined);
  }

  async function drop(id: string, relation: Relation) {
    await deleteReference(id);
    await refresh();
    toasts.success(
      t('graph.relationDeleted'),
      undo(() => addReference(relation)),
    );
  }

  const dialog = draft !== undefined && (
    <Suspense>
      <RelationDialog
        relation={draft.relation}
        exists={draft.referenceId !== undefined}
        nodes={all}
        onSave={save}
        onDelete={draft.referenceId === undefined ? undefined : () => drop(draft.referenceId ?? '', draft.relation)}
        onClose={() => setDraft(undefined)}
      />
    </Suspense>
  );

  return {
    disabledReason: mayEdit ? undefined : t('reason.edit'),
    relate(from, to) {
      if (!mayEdit || graph === undefined) return;
      const isObject = all.some((node) => node.id === from && node.kind === 'object');
      setDraft({
        relation: {
          from: isObject ? uuidOf(from) : '',
          to: isObject ? uuidOf(to) : uuidOf(from),
          type: '',
          comment: '',
        },
      });
    },
    edit(edge) {
      if (!mayEdit || edge.referenceId === undefined) return;
      setDraft({ relation: relationOf(edge), referenceId: edge.referenceId });
    },
    async remove(edge) {
      if (edge.referenceId === undefined) return;
      await drop(edge.referenceId, relationOf(edge)).catch(toasts.failure);
    },
    dialog,
  };
}
