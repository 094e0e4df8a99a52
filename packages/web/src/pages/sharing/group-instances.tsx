import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { SharingGroupRow } from '../../api/administration.ts';
import { post } from '../../api/client.ts';
import { hasRight, useSession } from '../../api/session.tsx';
import { serversQuery } from '../../api/sharing.ts';
import { CheckField, ChoiceField } from '../../components/fields.tsx';
import { useAct } from '../../components/use-act.ts';
import { useT } from '../../i18n/i18n.tsx';

/** Adds an instance; only site administrators know which there are. */
function AddInstance({ row }: { readonly row: SharingGroupRow }) {
  const t = useT();
  const act = useAct('sharingGroups');
  const servers = useQuery(serversQuery()).data ?? [];
  const [chosen, setChosen] = useState('0');
  const [allOrganisations, setAllOrganisations] = useState(false);
  const taken = new Set((row.SharingGroupServer ?? []).map((link) => link.server_id));
  const choices = [
    { value: '0', label: t('group.thisInstance') },
    ...servers.map(({ Server: server }) => ({ value: server.id, label: server.name })),
  ].filter((choice) => !taken.has(choice.value));
  if (choices.length === 0) return null;
  const value = choices.some((choice) => choice.value === chosen) ? chosen : (choices[0]?.value ?? '0');
  const asked = { sg_id: row.SharingGroup.id, server_id: value, all_orgs: allOrganisations };
  return (
    <div className="page-head">
      <ChoiceField label={t('group.instance')} hideLabel value={value} choices={choices} onChange={setChosen} />
      <CheckField label={t('group.allOrganisations')} value={allOrganisations} onChange={setAllOrganisations} />
      <Button variant="default" onClick={() => void act(() => post('/sharing_groups/addServer', asked))}>
        {t('group.addInstance')}
      </Button>
    </div>
  );
}

/** The instances that a sharing group reaches, with whom of each. */
export function GroupInstances({ row }: { readonly row: SharingGroupRow }) {
  const t = useT();
  const act = useAct('sharingGroups');
  const session = useSession();
  const mayChange = hasRight(session, 'perm_sharing_group') && session.role.perm_site_admin === true;
  const links = row.SharingGroupServer ?? [];
  const remove = (id: string) => post('/sharing_groups/removeServer', { sg_id: row.SharingGroup.id, server_id: id });
  return (
    <section className="panel-box">
      <h2>{t('group.instances')}</h2>
      {links.length === 0 && <p className="muted">{t('group.noInstances')}</p>}
      <ul className="spaced-list">
        {links.map((link) => {
          const name = link.server_id === '0' ? t('group.thisInstance') : (link.Server?.name ?? link.server_id);
          return (
            <li key={link.server_id}>
              <bdi>{name}</bdi>{' '}
              <span className="muted">{t(link.all_orgs ? 'group.allOrganisations' : 'group.onlyMembers')}</span>{' '}
              {mayChange && (
                <Button
                  size="compact-xs"
                  variant="default"
                  aria-label={t('group.removeInstance', { name })}
                  onClick={() => void act(() => remove(link.server_id))}
                >
                  {t('action.remove')}
                </Button>
              )}
            </li>
          );
        })}
      </ul>
      {mayChange && <AddInstance row={row} />}
    </section>
  );
}
