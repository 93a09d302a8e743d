import type { AgentView } from '@drover/protocol/api';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { size } from '../../../format/amounts.js';
import { Moment } from '../../../parts/times.js';

const megabyte = 1_048_576;

/** What an agent says of its machine, and when it came. */
export function AgentFacts({ agent: { facts, health, registeredAt, connectedSince } }: { readonly agent: AgentView }) {
  const { t } = useTranslation();
  return (
    <dl className="fact facts-list">
      <Fact name={t('agents.facts.version')}>
        <span className="mono">{facts.productVersion}</span>
      </Fact>
      <Fact name={t('agents.facts.system')}>
        {facts.os} · {facts.arch}
      </Fact>
      <Fact name={t('agents.facts.host')}>
        <span className="mono">{facts.hostname}</span>
      </Fact>
      <Fact name={t('agents.facts.cpus')}>{facts.cpus}</Fact>
      <Fact name={t('agents.facts.memory')}>{size(facts.memoryMb * megabyte)}</Fact>
      {health === undefined ? null : (
        <>
          <Fact name={t('agents.facts.freeMemory')}>{size(health.freeMemoryMb * megabyte)}</Fact>
          <Fact name={t('agents.facts.freeDisk')}>{size(health.freeDiskMb * megabyte)}</Fact>
        </>
      )}
      <Fact name={t('agents.facts.executors')}>{facts.executors.join(', ')}</Fact>
      <Fact name={t('agents.facts.isolation')}>{t(`agents.isolations.${facts.isolation}`)}</Fact>
      <Fact name={t('agents.facts.registered')}>
        <Moment at={registeredAt} />
      </Fact>
      {connectedSince === undefined ? null : (
        <Fact name={t('agents.facts.connected')}>
          <Moment at={connectedSince} />
        </Fact>
      )}
    </dl>
  );
}

const Fact = ({ name, children }: { readonly name: string; readonly children: ReactNode }) => (
  <>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </>
);
