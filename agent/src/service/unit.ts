import { exitCodes } from '../cli/cli-fault.js';

/** Keeps the agent small while it idles: its short-lived objects are few. */
const smallHeap = '--max-semi-space-size=1';

export interface UnitParts {
  readonly node: string;
  readonly program: string;
  readonly dataFolder: string;
  readonly path: string;
  readonly scope: 'system' | 'user';
}

/** The text of the systemd unit. Ending it drains: attempts get an hour to finish before they are killed. */
export function unitText({ node, program, dataFolder, path, scope }: UnitParts): string {
  const final = Object.values(exitCodes).filter((code) => code !== exitCodes.failed);
  return `[Unit]
Description=Drover agent
Wants=network-online.target
After=network-online.target

[Service]
Type=exec
ExecStart=${[node, smallHeap, program, 'start', '--data', dataFolder].map(quote).join(' ')}
Environment=${quote(`PATH=${path}`)}
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

/** One word of a unit's command line: `%` and `$` mean nothing, quotes and backslashes are kept. */
function quote(word: string): string {
  const escaped = word.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%').replaceAll('$', '$$$$');
  return `"${escaped}"`;
}
