import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { useKeys } from '../keys/keys.js';

const parameter = 'full';

/** Whether the log has a phone's whole screen: a part of the address, so that Back leaves it. */
export function useFullLog(): { readonly full: boolean; readonly toggleFull: () => void } {
  const { t } = useTranslation();
  const [search, setSearch] = useSearchParams();
  const full = search.has(parameter);
  const toggleFull = (): void =>
    setSearch(
      (before) => {
        const after = new URLSearchParams(before);
        if (full) after.delete(parameter);
        else after.set(parameter, '1');
        return after;
      },
      { replace: full, preventScrollReset: true },
    );
  useKeys(full ? [{ keys: 'escape', label: t('log.leaveFull'), run: toggleFull }] : []);
  return { full, toggleFull };
}
