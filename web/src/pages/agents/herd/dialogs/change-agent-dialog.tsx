import type { AgentView } from '@drover/protocol/api';
import { NumberInput, TagsInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { patch } from '../../../../api/client.js';
import { errorAt } from '../../../../api/problem.js';
import { FormDialog } from '../../../../parts/overlays/dialogs.js';
import { toast } from '../../../../parts/overlays/toasts.js';
import { useRefreshAgents } from '../use-refresh-agents.js';

const mostSlots = 1_024;

/** Name, slots and given labels of an agent. */
export function ChangeAgentDialog({ agent, onClose }: { readonly agent: AgentView; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const [name, setName] = useState(agent.name);
  const [slots, setSlots] = useState<number | string>(agent.slots);
  const [labels, setLabels] = useState<string[]>([...agent.givenLabels]);
  const refresh = useRefreshAgents();
  const save = async (): Promise<void> => {
    refresh(
      await patch<AgentView>(`/agents/${agent.id}`, {
        ...(name === agent.name ? {} : { name: name.trim() }),
        ...(slots === agent.slots ? {} : { slots: Number(slots) }),
        ...(labels.join() === agent.givenLabels.join() ? {} : { labels }),
      }),
    );
    toast('succeeded', t('agents.changed', { name: name.trim() }));
  };
  return (
    <FormDialog
      title={t('agents.changeTitle', { name: agent.name })}
      action={t('common.save')}
      onSubmit={save}
      onClose={onClose}
      fields={['/name', '/slots', '/labels']}
    >
      {(error) => (
        <>
          <TextInput
            label={t('agents.name')}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={errorAt(error, '/name')}
            maxLength={64}
            data-autofocus
          />
          <NumberInput
            label={t('agents.slotsField')}
            description={t('agents.slotsHint')}
            value={slots}
            onChange={setSlots}
            min={1}
            max={mostSlots}
            allowDecimal={false}
            error={errorAt(error, '/slots')}
          />
          <TagsInput
            label={t('agents.labelsField')}
            description={t('agents.labelsHint')}
            value={labels}
            onChange={setLabels}
            error={errorAt(error, '/labels')}
            clearable
          />
        </>
      )}
    </FormDialog>
  );
}
