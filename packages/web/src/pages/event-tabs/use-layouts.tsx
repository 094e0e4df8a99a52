import { ActionIcon, Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useCallback, useMemo, useState } from 'react';
import { deleteLayout, keepLayout, layoutsQuery } from '../../api/graph-layouts.ts';
import { hasRight, useSession } from '../../api/session.tsx';
import type { EventHeader } from '../../api/wire.ts';
import { ChoiceField } from '../../components/fields.tsx';
import { Icon } from '../../components/icon.tsx';
import { PanelForm } from '../../components/panel-form.tsx';
import { useToasts } from '../../components/toasts.tsx';
import { useConfirmDelete } from '../../components/use-confirm-delete.tsx';
import { useT } from '../../i18n/i18n.tsx';
import type { Point } from './graph-layout.ts';
import type { Graph } from './graph-model.ts';
import { readLayout, writeLayout } from './kept-layout.ts';

interface Layouts {
  /** Places of the chosen layout; undefined where the picture is laid out anew. */
  readonly kept: ReadonlyMap<string, Point> | undefined;
  readonly setPlaces: (places: ReadonlyMap<string, Point>) => void;
  readonly tools: ReactNode;
  readonly dialog: ReactNode;
}

const automatic = 'automatic';

/** Layouts of the event's graph that the organisation keeps on the server: the latest is shown to all of it. */
export function useLayouts(event: EventHeader, scope: string, graph: Graph | undefined): Layouts {
  const t = useT();
  const toasts = useToasts();
  const client = useQueryClient();
  const session = useSession();
  const mayKeep = hasRight(session, 'perm_add');
  const mayDelete = hasRight(session, 'perm_modify');
  const { data: all = [] } = useQuery({ ...layoutsQuery(event.id), enabled: scope === 'references' });
  const [chosen, setChosen] = useState<string>();
  const [places, setPlaces] = useState<ReadonlyMap<string, Point>>();
  const confirm = useConfirmDelete();
  const [isNaming, setIsNaming] = useState(false);
  const readable = useMemo(
    () =>
      all.map((layout) => ({ ...layout, places: readLayout(layout.json) })).filter(({ places: own }) => own.size > 0),
    [all],
  );
  const current =
    scope !== 'references' || chosen === automatic
      ? undefined
      : (readable.find(({ id }) => id === chosen) ?? (chosen === undefined ? readable.at(-1) : undefined));
  const choose = (id: string | undefined) => {
    setPlaces(undefined);
    setChosen(id);
  };
  const refresh = () => client.invalidateQueries({ queryKey: layoutsQuery(event.id).queryKey });
  const report = useCallback((next: ReadonlyMap<string, Point>) => setPlaces(next), []);

  async function remove(id: string) {
    await deleteLayout(id);
    choose(undefined);
    await refresh();
    toasts.success(t('layout.deleted'));
  }

  const tools = (
    <>
      {readable.length > 0 && (
        <ChoiceField
          label={t('layout.choose')}
          hideLabel
          value={current?.id ?? automatic}
          choices={[
            { value: automatic, label: t('layout.automatic') },
            ...readable
              .toReversed()
              .map(({ id, name, by }) => ({ value: id, label: name || t('layout.of', { user: by }) })),
          ]}
          onChange={choose}
        />
      )}
      {current !== undefined && (
        <ActionIcon
          variant="default"
          disabled={!mayDelete}
          aria-label={t('layout.delete', { name: current.name })}
          title={mayDelete ? t('layout.delete', { name: current.name }) : t('reason.right', { right: 'perm_modify' })}
          onClick={() =>
            confirm.ask({ name: current.name || t('layout.of', { user: current.by }), run: () => remove(current.id) })
          }
        >
          <Icon name="trash" />
        </ActionIcon>
      )}
      <Button
        variant="default"
        disabled={!mayKeep || places === undefined}
        title={mayKeep ? t('layout.keepHint') : t('reason.right', { right: 'perm_add' })}
        onClick={() => setIsNaming(true)}
      >
        {t('layout.keep')}
      </Button>
    </>
  );
  const dialog = isNaming && places !== undefined && graph !== undefined && (
    <PanelForm
      title={t('layout.keep')}
      fields={[{ name: 'name', label: t('field.name'), required: true, help: t('layout.nameHelp') }]}
      initial={{ name: '' }}
      save={async ({ name }) => {
        await keepLayout(event.id, String(name), writeLayout(graph, places));
        choose(undefined);
        await refresh();
        toasts.success(t('layout.kept'));
      }}
      onClose={() => setIsNaming(false)}
    />
  );
  return {
    kept: current?.places,
    setPlaces: report,
    tools,
    dialog: (
      <>
        {dialog}
        {confirm.dialog}
      </>
    ),
  };
}
