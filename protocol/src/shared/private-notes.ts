/**
 * Where the programs of one user on one machine note the folders that no task may see: a file for each, that holds the
 * folder's path and a line end. Agents of other farms, and controllers, thereby are kept from each other's tasks.
 */
export function privateNotesFolder(env: { readonly XDG_STATE_HOME?: string | undefined }, home: string): string {
  const state = env.XDG_STATE_HOME;
  return `${state === undefined || !state.startsWith('/') ? `${home}/.local/state` : state}/drover/private`;
}
