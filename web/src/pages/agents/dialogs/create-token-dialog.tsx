import type { RegistrationToken } from '@drover/protocol/api';
import { Modal, Button, NumberInput, Select, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { post } from '../../../api/client.js';
import { keys } from '../../../api/keys.js';
import { errorAt } from '../../../api/problem.js';
import { manages, useProjects } from '../../../app/project.js';
import { usePerson } from '../../../app/session.js';
import { CopyText } from '../../../parts/copy-text.js';
import { FormDialog } from '../../../parts/dialogs.js';

interface Made {
  readonly token: RegistrationToken;
  readonly secret: string;
  readonly installCommand: string;
}

/** G1: a token for the whole farm or one project, for a number of agents, until it expires. Its secret is shown once. */
export function CreateTokenDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const { administrator } = usePerson();
  const { data: projects } = useProjects();
  const mine = (projects ?? []).filter((project) => manages(project, administrator));
  const [fields, setFields] = useState({ name: '', uses: 1, hours: 24, projectId: administrator ? '' : (mine[0]?.id ?? '') });
  const [made, setMade] = useState<Made | undefined>(undefined);
  const set = (change: Partial<typeof fields>): void => setFields({ ...fields, ...change });
  // The form closes itself when it is done or cancelled: then the secret is shown, if there is one.
  const result = useRef<Made | undefined>(undefined);
  const closed = (): void => (result.current === undefined ? onClose() : setMade(result.current));
  const create = async (): Promise<void> => {
    result.current = await post<Made>('/registration-tokens', {
      name: fields.name.trim(),
      uses: fields.uses,
      expiresInHours: fields.hours,
      ...(fields.projectId === '' ? {} : { projectId: fields.projectId }),
    });
    await cache.invalidateQueries({ queryKey: keys.registrationTokens });
  };
  if (made !== undefined) return <Shown made={made} onClose={onClose} />;
  return (
    <FormDialog
      title={t('agents.tokens.createTitle')}
      action={t('agents.tokens.createAction')}
      onSubmit={create}
      onClose={closed}
      fields={['/name', '/uses', '/expiresInHours', '/projectId']}
    >
      {(error) => (
        <>
          <TextInput
            label={t('agents.tokens.name')}
            value={fields.name}
            onChange={(event) => set({ name: event.currentTarget.value })}
            error={errorAt(error, '/name')}
            maxLength={64}
            data-autofocus
          />
          <NumberInput
            label={t('agents.tokens.uses')}
            value={fields.uses}
            onChange={(uses) => set({ uses: Number(uses) })}
            min={1}
            max={10_000}
            allowDecimal={false}
            error={errorAt(error, '/uses')}
          />
          <NumberInput
            label={t('agents.tokens.hours')}
            value={fields.hours}
            onChange={(hours) => set({ hours: Number(hours) })}
            min={1}
            max={8_760}
            allowDecimal={false}
            error={errorAt(error, '/expiresInHours')}
          />
          <Select
            label={t('agents.tokens.project')}
            description={administrator ? t('agents.tokens.projectHint') : undefined}
            value={fields.projectId}
            onChange={(projectId) => set({ projectId: projectId ?? '' })}
            data={[
              ...(administrator ? [{ value: '', label: t('agents.tokens.farm') }] : []),
              ...mine.map(({ id, name }) => ({ value: id, label: name })),
            ]}
            error={errorAt(error, '/projectId')}
          />
        </>
      )}
    </FormDialog>
  );
}

function Shown({ made, onClose }: { readonly made: Made; readonly onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal opened onClose={onClose} title={t('agents.tokens.created')} size={560} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <div className="dlg-form">
        <p className="soft">{t('common.showOnce')}</p>
        <div>
          <p className="faint">{t('agents.command')}</p>
          <div className="command">
            <code>{made.installCommand}</code>
            <CopyText text={made.installCommand} />
          </div>
        </div>
        <div>
          <p className="faint">{t('agents.tokens.secret')}</p>
          <div className="command">
            <code>{made.secret}</code>
            <CopyText text={made.secret} />
          </div>
        </div>
      </div>
      <footer className="dlg-foot">
        <Button variant="filled" onClick={onClose}>
          {t('common.close')}
        </Button>
      </footer>
    </Modal>
  );
}
