import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { post } from '../../../../api/client.js';
import { keys } from '../../../../api/keys.js';
import { manages, useCurrentProject, useProjects } from '../../../../app/project.js';
import { usePerson } from '../../../../app/session.js';
import { clockTime } from '../../../../format/times.js';

interface Made {
  readonly installCommand: string;
}

interface InstallCommand {
  readonly command: string | undefined;
  readonly error: unknown;
  readonly busy: boolean;
  readonly make: () => void;
}

/** `make` creates a token for one agent and gives the command that uses it. A token is valid from then on, so nothing creates one unasked. */
export function useInstallCommand(): InstallCommand {
  const { name, administrator } = usePerson();
  const current = useCurrentProject();
  const { data: projects } = useProjects();
  const managed = administrator
    ? undefined
    : (manages(current, false) ? current : projects?.find((project) => manages(project, false)))?.id;
  const cache = useQueryClient();
  const [command, setCommand] = useState<string | undefined>(undefined);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const make = (): void => {
    if (busy) return;
    setBusy(true);
    setError(null);
    const tokenName = `${name.slice(0, 40)} ${clockTime(Date.now()).replaceAll(':', '.')}`;
    post<Made>('/registration-tokens', {
      name: tokenName,
      uses: 1,
      expiresInHours: 1,
      ...(managed === undefined ? {} : { projectId: managed }),
    })
      .then(({ installCommand }) => {
        setCommand(installCommand);
        void cache.invalidateQueries({ queryKey: keys.registrationTokens });
      }, setError)
      .finally(() => setBusy(false));
  };
  return { command, error, busy, make };
}
