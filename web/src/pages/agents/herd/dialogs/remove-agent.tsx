import type { AgentView } from '@drover/protocol/api';
import { useTranslation } from 'react-i18next';
import { remove } from '../../../../api/client.js';
import { ConfirmDialog } from '../../../../parts/overlays/dialogs.js';
import { toast } from '../../../../parts/overlays/toasts.js';
import { useRefreshAgents } from '../use-refresh-agents.js';

/** Asks before an agent is forgotten. */
export function RemoveAgent({ agent: { id, name }, onClose }: { readonly agent: AgentView; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const refresh = useRefreshAgents();
  const forget = async (): Promise<void> => {
    await remove(`/agents/${id}`);
    refresh();
    toast('succeeded', t('agents.removed', { name }));
  };
  return (
    <ConfirmDialog title={t('agents.removeTitle', { name })} action={t('agents.removeAction')} onConfirm={forget} onClose={onClose}>
      {t('agents.removeText')}
    </ConfirmDialog>
  );
}
