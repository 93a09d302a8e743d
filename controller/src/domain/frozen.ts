/** Makes a record unchangeable to its last part, so that it can be handed out as it is: an attempt to edit it fails. What is frozen already is not looked through again. */
export function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const part of Object.values(value)) frozen(part);
  return value;
}
