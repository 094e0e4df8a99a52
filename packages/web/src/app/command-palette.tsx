import { Combobox, Modal, TextInput, useCombobox } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { get, queryString } from '../api/client.ts';
import { eventListQuery } from '../api/events.ts';
import { hasRight, type Session, useSession } from '../api/session.tsx';
import type { EventIndexRow } from '../api/wire.ts';
import { Icon, type IconName } from '../components/icon.tsx';
import { languages, type Translator, useT } from '../i18n/i18n.tsx';
import { paths } from '../routing/paths.ts';
import { useGo } from '../routing/use-go.ts';
import { setPreferences } from '../theme/preferences.ts';
import styles from './command-palette.module.css';
import { pagesFor, sections } from './sections.ts';
import { signOut } from './sign-out.ts';

interface Command {
  readonly id: string;
  readonly label: string;
  readonly hint?: string;
  readonly icon: IconName;
  readonly run: () => void;
}

type Go = (path: string) => Promise<void>;

function pageCommands(session: Session, t: Translator['t'], go: Go): Command[] {
  return sections.flatMap((section) =>
    pagesFor(session, section).map((page) => ({
      id: `page ${page.path}`,
      label: t(page.label),
      hint: t('palette.page'),
      icon: section.icon,
      run: () => (page.external === true ? location.assign(page.path) : void go(page.path)),
    })),
  );
}

function actionCommands(session: Session, t: Translator['t'], go: Go): Command[] {
  const mayAdd = hasRight(session, 'perm_add');
  return [
    ...(mayAdd
      ? [{ id: 'new', label: t('new.event'), icon: 'plus' as const, run: () => void go(paths.newEvent()) }]
      : []),
    ...(mayAdd
      ? [{ id: 'import', label: t('new.import'), icon: 'upload' as const, run: () => void go(paths.importEvents()) }]
      : []),
    { id: 'profile', label: t('userMenu.profile'), icon: 'user', run: () => void go(paths.profile()) },
    {
      id: 'light',
      label: t('palette.theme', { theme: t('preferences.light') }),
      icon: 'sun',
      run: () => setPreferences({ theme: 'light' }),
    },
    {
      id: 'dark',
      label: t('palette.theme', { theme: t('preferences.dark') }),
      icon: 'moon',
      run: () => setPreferences({ theme: 'dark' }),
    },
    ...languages.map(({ code, name }) => ({
      id: `language ${code}`,
      label: t('palette.language', { language: name }),
      icon: 'globe' as const,
      run: () => setPreferences({ language: code }),
    })),
    { id: 'sign-out', label: t('userMenu.signOut'), icon: 'exit', run: () => void signOut() },
  ];
}

/** What the typed text itself may mean: an event's id or UUID, a value to look up. */
function textCommands(text: string, t: Translator['t'], go: Go): Command[] {
  if (text === '') return [];
  const isId = /^\d+$/.test(text) || /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
  return [
    ...(isId
      ? [
          {
            id: 'open',
            label: t('palette.openEvent', { id: text }),
            icon: 'events' as const,
            run: () => void go(paths.event(text)),
          },
        ]
      : []),
    {
      id: 'look-up',
      label: t('palette.lookUp', { value: text }),
      icon: 'search',
      run: () => void go(paths.search(text)),
    },
  ];
}

/** Text that has stood still for a moment. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), 150);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

/** Goes to any page, opens any event, runs any action: Ctrl-K. */
export function CommandPalette(props: { readonly earlyText: () => string; readonly onClose: () => void }) {
  const { onClose } = props;
  const t = useT();
  const session = useSession();
  const go = useGo();
  const combobox = useCombobox();
  const [text, setText] = useState(props.earlyText);
  const wanted = text.normalize('NFKC').trim();
  const settled = useSettled(wanted);
  const { data: events = [] } = useQuery({
    queryKey: [...eventListQuery({}).queryKey, 'palette', settled],
    queryFn: async ({ signal }) =>
      (
        await get<{ readonly events: readonly EventIndexRow[] }>(
          `/ui/events${queryString({ searcheventinfo: settled, limit: 8 })}`,
          signal,
        )
      ).events,
    enabled: settled.length > 1,
  });

  const matches = (command: Command) => command.label.toLowerCase().includes(wanted.toLowerCase());
  const commands: Command[] = [
    ...[...pageCommands(session, t, go), ...actionCommands(session, t, go)].filter(matches),
    ...(settled.length > 1
      ? events.map((event) => ({
          id: `event ${event.id}`,
          label: event.info,
          hint: event.date,
          icon: 'events' as const,
          run: () => void go(paths.event(event.id)),
        }))
      : []),
    ...textCommands(wanted, t, go),
  ];

  const { selectFirstOption, updateSelectedOptionIndex } = combobox;
  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when the list changes
  useEffect(() => {
    selectFirstOption();
    updateSelectedOptionIndex();
  }, [wanted, events.length]);

  function submit(id: string) {
    onClose();
    commands.find((command) => command.id === id)?.run();
  }

  return (
    <Modal.Root opened onClose={onClose} size={620} padding={0} transitionProps={{ duration: 0 }}>
      <Modal.Overlay />
      <Modal.Content aria-label={t('palette.title')} className={styles.content}>
        <Combobox store={combobox} onOptionSubmit={submit}>
          <Combobox.EventsTarget>
            <TextInput
              data-autofocus
              autoFocus
              size="md"
              variant="unstyled"
              className={styles.input}
              value={text}
              aria-label={t('palette.title')}
              placeholder={t('palette.placeholder')}
              leftSection={<Icon name="search" />}
              onChange={(event) => setText(event.currentTarget.value)}
            />
          </Combobox.EventsTarget>
          <Combobox.Options className={styles.options} aria-label={t('palette.title')}>
            {commands.map((command) => (
              <Combobox.Option key={command.id} value={command.id} className={styles.option}>
                <Icon name={command.icon} />
                <bdi>{command.label}</bdi>
                <span className="muted">{command.hint}</span>
              </Combobox.Option>
            ))}
          </Combobox.Options>
        </Combobox>
      </Modal.Content>
    </Modal.Root>
  );
}
