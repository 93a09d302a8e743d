import type { Job } from '@drover/protocol/api';
import { useState } from 'react';
import type { Editor } from '../shell/use-editor.js';
import { Canvas } from './canvas/canvas.js';
import { Doom, type Doomed } from './doom.js';
import { StagePanel } from './panels/stage-panel.js';
import { TaskPanel } from './panels/task-panel.js';
import { useChosen } from './use-chosen.js';
import { useWorkflowActions } from './use-workflow-actions.js';

interface WorkflowProps {
  readonly editor: Editor;
  readonly jobs: readonly Job[];
  readonly projectId: string;
  readonly disabled: boolean;
  readonly sourcesPath: string;
}

/** W1–W4: stages as columns, tasks as cards; a panel for the chosen one. What is chosen stands in the address. */
export function WorkflowTab({ editor, jobs, projectId, disabled, sourcesPath }: WorkflowProps) {
  const [doomed, setDoomed] = useState<Doomed | undefined>(undefined);
  const chosen = useChosen(editor);
  const actions = useWorkflowActions({ editor, jobs, chosen, doom: setDoomed });
  const close = (): void => chosen.choose(undefined);
  return (
    <div className="work">
      <Canvas editor={editor} actions={actions} chosen={chosen.key} disabled={disabled} sourcesPath={sourcesPath} />
      {chosen.place === undefined ? null : (
        <TaskPanel
          key={chosen.key}
          editor={editor}
          place={chosen.place}
          jobs={jobs}
          projectId={projectId}
          disabled={disabled}
          onClose={close}
          onCopy={actions.copyTask}
          onDelete={actions.deleteTask}
        />
      )}
      {chosen.stage === undefined ? null : (
        <StagePanel key={chosen.key} editor={editor} index={chosen.stage} disabled={disabled} onClose={close} />
      )}
      {doomed === undefined ? null : <Doom doomed={doomed} editor={editor} onClose={() => setDoomed(undefined)} />}
    </div>
  );
}
