import type { PipelineId } from '@drover/protocol';
import { createContext, lazy, Suspense, useContext, useMemo, useState, type ReactNode } from 'react';
import { loadAllTexts } from '../i18n/index.js';
import { again } from './again.js';

const RunDialog = lazy(async () => {
  const [{ RunDialog: Dialog }] = await Promise.all([again(() => import('../run-dialog/run-dialog.js')), loadAllTexts()]);
  return { default: Dialog };
});

const OpenContext = createContext<(pipelineId: PipelineId) => void>(() => undefined);

/** Opens the run dialog of a pipeline from anywhere. */
export const useRunDialog = (): ((pipelineId: PipelineId) => void) => useContext(OpenContext);

/** Holds the run dialog; its code is loaded when it is first opened. */
export function RunDialogProvider({ children }: { readonly children: ReactNode }) {
  const [pipelineId, setPipelineId] = useState<PipelineId | undefined>(undefined);
  const open = useMemo(() => (id: PipelineId) => setPipelineId(id), []);
  return (
    <OpenContext value={open}>
      {children}
      {pipelineId === undefined ? null : (
        <Suspense fallback={null}>
          <RunDialog pipelineId={pipelineId} onClose={() => setPipelineId(undefined)} />
        </Suspense>
      )}
    </OpenContext>
  );
}
