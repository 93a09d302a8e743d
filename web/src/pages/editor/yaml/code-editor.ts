import { autocompletion, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import {
  bracketMatching,
  defaultHighlightStyle,
  foldGutter,
  HighlightStyle,
  indentOnInput,
  syntaxHighlighting,
} from '@codemirror/language';
import { lintGutter, lintKeymap, setDiagnostics, type Diagnostic } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, highlightSpecialChars, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { directions, showDirections } from '../../../directions/directions.js';
import { yamlCompletion, type Knowledge } from './completion.js';

/** A fault at its place, in the page's language. */
export interface ShownFault {
  readonly from: number;
  readonly to: number;
  readonly message: string;
}

export interface YamlEditor {
  readonly replace: (text: string) => void;
  readonly showFaults: (faults: readonly ShownFault[]) => void;
  readonly know: (knowledge: Knowledge) => void;
  readonly close: () => void;
}

const look = EditorView.theme({
  '&': { fontSize: '12px', backgroundColor: 'var(--d-log)', color: 'var(--d-log-text)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--d-font-mono)', lineHeight: '20px' },
  '.cm-gutters': { backgroundColor: 'var(--d-log)', color: 'var(--d-log-gutter)', border: 'none' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'var(--d-log-hover)' },
  '.cm-cursor': { borderLeftColor: 'var(--d-text)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'var(--d-accent-soft) !important',
  },
  '.cm-tooltip': {
    backgroundColor: 'var(--d-raised)',
    border: '1px solid var(--d-line-strong)',
    borderRadius: '8px',
    color: 'var(--d-text)',
  },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { backgroundColor: 'var(--d-accent-soft)', color: 'var(--d-text)' },
  '.cm-diagnostic': { fontFamily: 'var(--d-font-ui)' },
});

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--d-ansi-blue)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--d-ansi-green)' },
  { tag: [tags.bool, tags.number, tags.null, tags.keyword], color: 'var(--d-ansi-magenta)' },
  { tag: tags.comment, color: 'var(--d-log-gutter)' },
]);

/** How text looks and is edited, whatever is known of it. */
const editing = [
  lineNumbers(),
  foldGutter(),
  lintGutter(),
  history(),
  drawSelection(),
  highlightActiveLine(),
  highlightSpecialChars({ addSpecialChars: directions }),
  indentOnInput(),
  bracketMatching(),
  yaml(),
  look,
  syntaxHighlighting(colours),
  syntaxHighlighting(defaultHighlightStyle, { fallback: true }),
];
const keys = keymap.of([...completionKeymap, ...lintKeymap, ...historyKeymap, ...defaultKeymap, indentWithTab]);
const named = EditorView.contentAttributes.of({ 'aria-label': 'drover.yaml', tabindex: '0' });

interface Start {
  readonly parent: HTMLElement;
  readonly text: string;
  readonly readOnly: boolean;
  readonly onChange: (text: string) => void;
}

/** An editor for `drover.yaml`: highlighting, folding, completion by the schema, faults in the margin. */
export function openYamlEditor({ parent, text, readOnly, onChange }: Start): YamlEditor {
  let knowledge: Knowledge = { schema: undefined, jobs: [] };
  let replacing = false;
  const changed = EditorView.updateListener.of((update) => {
    if (update.docChanged && !replacing) onChange(update.state.doc.toString());
  });
  const completion = autocompletion({ override: [yamlCompletion(() => knowledge)] });
  const extensions = [...editing, completion, keys, EditorState.readOnly.of(readOnly), named, changed];
  const view = new EditorView({ parent, state: EditorState.create({ doc: text, extensions }) });
  return {
    replace: (next) => {
      replacing = true;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } });
      replacing = false;
    },
    showFaults: (faults) => view.dispatch(setDiagnostics(view.state, diagnosticsOf(faults, view.state.doc.length))),
    know: (next) => {
      knowledge = next;
    },
    close: () => view.destroy(),
  };
}

/** A fault may lie beyond the end of a text that was just made shorter. */
const diagnosticsOf = (faults: readonly ShownFault[], length: number): Diagnostic[] =>
  faults.map(({ from, to, message }) => ({
    from: Math.min(from, length),
    to: Math.min(to, length),
    severity: 'error',
    message: showDirections(message),
  }));
