import { useEffect, useRef, type RefObject } from 'react';

/** Brings the first fault of a form into view, each time that `occasion` changes to something that is set. */
export function useShowFault<T extends HTMLElement>(occasion: unknown): RefObject<T | null> {
  const form = useRef<T>(null);
  useEffect(() => {
    if (occasion === undefined || occasion === null || occasion === 0) return;
    const fault = form.current?.querySelector<HTMLElement>('[aria-invalid="true"], .mantine-InputWrapper-error, [role="alert"]');
    fault?.scrollIntoView({ block: 'center' });
    if (fault?.matches('input, textarea') === true) fault.focus({ preventScroll: true });
  }, [occasion]);
  return form;
}
