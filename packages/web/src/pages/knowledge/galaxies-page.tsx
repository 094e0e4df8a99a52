import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { type Galaxy, galaxiesQuery } from '../../api/library.ts';
import { type ListColumn, ListPage } from '../../components/list-page.tsx';
import { LoadLibrary } from '../../components/load-library.tsx';
import { OnOff } from '../../components/state-text.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { AppLink } from '../../routing/app-link.tsx';
import { paths } from '../../routing/paths.ts';
import { useGo } from '../../routing/use-go.ts';

/** Galaxies: collections of threat actors, techniques and the like. */
export function Page() {
  const t = useT();
  const go = useGo();
  const query = useQuery(galaxiesQuery());
  const columns = useMemo<readonly ListColumn<Galaxy>[]>(
    () => [
      {
        id: 'name',
        header: t('field.name'),
        width: 240,
        text: (galaxy) => galaxy.name,
        render: (galaxy) => (
          <AppLink className="link-cell" to={paths.galaxy(galaxy.id)}>
            {galaxy.name}
          </AppLink>
        ),
      },
      {
        id: 'description',
        header: t('field.description'),
        width: 300,
        grow: 1,
        text: (galaxy) => galaxy.description,
        render: (galaxy) => <span title={galaxy.description}>{galaxy.description}</span>,
      },
      {
        id: 'namespace',
        header: t('taxonomy.namespace'),
        width: 140,
        text: (galaxy) => galaxy.namespace,
        render: (galaxy) => galaxy.namespace,
      },
      {
        id: 'enabled',
        header: t('state.enabled'),
        width: 90,
        number: (galaxy) => Number(galaxy.enabled),
        render: (galaxy) => <OnOff value={galaxy.enabled} />,
      },
      { id: 'version', header: t('field.version'), width: 80, align: 'end', render: (galaxy) => galaxy.version },
    ],
    [t],
  );
  return (
    <ListPage
      title={t('nav.galaxies')}
      query={query}
      columns={columns}
      keyOf={(galaxy) => galaxy.id}
      nameOf={(galaxy) => galaxy.name}
      onOpen={(galaxy) => void go(paths.galaxy(galaxy.id))}
      actions={<LoadLibrary library="galaxies" />}
      empty={{
        icon: 'knowledge',
        title: t('library.none'),
        text: t('library.noneText'),
        action: <LoadLibrary library="galaxies" first />,
      }}
    />
  );
}
