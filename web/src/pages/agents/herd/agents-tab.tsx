import type { AgentView, FarmView } from '@drover/protocol/api';
import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { Empty, NothingFound } from '../../../parts/states.js';
import { AddAgentDialog } from './dialogs/add-agent-dialog.js';
import { AgentDrawer } from './agent-drawer.js';
import { AgentTable } from './agent-table.js';
import { FarmHead } from './farm-head.js';
import { HerdFilters } from './herd-filters.js';
import { filtered, hasRoom, needsLook, type HerdFilter } from './herd.js';

/** The machines: how full the farm is, then each of them. */
export function AgentsTab({ agents, farm }: { readonly agents: readonly AgentView[]; readonly farm: FarmView | undefined }) {
  const { t } = useTranslation();
  const [search, setSearch] = useSearchParams();
  const [filter, setFilter] = useState<HerdFilter>('all');
  const [words, setWords] = useState(search.get('search') ?? '');
  const [adding, setAdding] = useState(false);
  const open = agents.find(({ id }) => id === search.get('agent'));
  const shown = filtered(agents, filter, words);
  const add = (
    <Button variant="filled" leftSection={<IconPlus size={14} stroke={1.75} />} onClick={() => setAdding(true)}>
      {t('agents.add')}
    </Button>
  );
  const counts: Readonly<Record<HerdFilter, number>> = {
    all: agents.length,
    needLook: agents.filter(needsLook).length,
    free: agents.filter(hasRoom).length,
  };
  return (
    <>
      {farm === undefined ? null : <FarmHead farm={farm} />}
      <HerdFilters filter={filter} onFilter={setFilter} words={words} onWords={setWords} counts={counts}>
        {add}
      </HerdFilters>
      {agents.length === 0 ? (
        <Empty title={t('agents.empty')} actions={add}>
          {t('agents.emptyText')}
        </Empty>
      ) : shown.length === 0 ? (
        <NothingFound
          search={words}
          onClear={() => {
            setWords('');
            setFilter('all');
          }}
        />
      ) : (
        <AgentTable agents={shown} chosen={open?.id} onOpen={(id) => setSearch({ agent: id }, { replace: true })} />
      )}
      {open === undefined ? null : <AgentDrawer agent={open} onClose={() => setSearch({}, { replace: true })} />}
      {adding ? <AddAgentDialog agents={agents} onClose={() => setAdding(false)} /> : null}
    </>
  );
}
