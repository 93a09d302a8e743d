import { exitCodes } from '../cli/cli-fault.js';

export interface UnitParts {
  readonly node: string;
  readonly program: string;
  readonly dataFolder: string;
  readonly path: string;
  /** Further variables: how the machine reaches the outside, and what tasks get. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly scope: 'system' | 'user';
}

/** The text of the systemd unit. Ending it drains: attempts get an hour to finish before they are killed. */
export function unitText({ node, program, dataFolder, path, settings = {}, scope }: UnitParts): string {
  const environment = Object.entries({ PATH: path, ...settings }).map(([name, value]) => `Environment=${quoteSetting(`${name}=${value}`)}`);
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

/** One word of a unit's command line: `$` means nothing. */
const quote = (word: string): string => quoteSetting(word).replaceAll('$', '$$$$');

/** One setting of a unit, in which `$` never means anything: `%` neither, quotes and backslashes are kept. */
function quoteSetting(word: string): string {
  return `"${word.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%')}"`;
}
