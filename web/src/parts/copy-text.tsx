import { ActionIcon } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Tip } from './overlays/tip.js';

/** Copies a text; works without the clipboard's permission too (plain http). */
export function CopyText({ text, size = 28 }: { readonly text: string; readonly size?: number }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const label = copied ? t('common.copied') : t('common.copyText');
  return (
    <Tip label={label}>
      <ActionIcon size={size} aria-label={label} onClick={() => void copy(text).then(() => setCopied(true))}>
        {copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
      </ActionIcon>
    </Tip>
  );
}

async function copy(text: string): Promise<void> {
  if (window.isSecureContext) return navigator.clipboard.writeText(text);
  const area = document.createElement('textarea');
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand('copy');
  area.remove();
}
