import { ActionIcon, Button } from '@mantine/core';
import { lazy, type ReactElement, Suspense, useRef, useState } from 'react';
import { useSession } from '../api/session.tsx';
import { Icon } from '../components/icon.tsx';
import { useT } from '../i18n/i18n.tsx';

export interface MenuProps {
  readonly opened: boolean;
  readonly onChange: (opened: boolean) => void;
  /** What the menu hangs on. */
  readonly button: ReactElement;
}

// Menus bring their own positioning code, which the first paint can do without.
const NewMenu = lazy(() => import('./new-menu.tsx').then((module) => ({ default: module.NewMenu })));
const UserMenu = lazy(() => import('./user-menu.tsx').then((module) => ({ default: module.UserMenu })));

/** State of a menu that is loaded when it is first opened. */
function useLazyMenu() {
  const [wanted, setWanted] = useState(false);
  const [opened, setOpened] = useState(false);
  const frame = useRef<HTMLSpanElement>(null);
  return {
    wanted,
    opened,
    frame,
    onChange(isOpen: boolean) {
      setOpened(isOpen);
      // The button that opened it made way for the one the menu hangs on, and took the focus with it.
      if (!isOpen)
        setTimeout(() => {
          if (document.activeElement === document.body) frame.current?.querySelector('button')?.focus();
        });
    },
    open: () => {
      setWanted(true);
      setOpened(true);
    },
  };
}

/** + New. */
export function NewMenuButton() {
  const t = useT();
  const { wanted, opened, onChange, open, frame } = useLazyMenu();
  const button = (
    <Button
      leftSection={<Icon name="plus" />}
      aria-haspopup="menu"
      aria-expanded={opened}
      {...(wanted ? {} : { onClick: open })}
    >
      {t('new.menu')}
    </Button>
  );
  if (!wanted) return button;
  return (
    <span ref={frame}>
      <Suspense fallback={button}>
        <NewMenu opened={opened} onChange={onChange} button={button} />
      </Suspense>
    </span>
  );
}

/** The account's menu. */
export function UserMenuButton() {
  const t = useT();
  const session = useSession();
  const { wanted, opened, onChange, open, frame } = useLazyMenu();
  const button = (
    <ActionIcon
      aria-label={t('userMenu.label', { email: session.user.email })}
      title={session.user.email}
      aria-haspopup="menu"
      aria-expanded={opened}
      {...(wanted ? {} : { onClick: open })}
    >
      <Icon name="user" size={18} />
    </ActionIcon>
  );
  if (!wanted) return button;
  return (
    <span ref={frame}>
      <Suspense fallback={button}>
        <UserMenu opened={opened} onChange={onChange} button={button} />
      </Suspense>
    </span>
  );
}
