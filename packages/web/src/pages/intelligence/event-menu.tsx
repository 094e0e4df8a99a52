import { Button, Menu } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { downloadEvent, exportFormatsQuery } from '../../api/event-actions.ts';
import { Icon } from '../../components/icon.tsx';
import { useToasts } from '../../components/toasts.tsx';
import { useT } from '../../i18n/i18n.tsx';

/** An entry of the menu; with a reason it is shown, but cannot be chosen. */
export interface MenuAction {
  readonly id: string;
  readonly label: string;
  readonly run: () => void;
  readonly disabledReason?: string | undefined;
  readonly danger?: boolean;
}

/** All else that can be done with an event. */
export function EventMenu({ actions }: { readonly actions: readonly MenuAction[] }) {
  const t = useT();
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <Button variant="default" rightSection={<Icon name="down" size={14} />}>
          {t('eventMenu.more')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {actions.map((action) => (
          <Menu.Item
            key={action.id}
            disabled={action.disabledReason !== undefined}
            title={action.disabledReason}
            {...(action.danger === true ? { color: 'danger' } : {})}
            onClick={action.run}
          >
            {action.label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** The event in every format that the server writes. */
export function DownloadMenu({ eventId }: { readonly eventId: string }) {
  const t = useT();
  const toasts = useToasts();
  const { data: formats = [] } = useQuery(exportFormatsQuery());
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <Button variant="default" leftSection={<Icon name="download" />} rightSection={<Icon name="down" size={14} />}>
          {t('event.download')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown style={{ maxHeight: '70vh', overflow: 'auto' }}>
        {formats.map((format) => (
          <Menu.Item
            key={format.name}
            title={format.restrictive ? t('eventMenu.onlyDetection') : undefined}
            rightSection={<span className="muted">.{format.extension}</span>}
            onClick={() => void downloadEvent(eventId, format).catch(toasts.failure)}
          >
            {format.name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
