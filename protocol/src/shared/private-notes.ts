/**
 * Where the programs of one user on one machine note the folders that no task may see: a file for each, that holds the
 * folder's path and a line end. Agents of other farms, and controllers, thereby are kept from each other's tasks.
 * `DROVER_PRIVATE_NOTES` names another place; it has to be the same for all programs of the user.
 */
export function privateNotesFolder(env: { readonly DROVER_PRIVATE_NOTES?: string | undefined }, home: string): string {
  const chosen = env.DROVER_PRIVATE_NOTES;
  return chosen === undefined || !chosen.startsWith('/') ? `${home}/.local/state/drover/private` : chosen;
}
