import type { RegistrationToken } from '@drover/protocol/api';
import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { remove } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { useProjects } from '../../app/project.js';
import { ConfirmDialog } from '../../parts/dialogs.js';
import { Empty } from '../../parts/states.js';
import { Moment } from '../../parts/times.js';
import { toast } from '../../parts/toasts.js';
import { CreateTokenDialog } from './dialogs/create-token-dialog.js';

/** G1: what agents register with. */
export function TokensTab({ tokens }: { readonly tokens: readonly RegistrationToken[] }) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const { data: projects } = useProjects();
  const [creating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<RegistrationToken | undefined>(undefined);
  const create = (
    <Button variant="filled" leftSection={<IconPlus size={14} stroke={1.75} />} onClick={() => setCreating(true)}>
      {t('agents.tokens.create')}
    </Button>
  );
  const revoke = async (token: RegistrationToken): Promise<void> => {
    await remove(`/registration-tokens/${token.id}`);
    toast('succeeded', t('agents.tokens.revoked', { name: token.name }));
    await cache.invalidateQueries({ queryKey: keys.registrationTokens });
  };
  return (
    <>
      {tokens.length === 0 ? (
        <Empty title={t('agents.tokens.empty')} actions={create}>
          {t('agents.tokens.emptyText')}
        </Empty>
      ) : (
        <>
          <div className="filters">
            <span className="grow" />
            {create}
          </div>
          <div className="scroll">
            <table className="grid tokens-table">
              <thead>
                <tr>
                  <th>{t('agents.tokens.name')}</th>
                  <th>{t('agents.tokens.scope')}</th>
                  <th className="num">{t('agents.tokens.usesLeft')}</th>
                  <th>{t('agents.tokens.expires')}</th>
                  <th>{t('agents.tokens.made')}</th>
                  <th>
                    <span className="sr">{t('common.actions')}</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {tokens.map((token) => (
                  <tr key={token.id}>
                    <td>
                      <b className="strong cut">{token.name}</b>
                    </td>
                    <td>
                      {token.projectId === undefined
                        ? t('agents.tokens.farm')
                        : (projects?.find(({ id }) => id === token.projectId)?.name ?? t('common.unknown'))}
                    </td>
                    <td className="num">{token.usesLeft}</td>
                    <td>
                      <Moment at={token.expiresAt} coming />
                    </td>
                    <td className="soft">{token.createdBy.name}</td>
                    <td>
                      <span className="row end">
                        <Tooltip label={t('agents.tokens.revoke', { name: token.name })}>
                          <ActionIcon aria-label={t('agents.tokens.revoke', { name: token.name })} onClick={() => setRevoking(token)}>
                            <IconTrash size={16} stroke={1.75} />
                          </ActionIcon>
                        </Tooltip>
                      </span>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
      {creating ? <CreateTokenDialog onClose={() => setCreating(false)} /> : null}
      {revoking === undefined ? null : (
        <ConfirmDialog
          title={t('agents.tokens.revokeTitle', { name: revoking.name })}
          action={t('agents.tokens.revokeAction')}
          onConfirm={() => revoke(revoking)}
          onClose={() => setRevoking(undefined)}
        >
          {t('agents.tokens.revokeText')}
        </ConfirmDialog>
      )}
    </>
  );
}
