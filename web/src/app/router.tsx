import type { ComponentType } from 'react';
import { createBrowserRouter, Navigate } from 'react-router';
import { Frame } from '../frame/frame.js';
import { PageBroken } from '../frame/page-broken.js';
import { PageNotFound } from '../frame/page-not-found.js';
import { loadAllTexts } from '../i18n/index.js';
import { again } from './again.js';

type Page = Promise<{ readonly default: ComponentType }>;
const page =
  (load: () => Page, texts: () => Promise<void> = () => loadAllTexts()) =>
  async () => {
    const [{ default: Component }] = await Promise.all([again(load), texts()]);
    return { Component, ErrorBoundary: PageBroken };
  };
/** For pages that need no more texts than those loaded first. */
const noMoreTexts = async (): Promise<void> => undefined;

/** Every page is a chunk of its own; the frame and what lists need come first. */
export const createRouter = () =>
  createBrowserRouter([
    { path: '/sign-in', HydrateFallback: () => null, lazy: page(() => import('../pages/sign-in/sign-in-page.js'), noMoreTexts) },
    {
      path: '/',
      Component: Frame,
      ErrorBoundary: PageBroken,
      HydrateFallback: () => null,
      children: [
        { index: true, element: <Navigate to="/pipelines" replace /> },
        { path: 'pipelines', lazy: page(() => import('../pages/pipelines/pipelines-page.js'), noMoreTexts) },
        { path: 'pipelines/new/:tab?', lazy: page(() => import('../pages/editor/new-pipeline-page.js')) },
        { path: 'pipelines/:pipelineId', lazy: page(() => import('../pages/history/history-page.js')) },
        { path: 'pipelines/:pipelineId/edit/:tab?', lazy: page(() => import('../pages/editor/edit-pipeline-page.js')) },
        { path: 'pipelines/:pipelineId/runs/:number/:tab?', lazy: page(() => import('../pages/run/run-page.js')) },
        { path: 'runs/:runId', lazy: page(() => import('../pages/run/run-by-id-page.js')) },
        { path: 'projects', lazy: page(() => import('../pages/projects/projects-page.js')) },
        { path: 'projects/:projectId/packages', lazy: page(() => import('../pages/packages/packages-page.js')) },
        { path: 'projects/:projectId/jobs', lazy: page(() => import('../pages/jobs/jobs-page.js')) },
        { path: 'projects/:projectId/jobs/:jobId', lazy: page(() => import('../pages/jobs/job-page.js')) },
        { path: 'projects/:projectId/endpoints', lazy: page(() => import('../pages/endpoints/endpoints-page.js')) },
        { path: 'projects/:projectId/members', lazy: page(() => import('../pages/members/members-page.js')) },
        { path: 'agents/:tab?', lazy: page(() => import('../pages/agents/agents-page.js')) },
        { path: 'users', lazy: page(() => import('../pages/users/users-page.js')) },
        { path: 'settings', lazy: page(() => import('../pages/settings/settings-page.js')) },
        { path: 'account/:tab?', lazy: page(() => import('../pages/account/account-page.js')) },
        { path: '*', Component: PageNotFound },
      ],
    },
  ]);
