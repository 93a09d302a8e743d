import { useMediaQuery } from '@mantine/hooks';
import { lazy, Suspense, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Outlet, useMatch, useNavigate } from 'react-router';
import { RunDialogProvider } from '../app/run-dialog.js';
import { SignedIn, useLeave } from '../app/session.js';
import { listenToKeys, useKeys } from '../keys/keys.js';
import { LiveProvider, useWatch } from '../live/live.js';
import { Sidebar } from './sidebar.js';
import { StaleBand } from './stale-band.js';
import { useFrame } from './use-frame.js';
import { again } from '../app/again.js';

const KeysDialog = lazy(async () => ({ default: (await again(() => import('./overlays/keys-dialog.js'))).KeysDialog }));
const Palette = lazy(async () => ({ default: (await again(() => import('./overlays/palette.js'))).Palette }));
const TabBar = lazy(async () => ({ default: (await again(() => import('./tab-bar.js'))).TabBar }));

/** Everything around a page of a signed-in person: sidebar or tab bar, band, palette, keys, the one socket. */
export function Frame() {
  return (
    <SignedIn>
      <Linked />
    </SignedIn>
  );
}

function Linked() {
  const leave = useLeave();
  return (
    <LiveProvider onSignedOut={leave}>
      <RunDialogProvider>
        <Layout />
      </RunDialogProvider>
    </LiveProvider>
  );
}

const narrow = '(max-width: 1100px)';
const phone = '(max-width: 720px)';

function Layout() {
  const { t } = useTranslation();
  const frame = useFrame();
  const isNarrow = useMediaQuery(narrow, window.matchMedia(narrow).matches);
  const isPhone = useMediaQuery(phone, window.matchMedia(phone).matches);
  const changing = useMatch('/pipelines/:pipelineId/edit/:tab?');
  const making = useMatch('/pipelines/new/:tab?');
  const editing = changing !== null || making !== null;
  useWatch(frame.watch);
  useEffect(listenToKeys, []);
  useGlobalKeys();
  const rail = frame.folded ?? (isNarrow || editing);
  return (
    <div className={rail ? 'app rail' : 'app'}>
      <a className="skip" href="#content">
        {t('frame.skip')}
      </a>
      {isPhone ? null : <Sidebar rail={rail} />}
      <main className="panel" id="content" tabIndex={-1}>
        <StaleBand />
        <Suspense fallback={null}>
          <Outlet />
        </Suspense>
      </main>
      <Suspense fallback={null}>
        {isPhone ? <TabBar /> : null}
        {frame.open === 'palette' ? <Palette onClose={frame.close} /> : null}
        {frame.open === 'keys' ? <KeysDialog onClose={frame.close} /> : null}
      </Suspense>
    </div>
  );
}

function useGlobalKeys(): void {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { show } = useFrame();
  useKeys([
    { keys: 'mod+k', label: t('frame.openPalette'), everywhere: true, run: () => show('palette') },
    { keys: '?', label: t('frame.showKeys'), everywhere: true, run: () => show('keys') },
    { keys: 'g p', label: t('frame.pipelines'), everywhere: true, run: () => void navigate('/pipelines') },
    { keys: 'g j', label: t('frame.projects'), everywhere: true, run: () => void navigate('/projects') },
    { keys: 'g a', label: t('frame.agents'), everywhere: true, run: () => void navigate('/agents') },
    {
      keys: '/',
      label: t('frame.focusSearch'),
      everywhere: true,
      run: () => document.querySelector<HTMLInputElement>('[data-search] input, input[data-search]')?.focus(),
    },
  ]);
}
