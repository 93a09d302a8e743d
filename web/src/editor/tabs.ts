export const tabs = ['basics', 'sources', 'workflow', 'parameters', 'yaml'] as const;
export type EditorTab = (typeof tabs)[number];

/** Addresses within one editor: each tab's own, and the first one's by its name too, which links may have. */
export function editorAddresses(tabPath: (tab: EditorTab) => string): ReadonlySet<string> {
  const own = tabs.map((tab) => tabPath(tab).replace(/\?.*/, ''));
  const editor = own.reduce((shortest, path) => (path.length < shortest.length ? path : shortest));
  return new Set([...own, ...tabs.map((tab) => `${editor}/${tab}`)]);
}
