import type { AnswerHeaders } from '../route.js';

/** Headers of whatever people made and others download: saved, never run or shown in this origin. */
export function attachment(fileName: string): AnswerHeaders {
  return {
    'Content-Disposition': contentDisposition(fileName),
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': "sandbox; default-src 'none'",
    'Cross-Origin-Resource-Policy': 'same-origin',
  };
}

/** RFC 6266: an ASCII name for old clients, the true one as RFC 5987 has it. Folders become a part of the name. */
export function contentDisposition(path: string): string {
  const fileName = path.replace(/[/\\]/g, '_');
  const ascii = fileName
    .normalize('NFKD')
    .replace(/[^\x20-\x7e]/g, '_')
    .replace(/["%]/g, '_');
  const encoded = encodeURIComponent(fileName.replace(/\p{Surrogate}/gu, '_')).replace(
    /['()*!]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
