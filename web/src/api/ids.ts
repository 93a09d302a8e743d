/** Ids that come from an address or a form: the one place where plain text becomes an id; the controller checks it. */
export const idOf = <T extends string>(text: string): T => text as T;
