import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { post } from '../api/client.ts';
import { hasRight, useSession } from '../api/session.tsx';
import { useT } from '../i18n/i18n.tsx';
import { Icon } from './icon.tsx';
import { useToasts } from './toasts.tsx';

interface LoadLibraryProps {
  /** The controller whose `update` reads the library from its source. */
  readonly library:
    | 'taxonomies'
    | 'galaxies'
    | 'objectTemplates'
    | 'warninglists'
    | 'noticelists'
    | 'decayingModel'
    | 'communities';
  /** The first load of an empty page, not the refresh of a full one. */
  readonly first?: boolean;
}

/** Reads a library from its source; only site administrators may, and others do not see it. */
export function LoadLibrary({ library, first }: LoadLibraryProps) {
  const t = useT();
  const client = useQueryClient();
  const toasts = useToasts();
  const [busy, setBusy] = useState(false);
  if (!hasRight(useSession(), 'perm_site_admin')) return null;

  async function load() {
    setBusy(true);
    try {
      await post(`/${library}/update`);
      await client.invalidateQueries();
      toasts.success(t('library.loaded'));
    } catch (error) {
      toasts.failure(error);
    } finally {
      setBusy(false);
    }
  }

  return (
    <Button
      variant={first === true ? 'filled' : 'default'}
      leftSection={<Icon name="download" />}
      loading={busy}
      title={t('library.loadHint')}
      onClick={() => void load()}
    >
      {t(first === true ? 'library.load' : 'library.update')}
    </Button>
  );
}
