import type { Reason } from '@drover/protocol';
import type { TFunction } from 'i18next';

/** A reason in the page's language. An unknown code is shown as it is. */
export function sayReason(t: TFunction, reason: Reason): string {
  const parameters: Readonly<Record<string, string | number>> = reason.parameters ?? {};
  return t(`reason.${reason.code}`, { defaultValue: reason.code }).replace(/\{(\w+)\}/g, (whole, name: string) =>
    String(parameters[name] ?? whole),
  );
}
