import type { AgentView } from '@drover/protocol/api';
import { Button, Modal } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { post } from '../../../api/client.js';
import { keys } from '../../../api/keys.js';
import { usePerson } from '../../../app/session.js';
import { clockTime } from '../../../format/times.js';
import { CopyText } from '../../../parts/copy-text.js';
import { Failure } from '../../../parts/states.js';
import { AgentMark, StatusMark } from '../../../parts/status-mark.js';

/** An address that other machines can't use. */
const onlyHere = /:\/\/(localhost|127\.|\[::1\])/;

interface Made {
  readonly installCommand: string;
}

/** One command with a token that works once; the agent is shown the moment it appears. */
export function AddAgentDialog({ agents, onClose }: { readonly agents: readonly AgentView[]; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { name } = usePerson();
  const cache = useQueryClient();
  const [made, setMade] = useState<Made | undefined>(undefined);
  const [error, setError] = useState<unknown>(null);
  const [before] = useState(() => new Set(agents.map(({ id }) => id)));
  const asked = useRef(false);
  const make = (): void => {
    setError(null);
    const tokenName = `${name.slice(0, 40)} ${clockTime(Date.now()).replaceAll(':', '.')}`;
    post<Made>('/registration-tokens', { name: tokenName, uses: 1, expiresInHours: 1 }).then((result) => {
      setMade(result);
      void cache.invalidateQueries({ queryKey: keys.registrationTokens });
    }, setError);
  };
  useEffect(() => {
    if (!asked.current) make();
    asked.current = true;
  });
  const appeared = agents.filter(({ id }) => !before.has(id));
  return (
    <Modal opened onClose={onClose} title={t('agents.addTitle')} size={560} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <div className="dlg-form">
        <p className="soft">{t('agents.addText')}</p>
        {error !== null ? (
          <Failure error={error} retry={make} />
        ) : made === undefined ? (
          <p className="faint">{t('agents.making')}</p>
        ) : (
          <>
            <div className="command">
              <code>{made.installCommand}</code>
              <CopyText text={made.installCommand} />
            </div>
            <p className="soft">{t('agents.thenStart')}</p>
            <div className="command">
              <code>drover-agent start</code>
              <CopyText text="drover-agent start" />
            </div>
            {onlyHere.test(made.installCommand) && <p className="faint">{t('agents.onlyHere')}</p>}
          </>
        )}
        <div className="appearing" aria-live="polite">
          {appeared.length === 0 ? (
            <p className="row soft">
              <StatusMark status="running" hidden />
              {t('agents.waitingFor')}
            </p>
          ) : (
            appeared.map((agent) => (
              <p key={agent.id} className="row">
                <AgentMark status={agent.status} />
                <b className="strong">{t('agents.appeared', { name: agent.name })}</b>
                <span className="faint">
                  {t('agents.appearedText', { system: `${agent.facts.os} ${agent.facts.arch}`, slots: agent.slots })}{' '}
                  {agent.approved ? '' : t('agents.needsApproval')}
                </span>
              </p>
            ))
          )}
        </div>
      </div>
      <footer className="dlg-foot">
        <span className="faint grow">{t('common.showOnce')}</span>
        <Button variant={appeared.length === 0 ? 'default' : 'filled'} onClick={onClose}>
          {t('agents.closeIt')}
        </Button>
      </footer>
    </Modal>
  );
}
