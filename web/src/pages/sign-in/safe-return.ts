/** Where to go after signing in: only to a page of this dashboard. */
export function safeReturn(to: string | null): string {
  if (to === null || !to.startsWith('/') || to.startsWith('//') || to.startsWith('/\\') || to.startsWith('/sign-in')) return '/pipelines';
  return to;
}
