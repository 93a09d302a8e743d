import type { Source } from '@drover/protocol/definition';
import { covers } from '../../endpoints/endpoint.js';
import { endpointInReach, noEndpointInReach, referenceOfSource } from '../../endpoints/references.js';
import type { Context } from './context.js';
import type { FieldFault } from './fault.js';

/** S2, S6: aliases unique, addresses allowed, endpoints there and meant for the address. */
export function sourceFaults(context: Context): readonly FieldFault[] {
  const seen = new Set<string>();
  return context.definition.sources.flatMap((source, index) => {
    const place = `/sources/${index}`;
    const faults = [
      ...aliasFaults(source, seen, place),
      ...addressFaults(source.url, context.allowedFolders, place),
      ...endpointFaults(source, context, place),
    ];
    if (source.alias !== undefined) seen.add(source.alias);
    return faults;
  });
}

function aliasFaults({ alias }: Source, seen: ReadonlySet<string>, place: string): readonly FieldFault[] {
  if (alias === undefined) return [];
  return seen.has(alias) ? [{ path: `${place}/alias`, message: `“${alias}” is the alias of another source already` }] : [];
}

/** Why an address can't be a source; shared with the listing of branches. */
export function addressFaults(url: string, allowedFolders: readonly string[], place = ''): readonly FieldFault[] {
  const fault = addressFault(url, allowedFolders);
  return fault === undefined ? [] : [{ path: `${place}/url`, message: fault }];
}

function addressFault(url: string, allowedFolders: readonly string[]): string | undefined {
  const folder = localFolder(url);
  if (folder === 'broken') return 'is not a valid address';
  if (folder !== undefined) {
    return allowedFolders.some((allowed) => isBelow(folder, allowed))
      ? undefined
      : 'is a folder of the controller that no administrator has allowed (settings, allowed folders)';
  }
  if (/^(?:https?|ssh):/.test(url)) {
    if (!URL.canParse(url)) return 'is not a valid address';
    if (new URL(url).password !== '') return 'holds a password: put it into an endpoint, where it is kept encrypted';
    if (/^https?:/.test(url) && new URL(url).username !== '') return 'holds a user: put it into an endpoint';
    if (new URL(url).hostname.startsWith('-')) return 'is not a valid address';
  }
  return undefined;
}

/** The path of a local repository; undefined for a remote one. */
export function localFolder(url: string): string | undefined {
  if (url.startsWith('/')) return url;
  if (!url.startsWith('file://')) return undefined;
  try {
    return decodeURIComponent(url.slice('file://'.length));
  } catch {
    return 'broken';
  }
}

/** Whether a path lies in a folder, by its letters: links are looked at where it is used. */
export function isBelow(path: string, folder: string): boolean {
  const parts = partsOf(path);
  const above = partsOf(folder);
  return !parts.includes('..') && !above.includes('..') && above.every((part, index) => part === parts[index]);
}

const partsOf = (path: string): readonly string[] => path.split('/').filter((part) => part !== '' && part !== '.');

function endpointFaults(source: Source, { endpoints }: Context, place: string): readonly FieldFault[] {
  const reference = referenceOfSource(source);
  if (reference === undefined) return [];
  const path = `${place}/endpoint`;
  const endpoint = endpointInReach(endpoints, reference);
  if (endpoint === undefined) return [{ path, message: noEndpointInReach(reference) }];
  if (covers(endpoint.url, source.url)) return [];
  const meant = endpoint.usable ? endpoint.url : 'another address';
  return [{ path, message: `the endpoint “${endpoint.name}” is for ${meant}: its credentials are not sent elsewhere` }];
}
