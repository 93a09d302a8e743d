import type { FarmView } from '@drover/protocol/api';
import { useTranslation } from 'react-i18next';

/** How full the farm is, in three figures. */
export function FarmHead({ farm }: { readonly farm: FarmView }) {
  const { t } = useTranslation();
  return (
    <div className="farm">
      <div>
        <span className="big num">
          {farm.busy}
          <span className="faint"> / {farm.slots}</span>
        </span>
        <span className="faint">{t('agents.slotsBusy')}</span>
      </div>
      <div>
        <span className="big num">{farm.queuedTasks}</span>
        <span className="faint">{t('agents.queuedTasks', { count: farm.queuedTasks })}</span>
      </div>
      <div>
        <span className="big num">
          {farm.agentsOnline}
          <span className="faint"> / {farm.agents}</span>
        </span>
        <span className="faint">{t('agents.online')}</span>
      </div>
    </div>
  );
}
