import { exitCodes } from '../cli/cli-fault.js';

export interface UnitParts {
  readonly node: string;
  readonly program: string;
  readonly dataFolder: string;
  readonly path: string;
  /** A file with further variables: how the machine reaches the outside, and what tasks get. */
  readonly environmentFile?: string | undefined;
  readonly scope: 'system' | 'user';
}

/** The text of the systemd unit. Ending it drains: attempts get an hour to finish before they are killed. */
export function unitText({ node, program, dataFolder, path, environmentFile, scope }: UnitParts): string {
  const environment = [
    `Environment=${quoteSetting(`PATH=${path}`)}`,
    ...(environmentFile === undefined ? [] : [`EnvironmentFile=${environmentFile.replaceAll('%', '%%')}`]),
  ];
  const final = Object.values(exitCodes).filter((code) => code !== exitCodes.failed);
  return `[Unit]
Description=Drover agent
Wants=network-online.target
After=network-online.target docker.service

[Service]
Type=exec
ExecStart=${[node, program, 'start', '--data', dataFolder].map(quote).join(' ')}
${environment.join('\n')}
Restart=always
RestartSec=5
RestartPreventExitStatus=${final.join(' ')}
KillMode=mixed
TimeoutStopSec=3600
Delegate=yes

[Install]
WantedBy=${scope === 'system' ? 'multi-user.target' : 'default.target'}
`;
}

/**
 * The text of the file with the service's environment. It is a file of its own because everybody on the machine may ask
 * systemd for what a unit says, and the address of a proxy may hold a password.
 */
export function environmentText(environment: Readonly<Record<string, string>>): string {
  const lines = Object.entries(environment).map(([name, value]) => `${name}="${value.replaceAll(/[\\"`$]/g, '\\$&')}"\n`);
  return lines.join('');
}

/** One word of a unit's command line: `$` means nothing. */
const quote = (word: string): string => quoteSetting(word).replaceAll('$', '$$$$');

/** One setting of a unit, in which `$` never means anything: `%` neither, quotes and backslashes are kept. */
function quoteSetting(word: string): string {
  return `"${word.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%')}"`;
}
