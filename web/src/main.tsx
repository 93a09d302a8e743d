import './styles/layers.css';
import '@mantine/core/styles.layer.css';
import './styles/index.css';
import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { RouterProvider } from 'react-router';
import { createQueryClient } from './app/query-client.js';
import { createRouter } from './app/router.js';
import { cssVariables, theme } from './app/theme.js';
import { initialLanguage, startLanguage } from './i18n/index.js';
import { TipLayer } from './parts/overlays/tip.js';
import { Toasts } from './parts/overlays/toasts.js';

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');

await startLanguage(initialLanguage());
const router = createRouter();
const cache = createQueryClient();
const colours = localStorageColorSchemeManager({ key: 'drover.theme' });

createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} colorSchemeManager={colours} defaultColorScheme="auto">
      <QueryClientProvider client={cache}>
        <RouterProvider router={router} />
        <Toasts />
        <TipLayer />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
