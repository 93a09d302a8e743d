import { realpath } from 'node:fs/promises';
import { sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export type ParsedRepository =
  | {
      readonly ok: true;
      readonly kind: 'http' | 'ssh' | 'folder';
      readonly url: string;
      /** scheme, host and port, for http */ readonly origin?: string;
    }
  | { readonly ok: false; readonly reason: string };

const refused = (reason: string): ParsedRepository => ({ ok: false, reason });

/** S2: https, http and ssh; a folder only below those that an administrator allows; nothing that git would take for something else. */
export async function parseRepositoryUrl(url: string, allowedFolders: readonly string[]): Promise<ParsedRepository> {
  if (/[\u0000-\u001f\u007f]/.test(url)) return refused('the address of the repository holds control characters');
  if (url.startsWith('/')) return parseFolder(url, allowedFolders);
  if (url.includes(' ')) return refused('the address of the repository holds blanks, which only a folder may');
  if (url.startsWith('-')) return refused('the address of a repository cannot begin with "-"');
  const scp = /^(?:([A-Za-z0-9_][A-Za-z0-9._-]*)@)?([A-Za-z0-9][A-Za-z0-9.-]*):(?!\/\/|:)([^-:][^:]*)$/.exec(url);
  if (scp) return { ok: true, kind: 'ssh', url };
  return parseAbsolute(url, allowedFolders);
}

function parseAbsolute(url: string, allowedFolders: readonly string[]): Promise<ParsedRepository> | ParsedRepository {
  if (!URL.canParse(url)) return refused('the address of the repository cannot be understood');
  const parsed = new URL(url);
  if (parsed.password !== '') return refused('the address of the repository holds a password: credentials belong into the endpoint');
  if (parsed.hostname.startsWith('-') || parsed.username.startsWith('-')) return refused('host and user cannot begin with "-"');
  switch (parsed.protocol) {
    case 'http:':
    case 'https:':
      if (parsed.username !== '') return refused('the address of the repository holds a user: credentials belong into the endpoint');
      return { ok: true, kind: 'http', url: parsed.href, origin: parsed.origin };
    case 'ssh:':
      return { ok: true, kind: 'ssh', url };
    case 'file:':
      return parsed.host === '' ? parseFolder(fileURLToPath(parsed), allowedFolders) : refused('a folder cannot be on another host');
    default:
      return refused(`the scheme ${parsed.protocol.slice(0, -1)} is not allowed: https, http and ssh are`);
  }
}

/** Links are followed before comparing, so that none leads out of an allowed folder. */
async function parseFolder(path: string, allowedFolders: readonly string[]): Promise<ParsedRepository> {
  const real = await realpath(path).catch(() => undefined);
  for (const folder of allowedFolders) {
    const allowed = await realpath(folder).catch(() => undefined);
    if (
      real !== undefined &&
      allowed !== undefined &&
      (real === allowed || real.startsWith(allowed + (allowed.endsWith(sep) ? '' : sep)))
    ) {
      return { ok: true, kind: 'folder', url: real };
    }
  }
  return refused('repositories in folders are allowed only below those that an administrator lists');
}

/** Whether git takes a name as a branch or tag and as nothing else. */
export const isRefName = (name: string): boolean =>
  /^(?!-.|[/.])[^\u0000-\u0020\u007f~^:?*[\\]+$/.test(name) && !/\.\.|@\{|\/\/|\/$|\.lock$|\.$|\/\./.test(name);
