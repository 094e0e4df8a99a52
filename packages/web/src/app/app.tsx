import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { type ReactNode, useEffect, useState } from 'react';
import { ApiError } from '../api/client.ts';
import { type Session, SessionProvider } from '../api/session.tsx';
import { ToastProvider } from '../components/toasts.tsx';
import {
  createTranslator,
  loadFirstMessages,
  loadRestMessages,
  type Translator,
  TranslatorProvider,
} from '../i18n/i18n.tsx';
import { useColourScheme, usePreferences } from '../theme/preferences.ts';
import { theme } from '../theme/theme.ts';
import { createAppRouter } from './router.tsx';

/** A refusal stays a refusal; only a network fault or an overloaded server is worth a second try. */
const worthRetrying = (failures: number, error: unknown): boolean =>
  failures < 2 && error instanceof ApiError && (error.status === 0 || error.status === 502 || error.status === 503);

function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { retry: worthRetrying, staleTime: 5_000, refetchOnWindowFocus: true },
      mutations: { retry: false },
    },
  });
}

/** The texts of the chosen language; the old ones stay until the new ones have arrived. */
function useLiveTranslator(initial: Translator): Translator {
  const { language = initial.language } = usePreferences();
  const [translator, setTranslator] = useState(initial);
  useEffect(() => {
    let current = true;
    void Promise.all([loadFirstMessages(language), loadRestMessages(language)]).then(([first]) => {
      if (!current) return;
      document.documentElement.lang = language;
      // A new one, so that what was drawn before all texts were there is drawn again.
      setTranslator(createTranslator(language, first));
    });
    return () => {
      current = false;
    };
  }, [language]);
  return translator;
}

/** Theme and texts: what every screen needs, signed in or not. */
export function Appearance(props: { readonly translator: Translator; readonly children: ReactNode }) {
  const translator = useLiveTranslator(props.translator);
  return (
    <MantineProvider
      theme={theme}
      forceColorScheme={useColourScheme()}
      withCssVariables={false}
      withGlobalClasses={false}
    >
      <TranslatorProvider translator={translator}>{props.children}</TranslatorProvider>
    </MantineProvider>
  );
}

/** The whole page. */
export function App(props: { readonly session: Session; readonly translator: Translator }) {
  const [queryClient] = useState(createQueryClient);
  const [router] = useState(() => createAppRouter(queryClient));
  return (
    <Appearance translator={props.translator}>
      <QueryClientProvider client={queryClient}>
        <SessionProvider session={props.session}>
          <ToastProvider>
            <RouterProvider router={router} />
          </ToastProvider>
        </SessionProvider>
      </QueryClientProvider>
    </Appearance>
  );
}
