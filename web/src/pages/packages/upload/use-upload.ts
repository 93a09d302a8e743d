import type { ProjectId } from '@drover/protocol';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { keys } from '../../../api/keys.js';
import { sayError } from '../../../api/problem.js';
import { guess } from '../naming.js';
import { digestOf, upload, type Coordinates, type UploadStatus } from './upload.js';

/** The form and course of one upload. Closing the dialog ends it; pressing again continues where it stopped. */
export interface Uploading {
  readonly file: File | null;
  readonly choose: (file: File | null) => void;
  readonly fields: Coordinates;
  readonly set: (part: Partial<Coordinates>) => void;
  readonly status: UploadStatus | undefined;
  readonly busy: boolean;
  readonly ready: boolean;
  readonly start: () => Promise<void>;
}

export function useUpload(projectId: ProjectId, directory: string): Uploading {
  const cache = useQueryClient();
  const [file, setFile] = useState<File | null>(null);
  const [fields, setFields] = useState<Coordinates>({ directory, name: '', version: '' });
  const [status, setStatus] = useState<UploadStatus | undefined>(undefined);
  const ended = useRef<AbortController | undefined>(undefined);
  useEffect(() => () => ended.current?.abort(), []);
  const busy = status !== undefined && status.type !== 'interrupted' && status.type !== 'done';
  const ready = file !== null && fields.name.trim() !== '' && fields.version.trim() !== '';
  const choose = (next: File | null): void => {
    setFile(next);
    setStatus(undefined);
    if (next !== null) setFields({ ...fields, ...guess(next.name) });
  };
  const start = async (): Promise<void> => {
    if (file === null || !ready || busy) return;
    ended.current = new AbortController();
    const { signal } = ended.current;
    try {
      const sha256 = await digestOf(file, (done) => setStatus({ type: 'hashing', done }), signal);
      await upload({ projectId, file, sha256, coordinates: tidied(fields), onStatus: setStatus, signal });
      await cache.invalidateQueries({ queryKey: keys.packages(projectId) });
    } catch (problem) {
      if (!signal.aborted) setStatus({ type: 'interrupted', sent: 0, detail: sayError(problem) });
    }
  };
  return { file, choose, fields, set: (part) => setFields({ ...fields, ...part }), status, busy, ready, start };
}

const tidied = ({ directory, name, version }: Coordinates): Coordinates => ({
  directory: directory.replace(/^\/+|\/+$/g, ''),
  name: name.trim(),
  version: version.trim(),
});
