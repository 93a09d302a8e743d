import { useTranslation } from 'react-i18next';
import { useKeys } from '../keys/keys.js';
import type { LogSession } from './session/log-session.js';

/** The keys of a log (design, section 12). */
export function useLogKeys(session: LogSession | undefined, sayLastLine: () => void): void {
  const { t } = useTranslation();
  useKeys([
    { keys: 'f', label: t('run.keyFollow'), run: () => session?.toggleFollow() },
    { keys: 'e', label: t('log.firstError'), run: () => session?.goToError(0) },
    { keys: 'n', label: t('log.nextError'), run: () => session?.goToError(1) },
    { keys: 'shift+n', label: t('log.previousError'), run: () => session?.goToError(-1) },
    { keys: '[', label: t('log.previousStep'), run: () => session?.showStep(-1) },
    { keys: ']', label: t('log.nextStep'), run: () => session?.showStep(1) },
    { keys: 'l', label: t('log.lastLine'), run: sayLastLine },
  ]);
}
