import { createContext, lazy, type ReactNode, Suspense, useContext, useMemo, useState } from 'react';

type Overlay = 'palette' | 'shortcuts' | undefined;

interface Overlays {
  readonly openPalette: () => void;
  readonly openShortcuts: () => void;
}

const OverlayContext = createContext<Overlays | undefined>(undefined);
const CommandPalette = lazy(() =>
  import('./command-palette.tsx').then((module) => ({ default: module.CommandPalette })),
);
const ShortcutSheet = lazy(() => import('./shortcut-sheet.tsx').then((module) => ({ default: module.ShortcutSheet })));

/** The layers any part of the page may open; each is loaded when it is first wanted. */
export function OverlayProvider({ children }: { readonly children: ReactNode }) {
  const [open, setOpen] = useState<Overlay>();
  const value = useMemo<Overlays>(
    () => ({ openPalette: () => setOpen('palette'), openShortcuts: () => setOpen('shortcuts') }),
    [],
  );
  const close = () => setOpen(undefined);
  return (
    <OverlayContext value={value}>
      {children}
      <Suspense>
        {open === 'palette' && <CommandPalette onClose={close} />}
        {open === 'shortcuts' && <ShortcutSheet onClose={close} />}
      </Suspense>
    </OverlayContext>
  );
}

export function useOverlays(): Overlays {
  const overlays = useContext(OverlayContext);
  if (overlays === undefined) throw new Error('useOverlays outside of OverlayProvider');
  return overlays;
}
