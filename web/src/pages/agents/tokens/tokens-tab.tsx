import type { RegistrationToken } from '@drover/protocol/api';
import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Empty } from '../../../parts/states.js';
import { CreateTokenDialog } from './create-token-dialog.js';
import { RevokeToken } from './revoke-token.js';
import { TokenTable } from './token-table.js';

/** G1: what agents register with. */
export function TokensTab({ tokens }: { readonly tokens: readonly RegistrationToken[] }) {
  const { t } = useTranslation();
  const [creating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<RegistrationToken | undefined>(undefined);
  const create = (
    <Button variant="filled" leftSection={<IconPlus size={14} stroke={1.75} />} onClick={() => setCreating(true)}>
      {t('agents.tokens.create')}
    </Button>
  );
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
            <TokenTable tokens={tokens} onRevoke={setRevoking} />
          </div>
        </>
      )}
      {creating ? <CreateTokenDialog onClose={() => setCreating(false)} /> : null}
      {revoking === undefined ? null : <RevokeToken token={revoking} onClose={() => setRevoking(undefined)} />}
    </>
  );
}
