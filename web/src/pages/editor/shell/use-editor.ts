import type { Job } from '@drover/protocol/api';
import { useMemo, useReducer, useState } from 'react';
import { checkDefinition, type Problem } from '../../../editor/check.js';
import type { PipelineDefinition } from '../../../editor/definition.js';
import { edit, redo, settle, startHistory, undo, type History } from '../../../editor/history.js';
import { liesInDraft, stillTrue, withRefusals } from '../../../editor/problems.js';

export type SecretChanges = Readonly<Record<string, string | null>>;

/** What is being edited, its problems, and how to change it. `field` joins edits of one field to one undo. */
export interface Editor {
  readonly definition: PipelineDefinition;
  readonly change: (next: PipelineDefinition, field?: string) => void;
  readonly secrets: SecretChanges;
  readonly setSecrets: (secrets: SecretChanges) => void;
  /** What is shown at the fields: nothing in a new pipeline that nobody has touched. */
  readonly problems: readonly Problem[];
  /** What forbids saving: faults of the draft alone. The controller's refusals are shown and never forbid: their cure may lie elsewhere. */
  readonly obstacles: readonly Problem[];
  /** Shows the problems of an untouched draft too. */
  readonly showProblems: () => void;
  readonly dirty: boolean;
  readonly undo: () => void;
  readonly redo: () => void;
  /** Problems that the controller found with what was sent. */
  readonly refused: (problems: readonly Problem[]) => void;
  /** What was sent is now stored; edits made since then stay. */
  readonly stored: (sent: PipelineDefinition, definition: PipelineDefinition) => void;
  /** Forgets the draft for another definition. */
  readonly restart: (definition: PipelineDefinition) => void;
  /** YAML that can't be read, and so is no draft yet: kept as it was typed until the draft is changed elsewhere. */
  readonly unread: string | undefined;
  readonly setUnread: (text: string | undefined) => void;
}

type Step =
  | { readonly type: 'edit'; readonly next: PipelineDefinition; readonly field: string | undefined }
  | { readonly type: 'undo' }
  | { readonly type: 'redo' }
  | { readonly type: 'stored'; readonly sent: PipelineDefinition; readonly next: PipelineDefinition }
  | { readonly type: 'restart'; readonly next: PipelineDefinition };

function step(history: History<PipelineDefinition>, action: Step): History<PipelineDefinition> {
  switch (action.type) {
    case 'edit':
      return edit(history, action.next, action.field);
    case 'undo':
      return undo(history);
    case 'redo':
      return redo(history);
    case 'stored':
      return settle(history, action.sent, action.next);
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
  const [unread, setUnread] = useState<string | undefined>(undefined);
  const [refusal, setRefusal] = useState<{ readonly sent: PipelineDefinition; readonly problems: readonly Problem[] }>({
    sent: start,
    problems: [],
  });
  const definition = history.present;
  const jobDefinitions = useMemo(() => jobs?.map((job) => job.definition), [jobs]);
  const [tried, setTried] = useState(false);
  const own = useMemo(() => {
    const text: readonly Problem[] = unread === undefined ? [] : [{ path: '/yaml', code: 'yamlUnread' }];
    return [...text, ...checkDefinition(definition, jobDefinitions)];
  }, [definition, jobDefinitions, unread]);
  const shown = useMemo(() => withRefusals(own, stillTrue(refusal.problems, refusal.sent, definition)), [own, refusal, definition]);
  const move = (action: Step): void => {
    setUnread(undefined);
    dispatch(action);
  };
  return {
    definition,
    secrets,
    setSecrets,
    problems: isNew && !tried && history.past.length === 0 && unread === undefined ? [] : shown,
    obstacles: own.filter(liesInDraft),
    showProblems: () => setTried(true),
    dirty:
      unread !== undefined ||
      Object.keys(secrets).length > 0 ||
      (definition !== saved && JSON.stringify(definition) !== JSON.stringify(saved)) ||
      (isNew && history.past.length > 0),
    change: (next, field) => move({ type: 'edit', next, field }),
    undo: () => move({ type: 'undo' }),
    redo: () => move({ type: 'redo' }),
    unread,
    setUnread,
    refused: (found) => setRefusal({ sent: definition, problems: found }),
    stored: (sent, next) => {
      setSaved(next);
      setSecrets((now) => (now === secrets ? {} : now));
      setRefusal({ sent: next, problems: [] });
      dispatch({ type: 'stored', sent, next });
    },
    restart: (next) => {
      setSaved(next);
      setSecrets({});
      setRefusal({ sent: next, problems: [] });
      move({ type: 'restart', next });
    },
  };
}
