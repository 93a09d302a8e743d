import { ActionIcon } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useEffect, useSyncExternalStore, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { StatusMark } from '../runs/status-mark.js';

interface Toast {
  readonly id: number;
  readonly status: 'succeeded' | 'failed';
  readonly text: ReactNode;
  readonly undo?: (() => void) | undefined;
}

const shownMs = 8_000;
let toasts: readonly Toast[] = [];
let lastId = 0;
const listeners = new Set<() => void>();

function set(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

/** Says the result of one's own action at the bottom right, for 8 seconds. */
export function toast(status: Toast['status'], text: ReactNode, undo?: () => void): void {
  lastId += 1;
  set([...toasts.slice(-3), { id: lastId, status, text, undo }]);
}

const dismiss = (id: number): void => set(toasts.filter((one) => one.id !== id));

/** Where toasts appear; once in the page. */
export function Toasts() {
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => toasts,
  );
  return (
    <div className="toasts" role="status" aria-live="polite">
      {shown.map((one) => (
        <OneToast key={one.id} toast={one} />
      ))}
    </div>
  );
}

function OneToast({ toast: { id, status, text, undo } }: { readonly toast: Toast }) {
  const { t } = useTranslation();
  useEffect(() => {
    const timer = setTimeout(() => dismiss(id), shownMs);
    return () => clearTimeout(timer);
  }, [id]);
  return (
    <div className="toast">
      <StatusMark status={status} />
      <span className="grow">{text}</span>
      {undo === undefined ? null : (
        <button
          type="button"
          className="lk"
          onClick={() => {
            dismiss(id);
            undo();
          }}
        >
          {t('common.undo')}
        </button>
      )}
      <ActionIcon aria-label={t('common.close')} onClick={() => dismiss(id)}>
        <IconX size={14} />
      </ActionIcon>
    </div>
  );
}
