import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import picomatch from 'picomatch';
import { liesIn } from './inside.js';

export interface Match {
  /** Below the workspace, with `/`. */
  readonly path: string;
  readonly kind: 'file' | 'folder';
}

export type Expansion = { readonly ok: true; readonly matches: readonly Match[] } | { readonly ok: false; readonly reason: string };

interface Pattern {
  readonly matches: (path: string) => boolean;
  /** A folder is meant as a whole unless `**` asks for the files in it. */
  readonly takesFolders: boolean;
}

/**
 * What the patterns match below the workspace, each path once, in order of names. Links to folders are never followed;
 * a link to a file counts only if the file lies in the workspace. A folder that matches stands for all in it.
 */
export async function expandGlobs(workspace: string, patterns: readonly string[]): Promise<Expansion> {
  const fault = patterns.map(faultOf).find((reason) => reason !== undefined);
  if (fault !== undefined) return { ok: false, reason: fault };
  const compiled = patterns.map(compile);
  const root = await realpath(workspace);
  const matches: Match[] = [];
  await walk({ root, compiled, matches }, '');
  return { ok: true, matches };
}

function faultOf(pattern: string): string | undefined {
  const said = JSON.stringify(pattern);
  if (pattern === '' || pattern.includes('\0')) return `the pattern ${said} is empty or holds a zero byte`;
  if (pattern.startsWith('/') || /^[A-Za-z]:[\\/]/.test(pattern)) return `the pattern ${said} is absolute: patterns begin at the workspace`;
  if (pattern.split(/[\\/{},()|]/).includes('..')) return `the pattern ${said} leads out of the workspace`;
  return costFault(pattern);
}

/** What a part of a pattern may hold: with more, one name of a file could occupy the agent's only thread for minutes. */
const most = { stars: 3, braces: 5, globstars: 3 } as const;

function costFault(pattern: string): string | undefined {
  const said = JSON.stringify(pattern);
  const parts = pattern.split('/');
  if (parts.filter((part) => part === '**').length > most.globstars)
    return `the pattern ${said} has more than ${most.globstars} parts “**”`;
  for (const part of parts.filter((one) => one !== '**')) {
    if ((part.match(/\*+/g) ?? []).length > most.stars) return `the pattern ${said} has more than ${most.stars} stars in one part`;
    if ((part.match(/\{/g) ?? []).length > most.braces) return `the pattern ${said} has more than ${most.braces} braces in one part`;
  }
  return undefined;
}

function compile(pattern: string): Pattern {
  const plain = pattern.replace(/^(\.\/)+/, '').replace(/\/+$/, '');
  const literal = plain.replace(/(?<!\\)[()|+]/g, '\\$&'); // only `*`, `**`, `?`, `[a-z]` and `{a,b}` mean something
  return { matches: picomatch(literal, { dot: false, noextglob: true, nonegate: true }), takesFolders: !plain.includes('**') };
}

interface Walk {
  readonly root: string;
  readonly compiled: readonly Pattern[];
  readonly matches: Match[];
}

async function walk(around: Walk, folder: string): Promise<void> {
  const { root, compiled, matches } = around;
  const entries = await readdir(join(root, folder), { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) {
      if (compiled.some((pattern) => pattern.takesFolders && pattern.matches(path))) matches.push({ path, kind: 'folder' });
      else await walk(around, path);
    } else if (
      compiled.some((pattern) => pattern.matches(path)) &&
      (entry.isFile() || (entry.isSymbolicLink() && (await leadsToFileInside(root, path))))
    ) {
      matches.push({ path, kind: 'file' });
    }
  }
}

async function leadsToFileInside(root: string, path: string): Promise<boolean> {
  const real = await realpath(join(root, path)).catch(() => undefined);
  return real !== undefined && liesIn(root, real) && (await stat(real)).isFile();
}
