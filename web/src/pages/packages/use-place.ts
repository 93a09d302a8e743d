import { useDebouncedCallback } from '@mantine/hooks';
import { useState } from 'react';
import { useSearchParams } from 'react-router';

const restMs = 250;

/** Where one looks in the repository: a folder, a package in it, or a search. It stands in the address. */
export function usePlace() {
  const [address, setAddress] = useSearchParams();
  const [text, setText] = useState(address.get('search') ?? '');
  const find = useDebouncedCallback((words: string) => setAddress(words === '' ? {} : { search: words }, { replace: true }), restMs);
  return {
    directory: address.get('in') ?? '',
    name: address.get('name') ?? undefined,
    words: address.get('search') ?? undefined,
    /** What is typed; the search follows when the typing rests. */
    text,
    search: (next: string): void => {
      setText(next);
      find(next.trim());
    },
    go: (folder: string, name?: string): void => {
      setText('');
      setAddress({ ...(folder === '' ? {} : { in: folder }), ...(name === undefined ? {} : { name }) });
    },
  };
}

export type Place = ReturnType<typeof usePlace>;
