import type { StepCommand } from '../executors/executor.js';
import { plainName, shellName } from '../executors/shell/shell-names.js';

/** Above these sizes the kernel may refuse; then a step is begun by the agent itself, which can tell. */
const stringLimitBytes = 100_000;
const totalLimitBytes = 500_000;
const nameLimitCharacters = 1_000;

/**
 * The shell text that looks whether a step can begin, and the one that becomes it with exactly this environment. Undefined
 * for what that shell can't hand on unchanged, or may be too long to begin. `processes`: how many its namespaces may have.
 */
export function stepRequest(
  { argv, env, cwd }: StepCommand,
  processes?: number,
): { readonly check: string; readonly step: string } | undefined {
  const variables = Object.entries(env);
  if (!variables.every(([name]) => plainName.test(name) && !shellName.test(name))) return undefined;
  const sizes = [...argv, ...variables.map(([name, value]) => `${name}=${value}`)].map((text) => Buffer.byteLength(text));
  if (sizes.some((size) => size > stringLimitBytes) || sizes.reduce((sum, size) => sum + size, 0) > totalLimitBytes) return undefined;
  if ([...argv, cwd, ...Object.values(env)].some((text) => text.includes('\0'))) return undefined;
  const [program = ''] = argv;
  const check = [
    `PATH=${quoted(env['PATH'] ?? '')}`,
    `cd -- ${quoted(cwd)} 2>/dev/null || { echo ${refusal(`the working folder ${shortened(cwd)} cannot be entered`)}; exit 126; }`,
    `type -P -- ${quoted(program)} >/dev/null || { echo ${refusal(`the program ${shortened(program)} was not found`)}; exit 127; }`,
  ];
  const settings = variables.map(([name, value]) => `${name}=${quoted(value)}`);
  const limit = processes === undefined ? '' : `ulimit -u ${processes}; `;
  // one command, so that no setting of it acts on how the rest is read
  const step = `{ ${limit}unset OLDPWD SHLVL; export ${settings.join(' ')}; cd -- ${quoted(cwd)}; } 2>/dev/null && exec -- ${argv.map(quoted).join(' ')}`;
  return { check: check.join('\n'), step };
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
const refusal = (reason: string): string => quoted(`refused ${reason.replaceAll('\n', ' ')}`);
/** A refusal has to fit into a pipe that is read only when all is over. */
const shortened = (name: string): string => (name.length > nameLimitCharacters ? `${name.slice(0, nameLimitCharacters)}…` : name);
