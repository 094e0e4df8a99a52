import { Button } from '@mantine/core';
import { useState } from 'react';
import { deleteEventTemplate, duplicateEventTemplate, type EventTemplate } from '../../api/around-event.ts';
import { hasRight, useSession } from '../../api/session.tsx';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { useAct } from '../../components/use-act.ts';
import { useT } from '../../i18n/i18n.tsx';
import { paths } from '../../routing/paths.ts';
import { useGo } from '../../routing/use-go.ts';

/** What those who build templates do with one. */
export function TemplateActions({ template }: { readonly template: EventTemplate }) {
  const t = useT();
  const go = useGo();
  const session = useSession();
  const act = useAct('eventTemplates');
  const [asking, setAsking] = useState(false);
  const mayBuild = hasRight(session, 'perm_template');
  const isOwn = session.role.perm_site_admin === true || template.org_id === session.organisation.id;
  const buildReason = mayBuild ? undefined : t('reason.right', { right: 'perm_template' });
  const changeReason = buildReason ?? (isOwn ? undefined : t('eventTemplate.notOwn'));
  return (
    <>
      <Button variant="default" component="a" href={`/event_templates/export/${encodeURIComponent(template.id)}.json`}>
        {t('eventTemplate.export')}
      </Button>
      <Button
        variant="default"
        disabled={buildReason !== undefined}
        title={buildReason}
        onClick={() =>
          void act(async () => {
            const copy = await duplicateEventTemplate(template.id);
            await go(paths.eventTemplate(copy.EventTemplate.id));
          }, t('eventTemplate.duplicated'))
        }
      >
        {t('eventTemplate.duplicate')}
      </Button>
      <Button
        variant="default"
        disabled={changeReason !== undefined}
        title={changeReason}
        onClick={() => setAsking(true)}
      >
        {t('action.delete')}
      </Button>
      <Button
        variant="default"
        disabled={changeReason !== undefined}
        title={changeReason}
        onClick={() => void go(paths.editEventTemplate(template.id))}
      >
        {t('action.edit')}
      </Button>
      <ConfirmDialog
        opened={asking}
        title={t('eventTemplate.delete')}
        confirm={t('action.delete')}
        tone="danger"
        onClose={() => setAsking(false)}
        onConfirm={async () => {
          await deleteEventTemplate(template.id);
          await act(() => go(paths.eventTemplates()), t('eventTemplate.deleted'));
        }}
      >
        {t('eventTemplate.deleteText')}
      </ConfirmDialog>
    </>
  );
}
