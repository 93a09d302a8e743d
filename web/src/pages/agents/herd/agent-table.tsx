import type { AgentId } from '@drover/protocol';
import type { AgentView } from '@drover/protocol/api';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { TableHead } from '../../../parts/table-head.js';
import { AgentRow } from './agent-row.js';

/** Above this many the rows are drawn only where they are seen. */
const drawnWhole = 200;
const rowHeight = 48;

interface TableProps {
  readonly agents: readonly AgentView[];
  readonly chosen: AgentId | undefined;
  readonly onOpen: (id: AgentId) => void;
}

/** Agents as rows of two lines; a thousand of them scroll as lightly as ten. */
export function AgentTable({ agents, chosen, onOpen }: TableProps) {
  const { t } = useTranslation();
  const scroll = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: agents.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  const items = agents.length > drawnWhole ? virtual.getVirtualItems() : undefined;
  const above = items?.[0]?.start ?? 0;
  const below = items === undefined ? 0 : virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  const shown = items === undefined ? agents : items.map(({ index }) => agents[index]).filter((agent) => agent !== undefined);
  return (
    <div className="scroll" ref={scroll}>
      <table className="grid agents-table">
        <TableHead columns={[t('agents.agent'), t('agents.slots'), t('agents.workingOn'), t('agents.load'), t('agents.labels')]} acts />
        <tbody>
          {above === 0 ? null : (
            <tr aria-hidden="true">
              <td colSpan={6} style={{ height: above, padding: 0 }} />
            </tr>
          )}
          {shown.map((agent) => (
            <AgentRow key={agent.id} agent={agent} chosen={agent.id === chosen} onOpen={() => onOpen(agent.id)} />
          ))}
          {below === 0 ? null : (
            <tr aria-hidden="true">
              <td colSpan={6} style={{ height: below, padding: 0 }} />
            </tr>
          )}
        </tbody>
      </table>
    </div>
  );
}
