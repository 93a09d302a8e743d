import type { ShellStep } from './ports.js';

/** Linux takes no single argument above 128 KiB; a longer script is handed over in pieces. */
const pieceBytes = 96 * 1024;

const bash = 'bash -eo pipefail -c';
const sh = 'sh -e -c';

/**
 * The command that runs a script. The script is an argument, so that nothing is written into the workspace and it works
 * alike on the machine and in a container: `bash -eo pipefail -c SCRIPT`, or `sh -e -c SCRIPT` (a plain sh knows no
 * pipefail). A step that names no shell gets bash where there is one, which is
 * found out by a shell unless it is known. Line ends of Windows become those of a shell, to which a CR is a part of the last
 * word. A very long script is put together by `eval`.
 */
export function scriptCommand({ script, shell }: Pick<ShellStep, 'script' | 'shell'>, hasBash = false): readonly string[] {
  const pieces = piecesOf(script.replaceAll('\r\n', '\n'));
  const [text, ...rest] = pieces.length === 1 ? pieces : [evalOf(pieces.length), ...pieces];
  const args = [text ?? '', 'script', ...rest];
  if (shell !== undefined || hasBash) return [...(shell !== 'sh' ? bash : sh).split(' '), ...args];
  return ['sh', '-c', `if command -v bash >/dev/null 2>&1; then exec ${bash} "$@"; else exec ${sh} "$@"; fi`, 'sh', ...args];
}

const evalOf = (pieces: number): string => `eval "${Array.from({ length: pieces }, (_, index) => `\${${index + 1}}`).join('')}"`;

function piecesOf(script: string): readonly string[] {
  if (Buffer.byteLength(script) <= pieceBytes) return [script];
  const pieces: string[] = [];
  let start = 0;
  let bytes = 0;
  let at = 0;
  for (const character of script) {
    const size = Buffer.byteLength(character);
    if (bytes + size > pieceBytes) {
      pieces.push(script.slice(start, at));
      start = at;
      bytes = 0;
    }
    at += character.length;
    bytes += size;
  }
  return [...pieces, script.slice(start)];
}
