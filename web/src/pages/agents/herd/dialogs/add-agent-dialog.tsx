import type { AgentView } from '@drover/protocol/api';
import { Button, Modal } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyText } from '../../../../parts/copy-text.js';
import { Failure } from '../../../../parts/states.js';
import { AgentMark, StatusMark } from '../../../../parts/runs/status-mark.js';
import { useInstallCommand } from './use-install-command.js';
import { useFocusReturn } from '../../../../parts/overlays/use-focus-return.js';

/** One command with a token that works once; the agent is shown the moment it appears. */
export function AddAgentDialog({ agents, onClose }: { readonly agents: readonly AgentView[]; readonly onClose: () => void }) {
  const { t } = useTranslation();
  useFocusReturn();
  const { command, error, busy, make } = useInstallCommand();
  const [before] = useState(() => new Set(agents.map(({ id }) => id)));
  const appeared = agents.filter(({ id }) => !before.has(id));
  return (
    <Modal opened onClose={onClose} title={t('agents.addTitle')} size={560} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <div className="dlg-form">
        <p className="soft">{t('agents.addText')}</p>
        {error !== null ? (
          <Failure error={error} retry={make} />
        ) : command === undefined ? (
          <Button variant="filled" loading={busy} onClick={make} data-autofocus>
            {t('agents.makeCommand')}
          </Button>
        ) : (
          <Commands install={command} />
        )}
        {command === undefined && appeared.length === 0 ? null : <Appearing agents={appeared} />}
      </div>
      <footer className="dlg-foot">
        <span className="faint grow">{command === undefined ? null : t('common.showOnce')}</span>
        <Button variant={appeared.length === 0 ? 'default' : 'filled'} onClick={onClose}>
          {t('agents.closeIt')}
        </Button>
      </footer>
    </Modal>
  );
}

/** An address that other machines can't use. */
const onlyHere = /:\/\/(localhost|127\.|\[::1\])/;
const startCommand = 'drover-agent start';

/** What is typed on the machine: one command installs, one starts. */
function Commands({ install }: { readonly install: string }) {
  const { t } = useTranslation();
  return (
    <>
      <div className="command">
        <code>{install}</code>
        <CopyText text={install} />
      </div>
      <p className="soft">{t('agents.thenStart')}</p>
      <div className="command">
        <code>{startCommand}</code>
        <CopyText text={startCommand} />
      </div>
      {onlyHere.test(install) && <p className="faint">{t('agents.onlyHere')}</p>}
    </>
  );
}

function Appearing({ agents }: { readonly agents: readonly AgentView[] }) {
  const { t } = useTranslation();
  return (
    <div className="appearing" aria-live="polite">
      {agents.length === 0 ? (
        <p className="row soft">
          <StatusMark status="running" hidden />
          {t('agents.waitingFor')}
        </p>
      ) : (
        agents.map((agent) => (
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
  );
}
