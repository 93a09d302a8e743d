import type { AgentView } from '@drover/protocol/api';
import { ActionIcon, Menu } from '@mantine/core';
import { IconDots, IconInfoCircle, IconPencil, IconPlayerPause, IconPlayerPlay, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { patch } from '../../../api/client.js';
import { toast } from '../../../parts/overlays/toasts.js';
import { ChangeAgentDialog } from './dialogs/change-agent-dialog.js';
import { RemoveAgent } from './dialogs/remove-agent.js';
import { usePerson } from '../../../app/session.js';
import { sayRefusal } from '../../../parts/use-save.js';
import { useRefreshAgents } from './use-refresh-agents.js';

/** What can be done with an agent (G5). */
export function AgentMenu({ agent, onOpen }: { readonly agent: AgentView; readonly onOpen?: () => void }) {
  const { t } = useTranslation();
  const [dialog, setDialog] = useState<'change' | 'remove' | undefined>(undefined);
  const enable = useEnable(agent);
  const close = (): void => setDialog(undefined);
  const { administrator } = usePerson();
  const refused = administrator ? {} : { disabled: true, title: t('agents.mayNot') };
  return (
    <>
      <Menu>
        <Menu.Target>
          <ActionIcon aria-label={t('agents.actionsOf', { name: agent.name })}>
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {onOpen === undefined ? null : (
            <Menu.Item leftSection={<IconInfoCircle size={16} stroke={1.75} />} onClick={onOpen}>
              {t('agents.details', { name: agent.name })}
            </Menu.Item>
          )}
          <Menu.Item {...refused} leftSection={<IconPencil size={16} stroke={1.75} />} onClick={() => setDialog('change')}>
            {t('agents.change')}
          </Menu.Item>
          {agent.enabled ? (
            <Menu.Item {...refused} leftSection={<IconPlayerPause size={16} stroke={1.75} />} onClick={() => void enable(false)}>
              {t('agents.disable')}
            </Menu.Item>
          ) : (
            <Menu.Item {...refused} leftSection={<IconPlayerPlay size={16} stroke={1.75} />} onClick={() => void enable(true)}>
              {t('agents.enable')}
            </Menu.Item>
          )}
          <Menu.Divider />
          <Menu.Item {...refused} data-danger leftSection={<IconTrash size={16} stroke={1.75} />} onClick={() => setDialog('remove')}>
            {t('agents.remove')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {dialog === 'change' ? <ChangeAgentDialog agent={agent} onClose={close} /> : null}
      {dialog === 'remove' ? <RemoveAgent agent={agent} onClose={close} /> : null}
    </>
  );
}

/** Takes an agent into work or out of it, and says that it is so. */
function useEnable({ id, name }: AgentView): (enabled: boolean) => Promise<void> {
  const { t } = useTranslation();
  const refresh = useRefreshAgents();
  return async (enabled) => {
    try {
      refresh(await patch<AgentView>(`/agents/${id}`, { enabled }));
      toast('succeeded', t(enabled ? 'agents.enabled' : 'agents.disabled', { name }));
    } catch (problem) {
      sayRefusal(problem);
    }
  };
}
