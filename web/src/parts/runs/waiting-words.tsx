import type { Reason } from '@drover/protocol';
import { useTranslation } from 'react-i18next';
import { sayReason } from '../../i18n/reason.js';

/** Why a run waits, in one line of a list; the whole sentence on hover. */
export function WaitingWords({ reason }: { readonly reason: Reason }) {
  const { t } = useTranslation();
  const words = sayReason(t, reason);
  return (
    <span className="cut waiting-words" title={words}>
      {words}
    </span>
  );
}
