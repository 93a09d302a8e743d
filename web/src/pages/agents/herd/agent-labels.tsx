import type { AgentView } from '@drover/protocol/api';
import { useTranslation } from 'react-i18next';

/** The labels that people gave it, and those that it found out itself. */
export function AgentLabels({ agent: { givenLabels, facts } }: { readonly agent: AgentView }) {
  const { t } = useTranslation();
  return (
    <>
      <h4 className="panel-head">{t('agents.facts.given')}</h4>
      <p className="label-list">
        {givenLabels.length === 0 ? (
          <span className="faint">{t('common.none')}</span>
        ) : (
          givenLabels.map((label) => (
            <span key={label} className="chip line mono">
              {label}
            </span>
          ))
        )}
      </p>
      <h4 className="panel-head">{t('agents.facts.automatic')}</h4>
      <p className="label-list">
        {facts.automaticLabels.map((label) => (
          <span key={label} className="chip mono">
            {label}
          </span>
        ))}
      </p>
    </>
  );
}
