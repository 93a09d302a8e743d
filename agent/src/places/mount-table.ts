import { existsSync } from 'node:fs';
import type { Hiding } from './hiding.js';

/** Stands for the name of the workspace in a table of mounts. */
export const nameInTable = '\u0001';
/** Stands for the name under which steps see it. */
const seenInTable = '\u0002';

/**
 * What a place mounts for itself, as a table for `mount`; /proc and /run are open in it as descriptors 5 and 8. Sources
 * have a name of their own each time, and binds go by descriptors, because `mount` passes over what it takes for mounted.
 */
export function mountTable(
  { root, behind }: Pick<Hiding, 'root' | 'behind'>,
  options: { readonly isRoot: boolean; readonly word: string },
): string {
  const source = `drover-${options.word}`;
  const own = options.isRoot ? ownMounts(source) : [];
  if (behind === '') return own.join('');
  const [folder, reachable] = [escaped(root), escaped(behind)];
  return [
    ...own,
    line(source, folder, 'tmpfs', 'mode=755,size=64k'),
    line(`${reachable}/${nameInTable}`, `${folder}/${seenInTable}`, 'none', 'bind,x-mount.mkdir'),
    line('none', folder, 'none', 'remount,bind,ro'),
    line(source, reachable, 'tmpfs', 'ro,size=4k'),
  ].join('');
}

/** For an agent that is root: settings of the kernel lie in each /proc, and the /run of a place is nobody else's. */
function ownMounts(source: string): readonly string[] {
  const settings = ['sys', 'sysrq-trigger'].filter((name) => existsSync(`/proc/${name}`));
  const names = existsSync('/run/systemd/resolve');
  return [
    ...settings.map((name) => line(`/proc/self/fd/5/${name}`, `/proc/${name}`, 'none', 'bind,ro,nosuid,nodev,noexec')),
    line(source, '/run', 'tmpfs', 'mode=755,nosuid,nodev'),
    ...(names ? [line('/proc/self/fd/8/systemd/resolve', '/run/systemd/resolve', 'none', 'bind,x-mount.mkdir')] : []),
  ];
}

const line = (source: string, target: string, type: string, options: string): string => `${source} ${target} ${type} ${options} 0 0\n`;

/** Blanks and the like have their number in a table of mounts. */
const escaped = (path: string): string =>
  path.replace(/[\0-\x20\\#]/g, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`);
