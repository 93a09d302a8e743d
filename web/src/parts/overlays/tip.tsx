import { cloneElement, useEffect, useState, type ReactElement } from 'react';

interface TipProps {
  readonly label: string | undefined;
  readonly children: ReactElement<object>;
  readonly disabled?: boolean;
  readonly side?: 'top' | 'right';
}

/** Names what is under the pointer or has the focus. Costs one attribute: a list may have hundreds. */
export function Tip({ label, children, disabled = false, side = 'top' }: TipProps) {
  return disabled || label === undefined ? children : cloneElement(children, { 'data-tip': label, 'data-tip-side': side } as object);
}

interface Shown {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly side: string;
}

const delayMs = 300;
const edge = 8;

/** Where all tips are drawn; once in the page. */
export function TipLayer() {
  const [shown, setShown] = useState<Shown | undefined>(undefined);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const hide = (): void => {
      clearTimeout(timer);
      setShown(undefined);
    };
    const show = (event: Event): void => {
      const target = event.target instanceof Element ? event.target.closest('[data-tip]') : null;
      hide();
      if (target === null || (event.type === 'focusin' && !target.matches(':focus-visible, :has(:focus-visible)'))) return;
      timer = setTimeout(() => setShown(placed(target)), event.type === 'focusin' ? 0 : delayMs);
    };
    const hiding = ['pointerdown', 'keydown', 'scroll', 'focusout'] as const;
    document.addEventListener('pointerover', show);
    document.addEventListener('focusin', show);
    for (const name of hiding) document.addEventListener(name, hide, true);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('pointerover', show);
      document.removeEventListener('focusin', show);
      for (const name of hiding) document.removeEventListener(name, hide, true);
    };
  }, []);
  if (shown === undefined) return null;
  return (
    <div className={`tip ${shown.side}`} role="tooltip" style={{ left: shown.x, top: shown.y }}>
      {shown.text}
    </div>
  );
}

function placed(target: Element): Shown | undefined {
  const text = target.getAttribute('data-tip');
  if (text === null || !target.isConnected) return undefined;
  const box = target.getBoundingClientRect();
  if (target.getAttribute('data-tip-side') === 'right') return { text, x: box.right + edge, y: box.top + box.height / 2, side: 'right' };
  const x = Math.max(80, Math.min(window.innerWidth - 80, box.left + box.width / 2));
  return box.top < 48 ? { text, x, y: box.bottom + 6, side: 'below' } : { text, x, y: box.top - 6, side: 'top' };
}
