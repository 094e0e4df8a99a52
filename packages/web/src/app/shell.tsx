import { ActionIcon } from '@mantine/core';
import { Outlet, useLocation, useMatches } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useSession } from '../api/session.tsx';
import { settingText } from '../api/setting-text.ts';
import { Icon } from '../components/icon.tsx';
import { RequireRight } from '../components/require-right.tsx';
import { useToasts } from '../components/toasts.tsx';
import { useT } from '../i18n/i18n.tsx';
import { AppLink } from '../routing/app-link.tsx';
import { paths } from '../routing/paths.ts';
import { useGo } from '../routing/use-go.ts';
import { setPreferences, usePreferences } from '../theme/preferences.ts';
import { BookmarksButton } from './bookmarks-button.tsx';
import { JobsRing } from './jobs-ring.tsx';
import { useKeys } from './keys.ts';
import { NewMenuButton, UserMenuButton } from './menus.tsx';
import { useOverlays } from './overlays.tsx';
import { useReturnFocus } from './return-focus.ts';
import { currentPage, pagesFor, sectionOf, sections } from './sections.ts';

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
          <AppLink
            key={section.id}
            title={railOpen ? undefined : t(section.label)}
            className="rail-item"
            to={target.path}
            aria-current={section === active ? 'page' : undefined}
            aria-label={t(section.label)}
          >
            <Icon name={section.icon} size={20} />
            <span>{t(section.label)}</span>
          </AppLink>
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
  const current = currentPage(pages, pathname);
  return (
    <nav className="section-nav" aria-label={t(section.label)}>
      {pages.map((page) =>
        page.external === true ? (
          <a key={page.path} href={page.path}>
            {t(page.label)}
          </a>
        ) : (
          <AppLink key={page.path} to={page.path} aria-current={page === current ? 'page' : undefined}>
            {t(page.label)}
          </AppLink>
        ),
      )}
    </nav>
  );
}

/** What the instance says at the foot of every page (`MISP.footermidleft`, `MISP.footermidright`). */
function Foot() {
  const session = useSession();
  const left = settingText(session, 'MISP.footermidleft');
  const right = settingText(session, 'MISP.footermidright');
  if (left === '' && right === '') return null;
  return (
    <footer className="foot">
      <span>{left}</span>
      <span>{right}</span>
    </footer>
  );
}

/** The frame of every page: rail, header, keys, and the announcement of a change of page. */
export function Shell() {
  const t = useT();
  const go = useGo();
  const { pathname } = useLocation();
  const { openPalette, openShortcuts } = useOverlays();
  const { undoLast } = useToasts();
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);

  useReturnFocus();

  const to = (path: string) => () => void go(path);
  const { right, page = pathname } = useMatches({ select: (matches) => matches.at(-1)?.staticData }) ?? {};
  useKeys({
    'Ctrl+k': openPalette,
    '/': openPalette,
    '?': openShortcuts,
    n: to(paths.newEvent()),
    l: to(paths.events()),
    u: undoLast,
    ...Object.fromEntries(sections.map((section) => [`g ${section.key}`, to(section.pages[0]?.path ?? '/')])),
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: runs when the page changes
  useEffect(() => {
    // The first page keeps the browser's own focus; later ones move it so that a screen reader reads on from there.
    if (!first.current) main.current?.focus({ preventScroll: true });
    first.current = false;
  }, [page]);

  return (
    <div className="shell">
      <a className="skip-link" href="#main">
        {t('nav.skip')}
      </a>
      <header className="topbar">
        <AppLink className="brand" to={paths.events()} aria-label={t('nav.brand')}>
          <img src="/assets/magpie.svg" width={24} height={24} alt="" />
          <span>Magpie</span>
        </AppLink>
        <div className="topbar-space" />
        <button type="button" className="search-button" onClick={openPalette}>
          <Icon name="search" />
          <span>{t('palette.open')}</span>
          <kbd>Ctrl K</kbd>
        </button>
        <div className="topbar-space" />
        <JobsRing />
        <NewMenuButton />
        <BookmarksButton />
        <ActionIcon
          className="wide-only"
          onClick={openShortcuts}
          title={t('shortcuts.title')}
          aria-label={t('shortcuts.title')}
        >
          <Icon name="keyboard" size={18} />
        </ActionIcon>
        <UserMenuButton />
      </header>
      <Rail pathname={pathname} />
      <div className="content">
        <SectionNav pathname={pathname} />
        <main id="main" className="main" ref={main} tabIndex={-1}>
          <RequireRight right={right}>
            <Outlet />
          </RequireRight>
        </main>
        <Foot />
      </div>
    </div>
  );
}
