import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { organisationsQuery, type SharingGroupRow } from '../../api/administration.ts';
import { post } from '../../api/client.ts';
import { CheckField } from '../../components/fields.tsx';
import { PickField } from '../../components/pick-field.tsx';
import { useAct } from '../../components/use-act.ts';
import { useT } from '../../i18n/i18n.tsx';
import { AppLink } from '../../routing/app-link.tsx';
import { paths } from '../../routing/paths.ts';

/** The organisations of a sharing group; whoever may change it adds and removes them here. */
export function GroupMembers({ row, mayChange }: { readonly row: SharingGroupRow; readonly mayChange: boolean }) {
  const t = useT();
  const act = useAct('sharingGroups');
  const members = row.SharingGroupOrg ?? [];
  const group = row.SharingGroup.id;
  return (
    <section className="panel-box">
      <h2>{t('group.members')}</h2>
      {members.length === 0 && <p className="muted">{t('group.noMembers')}</p>}
      <ul className="spaced-list">
        {members.map((member) => {
          const name = member.Organisation?.name ?? member.org_id;
          return (
            <li key={member.org_id}>
              <AppLink to={paths.organisation(member.org_id)}>
                <bdi>{name}</bdi>
              </AppLink>{' '}
              {member.extend && <span className="muted">{t('group.mayExtend')}</span>}{' '}
              {mayChange && (
                <Button
                  size="compact-xs"
                  variant="default"
                  aria-label={t('group.removeMember', { name })}
                  onClick={() =>
                    void act(() => post(`/sharing_groups/removeOrg/${group}/${member.org_id}`, {}), t('group.changed'))
                  }
                >
                  {t('action.remove')}
                </Button>
              )}
            </li>
          );
        })}
      </ul>
      {mayChange && <AddMember row={row} />}
    </section>
  );
}

function AddMember({ row }: { readonly row: SharingGroupRow }) {
  const t = useT();
  const act = useAct('sharingGroups');
  const organisations = useQuery(organisationsQuery('all')).data ?? [];
  const [extend, setExtend] = useState(false);
  const taken = new Set((row.SharingGroupOrg ?? []).map((member) => member.org_id));
  const choices = organisations
    .filter((organisation) => !taken.has(organisation.id))
    .map((organisation) => ({ value: organisation.id, label: organisation.name }));
  const add = (id: string) =>
    act(() => post(`/sharing_groups/addOrg/${row.SharingGroup.id}/${id}`, { extend }), t('group.changed'));
  return (
    <div className="form-row" style={{ alignItems: 'end', maxWidth: 620, marginTop: 10 }}>
      <PickField
        label={t('group.addMember')}
        value=""
        choices={choices}
        onChange={(id) => {
          if (id !== '') void add(id);
        }}
      />
      <CheckField label={t('group.mayExtend')} value={extend} onChange={setExtend} />
    </div>
  );
}
