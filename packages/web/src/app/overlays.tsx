import { createContext, lazy, type ReactNode, Suspense, useContext, useEffect, useMemo, useRef, useState } from 'react';

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

/** Keeps what is typed while the palette is still being loaded. */
function EarlyTyping({ onType }: { readonly onType: (text: string) => void }) {
  useEffect(() => {
    let text = '';
    function onKeyDown(event: KeyboardEvent) {
      if (event.key.length !== 1 || event.ctrlKey || event.metaKey || event.isComposing) return;
      event.preventDefault();
      text += event.key;
      onType(text);
    }
    document.addEventListener('keydown', onKeyDown, true);
    return () => document.removeEventListener('keydown', onKeyDown, true);
  }, [onType]);
  return null;
}

/** The layers any part of the page may open; each is loaded when it is first wanted. */
export function OverlayProvider({ children }: { readonly children: ReactNode }) {
  const [open, setOpen] = useState<Overlay>();
  const value = useMemo<Overlays>(
    () => ({ openPalette: () => setOpen('palette'), openShortcuts: () => setOpen('shortcuts') }),
    [],
  );
  const early = useRef('');
  const close = () => {
    early.current = '';
    setOpen(undefined);
  };
  return (
    <OverlayContext value={value}>
      {children}
      {open === 'palette' && (
        <Suspense
          fallback={
            <EarlyTyping
              onType={(text) => {
                early.current = text;
              }}
            />
          }
        >
          <CommandPalette earlyText={() => early.current} onClose={close} />
        </Suspense>
      )}
      {open === 'shortcuts' && (
        <Suspense>
          <ShortcutSheet onClose={close} />
        </Suspense>
      )}
    </OverlayContext>
  );
}

/** Opens what lies over the page: panels, dialogs, the palette. */
export function useOverlays(): Overlays {
  const overlays = useContext(OverlayContext);
  if (overlays === undefined) throw new Error('useOverlays outside of OverlayProvider');
  return overlays;
}
