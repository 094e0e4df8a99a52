import { ActionIcon, Button, Menu, Tooltip } from '@mantine/core';
import { Link, Outlet, useLocation, useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { hasRight, useSession } from '../api/session.tsx';
import { Icon } from '../components/icon.tsx';
import { useToasts } from '../components/toasts.tsx';
import { useT } from '../i18n/i18n.tsx';
import { paths } from '../routing/paths.ts';
import { setPreferences, usePreferences } from '../theme/preferences.ts';
import { useKeys } from './keys.ts';
import { useOverlays } from './overlays.tsx';
import { pagesFor, sectionOf, sections } from './sections.ts';
import { UserMenu } from './user-menu.tsx';

function Rail({ pathname }: { readonly pathname: string }) {
  const t = useT();
  const session = useSession();
  const { railOpen } = usePreferences();
  const active = sectionOf(pathname);
  return (
    <nav className="rail" data-open={railOpen} aria-label={t('nav.main')}>
      {sections.map((section) => {
        const target = pagesFor(session, section)[0];
        if (target === undefined) return null;
        return (
          <Tooltip key={section.id} label={t(section.label)} position="right" disabled={railOpen} openDelay={200}>
            <Link
              className="rail-item"
              to={target.path}
              aria-current={section === active ? 'page' : undefined}
              aria-label={t(section.label)}
            >
              <Icon name={section.icon} size={20} />
              <span>{t(section.label)}</span>
            </Link>
          </Tooltip>
        );
      })}
      <div className="rail-space" />
      <button
        type="button"
        className="rail-item rail-fold"
        aria-expanded={railOpen}
        aria-label={t(railOpen ? 'nav.fold' : 'nav.unfold')}
        onClick={() => setPreferences({ railOpen: !railOpen })}
      >
        <Icon name={railOpen ? 'left' : 'right'} size={20} />
        <span>{t('nav.fold')}</span>
      </button>
    </nav>
  );
}

function SectionNav({ pathname }: { readonly pathname: string }) {
  const t = useT();
  const session = useSession();
  const section = sectionOf(pathname);
  const pages = section === undefined ? [] : pagesFor(session, section);
  if (section === undefined || pages.length < 2) return null;
  const first = (path: string) => path.replace(/^\/admin/, '').split('/')[1];
  return (
    <nav className="section-nav" aria-label={t(section.label)}>
      {pages.map((page) =>
        page.external === true ? (
          <a key={page.path} href={page.path}>
            {t(page.label)}
          </a>
        ) : (
          <Link key={page.path} to={page.path} aria-current={first(page.path) === first(pathname) ? 'page' : undefined}>
            {t(page.label)}
          </Link>
        ),
      )}
    </nav>
  );
}

function NewMenu() {
  const t = useT();
  const session = useSession();
  const navigate = useNavigate();
  const entries = [
    { label: t('new.event'), path: paths.newEvent(), icon: 'events', allowed: hasRight(session, 'perm_add') },
    { label: t('new.import'), path: paths.importEvents(), icon: 'upload', allowed: hasRight(session, 'perm_add') },
    { label: t('new.tag'), path: paths.newTag(), icon: 'tag', allowed: hasRight(session, 'perm_tag_editor') },
    { label: t('new.authKey'), path: paths.newAuthKey(), icon: 'key', allowed: hasRight(session, 'perm_auth') },
    { label: t('new.user'), path: paths.newUser(), icon: 'user', allowed: hasRight(session, 'perm_admin') },
    {
      label: t('new.organisation'),
      path: paths.newOrganisation(),
      icon: 'organisation',
      allowed: hasRight(session, 'perm_site_admin'),
    },
  ] as const;
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <Button leftSection={<Icon name="plus" />}>{t('new.menu')}</Button>
      </Menu.Target>
      <Menu.Dropdown>
        {entries
          .filter((entry) => entry.allowed)
          .map((entry) => (
            <Menu.Item
              key={entry.path}
              leftSection={<Icon name={entry.icon} />}
              onClick={() => void navigate({ href: entry.path })}
            >
              {entry.label}
            </Menu.Item>
          ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** The frame of every page: rail, header, keys, and the announcement of a change of page. */
export function Shell() {
  const t = useT();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const { openPalette, openShortcuts } = useOverlays();
  const { undoLast } = useToasts();
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);

  const go = (href: string) => () => void navigate({ href });
  useKeys({
    'Ctrl+k': openPalette,
    '/': openPalette,
    '?': openShortcuts,
    n: go(paths.newEvent()),
    l: go(paths.events()),
    u: undoLast,
    ...Object.fromEntries(sections.map((section) => [`g ${section.key}`, go(section.pages[0]?.path ?? '/')])),
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when the page changes
  useEffect(() => {
    // The first page keeps the browser's own focus; later ones move it so that a screen reader reads on from there.
    if (!first.current) main.current?.focus({ preventScroll: true });
    first.current = false;
  }, [pathname]);

  return (
    <div className="shell">
      <a className="skip-link" href="#main">
        {t('nav.skip')}
      </a>
      <header className="topbar">
        <Link className="brand" to={paths.events()} aria-label={t('nav.brand')}>
          <img src="/assets/magpie.svg" width={24} height={24} alt="" />
          <span>Magpie</span>
        </Link>
        <div className="topbar-space" />
        <button type="button" className="search-button" onClick={openPalette}>
          <Icon name="search" />
          <span>{t('palette.open')}</span>
          <kbd>Ctrl K</kbd>
        </button>
        <div className="topbar-space" />
        <NewMenu />
        <Tooltip label={t('shortcuts.title')}>
          <ActionIcon onClick={openShortcuts} aria-label={t('shortcuts.title')}>
            <Icon name="keyboard" size={18} />
          </ActionIcon>
        </Tooltip>
        <UserMenu />
      </header>
      <Rail pathname={pathname} />
      <div className="content">
        <SectionNav pathname={pathname} />
        <main id="main" className="main" ref={main} tabIndex={-1}>
          <Outlet />
        </main>
      </div>
    </div>
  );
}
