import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useRef } from 'react';
import { type EventTemplate, eventTemplatesQuery, importTemplate } from '../../api/around-event.ts';
import { hasRight, useSession } from '../../api/session.tsx';
import { Icon } from '../../components/icon.tsx';
import { type ListColumn, ListPage } from '../../components/list-page.tsx';
import { YesNo } from '../../components/state-text.tsx';
import { useAct } from '../../components/use-act.ts';
import { useT } from '../../i18n/i18n.tsx';
import { AppLink } from '../../routing/app-link.tsx';
import { paths } from '../../routing/paths.ts';
import { useGo } from '../../routing/use-go.ts';

/** Forms that make events. */
export function Page() {
  const t = useT();
  const go = useGo();
  const act = useAct('eventTemplates');
  const file = useRef<HTMLInputElement>(null);
  const mayBuild = hasRight(useSession(), 'perm_template');
  const query = useQuery(eventTemplatesQuery());
  const columns = useMemo<readonly ListColumn<EventTemplate>[]>(
    () => [
      {
        id: 'name',
        header: t('field.name'),
        width: 240,
        grow: 1,
        text: (row) => row.name,
        render: (row) => (
          <AppLink className="link-cell" to={paths.eventTemplate(row.id)}>
            <bdi>{row.name}</bdi>
          </AppLink>
        ),
      },
      {
        id: 'description',
        header: t('field.description'),
        width: 300,
        grow: 2,
        text: (row) => row.description,
        render: (row) => <bdi>{row.description}</bdi>,
      },
      { id: 'active', header: t('state.active'), width: 90, render: (row) => <YesNo value={row.active} /> },
      { id: 'version', header: t('field.version'), width: 80, align: 'end', render: (row) => row.version },
      {
        id: 'modified',
        header: t('event.changed'),
        width: 160,
        text: (row) => row.modified,
        render: (row) => <span className="mono">{row.modified}</span>,
      },
    ],
    [t],
  );
  const reason = mayBuild ? undefined : t('reason.right', { right: 'perm_template' });
  const actions = (
    <>
      <input
        ref={file}
        type="file"
        accept="application/json"
        hidden
        onChange={(event) => {
          const [chosen] = event.currentTarget.files ?? [];
          event.currentTarget.value = '';
          if (chosen !== undefined) void act(() => importFile(chosen), t('eventTemplate.imported'));
        }}
      />
      <Button
        variant="default"
        leftSection={<Icon name="upload" />}
        disabled={!mayBuild}
        title={reason}
        onClick={() => file.current?.click()}
      >
        {t('eventTemplate.import')}
      </Button>
      <Button
        leftSection={<Icon name="plus" />}
        disabled={!mayBuild}
        title={reason}
        onClick={() => void go(paths.newEventTemplate())}
      >
        {t('eventTemplate.new')}
      </Button>
    </>
  );
  return (
    <ListPage
      actions={actions}
      title={t('nav.eventTemplates')}
      query={query}
      columns={columns}
      keyOf={(row) => row.id}
      nameOf={(row) => row.name}
      onOpen={(row) => void go(paths.eventTemplate(row.id))}
      empty={{ icon: 'clipboard', title: t('eventTemplate.none'), text: t('eventTemplate.noneText') }}
    />
  );
}

/** Takes a file as the export makes it. A text that is no JSON goes as it is, for the server to refuse. */
async function importFile(file: File): Promise<unknown> {
  const text = await file.text();
  return importTemplate(parsed(text) ?? text);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
