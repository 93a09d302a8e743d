import type { Job } from '@drover/protocol/api';
import { useMemo, useReducer, useState } from 'react';
import { checkDefinition, type Problem } from '../../../editor/check.js';
import type { PipelineDefinition } from '../../../editor/definition.js';
import { edit, redo, startHistory, undo, type History } from '../../../editor/history.js';
import { stillTrue } from '../../../editor/problems.js';

export type SecretChanges = Readonly<Record<string, string | null>>;

/** What is being edited, its problems, and how to change it. `field` joins edits of one field to one undo. */
export interface Editor {
  readonly definition: PipelineDefinition;
  readonly change: (next: PipelineDefinition, field?: string) => void;
  readonly secrets: SecretChanges;
  readonly setSecrets: (secrets: SecretChanges) => void;
  readonly problems: readonly Problem[];
  readonly dirty: boolean;
  readonly undo: () => void;
  readonly redo: () => void;
  /** Problems that the controller found with what was sent. */
  readonly refused: (problems: readonly Problem[]) => void;
  /** What is shown is now what is stored. */
  readonly stored: (definition: PipelineDefinition) => void;
}

type Step =
  | { readonly type: 'edit'; readonly next: PipelineDefinition; readonly field: string | undefined }
  | { readonly type: 'undo' }
  | { readonly type: 'redo' }
  | { readonly type: 'restart'; readonly next: PipelineDefinition };

function step(history: History<PipelineDefinition>, action: Step): History<PipelineDefinition> {
  switch (action.type) {
    case 'edit':
      return edit(history, action.next, action.field);
    case 'undo':
      return undo(history);
    case 'redo':
      return redo(history);
    case 'restart':
      return startHistory(action.next);
  }
}

interface Start {
  readonly definition: PipelineDefinition;
  readonly jobs: readonly Job[] | undefined;
  readonly isNew: boolean;
}

/** State of the editor: history, secrets that were typed, problems found here and by the controller. */
export function useEditor({ definition: start, jobs, isNew }: Start): Editor {
  const [history, dispatch] = useReducer(step, start, startHistory);
  const [saved, setSaved] = useState(start);
  const [secrets, setSecrets] = useState<SecretChanges>({});
  const [refusal, setRefusal] = useState<{ readonly sent: PipelineDefinition; readonly problems: readonly Problem[] }>({
    sent: start,
    problems: [],
  });
  const definition = history.present;
  const jobDefinitions = useMemo(() => jobs?.map((job) => job.definition), [jobs]);
  const problems = useMemo(() => {
    const found = checkDefinition(definition, jobDefinitions);
    const places = new Set(found.map(({ path }) => path));
    return [...found, ...stillTrue(refusal.problems, refusal.sent, definition).filter(({ path }) => !places.has(path))];
  }, [definition, jobDefinitions, refusal]);
  return {
    definition,
    secrets,
    setSecrets,
    problems,
    dirty:
      Object.keys(secrets).length > 0 ||
      (definition !== saved && JSON.stringify(definition) !== JSON.stringify(saved)) ||
      (isNew && history.past.length > 0),
    change: (next, field) => dispatch({ type: 'edit', next, field }),
    undo: () => dispatch({ type: 'undo' }),
    redo: () => dispatch({ type: 'redo' }),
    refused: (found) => setRefusal({ sent: definition, problems: found }),
    stored: (next) => {
      setSaved(next);
      setSecrets({});
      setRefusal({ sent: next, problems: [] });
      dispatch({ type: 'restart', next });
    },
  };
}
