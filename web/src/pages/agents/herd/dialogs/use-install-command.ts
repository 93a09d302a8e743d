import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { post } from '../../../../api/client.js';
import { keys } from '../../../../api/keys.js';
import { usePerson } from '../../../../app/session.js';
import { clockTime } from '../../../../format/times.js';

interface Made {
  readonly installCommand: string;
}

interface InstallCommand {
  readonly command: string | undefined;
  readonly error: unknown;
  readonly make: () => void;
}

/** Makes a token for one agent, once, and gives the command that uses it; `make` tries again. */
export function useInstallCommand(): InstallCommand {
  const { name } = usePerson();
  const cache = useQueryClient();
  const [command, setCommand] = useState<string | undefined>(undefined);
  const [error, setError] = useState<unknown>(null);
  const asked = useRef(false);
  const make = (): void => {
    setError(null);
    const tokenName = `${name.slice(0, 40)} ${clockTime(Date.now()).replaceAll(':', '.')}`;
    post<Made>('/registration-tokens', { name: tokenName, uses: 1, expiresInHours: 1 }).then(({ installCommand }) => {
      setCommand(installCommand);
      void cache.invalidateQueries({ queryKey: keys.registrationTokens });
    }, setError);
  };
  useEffect(() => {
    if (!asked.current) make();
    asked.current = true;
  });
  return { command, error, make };
}
